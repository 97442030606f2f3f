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
  void bytes(const void* from, size_t size) { to_.append(static_cast<const char*>(from), size); }

 private:
  std::string& to_;
};

class In {
 public:
  static constexpr bool kReads = true;
  explicit In(std::string_view& from) : from_(from) {}
  void bytes(void* to, size_t size) {
    if (!room(1, size)) return;
    std::memcpy(to, from_.data(), size);
    from_.remove_prefix(size);
  }
  // Whether so much is left; what is cut off is at an end.
  bool room(uint64_t items, size_t size) {
    if (size == 0 || items <= from_.size() / size) return true;
    whole_ = false;
    from_ = {};
    return false;
  }
  bool whole() const { return whole_; }

 private:
  std::string_view& from_;
  bool whole_ = true;
};

template <class Io, class T>
void plain(Io& io, T& v) {
  static_assert(std::is_trivially_copyable_v<std::remove_const_t<T>>);
  io.bytes(&v, sizeof(v));
}

// A text, or a vector of plain values.
template <class Io, class Items>
void block(Io& io, Items& items) {
  using T = typename Items::value_type;
  static_assert(std::is_trivially_copyable_v<T>);
  uint64_t n = items.size();
  plain(io, n);
  if constexpr (Io::kReads) items.resize(io.room(n, sizeof(T)) ? n : 0);
  if (!items.empty()) io.bytes(items.data(), items.size() * sizeof(T));
}

template <class Io, class List, class Each>
void list(Io& io, List& items, Each&& each) {
  uint64_t n = items.size();
  plain(io, n);
  if constexpr (Io::kReads) {
    items.clear();
    for (; n > 0 && io.whole(); --n) each(items.emplace_back());
  } else {
    for (auto& item : items) each(item);
  }
}

// Both ways; `Result` is const on the way out.
template <class Io, class Result>
void walk(Io& io, Result& r) {
  plain(io, r.outcome);
  block(io, r.error);
  list(io, r.failures, [&](auto& f) {
    block(io, f.check);
    block(io, f.entity);
    plain(io, f.at);
    block(io, f.message);
  });
  list(io, r.notJudged, [&](auto& n) {
    block(io, n.check);
    block(io, n.reason);
  });
  std::vector<char> shown(r.shown.begin(), r.shown.end());
  block(io, shown);
  if constexpr (Io::kReads) r.shown.assign(shown.begin(), shown.end());
  plain(io, r.marks);
  plain(io, r.hash);
  block(io, r.checkpoints);
  plain(io, r.events);
  plain(io, r.choices);
  plain(io, r.virtualTime);
  plain(io, r.storyTime);
  std::vector<sim::Deviation> deviations = r.deviations.items();
  list(io, deviations, [&](auto& d) {
    plain(io, d.key);
    plain(io, d.value);
    block(io, d.text);
  });
  if constexpr (Io::kReads) r.deviations = sim::Deviations::of(std::move(deviations));
  block(io, r.questions);
  block(io, r.features);
  plain(io, r.order);
  plain(io, r.runKey);
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
