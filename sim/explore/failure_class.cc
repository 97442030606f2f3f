#include "sim/explore/failure_class.h"

#include <algorithm>
#include <string_view>

#include "sim/explore/entity_class.h"

namespace orrery::sim {

namespace {

// "`second.status in [200, 503]` does not hold: ..." -> the claim.
std::string_view claimIn(std::string_view message) {
  const size_t begin = message.find('`');
  const size_t end = begin == std::string_view::npos ? begin : message.find('`', begin + 1);
  return end == std::string_view::npos ? message : message.substr(begin + 1, end - begin - 1);
}

// Each number becomes one '#': "request #2 seen 3 times" and "request #14 seen 2 times" are one cause.
std::string withoutNumbers(std::string_view message) {
  std::string out;
  bool inside = false;
  for (const char c : message) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit) out += c;
    if (digit && !inside) out += '#';
    inside = digit;
  }
  return out;
}

FailureClass errorClass(const RunResult& result) { return {"error", "", withoutNumbers(result.error)}; }

}  // namespace

FailureClass classOf(const CheckFailure& f) {
  const bool claim = f.check == "always" || f.check == "default";
  return {f.check, entityClass(f.entity), claim ? std::string(claimIn(f.message)) : withoutNumbers(f.message)};
}

std::optional<FailureClass> classOf(const RunResult& result) {
  if (result.outcome == RunOutcome::kError) return errorClass(result);
  if (result.failures.empty()) return std::nullopt;
  return classOf(result.failures.front());
}

bool failsAs(const RunResult& result, const FailureClass& wanted) {
  if (result.outcome == RunOutcome::kError) return errorClass(result) == wanted;
  return std::any_of(result.failures.begin(), result.failures.end(),
                     [&](const CheckFailure& f) { return classOf(f) == wanted; });
}

}  // namespace orrery::sim
