#include "cli/determinism.h"

#include <algorithm>

#include "cli/backtrace.h"
#include "cli/first_difference.h"
#include "proxy/base/hash.h"

namespace orrery::cli {

namespace {

constexpr size_t kOthers = 20;  // worlds that run before a repetition when a difference is looked for
constexpr int kTries = 5;

sim::RunRequest requestOf(const RunTask& task) {
  sim::RunRequest request;
  request.strategy = task.strategy();
  return request;
}

sim::RunRequest recordingOf(const RunTask& task, uint64_t index, Backtrace& made) {
  sim::RunRequest request = requestOf(task);
  request.record = true;
  made.of(index, request);
  return request;
}

}  // namespace

DeterminismCheck::DeterminismCheck(const std::vector<RunTask>& tasks, size_t jobs, RunnerFactory newRunner)
    : tasks_(tasks),
      jobs_(jobs),
      newRunner_(std::move(newRunner)),
      fingerprints_(tasks.size()),
      hashes_(tasks.size()) {}

uint64_t DeterminismCheck::fingerprint(const sim::RunResult& result) {
  uint64_t h = hashCombine(result.hash, result.events);
  h = hashCombine(h, result.choices);
  h = hashCombine(h, static_cast<uint64_t>(result.virtualTime.inNanoseconds()));
  h = hashCombine(h, static_cast<uint64_t>(result.outcome));
  h = hashCombine(h, hashString(result.error));
  for (const sim::CheckFailure& f : result.failures) {
    h = hashCombine(h, hashString(f.check + '\n' + f.entity + '\n' + f.message));
    h = hashCombine(h, static_cast<uint64_t>(f.at.inNanoseconds()));
  }
  for (const bool shown : result.shown) h = hashCombine(h, shown ? 1 : 2);
  return h;
}

void DeterminismCheck::expect(size_t task, const sim::RunResult& result) {
  fingerprints_[task] = fingerprint(result);
  hashes_[task] = result.hash;
}

DeterminismCheck::Outcome DeterminismCheck::check(const Terminal& terminal) {
  Outcome outcome;
  std::vector<Difference> differences;
  Progress progress(terminal, "repetitions", tasks_.size() * 2);
  const auto compare = [&](size_t task, const sim::RunResult& result, bool fresh) {
    progress.step();
    ++outcome.repetitions;
    if (fingerprint(result) != fingerprints_[task]) differences.push_back({task, result.hash, fresh});
  };
  InOrder inOrder(jobs_, newRunner_);
  const size_t n = tasks_.size();
  inOrder.run(
      n,
      [&](size_t i, Runner& runner) {
        return runner.run(*tasks_[n - 1 - i].story->compiled, requestOf(tasks_[n - 1 - i]));
      },
      [&](size_t i, const TimedResult& r) { compare(n - 1 - i, r.result, false); });
  inOrder.run(
      n, [&](size_t i, Runner&) { return newRunner_()->run(*tasks_[i].story->compiled, requestOf(tasks_[i])); },
      [&](size_t i, const TimedResult& r) { compare(i, r.result, true); });
  outcome.differing = differences.size();
  if (differences.empty()) return outcome;
  const auto first = std::min_element(differences.begin(), differences.end(),
                                      [](const Difference& a, const Difference& b) { return a.task < b.task; });
  outcome.first = explain(*first);
  return outcome;
}

std::string DeterminismCheck::explain(const Difference& difference) {
  const RunTask& task = tasks_[difference.task];
  std::string out = task.story->path + ' ' + task.name() + ": hash " + replay::hex64(hashes_[difference.task]) +
                    " first, " + replay::hex64(difference.hash) +
                    (difference.fresh ? " in fresh memory\n" : " after other worlds\n");
  // Recordings: alone, and after the worlds that come before it or, for the first ones, at the end. When the event is known
  // they are made again with the code that made it.
  uint64_t index = 0;
  std::string withoutCode;
  for (int attempt = 0; attempt < kTries; ++attempt) {
    Backtrace madeAlone;
    Backtrace madeAfter;
    const auto alone = newRunner_()->run(*task.story->compiled, recordingOf(task, index, madeAlone)).recording;
    const std::unique_ptr<Runner> runner = newRunner_();
    for (size_t k = kOthers; k > 0; --k) {
      const RunTask& other = tasks_[(difference.task + tasks_.size() * kOthers - k) % tasks_.size()];
      runner->run(*other.story->compiled, requestOf(other));
    }
    const auto after = runner->run(*task.story->compiled, recordingOf(task, index, madeAfter)).recording;
    if (alone == nullptr || after == nullptr) break;
    // Positions count from 0, events from 1.
    const auto found = static_cast<uint64_t>(sim::firstDifference(alone->events, after->events) + 1);
    if (found == 0) continue;
    const bool again = found == index;
    const std::string text = firstDifferenceText(*alone, "alone", *after, "after other worlds",
                                                 again ? madeAlone.text() : "", again ? madeAfter.text() : "");
    if (again) return out + text;
    index = found;
    withoutCode = text;
  }
  if (!withoutCode.empty()) return out + withoutCode;
  return out + "  recorded again, alone and after " + std::to_string(kOthers) +
         " others, it did the same: what differs needs more worlds before it, or more threads beside it\n";
}

}  // namespace orrery::cli
