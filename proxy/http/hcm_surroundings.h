#pragma once

#include <string>

#include "proxy/net/listener_options.h"
#include "proxy/net/worker.h"
#include "proxy/stream_info/surroundings.h"

namespace orrery::http {

// What formats say about the process, the worker's moment and the listener. Lifetime: inside its HcmContext; the listener's
// options outlive it. Threading: the worker's.
class HcmSurroundings final : public stream_info::Surroundings {
 public:
  HcmSurroundings(net::Worker& worker, const net::ListenerOptions& listener) : worker_(worker), listener_(listener) {}

  WallTime wallNow() const override { return worker_.dispatcher.wallNow(); }
  ZoneOffset localZone(WallTime at) const override { return worker_.process.localZone(at); }
  std::string_view hostname() const override { return worker_.process.hostname(); }
  std::optional<std::string> variable(std::string_view name) const override { return worker_.process.variable(name); }
  void appendUuid(std::string& out) const override;
  std::string_view filterChainName() const override { return listener_.chain.name; }
  const stream_info::Value::Object* listenerMetadata() const override { return listener_.metadata.get(); }
  const stream_info::Value::Object* filterChainMetadata() const override { return listener_.chain.metadata.get(); }

 private:
  net::Worker& worker_;
  const net::ListenerOptions& listener_;
};

}  // namespace orrery::http
