#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::sim {

// One step of the way to a field of an Envoy file.
struct FieldStep {
  enum class Kind : uint8_t {
    kName,     // .route
    kBracket,  // [0] of a list, [key] of a map
    kGap,      // ...: whatever lies between, if only one place fits
  };
  Kind kind = Kind::kName;
  std::string text;  // what the path says there, without dots and brackets

  bool operator==(const FieldStep&) const = default;
};

// "static_resources.listeners[0]...route.timeout", as messages about a bootstrap print paths, and with gaps. The last step is never a
// gap, and a name follows each. The error is "expected ..., found ...". Bounds: 512 bytes.
std::expected<std::vector<FieldStep>, std::string> parseFieldPath(std::string_view path);

// The steps up to `count` as text again.
std::string fieldPathText(const std::vector<FieldStep>& steps, size_t count);

// Whether two keys name one field of a message: idle_timeout, idleTimeout.
bool sameField(std::string_view a, std::string_view b);

}  // namespace orrery::sim
