#include "sim/script/repeat.h"

#include <set>
#include <utility>

namespace orrery::script {

namespace {

using Step = orrery::Scenario::Step;
using Steps = google::protobuf::RepeatedPtrField<Step>;

// The name that a step gives to something new; null: none.
std::string* givenName(Step& step) {
  switch (step.kind_case()) {
    case Step::kConnect: return step.mutable_connect()->mutable_name();
    case Step::kRequest: return step.mutable_request()->mutable_name();
    case Step::kSendRaw: return step.mutable_send_raw()->mutable_name();
    case Step::kResolve: return step.mutable_resolve()->mutable_name();
    default: return nullptr;
  }
}
// The name of something given before that a step speaks of.
std::string* spokenName(Step& step) {
  switch (step.kind_case()) {
    case Step::kUse: return step.mutable_use()->mutable_connection();
    case Step::kWaitForResponse: return step.mutable_wait_for_response()->mutable_name();
    case Step::kCancel: return step.mutable_cancel()->mutable_name();
    default: return nullptr;
  }
}

class Unroller {
 public:
  explicit Unroller(const Naming::Tell& tell) : tell_(tell) {}

  // Steps of one round. Names that inner rounds give are no names of this one.
  std::vector<Unrolled> steps(const Steps& steps, const std::string& path) {
    std::vector<Unrolled> out;
    for (int i = 0; i < steps.size() && !stopped_; ++i) {
      const std::string at = path + "[" + std::to_string(i) + "]";
      if (steps[i].kind_case() != Step::kRepeat) {
        out.push_back({steps[i], at});
        continue;
      }
      if (steps[i].from_then_on()) return stop(at, "expected `repeat` without from_then_on");
      repeat(steps[i].repeat(), at + ".repeat", out);
    }
    return out;
  }

 private:
  std::vector<Unrolled> stop(const std::string& path, std::string message) {
    if (!std::exchange(stopped_, true)) tell_(path, std::move(message));
    return {};
  }

  void repeat(const orrery::Scenario::Repeat& repeat, const std::string& path, std::vector<Unrolled>& out) {
    if (repeat.times() == 0 || repeat.steps().empty()) {
      stop(path, "expected `times` of at least 1 and `steps`, found " +
                     std::string(repeat.times() == 0 ? "no times" : "no steps"));
      return;
    }
    std::vector<Unrolled> round = steps(repeat.steps(), path + ".steps");
    std::set<std::string> given;
    for (Unrolled& u : round) {
      if (const std::string* name = givenName(u.step); name != nullptr && !name->empty()) given.insert(*name);
    }
    for (uint32_t n = 1; n <= repeat.times() && !stopped_; ++n) {
      if (out.size() + round.size() > kMostSteps) {
        stop(path, "expected at most " + std::to_string(kMostSteps) + " steps when all rounds are written out");
        return;
      }
      for (Unrolled u : round) {
        for (std::string* name : {givenName(u.step), spokenName(u.step)}) {
          if (name != nullptr && given.contains(*name)) *name += "_" + std::to_string(n);
        }
        out.push_back(std::move(u));
      }
    }
  }

  const Naming::Tell& tell_;
  bool stopped_ = false;
};

}  // namespace

std::vector<Unrolled> unroll(const Steps& steps, const std::string& path, const Naming::Tell& tell) {
  return Unroller(tell).steps(steps, path);
}

}  // namespace orrery::script
