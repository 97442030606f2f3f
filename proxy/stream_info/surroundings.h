#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "proxy/base/time.h"
#include "proxy/base/zone.h"
#include "proxy/stream_info/value.h"

namespace orrery::stream_info {

// What formats may say about more than the stream: the process, the moment, the listener that it came by. One per
// connection manager and worker. Lifetime: outlives its streams. Threading: the worker's.
class Surroundings {
 public:
  virtual WallTime wallNow() const = 0;
  virtual ZoneOffset localZone(WallTime at) const = 0;
  virtual std::string_view hostname() const = 0;
  virtual std::optional<std::string> variable(std::string_view name) const = 0;
  // A new UUID at each call (RFC 9562 version 4).
  virtual void appendUuid(std::string& out) const = 0;
  virtual std::string_view filterChainName() const = 0;
  // Null: there is none.
  virtual const Value::Object* listenerMetadata() const = 0;
  virtual const Value::Object* filterChainMetadata() const = 0;

 protected:
  ~Surroundings() = default;
};

}  // namespace orrery::stream_info
