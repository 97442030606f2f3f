#include "sim/checks/request_book.h"

#include <algorithm>
#include <utility>

#include "proxy/base/assert.h"

namespace orrery::sim {

OpenRequest& RequestBook::add(const RequestRecord& record, const RequestStep* step, std::string_view authority) {
  ORRERY_ASSERT(record.id == firstId_ + open_.size(), "requests begin in the order of their numbers");
  OpenRequest& r = open_.emplace_back();
  r.id = record.id;
  r.step = step;
  r.authority = authority;
  if (!spare_.empty()) {
    r.attempts = std::move(spare_.back());
    spare_.pop_back();
  }
  if (record.connection != 0) {
    if (places_.size() <= record.connection) places_.resize(record.connection + 1);
    places_[record.connection].list.push_back({record.indexOnConnection, record.id});
  }
  return r;
}

OpenRequest* RequestBook::find(uint64_t id) {
  if (id < firstId_ || id - firstId_ >= open_.size()) return nullptr;
  return &open_[id - firstId_];
}

uint64_t RequestBook::onConnection(uint64_t connection, uint64_t index) const {
  if (connection >= places_.size()) return 0;
  const auto& [list, forgotten] = places_[connection];
  if (forgotten == list.size()) return 0;
  const uint64_t guess = forgotten + (index - list[forgotten].index);
  if (guess >= forgotten && guess < list.size() && list[guess].index == index) return list[guess].request;
  for (size_t i = forgotten; i < list.size(); ++i) {
    if (list[i].index == index) return list[i].request;
  }
  return 0;
}

void RequestBook::forgetPlace(uint64_t connection, uint64_t index) {
  if (connection >= places_.size()) return;
  auto& [list, forgotten] = places_[connection];
  const auto front = list.begin() + static_cast<ptrdiff_t>(forgotten);
  if (front == list.end() || front->index != index) {
    list.erase(std::remove_if(front, list.end(), [index](const Place& p) { return p.index == index; }), list.end());
    return;
  }
  // Moved together when half of them are gone: each is moved once.
  if (++forgotten * 2 < list.size()) return;
  list.erase(list.begin(), list.begin() + static_cast<ptrdiff_t>(forgotten));
  forgotten = 0;
}

void RequestBook::recycle(OpenRequest& request) {
  constexpr size_t kKept = 256;
  if (spare_.size() >= kKept || request.attempts.capacity() == 0) return;
  request.attempts.clear();
  spare_.push_back(std::move(request.attempts));
}

void RequestBook::clear() {
  for (OpenRequest& r : open_) recycle(r);
  open_.clear();
  firstId_ = 1;
  for (Places& p : places_) {
    p.list.clear();
    p.forgotten = 0;
  }
}

}  // namespace orrery::sim
