#include "sim/world/diagnostic.h"

namespace orrery::sim {

std::string toLine(const Diagnostic& d) {
  std::string out = d.file;
  if (d.line > 0) out += ':' + std::to_string(d.line);
  if (d.line > 0 && d.column > 0) out += ':' + std::to_string(d.column);
  out += d.warning ? ": warning: " : ": error: ";
  if (!d.path.empty()) out += d.path + ": ";
  out += d.message;
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return out;
}

}  // namespace orrery::sim
