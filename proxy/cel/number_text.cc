#include "proxy/cel/number_text.h"

#include <limits>

namespace orrery::cel {

std::optional<double> parseDouble(std::string_view text) {
  text = withoutPlus(text);
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  auto format = std::chars_format::general;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    text.remove_prefix(2);
    format = std::chars_format::hex;
  }
  if (text.starts_with('-')) return std::nullopt;
  double out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, format);
  if (end != text.data() + text.size() || text.empty()) return std::nullopt;
  // What is too great is infinite and what is too small is nothing; the library tells neither apart.
  if (error != std::errc()) {
    const size_t exponent = text.find_last_of("eE");
    const bool small =
        text.starts_with("0.") || (exponent != std::string_view::npos && text.substr(exponent + 1).starts_with('-'));
    out = small ? 0 : std::numeric_limits<double>::infinity();
  }
  return negative ? -out : out;
}

std::string numberText(double number) {
  if (number != number) return "nan";
  char room[64];
  const auto shortest = std::to_chars(room, room + sizeof room, number, std::chars_format::scientific);
  const std::string scientific(room, shortest.ptr);
  const size_t mark = scientific.find('e');
  if (mark == std::string::npos) return scientific;  // infinite
  const auto exponent = parseWhole<int>(std::string_view(scientific).substr(mark + 1));
  if (!exponent || *exponent < -4 || *exponent >= 6) return scientific;
  const auto plain = std::to_chars(room, room + sizeof room, number, std::chars_format::fixed);
  return std::string(room, plain.ptr);
}

}  // namespace orrery::cel
