#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>

namespace orrery::cli {

// Where a command writes: results to `out`, one-line complaints and progress to `err`. Lifetime: the streams outlive it.
struct Terminal {
  std::ostream& out;
  std::ostream& err;
  bool color = false;     // on `out`
  bool progress = false;  // `err` is a terminal
  size_t width = 110;
  std::string program = "orrery";  // as it was called, for lines that people paste

  enum class Tone { kPlain, kGood, kBad, kDoubtful, kFaint };
  std::string toned(Tone tone, std::string_view text) const {
    constexpr std::string_view kCodes[] = {"", "\x1b[32m", "\x1b[1;31m", "\x1b[33m", "\x1b[2m"};
    if (!color || tone == Tone::kPlain) return std::string(text);
    return std::string(kCodes[static_cast<size_t>(tone)]) + std::string(text) + "\x1b[0m";
  }
  // "orrery: <message>", one line whatever it holds.
  void complain(std::string_view message) const;
};

// A word for a shell: quoted where it must be.
std::string shellWord(std::string_view text);

}  // namespace orrery::cli
