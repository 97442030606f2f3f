#include "proxy/base/indentation.h"

#include <algorithm>

namespace orrery {

std::optional<TabPlace> tabInIndentation(std::string_view text, int last) {
  for (int line = 1; !text.empty() && (last == 0 || line <= last); ++line) {
    const size_t end = text.find('\n');
    const std::string_view content = text.substr(0, end);
    const size_t blanks = std::min(content.find_first_not_of(" \t\r"), content.size());
    const size_t tab = content.substr(0, blanks).find('\t');
    // A line of blanks alone is none of the document's.
    if (tab != std::string_view::npos && blanks < content.size()) return TabPlace{line, static_cast<int>(tab) + 1};
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return std::nullopt;
}

}  // namespace orrery
