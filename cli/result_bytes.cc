#include "cli/result_bytes.h"

#include <cstring>
#include <type_traits>
#include <vector>

namespace orrery::cli {

namespace {

class Out {
 public:
  static constexpr bool kReads = false;
  explicit Out(std::string& to) : to_(to) {}
  template <class T>
  void plain(const T& v) {
    static_assert(std::is_trivially_copyable_v<T>);
    to_.append(reinterpret_cast<const char*>(&v), sizeof(v));
  }

 private:
  std::string& to_;
};

class In {
 public:
  static constexpr bool kReads = true;
  explicit In(std::string_view& from) : from_(from) {}
  template <class T>
  void plain(T& v) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (from_.size() < sizeof(v)) {
      whole_ = false;
      from_ = {};
      return;
    }
    std::memcpy(&v, from_.data(), sizeof(v));
    from_.remove_prefix(sizeof(v));
  }
  bool whole() const { return whole_; }

 private:
  std::string_view& from_;
  bool whole_ = true;
};

template <class Io, class List, class Each>
void list(Io& io, List& items, Each&& each) {
  uint64_t n = items.size();
  io.plain(n);
  if constexpr (Io::kReads) {
    items.clear();
    for (; n > 0 && io.whole(); --n) each(items.emplace_back());
  } else {
    for (auto& item : items) each(item);
  }
}

template <class Io, class Text>
void text(Io& io, Text& t) {
  list(io, t, [&](auto& c) { io.plain(c); });
}
void text(In& io, std::string& t) {
  std::vector<char> letters;
  list(io, letters, [&](char& c) { io.plain(c); });
  t.assign(letters.begin(), letters.end());
}

template <class Io, class Numbers>
void numbers(Io& io, Numbers& v) {
  list(io, v, [&](auto& item) { io.plain(item); });
}

// Both ways; `Result` is const on the way out.
template <class Io, class Result>
void walk(Io& io, Result& r) {
  io.plain(r.outcome);
  text(io, r.error);
  list(io, r.failures, [&](auto& f) {
    text(io, f.check);
    text(io, f.entity);
    io.plain(f.at);
    text(io, f.message);
  });
  list(io, r.notJudged, [&](auto& n) {
    text(io, n.check);
    text(io, n.reason);
  });
  std::vector<char> shown(r.shown.begin(), r.shown.end());
  numbers(io, shown);
  if constexpr (Io::kReads) r.shown.assign(shown.begin(), shown.end());
  io.plain(r.marks);
  io.plain(r.hash);
  numbers(io, r.checkpoints);
  io.plain(r.events);
  io.plain(r.choices);
  io.plain(r.virtualTime);
  io.plain(r.storyTime);
  std::vector<sim::Deviation> deviations = r.deviations.items();
  list(io, deviations, [&](auto& d) {
    io.plain(d.key);
    io.plain(d.value);
    text(io, d.text);
  });
  if constexpr (Io::kReads) r.deviations = sim::Deviations::of(std::move(deviations));
  numbers(io, r.questions);
  numbers(io, r.features);
  io.plain(r.order);
  io.plain(r.runKey);
}

}  // namespace

void appendResult(const sim::RunResult& result, std::string& out) {
  Out io(out);
  walk(io, result);
}

bool takeResult(std::string_view& in, sim::RunResult& out) {
  In io(in);
  walk(io, out);
  return io.whole();
}

}  // namespace orrery::cli
