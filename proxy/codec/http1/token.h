#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace orrery::http1 {

// A token that the parser hands over in pieces. A token that lies in one slice of the input is only looked at; one that is
// cut is collected in a string whose memory is kept for the next.
class Token {
 public:
  void clear() {
    view_ = {};
    spilled_ = false;
  }
  void add(const char* at, size_t n) {
    if (spilled_) {
      text_.append(at, n);
    } else if (view_.empty()) {
      view_ = {at, n};
    } else {
      spill();
      text_.append(at, n);
    }
  }
  // The slice that the pieces lie in goes away.
  void spill() {
    if (spilled_ || view_.empty()) return;
    text_.assign(view_);
    spilled_ = true;
  }
  std::string_view text() const { return spilled_ ? std::string_view(text_) : view_; }

 private:
  std::string_view view_;
  std::string text_;
  bool spilled_ = false;
};

}  // namespace orrery::http1
