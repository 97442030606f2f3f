#include "cli/backtrace.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>
#include <string_view>

#include "cli/live/program_path.h"
#include "cli/live/shell.h"
#include "cli/terminal.h"

namespace orrery::cli {

namespace {

constexpr size_t kMostLines = 16;
constexpr std::string_view kIndent = "        ";

// What writes events down, and what asked for this, is not what makes them: by names, or, of what is inlined, by places.
bool isRecorder(std::string_view line) {
  for (const std::string_view part :
       {"interceptor_backtrace", "cli::Backtrace::", "cli/backtrace.cc", "sim::EventRecorder::", "sim/core/recorder.h",
        "sim::Trace::", "sim::Run::emit<", "std::function<void ()>::operator()", "std::_Function_handler<void ()",
        "/bits/std_function.h", "/bits/invoke.h"}) {
    if (line.find(part) != std::string_view::npos) return true;
  }
  return false;
}

// "build/release/../../sim/net/link.cc:12": "sim/net/link.cc:12"
std::string_view inRepository(std::string_view place) {
  size_t from = place.size();
  for (const std::string_view folder : {"proxy/", "sim/", "replay/", "cli/", "tests/", "fuzz/"}) {
    if (place.starts_with(folder)) return place;
    const size_t at = place.find('/' + std::string(folder));
    if (at != std::string_view::npos) from = std::min(from, at + 1);
  }
  return from == place.size() ? place : place.substr(from);
}

// "f(int) at sim/net/link.cc:12 (discriminator 3)": "f(int) sim/net/link.cc:12"
std::string shortLine(std::string line) {
  if (const size_t more = line.find(" (discriminator"); more != std::string::npos) line.resize(more);
  const size_t at = line.rfind(" at ");
  if (at == std::string::npos) return line;
  const std::string function = line.substr(0, at);
  const std::string place = line.substr(at + 4);
  return place.starts_with('?') ? function : function + ' ' + std::string(inRepository(place));
}

std::string hex(uintptr_t address) {
  std::array<char, 20> text{};
  std::snprintf(text.data(), text.size(), "0x%zx", static_cast<size_t>(address));
  return text.data();
}

}  // namespace

void Backtrace::of(uint64_t index, sim::RunRequest& request) {
  index_ = index;
  request.watchedEvent = index;
  request.onWatched = [this] { take(); };
}

void Backtrace::take() {
  std::array<void*, kMostFrames> frames;
  const int n = ::backtrace(frames.data(), kMostFrames);
  frames_.clear();
  for (int i = 0; i < n; ++i) frames_.push_back(reinterpret_cast<uintptr_t>(frames[static_cast<size_t>(i)]));
}

std::string Backtrace::text() const {
  Dl_info self{};
  if (frames_.empty() || ::dladdr(reinterpret_cast<const void*>(&hex), &self) == 0) return "";
  const std::string head = "      what made event " + std::to_string(index_) + ", the innermost first:\n";
  std::string addresses;
  for (const uintptr_t frame : frames_) {
    Dl_info where{};
    // Of the call, not of what follows it.
    if (::dladdr(reinterpret_cast<const void*>(frame - 1), &where) == 0 || where.dli_fbase != self.dli_fbase) continue;
    addresses += ' ' + hex(frame - 1 - reinterpret_cast<uintptr_t>(self.dli_fbase));
  }
  if (addresses.empty()) return head + std::string(kIndent) + "(no function of this program)\n";
  const auto tool = live::programInPath("addr2line");
  const live::ShellResult named = tool ? live::shell(shellWord(tool->string()) + " -C -f -p -i -e /proc/" +
                                                     std::to_string(::getpid()) + "/exe" + addresses)
                                       : live::ShellResult{};
  if (named.code != 0) return head + std::string(kIndent) + "addr2line -C -f -e " + self.dli_fname + addresses + '\n';
  std::string out = head;
  size_t lines = 0;
  std::istringstream in(named.output);
  for (std::string line; std::getline(in, line) && lines < kMostLines;) {
    if (const size_t inlined = line.find("(inlined by) "); inlined != std::string::npos) line.erase(0, inlined + 13);
    if (isRecorder(line)) continue;
    line = shortLine(std::move(line));
    if (line.find(" cli/") != std::string::npos) break;  // whoever asked for the run
    out += std::string(kIndent) + line + '\n';
    ++lines;
  }
  return out;
}

}  // namespace orrery::cli
