#include "sim/report/segment_labels.h"

#include <algorithm>

#include "proxy/events/events.h"
#include "sim/core/events.h"
#include "sim/report/text.h"

namespace orrery::sim {

namespace {

std::string numbered(uint64_t request) { return request == 0 ? "" : " #" + std::to_string(request); }

}  // namespace

SegmentLabels::SegmentLabels(const Recording& recording, const Lanes& lanes) : recording_(recording) {
  std::map<IpAddress, uint64_t> perClient;
  for (const ConnectionRecord& c : recording.connections) ++perClient[c.clientAddress.ip()];
  std::map<IpAddress, uint64_t> count;
  std::map<uint64_t, size_t> byId;
  for (const ConnectionRecord& c : recording.connections) {
    Connection connection{&c, lanes.isProxy(c.clientAddress.ip()), "", {}, {}};
    const uint64_t k = ++count[c.clientAddress.ip()];
    if (connection.upstream) {
      connection.tag = " (u" + std::to_string(k) + ")";
    } else if (perClient[c.clientAddress.ip()] > 1) {
      connection.tag = " (c" + std::to_string(k) + ")";
    }
    byId.emplace(c.id, connections_.size());
    byAddresses_[{c.clientAddress.packed(), c.serverAddress.packed()}].push_back(connections_.size());
    connections_.push_back(std::move(connection));
  }
  for (const RequestRecord& r : recording.requests) {
    if (const auto c = byId.find(r.connection); c != byId.end()) connections_[c->second].requests.push_back(&r);
  }
  for (const AttemptRecord& a : recording.attempts) {
    if (const auto c = byId.find(a.connection); c != byId.end()) connections_[c->second].attempts.push_back(&a);
  }
}

const SegmentLabels::Connection* SegmentLabels::find(const RecordedEvent& segment, bool& fromClient) const {
  const uint64_t from = segment.numberOf("from");
  const uint64_t to = segment.numberOf("to");
  for (const bool client : {true, false}) {
    const auto list = byAddresses_.find(client ? std::pair(from, to) : std::pair(to, from));
    if (list == byAddresses_.end()) continue;
    const Connection* youngest = nullptr;
    for (const size_t i : list->second) {
      if (connections_[i].record->synAt <= segment.at) youngest = &connections_[i];
    }
    fromClient = client;
    if (youngest != nullptr) return youngest;
  }
  return nullptr;
}

std::string SegmentLabels::of(size_t position) {
  const RecordedEvent& segment = recording_.events.events()[position];
  const uint64_t flags = segment.numberOf("flags");
  const uint64_t length = segment.numberOf("length");
  bool fromClient = false;
  const Connection* connection = find(segment, fromClient);
  std::string out;
  const auto add = [&out](std::string_view word) {
    if (!out.empty()) out += ' ';
    out += word;
  };
  if ((flags & kSyn) != 0) add((flags & kAck) != 0 ? "SYN ACK" : "SYN");
  if (length != 0) add(contentOf(connection, segment, fromClient, position));
  if ((flags & kFin) != 0) add("FIN");
  if ((flags & kRst) != 0) add("RST");
  if (out.empty()) return out;
  return out + (connection == nullptr ? "" : connection->tag);
}

// Interim answers and frames of no message by their names; what else is there is a request's or an answer's.
std::string SegmentLabels::contentOf(const Connection* connection, const RecordedEvent& segment, bool fromClient,
                                     size_t position) {
  static const WireContent kPartOfAMessage;
  const auto at = recording_.contents.find(segment.index);
  const WireContent& content = at == recording_.contents.end() ? kPartOfAMessage : at->second;
  std::string out = content.interim;
  if (content.message || (content.interim.empty() && content.frames.empty())) {
    return (out.empty() ? "" : out + ", ") + bytesOf(connection, segment, fromClient, position, content.stream);
  }
  if (!out.empty() && connection != nullptr) out += numbered(answeredOn(*connection, segment.at, content.stream));
  if (!content.frames.empty()) out += (out.empty() ? "" : ", ") + content.frames;
  return out;
}

namespace {

// Of a client's k-th stream, which has the number 2k - 1, if it is known; all connections here count so.
template <class Record>
const Record* ofStream(const std::vector<const Record*>& records, uint32_t stream) {
  const auto at = std::ranges::find_if(
      records, [stream](const Record* r) { return stream != 0 && r->indexOnConnection == (stream + 1) / 2; });
  return at == records.end() ? nullptr : *at;
}

}  // namespace

uint64_t SegmentLabels::answeredOn(const Connection& connection, TimePoint t, uint32_t stream) {
  if (const RequestRecord* r = ofStream(connection.requests, stream)) return r->id;
  if (const AttemptRecord* a = ofStream(connection.attempts, stream)) return a->request;
  for (const RequestRecord* r : connection.requests) {
    if (!connection.upstream && r->startedAt <= t && r->endedAt >= t) return r->id;
  }
  for (const AttemptRecord* a : connection.attempts) {
    if (a->headAt <= t && a->responseEndAt >= t) return a->request;
  }
  return 0;
}

std::string SegmentLabels::bytesOf(const Connection* connection, const RecordedEvent& segment, bool fromClient,
                                   size_t position, uint32_t stream) {
  const TimePoint t = segment.at;
  if (connection != nullptr && !connection->upstream && fromClient) {
    const RequestRecord* current = ofStream(connection->requests, stream);
    for (const RequestRecord* r : connection->requests) {
      if (stream == 0 && r->startedAt <= t) current = r;
    }
    if (current != nullptr) return request(current->method, current->path, current->id, segment);
  }
  if (connection != nullptr && !connection->upstream && !fromClient) {
    if (const RequestRecord* r = ofStream(connection->requests, stream)) return response(r->status, r->id, segment);
    // The oldest one that is not over, for responses come in order. Its record has the status once the head arrived.
    for (const RequestRecord* r : connection->requests) {
      if (r->startedAt <= t && r->endedAt >= t) return response(r->status, r->id, segment);
    }
  }
  if (connection != nullptr && connection->upstream && fromClient) {
    const AttemptRecord* current = ofStream(connection->attempts, stream);
    for (const AttemptRecord* a : connection->attempts) {
      if (stream == 0 && current == nullptr && a->requestEndAt >= t) current = a;
    }
    if (current != nullptr) return request(current->method, current->path, current->request, segment);
    return attemptByEvents(segment, position);
  }
  if (connection != nullptr && connection->upstream && !fromClient) {
    const AttemptRecord* current = ofStream(connection->attempts, stream);
    for (const AttemptRecord* a : connection->attempts) {
      if (stream == 0 && a->responseStartAt <= t) current = a;
    }
    if (current != nullptr) return response(current->status, current->request, segment);
  }
  return grouped(segment.numberOf("length")) + " bytes";
}

std::string SegmentLabels::request(std::string_view method, std::string_view path, uint64_t id,
                                   const RecordedEvent& segment) {
  if (begun_.insert({segment.numberOf("from"), id * 2}).second) {
    return std::string(method) + ' ' + fitted(path, 24) + numbered(id);
  }
  return grouped(segment.numberOf("length")) + " bytes" + numbered(id);
}

std::string SegmentLabels::response(uint32_t status, uint64_t id, const RecordedEvent& segment) {
  if (status != 0 && begun_.insert({segment.numberOf("from"), id * 2 + 1}).second) {
    return std::to_string(status) + numbered(id);
  }
  return grouped(segment.numberOf("length")) + " bytes" + numbered(id);
}

// The origin read nothing of it: what the proxy says that it began last on this thread.
std::string SegmentLabels::attemptByEvents(const RecordedEvent& segment, size_t position) {
  const auto& all = recording_.events.events();
  const RecordedEvent* attempt = nullptr;
  for (size_t i = position; i-- > 0 && segment.thread != 0;) {
    const RecordedEvent& e = all[i];
    if (e.thread == segment.thread && e.number == static_cast<uint16_t>(events::AttemptStarted::kNumber)) {
      attempt = &e;
      break;
    }
  }
  if (attempt == nullptr) return grouped(segment.numberOf("length")) + " bytes";
  const auto same = [attempt](const RecordedEvent& e, std::string_view field) {
    return e.numberOf(field) == attempt->numberOf(field);
  };
  std::string method;
  std::string path;
  std::string_view peer;
  for (size_t i = 0; i < position; ++i) {
    const RecordedEvent& e = all[i];
    if (!e.field("worker") || !same(e, "worker") || !same(e, "connection")) continue;
    if (e.number == static_cast<uint16_t>(events::ConnectionAccepted::kNumber)) peer = e.textOf("peer");
    if (e.number == static_cast<uint16_t>(events::RequestStarted::kNumber) && same(e, "request")) {
      method = e.textOf("method");
      path = e.textOf("path");
    }
  }
  uint64_t id = 0;
  for (const Connection& c : connections_) {
    if (c.upstream || c.record->clientAddress.text() != peer || c.record->synAt > attempt->at) continue;
    for (const RequestRecord* r : c.requests) {
      if (r->indexOnConnection == attempt->numberOf("request")) id = r->id;
    }
  }
  if (method.empty()) return grouped(segment.numberOf("length")) + " bytes" + numbered(id);
  return request(method, path, id, segment);
}

}  // namespace orrery::sim
