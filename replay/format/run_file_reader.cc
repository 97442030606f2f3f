#include "replay/format/run_file_reader.h"

#include <array>
#include <charconv>
#include <set>

#include "replay/format/escape.h"

namespace orrery::replay {

namespace {

constexpr std::string_view kMagic = "orrery-run ";

// For messages: what was found, short and on one line.
std::string shown(std::string_view text) {
  constexpr size_t kMax = 40;
  if (text.empty()) return "nothing";
  std::string out;
  for (const char c : text.substr(0, kMax)) out += c >= 0x20 && c < 0x7f ? c : '?';
  return "'" + out + (text.size() > kMax ? "...'" : "'");
}

template <class T>
bool parseNumber(std::string_view text, T& out, int base = 10) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
  return error == std::errc() && end == text.data() + text.size();
}

bool parseHash(std::string_view text, size_t digits) {
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<RunFile> read() {
    if (Status s = checkFirstLine(); !s) return std::unexpected(s.error());
    if (text_.size() > kMaxRunFileBytes) return makeError("the file is larger than 64 MiB, the bound of a .run file");
    // Damage is looked for first: the words of a damaged file prove nothing.
    const Status whole = checkIntegrity();
    const Status body = readBody();
    if (!whole) return makeError(whole.error().message + (body ? "" : "; " + body.error().message));
    if (!body) return std::unexpected(body.error());
    return std::move(file_);
  }

 private:
  // Words that must be there exactly once, and those of a failure, all or none.
  static constexpr std::array<std::string_view, 13> kRequired = {
      "revision", "preset", "scenario", "scenario-hash", "bootstrap", "bootstrap-hash", "strategy", "seed",
      "run-key",  "events", "choices",  "virtual-ns",    "hash"};
  static constexpr std::array<std::string_view, 4> kFailure = {"failed-check", "failed-entity", "failed-at-ns",
                                                               "failed-message"};

  Status checkFirstLine() {
    const std::string_view first = text_.substr(0, text_.find('\n'));
    if (text_.empty()) return makeError("the file is empty: expected a .run file ('orrery-run 1')");
    if (!first.starts_with(kMagic)) {
      return makeError("line 1: this is no .run file: expected 'orrery-run 1', found " + shown(first));
    }
    const std::string_view version = first.substr(kMagic.size());
    uint64_t number = 0;
    if (!parseNumber(version, number)) {
      return makeError("line 1: expected the number of the format version, found " + shown(version));
    }
    if (number != RunFile::kVersion) {
      return makeError("line 1: format version " + std::to_string(number) + "; this program reads version " +
                       std::to_string(RunFile::kVersion));
    }
    return {};
  }

  // Sets body_ to all between the first and the last line.
  Status checkIntegrity() {
    const size_t first = text_.find('\n');
    size_t end = text_.size();
    if (end > 0 && text_[end - 1] == '\n') --end;
    const size_t before = end == 0 ? std::string_view::npos : text_.rfind('\n', end - 1);
    const size_t begin = before == std::string_view::npos ? 0 : before + 1;
    const std::string_view last = text_.substr(begin, end - begin);
    body_ = first == std::string_view::npos ? std::string_view() : text_.substr(first + 1);
    if (begin == 0 || !last.starts_with("end ") || !parseHash(last.substr(4), 32) || end == text_.size()) {
      return makeError("the file is cut off: expected 'end <hash>' as its last line, found " + shown(last));
    }
    body_ = text_.substr(first + 1, begin - first - 1);
    const std::string found = contentHash(text_.substr(0, begin));
    if (found != last.substr(4)) {
      return makeError("the file is damaged: its last line says that the hash of what stands before is " +
                       std::string(last.substr(4)) + ", found " + found);
    }
    return {};
  }

  Status readBody() {
    line_ = 1;
    for (std::string_view rest = body_; !rest.empty();) {
      const size_t end = rest.find('\n');
      const std::string_view line = rest.substr(0, end);
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
      ++line_;
      if (Status s = readLine(line); !s) return wrong(s.error().message);
    }
    for (const std::string_view word : kRequired) {
      if (!seen_.contains(word)) return makeError("there is no line '" + std::string(word) + "'");
    }
    for (const std::string_view word : kFailure) {
      if (file_.failure && !seen_.contains(word)) return makeError("there is no line '" + std::string(word) + "'");
    }
    return {};
  }

  Status wrong(const std::string& what) const { return makeError("line " + std::to_string(line_) + ": " + what); }

  Status readLine(std::string_view line) {
    if (line.size() > kMaxRunFileLine) return makeError("the line is longer than 64 KiB");
    const size_t space = line.find(' ');
    const std::string_view word = line.substr(0, space);
    if (space == std::string_view::npos) return makeError("expected a word and a value, found " + shown(line));
    const auto value = unescapeLine(line.substr(space + 1));
    if (!value) return makeError(std::string(shown(word)) + " has a value that is not properly escaped");
    if (word == "deviation") return readDeviation(*value);
    if (word == "checkpoint") return readCheckpoint(*value);
    if (word == "trail") return readTrail(*value);
    if (word == "file") return readFileName(*value);
    if (word == "file-text") return readFileText(*value);
    if (!seen_.insert(std::string(word)).second) return makeError(shown(word) + " is there twice");
    return readField(word, *value);
  }

  Status readField(std::string_view word, const std::string& value) {
    if (word == "revision") return text(value, file_.revision);
    if (word == "preset") return text(value, file_.preset);
    if (word == "scenario") return text(value, file_.scenario);
    if (word == "scenario-hash") return hash128(word, value, file_.scenarioHash);
    if (word == "bootstrap") return text(value, file_.bootstrap);
    if (word == "bootstrap-hash") return hash128(word, value, file_.bootstrapHash);
    if (word == "strategy") return strategy(value);
    if (word == "seed") return number(word, value, file_.seed);
    if (word == "run-key") return hash64(word, value, file_.runKey);
    if (word == "events") return number(word, value, file_.events);
    if (word == "choices") return number(word, value, file_.choices);
    if (word == "virtual-ns") return number(word, value, file_.virtualNs);
    if (word == "hash") return hash64(word, value, file_.hash);
    if (word.starts_with("failed-")) return failureField(word, value);
    return makeError("unknown word " + shown(word));
  }

  Status failureField(std::string_view word, const std::string& value) {
    if (!file_.failure) file_.failure.emplace();
    if (word == "failed-check") return text(value, file_.failure->check);
    if (word == "failed-entity") return text(value, file_.failure->entity);
    if (word == "failed-at-ns") return number(word, value, file_.failure->atNs);
    if (word == "failed-message") return text(value, file_.failure->message);
    return makeError("unknown word " + shown(word));
  }

  Status readDeviation(const std::string& value) {
    const size_t space = value.find(' ');
    RunDeviation d;
    if (space == std::string::npos || !parseNumber(std::string_view(value).substr(0, space), d.value)) {
      return makeError("expected 'deviation <value> <choice>', found " + shown(value));
    }
    d.choice = value.substr(space + 1);
    if (d.choice.empty()) return makeError("the deviation names no choice");
    if (file_.deviations.size() >= kMaxRunFileDeviations) return makeError("more than 1048576 deviations");
    if (!choices_.insert(d.choice).second) return makeError("choice " + shown(d.choice) + " is there twice");
    file_.deviations.push_back(std::move(d));
    return {};
  }

  Status readFileName(const std::string& value) {
    if (value.empty()) return makeError("the file has no name");
    if (!files_.insert(value).second) return makeError("file " + shown(value) + " is there twice");
    file_.files.push_back({value, {}});
    return {};
  }

  Status readFileText(const std::string& value) {
    if (file_.files.empty()) return makeError("'file-text' before the first 'file'");
    fileBytes_ += value.size();
    if (fileBytes_ > RunFile::kMaxNamedFileBytes) return makeError("more than 4 MiB of named files");
    file_.files.back().text += value;
    return {};
  }

  Status readCheckpoint(const std::string& value) {
    return hash64("checkpoint", value, file_.checkpoints.emplace_back());
  }

  Status readTrail(std::string_view value) {
    if (value.empty() || value.size() % 4 != 0 || !parseHash(value, value.size())) {
      return makeError("'trail': expected groups of 4 hexadecimal digits, found " + shown(value));
    }
    if (file_.trail.size() + value.size() / 4 > RunFile::kMaxTrail)
      return makeError("a trail of more than 65536 events");
    for (size_t i = 0; i < value.size(); i += 4) parseNumber(value.substr(i, 4), file_.trail.emplace_back(), 16);
    return {};
  }

  static Status text(const std::string& value, std::string& out) {
    out = value;
    return {};
  }
  template <class T>
  static Status number(std::string_view word, const std::string& value, T& out) {
    if (parseNumber(std::string_view(value), out)) return {};
    return makeError("'" + std::string(word) + "': expected a number, found " + shown(value));
  }
  static Status hash64(std::string_view word, const std::string& value, uint64_t& out) {
    if (parseHash(value, 16) && parseNumber(std::string_view(value), out, 16)) return {};
    return makeError("'" + std::string(word) + "': expected 16 hexadecimal digits, found " + shown(value));
  }
  static Status hash128(std::string_view word, const std::string& value, std::string& out) {
    if (!parseHash(value, 32)) {
      return makeError("'" + std::string(word) + "': expected 32 hexadecimal digits, found " + shown(value));
    }
    out = value;
    return {};
  }
  Status strategy(const std::string& value) {
    for (const auto s : {RunFile::Strategy::kPlain, RunFile::Strategy::kRandom, RunFile::Strategy::kReplay}) {
      if (value == strategyName(s)) {
        file_.strategy = s;
        return {};
      }
    }
    return makeError("'strategy': expected plain, random or replay, found " + shown(value));
  }

  std::string_view text_;
  std::string_view body_;
  RunFile file_;
  std::set<std::string, std::less<>> seen_;
  std::set<std::string, std::less<>> choices_;
  std::set<std::string, std::less<>> files_;
  size_t fileBytes_ = 0;
  size_t line_ = 0;
};

}  // namespace

Result<RunFile> readRunFile(std::string_view text) { return Reader(text).read(); }

}  // namespace orrery::replay
