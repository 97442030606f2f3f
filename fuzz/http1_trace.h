#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "proxy/codec/http1/codec.h"

namespace orrery::fuzz {

struct Http1Reading {
  bool lenient = false;
  bool customMethods = false;
};

// What a parser made of a run of bytes, as one text: events with neighbouring body pieces joined, then the verdict. Two
// cuttings of the same bytes must give the same text.
std::string http1Trace(http1::MessageKind kind, const Http1Reading& reading, std::string_view bytes,
                       std::span<const size_t> cuts);

}  // namespace orrery::fuzz
