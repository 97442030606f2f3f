#include "cli/error_lines.h"

#include <string_view>

namespace orrery::cli {

int ErrorLines::Buffer::overflow(int c) {
  if (c != traits_type::eof()) {
    const char byte = traits_type::to_char_type(c);
    xsputn(&byte, 1);
  }
  return 0;
}

std::streamsize ErrorLines::Buffer::xsputn(const char* bytes, std::streamsize n) {
  constexpr size_t kMax = 1u << 20;
  to_.write(bytes, n);
  if (text_.size() < kMax) text_.append(bytes, static_cast<size_t>(n));
  return n;
}

int ErrorLines::Buffer::sync() {
  to_.flush();
  return 0;
}

std::vector<std::string> ErrorLines::lines() const {
  constexpr std::string_view kPrefix = "orrery: ";
  std::vector<std::string> out;
  for (std::string_view rest = buffer_.text(); !rest.empty();) {
    const size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    // What stands before was progress, rewritten in place.
    if (const size_t erased = line.rfind("\x1b[K"); erased != std::string_view::npos) line.remove_prefix(erased + 3);
    if (line.starts_with(kPrefix)) line.remove_prefix(kPrefix.size());
    if (!line.empty()) out.emplace_back(line);
  }
  return out;
}

}  // namespace orrery::cli
