#include "cli/live/text_file.h"

#include <fstream>
#include <iterator>

namespace orrery::live {

Result<std::string> readText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return makeError("cannot be read");
  return std::string(std::istreambuf_iterator<char>(in), {});
}

}  // namespace orrery::live
