#pragma once

#include <bit>
#include <cstdint>

namespace orrery {

// Arithmetic for decisions that need more than the four operations: integers only, so that every machine and compiler
// gives the same bits. Fixed point: the value times 2^16.
constexpr uint64_t kFixedOne = uint64_t{1} << 16;

// The nearest fixed-point number not above v, which is from 0 to 2^47.
constexpr uint64_t toFixed(double v) { return static_cast<uint64_t>(v * static_cast<double>(kFixedOne)); }

// The greatest integer whose square is not above n.
constexpr uint64_t squareRoot(unsigned __int128 n) {
  unsigned __int128 low = 0;
  unsigned __int128 high = uint64_t(-1);
  while (low < high) {
    const unsigned __int128 middle = low + (high - low + 1) / 2;
    if (middle * middle <= n) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return static_cast<uint64_t>(low);
}

// n to the power `exponent` (fixed point), in fixed point, at most 2^47. n from 1. Off by less than two in 10,000.
constexpr uint64_t fixedPower(uint32_t n, uint64_t exponent) {
  constexpr uint64_t kMost = uint64_t{1} << 47;
  if (n <= 1) return kFixedOne;
  unsigned __int128 result = kFixedOne;
  for (uint64_t i = 0; i < exponent / kFixedOne && result < kMost; ++i) result *= n;
  // The fraction bit by bit: each takes a root of the one before. Roots carry 32 bits behind the point.
  uint64_t root = uint64_t{n} << 32;
  for (uint64_t bit = kFixedOne / 2; bit > 0 && result < kMost; bit /= 2) {
    root = squareRoot(static_cast<unsigned __int128>(root) << 32);
    if ((exponent & bit) != 0) result = (result * root) >> 32;
  }
  return static_cast<uint64_t>(result < kMost ? result : kMost);
}

// -ln((bits + 1) / 2^64) in fixed point: how long it takes until something comes that is as likely at any time, where 1 is the
// mean and `bits` are even. Off by less than one in 10,000 and 2^-15.
constexpr uint64_t minusLogarithm(uint64_t bits) {
  constexpr uint64_t kLn2 = 45426;  // times 2^16
  if (bits == UINT64_MAX) return 0;
  const uint64_t n = bits + 1;
  const int zeros = std::countl_zero(n);
  // n is mantissa * 2^(63 - zeros) with a mantissa from 1 to 2, which carries 31 bits behind the point. Each square of it that
  // passes 2 is one more bit of the logarithm.
  uint64_t mantissa = (n << zeros) >> 32;
  uint64_t log2 = static_cast<uint64_t>(63 - zeros) << 16;
  for (uint64_t bit = kFixedOne / 2; bit > 0; bit /= 2) {
    mantissa = (mantissa * mantissa) >> 31;
    if (mantissa < (uint64_t{1} << 32)) continue;
    mantissa /= 2;
    log2 += bit;
  }
  return (((uint64_t{64} << 16) - log2) * kLn2) >> 16;
}

}  // namespace orrery
