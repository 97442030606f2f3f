#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace orrery::http1 {

// The bytes of one head or trailer section. A section that lies in one slice of the input is only looked at; one that is cut
// is collected in a string whose memory is kept for the next.
class SectionText {
 public:
  void clear() { text_.clear(); }
  // The slice ends inside the section.
  void spill(const char* begin, size_t n) { text_.append(begin, n); }
  // The section ends with these bytes. The view is good until the slice goes or clear().
  std::string_view complete(const char* begin, size_t n) {
    if (text_.empty()) return {begin, n};
    text_.append(begin, n);
    return text_;
  }
  // What was spilled so far.
  std::string_view spilled() const { return text_; }

 private:
  std::string text_;
};

}  // namespace orrery::http1
