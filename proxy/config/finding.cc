#include "proxy/config/finding.h"

#include <algorithm>
#include <compare>
#include <iterator>
#include <utility>

namespace orrery::config {

namespace {

// Text of a file may stand in a message; it must not break the line or the terminal.
void appendPrintable(std::string& out, std::string_view text) {
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      out += c;
    } else {
      constexpr char hex[] = "0123456789abcdef";
      out += "\\x";
      out += hex[byte >> 4];
      out += hex[byte & 15];
    }
  }
}

bool isBelow(std::string_view path, std::string_view ancestor) {
  return path.starts_with(ancestor) && (path.size() == ancestor.size() || ancestor.empty() ||
                                        path[ancestor.size()] == '.' || path[ancestor.size()] == '[');
}

}  // namespace

std::string toLine(const Finding& finding) {
  std::string out;
  appendPrintable(out, finding.file);
  if (finding.line > 0) out += ":" + std::to_string(finding.line);
  if (finding.line > 0 && finding.column > 0) out += ":" + std::to_string(finding.column);
  out += finding.severity == Severity::kRefused ? ": error: " : ": warning: ";
  if (!finding.path.empty()) {
    appendPrintable(out, finding.path);
    out += ": ";
  }
  appendPrintable(out, finding.message);
  return out;
}

SourceMap::Place SourceMap::placeOf(std::string_view path) const {
  for (;;) {
    if (auto found = places_.find(path); found != places_.end()) return found->second;
    const size_t cut = path.find_last_of(".[");
    if (cut == std::string_view::npos) break;
    path = path.substr(0, cut);
  }
  const auto root = places_.find(std::string_view());
  return root == places_.end() ? Place() : root->second;
}

// "clusters[0].name" of the other is "clusters[2].name" where there were two. Only the first list on the way counts: what
// is in its elements is new. So is all that is in an Any.
std::string SourceMap::pathAfterMerge(const std::string& path, const SourceMap& other) const {
  for (size_t end = path.find_first_of(".["); end != std::string::npos; end = path.find_first_of(".[", end + 1)) {
    const std::string above = path.substr(0, end);
    if (other.anys_.contains(above)) return path;
    if (path[end] != '[' || !other.lists_.contains(above)) continue;
    const auto own = lists_.find(above);
    if (own == lists_.end()) return path;
    const size_t close = path.find(']', end);
    const int index = std::stoi(path.substr(end + 1, close - end - 1));
    return above + '[' + std::to_string(own->second + index) + path.substr(close);
  }
  return path;
}

void SourceMap::mergeFrom(const SourceMap& other, size_t file) {
  for (const std::string& any : other.anys_) {
    if (pathAfterMerge(any, other) != any) continue;  // in an element that is new
    std::erase_if(places_, [&](const auto& entry) { return entry.first != any && isBelow(entry.first, any); });
    std::erase_if(lists_, [&](const auto& entry) { return isBelow(entry.first, any); });
  }
  for (auto it = other.places_.begin(); it != other.places_.end(); ++it) {
    const std::string path = pathAfterMerge(it->first, other);
    // What encloses fields of both stays where it first stood.
    const auto below = std::next(it);
    const bool encloses =
        below != other.places_.end() && isBelow(below->first, it->first) && !other.anys_.contains(it->first);
    if (encloses && places_.contains(path)) continue;
    places_.insert_or_assign(path, Place{it->second.mark, file});
  }
  std::map<std::string, int> grown;
  for (const auto& [path, elements] : other.lists_) {
    const std::string to = pathAfterMerge(path, other);
    const auto own = lists_.find(to);
    grown[to] = elements + (own == lists_.end() ? 0 : own->second);
  }
  for (const auto& [path, elements] : grown) lists_.insert_or_assign(path, elements);
}

bool Report::refusedAtOrBelow(std::string_view path) const {
  return std::ranges::any_of(findings_, [&](const Finding& finding) {
    return finding.severity == Severity::kRefused && isBelow(finding.path, path);
  });
}

void Report::add(Severity severity, SourceMap::Place place, std::string_view path, const std::string& message) {
  if (severity == Severity::kRefused) ++refused_;
  if (findings_.size() >= kMaxFindings) {
    ++dropped_;
    return;
  }
  findings_.push_back({severity, files_[place.file], place.mark.line, place.mark.column, std::string(path), message});
}

void Report::mergeFrom(Report other) {
  lines_.mergeFrom(other.lines_, files_.size());
  files_.push_back(other.files_.front());
  refused_ += other.refused_;
  dropped_ += other.dropped_;
  for (Finding& f : other.findings_) findings_.push_back(std::move(f));
}

size_t Report::fileNumber(const std::string& file) const {
  return static_cast<size_t>(std::ranges::find(files_, file) - files_.begin());
}

std::vector<Finding> Report::take() {
  struct Key {
    size_t file;
    int line;
    int column;
    size_t discovered;
    auto operator<=>(const Key&) const = default;
  };
  std::vector<Key> order;
  for (size_t i = 0; i < findings_.size(); ++i) {
    const Finding& f = findings_[i];
    order.push_back({fileNumber(f.file), f.line, f.column, i});
  }
  std::ranges::sort(order);
  std::vector<Finding> out;
  out.reserve(order.size() + 1);
  for (const Key& key : order) out.push_back(std::move(findings_[key.discovered]));
  findings_.clear();
  if (dropped_ > 0) {
    out.push_back({refused_ > 0 ? Severity::kRefused : Severity::kWarning, files_.front(), 0, 0, "",
                   "and " + std::to_string(dropped_) + " more findings"});
  }
  dropped_ = 0;
  return out;
}

Path::Scope Path::field(std::string_view name) {
  const size_t length = text_.size();
  if (!text_.empty()) text_ += '.';
  text_ += name;
  return {*this, length};
}

Path::Scope Path::index(int i) {
  const size_t length = text_.size();
  text_ += '[' + std::to_string(i) + ']';
  return {*this, length};
}

Path::Scope Path::key(std::string_view key) {
  const size_t length = text_.size();
  text_ += '[';
  text_ += key;
  text_ += ']';
  return {*this, length};
}

}  // namespace orrery::config
