#include "proxy/upstream/request/upstream_chain.h"

#include "proxy/upstream/request/request.h"

namespace orrery::upstream {

using message::HeaderMap;

// Hands the request to the host, and holds the response back while a filter has too much of it.
class UpstreamChain::Codec final : public http::StreamDecoderFilter, private http::DownstreamWatermarkCallbacks {
 public:
  explicit Codec(UpstreamChainEnds& ends) : ends_(ends) {}
  void setDecoderFilterCallbacks(http::StreamDecoderFilterCallbacks& callbacks) override {
    callbacks.addDownstreamWatermarkCallbacks(*this);
  }
  http::FilterHeadersStatus decodeHeaders(HeaderMap& headers, bool endStream) override {
    ends_.passHeaders(headers, endStream);
    return http::FilterHeadersStatus::kStopIteration;
  }
  http::FilterDataStatus decodeData(buffer::Buffer& data, bool endStream) override {
    ends_.passData(data, endStream);
    return http::FilterDataStatus::kStopIterationNoBuffer;
  }
  http::FilterTrailersStatus decodeTrailers(HeaderMap& trailers) override {
    ends_.passTrailers(trailers);
    return http::FilterTrailersStatus::kStopIteration;
  }
  void onDestroy() override {}

 private:
  void onAboveWriteBufferHighWatermark() override { ends_.pauseResponse(true); }
  void onBelowWriteBufferLowWatermark() override { ends_.pauseResponse(false); }

  UpstreamChainEnds& ends_;
};

UpstreamChain::UpstreamChain(Request& request, UpstreamChainEnds& ends, const http::UpstreamFilters& filters,
                             std::string_view host)
    : request_(request), ends_(ends), entries_(filters), filters_(*this, request.callbacks().decoderBufferLimit()) {
  // What Envoy's record of a try has in common with the stream's (seen at 1.40).
  const stream_info::StreamInfo& of = request.info();
  info_.connectionId = of.connectionId;
  info_.requestNumber = of.requestNumber;
  info_.downstreamRemoteAddress = of.downstreamRemoteAddress;
  info_.downstreamDirectRemoteAddress = of.downstreamDirectRemoteAddress;
  info_.downstreamLocalAddress = of.downstreamLocalAddress;
  info_.protocol = of.protocol;
  info_.startTime = worker().dispatcher.wallNow();
  info_.startMonotonic = worker().dispatcher.now();
  info_.hasRoute = of.hasRoute;
  info_.hasVirtualHost = of.hasVirtualHost;
  info_.routeName = of.routeName;
  info_.virtualHost = of.virtualHost;
  info_.upstreamCluster = of.upstreamCluster;
  info_.upstreamHost = host;
  info_.upstreamHostName = of.upstreamHostName;
  info_.surroundings = of.surroundings;
  info_.routeMetadata = of.routeMetadata;
  info_.virtualHostMetadata = of.virtualHostMetadata;
  info_.clusterMetadata = of.clusterMetadata;
  info_.upstreamHostMetadata = of.upstreamHostMetadata;
  info_.attemptCount = of.attemptCount;
  info_.requestId = of.requestId;
  filters_.createFilterChain();
}

UpstreamChain::~UpstreamChain() {
  end();
  filters_.releaseFilters();
}

void UpstreamChain::end() {
  filters_.onStreamComplete();
  filters_.destroyFilters();
}

bool UpstreamChain::createFilterChain(http::FilterChainBuilder& builder) {
  using Enabled = route::FilterSlot::Enabled;
  for (uint32_t i = 0; i < entries_.entries.size(); ++i) {
    const http::UpstreamFilters::Entry& entry = entries_.entries[i];
    const route::FilterSlot* const said = filterSlot(i);
    const Enabled enabled = said == nullptr ? Enabled::kUnsaid : said->enabled;
    if (enabled == Enabled::kUnsaid ? entry.disabled : enabled == Enabled::kNo) continue;
    filters_.setSlot(i);
    entry.factory->addFilters(builder);
  }
  builder.addDecoderFilter(*arena().make<Codec>(ends_));
  return true;
}

// ---- what filters ask ----

net::Worker& UpstreamChain::worker() { return request_.callbacks().worker(); }
Arena& UpstreamChain::arena() { return request_.callbacks().arena(); }
const route::Route* UpstreamChain::route() { return request_.route(); }
const route::VirtualHost* UpstreamChain::virtualHost() { return request_.virtualHost(); }
const route::WeightedCluster* UpstreamChain::weightedCluster() { return request_.weightedCluster(); }

const route::FilterSlot* UpstreamChain::filterSlot(uint32_t slot) {
  const route::FilterSlots* const said = request_.filterSlots();
  if (said == nullptr) return nullptr;
  return &(entries_.ofCluster ? said->clusters : said->chain)[entries_.firstSlot + slot];
}

HeaderMap& UpstreamChain::addRequestTrailers() {
  trailers_ = arena().make<HeaderMap>(arena());
  return *trailers_;
}

// The filters end here and now, though the stream may take its time (a request of the proxy's own, while it is started).
void UpstreamChain::resetStream() {
  over_ = true;
  end();
  request_.callbacks().resetStream();
}

bool UpstreamChain::passLocalReply(const http::LocalReply& reply) {
  over_ = true;
  request_.callbacks().sendLocalReply(reply);
  return true;
}

// ---- the messages ----

void UpstreamChain::sendHeaders(HeaderMap& headers, bool endStream) {
  headers_ = &headers;
  filters_.decodeHeaders(headers, endStream);
}

void UpstreamChain::sendData(buffer::Buffer& data, bool endStream) {
  info_.bytesReceived += data.size();
  filters_.decodeData(data, endStream);
}

void UpstreamChain::sendTrailers(HeaderMap& trailers) {
  trailers_ = &trailers;
  filters_.decodeTrailers(trailers);
}

void UpstreamChain::receiveHeaders(HeaderMap& headers, bool endStream) {
  filters_.encodeHeaders(headers, endStream, "via_upstream");
}

void UpstreamChain::encodeHeaders(HeaderMap& headers, bool endStream) {
  info_.responseCode = headers.status();
  ends_.takeHeaders(headers, endStream);
}

void UpstreamChain::encodeData(buffer::Buffer& data, bool endStream) {
  info_.bytesSent += data.size();
  ends_.takeData(data, endStream);
}

}  // namespace orrery::upstream
