#include "cli/forked_runs.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/unit/cli/fake_simulator.h"

namespace orrery::cli {
namespace {

class ForkedRunsTest : public testing::Test {
 protected:
  ForkedRunsTest() : simulator_(fakeSimulator()), runner_(simulator_.newRunner()) {
    const std::string path = line_.write("a.yaml", "claim: a\nsometimes: late\nfails: 9\n");
    scenario_ = simulator_
                    .compile(path,
                             [this](const std::string& p) -> Result<std::string> {
                               return line_.read(p.substr(p.rfind('/') + 1));
                             })
                    .scenario;
    sim::RunRequest plain;
    plain.listQuestions = true;
    plain.order = true;
    questions_ = runner_->run(*scenario_, plain).questions;
  }

  // Answer `value` at question `first`, and at `second` if that is another.
  sim::RunRequest replay(size_t first, size_t second, uint64_t value) const {
    std::vector<sim::Deviation> answers = {{questions_[first].key, value, ""}};
    if (second != first) answers.push_back({questions_[second].key, value, ""});
    sim::RunRequest request;
    request.strategy = sim::Strategy::replay(sim::Deviations::of(std::move(answers)));
    request.listQuestions = true;
    request.order = true;
    return request;
  }

  CommandLine line_;
  Simulator simulator_;
  std::unique_ptr<Runner> runner_;
  std::shared_ptr<const sim::CompiledScenario> scenario_;
  std::vector<sim::Chooser::Asked> questions_;
};

TEST_F(ForkedRunsTest, AreWhatTheRunnerWouldMakeOfEach) {
  std::vector<sim::RunRequest> requests;
  for (size_t i = 0; i < questions_.size(); ++i) {
    for (uint64_t v = 1; v < 4; ++v) {
      for (size_t j = i; j < questions_.size(); j += 3) requests.push_back(replay(i, j, v));
    }
  }
  for (const size_t jobs : {1u, 3u}) {
    const auto results = ForkedRuns(*runner_, jobs, {}).run(*scenario_, requests, [] { return false; });
    ASSERT_EQ(results.size(), requests.size());
    for (size_t i = 0; i < requests.size(); ++i) {
      const sim::RunResult expected = runner_->run(*scenario_, requests[i]);
      ASSERT_TRUE(results[i]) << i;
      const sim::RunResult& r = *results[i];
      EXPECT_EQ(r.hash, expected.hash) << i;
      EXPECT_EQ(r.outcome, expected.outcome);
      ASSERT_EQ(r.failures.size(), expected.failures.size());
      if (!r.failures.empty()) {
        EXPECT_EQ(r.failures[0].message, expected.failures[0].message);
      }
      EXPECT_EQ(r.shown, expected.shown);
      EXPECT_EQ(r.marks, expected.marks);
      EXPECT_EQ(r.notJudged.size(), 1u);
      EXPECT_EQ(r.events, expected.events);
      EXPECT_EQ(r.choices, expected.choices);
      EXPECT_EQ(r.checkpoints, expected.checkpoints);
      EXPECT_EQ(r.virtualTime, expected.virtualTime);
      EXPECT_EQ(r.order, expected.order);
      EXPECT_EQ(r.runKey, expected.runKey);
      ASSERT_EQ(r.questions.size(), expected.questions.size());
      for (size_t q = 0; q < r.questions.size(); ++q) EXPECT_EQ(r.questions[q].value, expected.questions[q].value);
      ASSERT_EQ(r.deviations.size(), expected.deviations.size());
      for (size_t d = 0; d < r.deviations.size(); ++d) {
        EXPECT_EQ(r.deviations.items()[d].key, expected.deviations.items()[d].key);
        EXPECT_EQ(r.deviations.items()[d].value, expected.deviations.items()[d].value);
      }
    }
  }
}

// The last goes on in this process, which has to go some way.
TEST_F(ForkedRunsTest, OfThoseThatPartEarlyOrTooLateNothingIsTold) {
  const std::vector<sim::RunRequest> requests = {replay(0, 0, 1), replay(5, 5, 1)};
  const auto early = ForkedRuns(*runner_, 1, std::chrono::hours(1)).run(*scenario_, requests, [] { return false; });
  EXPECT_FALSE(early[0]);
  EXPECT_TRUE(early[1]);
  const auto late = ForkedRuns(*runner_, 1, {}).run(*scenario_, requests, [] { return true; });
  EXPECT_FALSE(late[0]);
  EXPECT_TRUE(late[1]);
}

// A runner whose process ends where a question is answered otherwise.
class Dying final : public Runner {
 public:
  explicit Dying(Runner& runner) : runner_(runner), process_(::getpid()) {}
  sim::RunResult run(const sim::CompiledScenario& scenario, const sim::RunRequest& request) override {
    sim::RunResult result = runner_.run(scenario, request);
    if (::getpid() != process_ && result.deviations.items()[0].value == 2) ::_exit(1);
    return result;
  }

 private:
  Runner& runner_;
  pid_t process_;
};

TEST_F(ForkedRunsTest, AProcessThatDiesTakesNoOtherWithIt) {
  Dying dying(*runner_);
  const std::vector<sim::RunRequest> requests = {replay(2, 2, 1), replay(3, 3, 2), replay(4, 4, 3)};
  const auto results = ForkedRuns(dying, 2, {}).run(*scenario_, requests, [] { return false; });
  EXPECT_TRUE(results[0]);
  EXPECT_FALSE(results[1]);
  EXPECT_TRUE(results[2]);
}

TEST_F(ForkedRunsTest, AreOfReplaysOnlyFromWhichNothingButTheResultIsWanted) {
  sim::RunRequest request;
  EXPECT_FALSE(ForkedRuns::possible(request));
  request = replay(0, 0, 1);
  request.record = true;
  EXPECT_FALSE(ForkedRuns::possible(request));
  request = replay(0, 0, 1);
  request.strategy = sim::Strategy::random(3);
  EXPECT_FALSE(ForkedRuns::possible(request));
}

}  // namespace
}  // namespace orrery::cli
