#include "cli/forked_runs.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "cli/result_bytes.h"

namespace orrery::cli {

namespace {

using std::chrono::steady_clock;
using Indices = std::vector<size_t>;

void writeAll(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;  // nobody reads any more
    bytes.remove_prefix(static_cast<size_t>(n));
  }
}

std::string readAll(int file) {
  std::string out;
  std::array<char, 65536> part;
  for (;;) {
    const ssize_t n = ::read(file, part.data(), part.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return out;
    out.append(part.data(), static_cast<size_t>(n));
  }
}

// Answers as all of a list of requests do for as long as they agree; where they do not, each answer but one goes on in a process of
// its own.
class Forker final : public sim::Decider {
 public:
  Forker(std::span<const sim::RunRequest> requests, size_t jobs, std::chrono::nanoseconds beginning,
         const std::function<bool()>& over)
      : partFrom_(steady_clock::now() + beginning), over_(over), results_(requests.size()), mostOthers_(jobs - 1) {
    for (size_t i = 0; i < requests.size(); ++i) {
      alike_.push_back(i);
      for (const sim::Deviation& d : requests[i].strategy.deviations().items()) {
        asking_[d.key].emplace_back(i, static_cast<uint32_t>(d.value));
      }
    }
  }

  uint32_t decide(const sim::Question& q) override {
    const auto at = asking_.find(q.key);
    if (at == asking_.end()) return 0;
    // By answer, in the order of the requests.
    std::vector<std::pair<uint32_t, Indices>> parting;
    for (const auto& [index, value] : at->second) {
      if (std::find(alike_.begin(), alike_.end(), index) == alike_.end()) continue;
      const uint32_t answer = value < q.n ? value : sim::siteInfo(q.site).ordered ? q.n - 1 : 0;
      auto group = std::find_if(parting.begin(), parting.end(), [&](const auto& g) { return g.first == answer; });
      if (group == parting.end()) group = parting.insert(parting.end(), {answer, {}});
      group->second.push_back(index);
    }
    for (auto& [answer, group] : parting) {
      if (answer == 0) continue;
      if (group.size() == alike_.size()) return answer;
      if (fork(group)) return answer;
    }
    return 0;
  }

  // The run has ended: what it came to, for all that still go this way. In a process of its own this does not return.
  void end(const sim::RunResult& result) {
    while (!others_.empty()) join();
    for (const size_t i : alike_) results_[i] = result;
    if (toParent_ < 0) return;
    std::string bytes;
    for (size_t i = 0; i < results_.size(); ++i) {
      if (!results_[i]) continue;
      bytes.append(reinterpret_cast<const char*>(&i), sizeof(i));
      appendResult(*results_[i], bytes);
    }
    writeAll(toParent_, bytes);
    // No destructor, no flush: all of that is the parent's.
    ::_exit(0);
  }

  std::vector<std::optional<sim::RunResult>> take() { return std::move(results_); }

 private:
  struct Other {
    pid_t process;
    int from;
  };

  // True: in the new process, which goes on for the group alone.
  bool fork(const Indices& group) {
    if (steady_clock::now() < partFrom_ || over_()) {
      forget(group);
      return false;
    }
    while (!others_.empty() && others_.size() >= mostOthers_) join();
    int ends[2];
    if (::pipe(ends) != 0) {
      forget(group);
      return false;
    }
    const pid_t process = ::fork();
    if (process == 0) {
      ::close(ends[0]);
      for (const Other& other : others_) ::close(other.from);
      others_.clear();
      if (toParent_ >= 0) ::close(toParent_);
      toParent_ = ends[1];
      mostOthers_ = 0;  // those of the first process are enough
      results_.assign(results_.size(), std::nullopt);
      alike_ = group;
      return true;
    }
    ::close(ends[1]);
    if (process < 0) {
      ::close(ends[0]);
    } else {
      others_.push_back({process, ends[0]});
      if (mostOthers_ == 0) join();
    }
    forget(group);
    return false;
  }

  void forget(const Indices& group) {
    std::erase_if(alike_, [&](size_t i) { return std::find(group.begin(), group.end(), i) != group.end(); });
  }

  void join() {
    const Other other = others_.front();
    others_.pop_front();
    const std::string bytes = readAll(other.from);
    ::close(other.from);
    while (::waitpid(other.process, nullptr, 0) < 0 && errno == EINTR) {
    }
    std::string_view in = bytes;
    while (in.size() >= sizeof(size_t)) {
      size_t index = 0;
      std::copy_n(in.data(), sizeof(index), reinterpret_cast<char*>(&index));
      in.remove_prefix(sizeof(index));
      sim::RunResult result;
      if (index >= results_.size() || !takeResult(in, result)) break;
      results_[index] = std::move(result);
    }
  }

  const steady_clock::time_point partFrom_;
  const std::function<bool()>& over_;
  std::unordered_map<uint64_t, std::vector<std::pair<size_t, uint32_t>>> asking_;  // by key of a question
  Indices alike_;                                                                  // this process runs for these
  std::vector<std::optional<sim::RunResult>> results_;
  std::deque<Other> others_;  // processes that this one has made, the oldest first
  size_t mostOthers_;
  int toParent_ = -1;
};

}  // namespace

bool ForkedRuns::possible(const sim::RunRequest& request) {
  return request.strategy.isReplay() && request.strategy.runKey() == sim::Strategy::kPlainRunKey && !request.record &&
         !request.coverage && !request.capture;
}

std::vector<std::optional<sim::RunResult>> ForkedRuns::run(const sim::CompiledScenario& scenario,
                                                           std::span<const sim::RunRequest> requests,
                                                           const std::function<bool()>& over) {
  auto forker = std::make_shared<Forker>(requests, jobs_, beginning_, over);
  sim::RunRequest all;
  all.strategy = sim::Strategy::decided(forker);
  for (const sim::RunRequest& r : requests) {
    all.listQuestions = all.listQuestions || r.listQuestions;
    all.order = all.order || r.order;
  }
  forker->end(runner_.run(scenario, all));
  return forker->take();
}

}  // namespace orrery::cli
