#include "sim/checks/request_book.h"

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
    places_[record.connection].push_back({record.indexOnConnection, record.id});
  }
  return r;
}

OpenRequest* RequestBook::find(uint64_t id) {
  if (id < firstId_ || id - firstId_ >= open_.size()) return nullptr;
  return &open_[id - firstId_];
}

uint64_t RequestBook::onConnection(uint64_t connection, uint64_t index) const {
  if (connection >= places_.size()) return 0;
  for (const Place& p : places_[connection]) {
    if (p.index == index) return p.request;
  }
  return 0;
}

void RequestBook::forgetPlace(uint64_t connection, uint64_t index) {
  if (connection >= places_.size()) return;
  std::erase_if(places_[connection], [&](const Place& p) { return p.index == index; });
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
  for (auto& p : places_) p.clear();
}

}  // namespace orrery::sim
