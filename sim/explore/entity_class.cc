#include "sim/explore/entity_class.h"

namespace orrery::sim {

namespace {
bool isDigit(char c) { return c >= '0' && c <= '9'; }
}  // namespace

std::string entityClass(std::string_view path) {
  std::string out;
  // Digits, and a dot before them, at the end of a component.
  const auto endComponent = [&out] {
    size_t end = out.size();
    while (end > 0 && isDigit(out[end - 1])) --end;
    if (end > 0 && end < out.size() && out[end - 1] == '.') --end;
    if (end > 0 && out[end - 1] != '/') out.resize(end);
  };
  for (const char c : path) {
    if (c == '/') endComponent();
    out += c;
  }
  endComponent();
  return out;
}

}  // namespace orrery::sim
