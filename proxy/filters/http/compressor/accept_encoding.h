#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace orrery::filters::compressor {

// A coding that a chain has a compressor for.
struct Offer {
  std::string_view coding;
  bool first = false;  // before others that the client wants as much
};

// What accept-encoding (RFC 9110 section 12.5.3) makes of the offers.
struct Choice {
  enum class Why : uint8_t { kNamed, kWildcard, kIdentity, kNotValid };  // kNotValid: nothing that is offered is wanted
  Why why = Why::kNotValid;
  std::string_view coding = {};  // of kNamed and kWildcard
};

// `header`: all fields joined. Offers are in the chain's order; of two for one coding the first counts. As Envoy: the
// heaviest wins, of equals the one that the client names first, unless one behind it is `first`.
Choice choose(std::string_view header, std::span<const Offer> offers);

}  // namespace orrery::filters::compressor
