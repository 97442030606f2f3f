#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::cel {

// Without the white space and the sign '+' that Envoy reads over.
inline std::string_view withoutPlus(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\v\f\r";
  while (!text.empty() && kSpace.contains(text.front())) text.remove_prefix(1);
  while (!text.empty() && kSpace.contains(text.back())) text.remove_suffix(1);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-' && text[1] != '+') text.remove_prefix(1);
  return text;
}

// Nothing: it is none, or none that T holds.
template <class T>
std::optional<T> parseWhole(std::string_view text) {
  text = withoutPlus(text);
  T out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

// Also "inf", "nan" and "0x1p3". Nothing: it is none.
std::optional<double> parseDouble(std::string_view text);

// With as many digits as it takes to read it back, with an exponent below a ten-thousandth and from a million on: "0.1", "1.5e+06".
std::string numberText(double number);

}  // namespace orrery::cel
