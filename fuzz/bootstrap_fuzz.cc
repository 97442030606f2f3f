#include <cstddef>
#include <cstdint>
#include <string_view>

#include "proxy/base/assert.h"
#include "proxy/config/bootstrap.h"

// Any bytes as a configuration file: a bootstrap or at least one refusal, each finding one printable line.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kEnough = 64 << 10;
  if (size > kEnough) return 0;
  const auto result =
      orrery::config::loadBootstrap(std::string_view(reinterpret_cast<const char*>(data), size), "fuzz.yaml");
  bool refused = false;
  for (const auto& finding : result.findings) {
    refused = refused || finding.severity == orrery::config::Severity::kRefused;
    ORRERY_ASSERT(toLine(finding).find('\n') == std::string::npos, "a finding is one line");
  }
  ORRERY_ASSERT((result.bootstrap == nullptr) == refused, "no bootstrap without a reason, and the reverse");
  return 0;
}
