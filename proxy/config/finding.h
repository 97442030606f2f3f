#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/config/mark.h"

namespace orrery::config {

enum class Severity {
  kRefused,  // The configuration is not used: the field is wrong, or ignoring it could change what a peer sees.
  kWarning,  // It is used; the field is deprecated, given twice, or touches observability only and is ignored.
};

// One thing that is wrong, or worth knowing, about one field of a configuration file.
struct Finding {
  Severity severity = Severity::kRefused;
  std::string file;
  int line = 0;      // From 1; 0 when the whole file is meant.
  int column = 0;    // From 1; 0 when the whole line is meant.
  std::string path;  // static_resources.listeners[0].address, through typed_config as if it were a plain message.
  std::string message;

  bool operator==(const Finding&) const = default;
};

// "front.yaml:18:5: error: static_resources.clusters[0].lb_policy: what is wrong", without a line break anywhere.
std::string toLine(const Finding& finding);

// Where each field of a configuration stands, by path. A path that is not there (a field that should be) gets the place of the
// nearest enclosing one.
class SourceMap {
 public:
  struct Place {
    Mark mark;
    size_t file = 0;  // 0: the first; n: what was merged n-th onto it
  };

  void add(std::string_view path, Mark mark) { places_.insert_or_assign(std::string(path), Place{mark, 0}); }
  // The field at `path` is a list of so many elements; it is an Any.
  void addList(std::string_view path, int elements) { lists_.insert_or_assign(std::string(path), elements); }
  void addAny(std::string_view path) { anys_.emplace(path); }
  Place placeOf(std::string_view path) const;

  // Follows what protobuf's MergeFrom makes of two messages: lists grow by the elements of the other's, an Any is replaced
  // whole, of everything else the other's counts where it says something.
  void mergeFrom(const SourceMap& other, size_t file);

 private:
  std::string pathAfterMerge(const std::string& path, const SourceMap& other) const;

  std::map<std::string, Place, std::less<>> places_;
  std::map<std::string, int, std::less<>> lists_;
  std::set<std::string, std::less<>> anys_;
};

// Collects the findings of one load, so that all of them are reported and not just the first.
// Bounds: keeps kMaxFindings; the rest is counted and told in one last finding.
class Report {
 public:
  explicit Report(std::string file) : files_{std::move(file)} {}

  void refuse(std::string_view path, std::string message) {
    add(Severity::kRefused, lines_.placeOf(path), path, message);
  }
  void warn(std::string_view path, std::string message) {
    add(Severity::kWarning, lines_.placeOf(path), path, message);
  }
  // Of the first file.
  void refuseAt(Mark mark, std::string_view path, std::string message) {
    add(Severity::kRefused, {mark, 0}, path, message);
  }
  void warnAt(Mark mark, std::string_view path, std::string message) {
    add(Severity::kWarning, {mark, 0}, path, message);
  }
  // The field at `path` is what a misspelt one, refused already, should be: that it is missing would be said of what follows from that.
  void meant(std::string_view path) { meant_.emplace(path); }
  bool isMeant(std::string_view path) const { return meant_.contains(path); }
  // `other` is of a file whose message is merged onto this one's; its findings and places are taken over.
  void mergeFrom(Report other);

  SourceMap& lines() { return lines_; }
  bool refused() const { return refused_ > 0; }
  // Whether something at `path` or below it was refused: a second complaint about the same place would only confuse.
  bool refusedAtOrBelow(std::string_view path) const;

  // In order of file, of place, then of discovery.
  std::vector<Finding> take();

  static constexpr size_t kMaxFindings = 200;

 private:
  void add(Severity severity, SourceMap::Place place, std::string_view path, const std::string& message);
  size_t fileNumber(const std::string& file) const;

  std::vector<std::string> files_;
  SourceMap lines_;
  std::vector<Finding> findings_;
  std::set<std::string, std::less<>> meant_;
  size_t refused_ = 0;
  size_t dropped_ = 0;
};

// A path under construction: enter a field, leave it by scope.
class Path {
 public:
  class Scope {
   public:
    Scope(Path& path, size_t length) : path_(path), length_(length) {}
    ~Scope() { path_.text_.resize(length_); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Path& path_;
    size_t length_;
  };

  Path() = default;
  explicit Path(std::string_view text) : text_(text) {}

  [[nodiscard]] Scope field(std::string_view name);
  [[nodiscard]] Scope index(int i);
  [[nodiscard]] Scope key(std::string_view key);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace orrery::config
