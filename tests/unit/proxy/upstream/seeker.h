#pragma once

#include <string>
#include <utility>

#include "proxy/upstream/cluster.h"
#include "tests/unit/proxy/upstream/world.h"

namespace orrery::upstream::test {

// Asks the pool for a stream, sends one request, and writes down what happens to it.
class Seeker final : public StreamSeeker {
 public:
  explicit Seeker(World& world, std::string path = "/") : world_(world), arena_(world.worker.arenas), headers_(arena_) {
    headers_.add(message::HeaderId::kMethod, "GET");
    headers_.add(message::HeaderId::kPath, path);
    headers_.add(message::HeaderId::kAuthority, "h");
    headers_.add(message::HeaderId::kScheme, "http");
  }
  ~Seeker() {
    if (linked()) world_.cluster().pool(0).cancel(*this);
    if (stream != nullptr) stream->reset();
  }

  Seeker& ask() {
    const Pool::Acquired got = world_.cluster().pool(0).acquire(*this);
    if (got.overflow) log += "overflow;";
    if (got.stream != nullptr) onPoolReady(*got.stream);
    return *this;
  }
  void onPoolReady(UpstreamStream& s) override {
    stream = &s;
    log += "ready;";
    if (resetWhenReady) {
      std::exchange(stream, nullptr)->reset();
    } else if (!holdsHead) {
      sendHead();
    }
  }
  void sendHead() { stream->sendHeaders(headers_, endStream); }
  void onPoolFailure(ResetReason reason, std::string_view transport) override {
    log += "failed " + std::string(resetReasonText(reason)) + (transport.empty() ? "" : ", ") + std::string(transport) +
           ";";
  }
  message::HeaderMap& onResponseBegin() override { return *arena_.make<message::HeaderMap>(arena_); }
  void onInterimResponse(message::HeaderMap& headers) override { log += std::to_string(headers.status()) + ";"; }
  void onResponseHeaders(message::HeaderMap& headers, bool end) override {
    log += std::to_string(headers.status()) + (end ? " end;" : ";");
    if (end) stream = nullptr;
    if (resetOnHeaders && stream != nullptr) std::exchange(stream, nullptr)->reset();
  }
  void onResponseData(buffer::Buffer& data, bool end) override {
    log += "'" + data.toString() + "'" + (end ? " end;" : ";");
    data.clear();
    if (end) stream = nullptr;
  }
  void onResponseTrailers(message::HeaderMap& trailers) override {
    log += "trailers";
    for (const message::HeaderEntry& entry : trailers) log += " " + std::string(entry.name);
    log += " end;";
    stream = nullptr;
  }
  void onStreamReset(ResetReason reason, std::string_view) override {
    stream = nullptr;
    log += "reset " + std::string(resetReasonText(reason)) + ";";
  }
  void onAboveUpstreamHighWatermark() override { log += "above;"; }
  void onBelowUpstreamLowWatermark() override { log += "below;"; }

  std::string log;
  UpstreamStream* stream = nullptr;
  bool endStream = true;
  bool resetOnHeaders = false;
  bool resetWhenReady = false;
  bool holdsHead = false;  // the test calls sendHead()

 private:
  World& world_;
  Arena arena_;
  message::HeaderMap headers_;
};

}  // namespace orrery::upstream::test
