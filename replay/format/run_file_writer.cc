#include "replay/format/run_file_writer.h"

#include <algorithm>

#include "replay/format/escape.h"

namespace orrery::replay {

namespace {

constexpr size_t kTrailPerLine = 32;
// Escaped, a byte takes up to four: the line stays below the reader's bound.
constexpr size_t kFileBytesPerLine = 12u << 10;

std::string trailLine(const std::vector<uint16_t>& trail, size_t from) {
  std::string out;
  for (size_t i = from; i < std::min(trail.size(), from + kTrailPerLine); ++i) out += hex64(trail[i]).substr(12);
  return out;
}

class Lines {
 public:
  void add(std::string_view word, std::string_view value) {
    text_ += word;
    text_ += ' ';
    text_ += escapeLine(value);
    text_ += '\n';
  }
  void number(std::string_view word, uint64_t value) { add(word, std::to_string(value)); }
  void signedNumber(std::string_view word, int64_t value) { add(word, std::to_string(value)); }
  void hex(std::string_view word, uint64_t value) { add(word, hex64(value)); }
  std::string finish() {
    add("end", contentHash(text_));
    return std::move(text_);
  }

 private:
  std::string text_;
};

}  // namespace

std::string writeRunFile(const RunFile& file) {
  Lines lines;
  lines.number("orrery-run", RunFile::kVersion);
  lines.add("revision", file.revision);
  lines.add("preset", file.preset);
  lines.add("scenario", file.scenario);
  lines.add("scenario-hash", file.scenarioHash);
  lines.add("bootstrap", file.bootstrap);
  lines.add("bootstrap-hash", file.bootstrapHash);
  lines.add("strategy", strategyName(file.strategy));
  lines.number("seed", file.seed);
  lines.hex("run-key", file.runKey);
  lines.number("events", file.events);
  lines.number("choices", file.choices);
  lines.signedNumber("virtual-ns", file.virtualNs);
  lines.hex("hash", file.hash);
  for (const uint64_t hash : file.checkpoints) lines.hex("checkpoint", hash);
  for (size_t i = 0; i < file.trail.size(); i += kTrailPerLine) lines.add("trail", trailLine(file.trail, i));
  if (file.failure) {
    lines.add("failed-check", file.failure->check);
    lines.add("failed-entity", file.failure->entity);
    lines.signedNumber("failed-at-ns", file.failure->atNs);
    lines.add("failed-message", file.failure->message);
  }
  for (const RunDeviation& d : file.deviations) lines.add("deviation", std::to_string(d.value) + ' ' + d.choice);
  for (const RunNamedFile& f : file.files) {
    lines.add("file", f.path);
    for (size_t i = 0; i < f.text.size(); i += kFileBytesPerLine) {
      lines.add("file-text", std::string_view(f.text).substr(i, kFileBytesPerLine));
    }
  }
  return lines.finish();
}

}  // namespace orrery::replay
