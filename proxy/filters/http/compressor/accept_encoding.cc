#include "proxy/filters/http/compressor/accept_encoding.h"

#include "proxy/base/ascii.h"

namespace orrery::filters::compressor {

namespace {

// "q=0.5" in thousandths; what is no weight counts as 1 (RFC 9110 section 12.4.2).
uint32_t weight(std::string_view parameters) {
  const size_t q = parameters.find("q=");
  if (q == std::string_view::npos) return 1000;
  std::string_view text = trim(parameters.substr(q + 2));
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return 1000;
  uint32_t value = static_cast<uint32_t>(text[0] - '0') * 1000;
  uint32_t unit = 100;
  for (size_t i = 2; i < text.size() && i < 5 && text[i] >= '0' && text[i] <= '9'; ++i, unit /= 10) {
    value += static_cast<uint32_t>(text[i] - '0') * unit;
  }
  return value;
}

}  // namespace

Acceptance acceptance(std::string_view header, bool present, std::string_view coding) {
  if (!present) return Acceptance::kNoHeader;
  // The best of those that could be used here; the first counts among equals.
  uint32_t best = 0;
  Acceptance choice = Acceptance::kNotValid;
  uint32_t wildcard = 0;
  bool refused = false;
  forEachToken(header, [&](std::string_view item) {
    const size_t semicolon = item.find(';');
    const std::string_view name = trim(item.substr(0, semicolon));
    const uint32_t q = semicolon == std::string_view::npos ? 1000 : weight(item.substr(semicolon + 1));
    if (name == "*") {
      wildcard = q;
      return;
    }
    const bool ours = equalsIgnoreCase(name, coding);
    if (ours && q == 0) refused = true;
    if (!ours && !equalsIgnoreCase(name, "identity")) return;
    if (q > best) {
      best = q;
      choice = ours ? Acceptance::kUsed : Acceptance::kIdentity;
    }
  });
  if (choice == Acceptance::kNotValid && wildcard > 0 && !refused) return Acceptance::kWildcard;
  return choice;
}

}  // namespace orrery::filters::compressor
