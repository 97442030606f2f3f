#pragma once

#include <ostream>
#include <streambuf>
#include <string>
#include <vector>

namespace orrery::cli {

// A stream that passes everything on and remembers the complaints in it: with --json they are told in the document too, so
// that a script always finds one.
class ErrorLines final : public std::ostream {
 public:
  explicit ErrorLines(std::ostream& to) : std::ostream(nullptr), buffer_(to) { rdbuf(&buffer_); }

  // The lines so far, without "orrery: " before them.
  std::vector<std::string> lines() const;

 private:
  class Buffer final : public std::streambuf {
   public:
    explicit Buffer(std::ostream& to) : to_(to) {}
    const std::string& text() const { return text_; }

   private:
    int overflow(int c) override;
    std::streamsize xsputn(const char* bytes, std::streamsize n) override;
    int sync() override;
    std::ostream& to_;
    std::string text_;
  };
  Buffer buffer_;
};

}  // namespace orrery::cli
