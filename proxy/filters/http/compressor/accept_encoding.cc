#include "proxy/filters/http/compressor/accept_encoding.h"

#include <algorithm>
#include <vector>

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

Choice choose(std::string_view header, std::span<const Offer> offers) {
  std::vector<Offer> left;
  for (const Offer& offer : offers) {
    if (std::ranges::find(left, offer.coding, &Offer::coding) == left.end()) left.push_back(offer);
  }
  const auto find = [&](std::string_view name) {
    return std::ranges::find_if(left, [&](const Offer& o) { return equalsIgnoreCase(o.coding, name); });
  };
  struct Wish {
    std::string_view name;
    uint32_t weight;
  };
  std::vector<Wish> wishes;
  forEachToken(header, [&](std::string_view item) {
    const size_t semicolon = item.find(';');
    const std::string_view name = trim(item.substr(0, semicolon));
    const uint32_t q = semicolon == std::string_view::npos ? 1000 : weight(item.substr(semicolon + 1));
    wishes.push_back({name, q});
    if (const auto refused = find(name); q == 0 && refused != left.end()) left.erase(refused);
  });
  if (left.empty()) return {};
  Wish best{{}, 0};
  for (const Wish& wish : wishes) {
    const auto offer = find(wish.name);
    if (offer == left.end() && wish.name != "*" && !equalsIgnoreCase(wish.name, "identity")) continue;
    const bool preferred = offer != left.end() && offer->first && wish.weight == best.weight && wish.weight > 0;
    if (wish.weight > best.weight || preferred) best = wish;
  }
  if (best.weight == 0) return {};
  if (best.name == "*") return {Choice::Why::kWildcard, left.front().coding};
  const auto chosen = find(best.name);
  if (chosen == left.end()) return {Choice::Why::kIdentity};
  return {Choice::Why::kNamed, chosen->coding};
}

}  // namespace orrery::filters::compressor
