#include "proxy/config/finding.h"

#include <algorithm>
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
  out += finding.severity == Severity::kRefused ? ": error: " : ": warning: ";
  if (!finding.path.empty()) {
    appendPrintable(out, finding.path);
    out += ": ";
  }
  appendPrintable(out, finding.message);
  return out;
}

int SourceMap::lineOf(std::string_view path) const {
  for (;;) {
    if (auto found = lines_.find(path); found != lines_.end()) return found->second;
    const size_t cut = path.find_last_of(".[");
    if (cut == std::string_view::npos) break;
    path = path.substr(0, cut);
  }
  const auto root = lines_.find(std::string_view());
  return root == lines_.end() ? 0 : root->second;
}

bool Report::refusedAtOrBelow(std::string_view path) const {
  return std::ranges::any_of(findings_, [&](const Finding& finding) {
    return finding.severity == Severity::kRefused && isBelow(finding.path, path);
  });
}

void Report::add(Severity severity, int line, std::string_view path, const std::string& message) {
  if (severity == Severity::kRefused) ++refused_;
  if (findings_.size() >= kMaxFindings) {
    ++dropped_;
    return;
  }
  findings_.push_back({severity, file_, line, std::string(path), message});
}

std::vector<Finding> Report::take() {
  // By line and, in one line, in order of discovery.
  std::vector<std::pair<int, size_t>> order;
  for (size_t i = 0; i < findings_.size(); ++i) order.emplace_back(findings_[i].line, i);
  std::ranges::sort(order);
  std::vector<Finding> out;
  out.reserve(order.size() + 1);
  for (const auto& [line, i] : order) out.push_back(std::move(findings_[i]));
  findings_.clear();
  if (dropped_ > 0) {
    out.push_back({refused_ > 0 ? Severity::kRefused : Severity::kWarning, file_, 0, "",
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
