#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/mark.h"
#include "proxy/base/time.h"
#include "sim/core/chooser.h"
#include "sim/core/deviations.h"
#include "sim/world/recording.h"

namespace orrery::sim {

enum class RunOutcome : uint8_t {
  kPass,
  kFail,   // a claim or an oracle is broken: `failures`
  kError,  // the run says nothing about the claim (the proxy did not start, the script cannot be carried out): `error`
  kSkip,   // the scenario cannot run on this back end: `error` says why
  kUnshown,  // never set by runScenario: the caller counts `sometimes` over several runs
};
// "pass", "fail", "error", "skip", "unshown"
std::string_view runOutcomeName(RunOutcome outcome);

// One broken claim or oracle.
struct CheckFailure {
  std::string check;   // "at-most-once", "pairing", "always", "default", "livelock", ...
  std::string entity;  // path of whom it is about; empty: the run
  TimePoint at;
  std::string message;  // one line: "request #2 seen twice by origin (retry_on was empty)"
};

// A check that could not say anything about this run.
struct NotJudged {
  std::string check;
  std::string reason;
};

// What came out of one run. A plain value.
struct RunResult {
  RunOutcome outcome = RunOutcome::kPass;
  std::string error;
  std::vector<CheckFailure> failures;  // in the order in which they were found
  std::vector<NotJudged> notJudged;
  // For each entry of Scenario::sometimes, whether this run showed it.
  std::vector<bool> shown;

  MarkSet marks;  // rare branches of the proxy that this run has taken

  uint64_t hash = 0;                  // rolling hash of everything
  std::vector<uint64_t> checkpoints;  // as RollingHash::checkpoints()
  uint64_t events = 0;   // items in the hash, choices and draws among them (one line each of --print events)
  uint64_t choices = 0;  // Chooser::asked()
  Duration virtualTime;  // at which the run ended
  Duration storyTime;    // at which the last client had come to the end of its story

  Deviations deviations;                  // the answers other than 0
  std::vector<Chooser::Asked> questions;  // all that was asked, in order; when asked for
  std::vector<uint64_t> features;         // Coverage; when asked for
  uint64_t order = 0;                     // HappensBefore::value() at the end; when asked for
  FitReport fit;                          // of a replay
  uint64_t runKey = 0;

  std::shared_ptr<const Recording> recording;  // when asked for
  std::string capture;                         // likewise: a pcapng file
  bool captureTruncated = false;
};

class Run;

// Fills in what the run itself knows: hash, counts, choices, how a replay fitted. Takes the list of questions.
void takeFromRun(Run& run, RunResult& result);

}  // namespace orrery::sim
