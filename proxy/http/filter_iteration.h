#pragma once

#include "proxy/base/assert.h"
#include "proxy/http/filter_manager.h"

// The rules of iteration that both directions share (Envoy's ActiveStreamFilterBase).
namespace orrery::http {

template <class Self, class Callbacks>
ActiveFilter<Self, Callbacks>::ActiveFilter(FilterManager& m) : manager(m), slot(m.slot_) {}

template <class Self, class Callbacks>
bool ActiveFilter<Self, Callbacks>::afterHeaders(FilterHeadersStatus status, bool& end) {
  switch (status) {
    case FilterHeadersStatus::kStopIteration: state = IterationState::kStopSingle; return false;
    case FilterHeadersStatus::kStopAllIterationAndBuffer: state = IterationState::kStopAllBuffer; return false;
    case FilterHeadersStatus::kStopAllIterationAndWatermark: state = IterationState::kStopAllWatermark; return false;
    case FilterHeadersStatus::kContinueAndDontEndStream: end = false; break;
    case FilterHeadersStatus::kContinue: break;
  }
  headersContinued = true;
  return true;
}

template <class Self, class Callbacks>
bool ActiveFilter<Self, Callbacks>::afterData(FilterDataStatus status, buffer::Buffer& data, bool& streaming) {
  if (status == FilterDataStatus::kContinue) {
    if (state != IterationState::kStopSingle) {
      takeAdded(data);
      return true;
    }
    // The filter had stopped: what waits goes first, with this piece behind it.
    bufferData(data);
    resume();
    return false;
  }
  state = IterationState::kStopSingle;
  if (status != FilterDataStatus::kStopIterationNoBuffer) {
    streaming = status == FilterDataStatus::kStopIterationAndWatermark;
    bufferData(data);
  } else if (self().complete() && !self().hasTrailers() && !self().buffered() && !manager.destroyed()) {
    // An empty last piece must come again when the filter resumes: an empty buffer stands for it.
    self().makeBuffer();
  }
  return false;
}

template <class Self, class Callbacks>
bool ActiveFilter<Self, Callbacks>::afterTrailers(FilterTrailersStatus status) {
  if (status == FilterTrailersStatus::kStopIteration) {
    if (canIterate()) state = IterationState::kStopSingle;
    return false;
  }
  if (state != IterationState::kStopSingle) return true;
  resume();
  return false;
}

template <class Self, class Callbacks>
bool ActiveFilter<Self, Callbacks>::bufferIfStoppedAll(buffer::Buffer& data, bool& streaming) {
  if (!stoppedAll()) return false;
  streaming = state == IterationState::kStopAllWatermark;
  bufferData(data);
  return true;
}

// Data that lies in the chain's buffer already (a filter works on what was buffered before) is left where it is.
template <class Self, class Callbacks>
void ActiveFilter<Self, Callbacks>::bufferData(buffer::Buffer& data) {
  std::optional<buffer::Buffer>& kept = self().buffered();
  if (kept && &*kept == &data) return;
  if (!kept) self().makeBuffer();
  kept->move(data);
}

// What the filter has put into the buffer before it let the rest of this piece go on: it goes on with it, ahead of it (Envoy
// since 1.38.4, filter_manager_forward_added_data_on_continue). Beside data that a filter behind keeps, it stays for that one.
template <class Self, class Callbacks>
void ActiveFilter<Self, Callbacks>::takeAdded(buffer::Buffer& data) {
  if (!added) return;
  std::optional<buffer::Buffer>& kept = self().buffered();
  if (!kept || &*kept == &data || kept->empty()) return;
  buffer::Buffer all(manager.owner_.worker().blocks);
  all.move(*kept);
  all.move(data);
  data.move(all);
}

template <class Self, class Callbacks>
void ActiveFilter<Self, Callbacks>::resume() {
  if (!self().canResume()) return;
  ORRERY_ASSERT(!canIterate(), "only a filter that stopped is resumed");
  if (stoppedAll()) iterateFromCurrent = true;
  state = IterationState::kContinue;
  // Asked before the headers go: what filters behind add to them is carried on by that walk itself, as are trailers that
  // come into being while the data goes through.
  const bool hadTrailers = self().hasTrailers();
  const bool ends = self().complete() && !self().buffered() && !hadTrailers;
  if (!headersContinued) {
    headersContinued = true;
    self().doHeaders(ends);
  }
  if (!ends) {
    if (self().buffered()) self().doData(self().complete() && !hadTrailers);
    if (hadTrailers && !self().trailersFollow()) self().doTrailers();
  }
  iterateFromCurrent = false;
}

// Forwarders.

template <class Self, class Callbacks>
net::Worker& ActiveFilter<Self, Callbacks>::worker() {
  return manager.owner_.worker();
}
template <class Self, class Callbacks>
stream_info::StreamInfo& ActiveFilter<Self, Callbacks>::streamInfo() {
  return manager.owner_.streamInfo();
}
template <class Self, class Callbacks>
Arena& ActiveFilter<Self, Callbacks>::arena() {
  return manager.owner_.arena();
}
template <class Self, class Callbacks>
const route::Route* ActiveFilter<Self, Callbacks>::route() {
  return manager.owner_.route();
}
template <class Self, class Callbacks>
const route::VirtualHost* ActiveFilter<Self, Callbacks>::virtualHost() {
  return manager.owner_.virtualHost();
}
template <class Self, class Callbacks>
void ActiveFilter<Self, Callbacks>::clearRouteCache() {
  manager.owner_.clearRouteCache();
}
template <class Self, class Callbacks>
void ActiveFilter<Self, Callbacks>::refreshCluster() {
  manager.owner_.refreshCluster();
}
template <class Self, class Callbacks>
const route::WeightedCluster* ActiveFilter<Self, Callbacks>::weightedCluster() {
  return manager.owner_.weightedCluster();
}
template <class Self, class Callbacks>
const void* ActiveFilter<Self, Callbacks>::routeSetting() {
  const route::FilterSlot* of = manager.owner_.filterSlot(slot);
  return of == nullptr ? nullptr : of->mostSpecific;
}
template <class Self, class Callbacks>
std::array<const void*, 4> ActiveFilter<Self, Callbacks>::routeSettings() {
  const route::FilterSlot* of = manager.owner_.filterSlot(slot);
  return of == nullptr ? std::array<const void*, 4>{} : of->levels;
}
template <class Self, class Callbacks>
void ActiveFilter<Self, Callbacks>::resetStream() {
  if (!manager.destroyed_) manager.owner_.resetStream();
}
template <class Self, class Callbacks>
message::HeaderMap* ActiveFilter<Self, Callbacks>::requestHeaders() {
  return manager.owner_.requestHeaders();
}
template <class Self, class Callbacks>
message::HeaderMap* ActiveFilter<Self, Callbacks>::responseHeaders() {
  return manager.owner_.responseHeaders();
}
template <class Self, class Callbacks>
void ActiveFilter<Self, Callbacks>::sendLocalReply(const LocalReply& reply) {
  manager.sendLocalReply(reply);
}

}  // namespace orrery::http
