#pragma once

#include <string>
#include <string_view>

#include "proxy/events/sink.h"
#include "sim/checks/checks.h"
#include "sim/core/race_detector.h"
#include "sim/core/run.h"
#include "sim/world/stream_ends.h"

namespace orrery::sim {

// What the proxy tells goes into the run's hash and recording, named by the logical thread that told it, and to the checks.
class ProxyEvents final : public events::Sink {
 public:
  // `checks`: null where nothing is judged.
  ProxyEvents(Run& run, Checks* checks) : events::Sink(true), run_(run), checks_(checks) {}

  void emit(const events::ConnectionAccepted& e) override { trace(e); }
  void emit(const events::ConnectionClosed& e) override { trace(e); }
  void emit(const events::RequestStarted& e) override { trace(e); }
  void emit(const events::RequestFinished& e) override {
    const SimulatorCode scope;
    trace(e);
    if (checks_ != nullptr) checks_->emit(e);
    if (ends_ != nullptr) ends_->onFinished(e);
  }
  void emit(const events::AttemptStarted& e) override {
    const SimulatorCode scope;
    trace(e);
    if (ends_ != nullptr) ends_->onAttemptStarted(e);
  }
  void emit(const events::AttemptFinished& e) override {
    const SimulatorCode scope;
    trace(e);
    if (ends_ != nullptr) ends_->onAttemptFinished(e);
  }
  void emit(const events::UpstreamConnected& e) override { trace(e); }
  void emit(const events::UpstreamClosed& e) override { trace(e); }
  void log(events::LogLevel level, std::string_view component, std::string_view message) override {
    if (level >= events::LogLevel::kError) lastError_ = std::string(component) + ": " + std::string(message);
  }
  // Who is told of streams and attempts too; null: nobody. Outlives it.
  void watch(StreamEnds* ends) { ends_ = ends; }
  const std::string& lastError() const { return lastError_; }

 private:
  template <class E>
  void trace(const E& e) {
    const LogicalThread* thread = run_.scheduler().current();
    run_.emit(thread == nullptr ? 0 : thread->id(), e);
  }
  Run& run_;
  Checks* checks_;
  StreamEnds* ends_ = nullptr;
  std::string lastError_;
};

}  // namespace orrery::sim
