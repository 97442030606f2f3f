#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/base/assert.h"
#include "replay/format/run_file_reader.h"
#include "replay/format/run_file_writer.h"

// A .run file from anywhere is read or refused; what was read can be written, and comes back as it was. Each input is tried as it
// stands and with the right integrity line under it: mutations would hardly ever guess that.
namespace {

void tryText(std::string_view text) {
  namespace replay = orrery::replay;
  const auto file = replay::readRunFile(text);
  if (!file) {
    ORRERY_ASSERT(!file.error().message.empty(), "a refusal says why");
    ORRERY_ASSERT(file.error().message.find('\n') == std::string::npos, "a refusal is one line");
    return;
  }
  const auto again = replay::readRunFile(replay::writeRunFile(*file));
  ORRERY_ASSERT(again.has_value(), "what is written can be read");
  ORRERY_ASSERT(*again == *file, "and is the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  tryText(text);
  const size_t end = text.rfind("end ");
  if (end != std::string::npos) text.resize(end);
  tryText(text + "end " + orrery::replay::contentHash(text) + "\n");
  return 0;
}
