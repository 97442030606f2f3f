#pragma once

#include <string_view>

#include "proxy/http/filter_manager.h"
#include "proxy/http/upstream_filters.h"

namespace orrery::upstream {

class Request;

// Who is at both ends of an upstream chain: the try that goes through it.
class UpstreamChainEnds {
 public:
  // The request, behind the last filter: to the host.
  virtual void passHeaders(message::HeaderMap& headers, bool endStream) = 0;
  virtual void passData(buffer::Buffer& data, bool endStream) = 0;
  virtual void passTrailers(const message::HeaderMap& trailers) = 0;
  // The response, behind the filter that is nearest to the router.
  virtual void takeInterim(message::HeaderMap& headers) = 0;
  virtual void takeHeaders(message::HeaderMap& headers, bool endStream) = 0;
  virtual void takeData(buffer::Buffer& data, bool endStream) = 0;
  virtual void takeTrailers(message::HeaderMap& trailers) = 0;
  // Something went through it.
  virtual void noteProgress() = 0;
  // A filter keeps more of the request, or of the response, than it may (counted), or no longer.
  virtual void pauseRequest(bool pause) = 0;
  virtual void pauseResponse(bool pause) = 0;

 protected:
  ~UpstreamChainEnds() = default;
};

// The upstream filters of one try (Envoy's UpstreamFilterManager): the same contract as of a client's chain, between the
// router and the codec, which is its last filter (envoy.filters.http.upstream_codec). As in Envoy (measured at 1.40): filters
// change the head of the request itself, so that the next try's filters find it changed; local replies are the client's
// chain's, without a retry, and these filters do not see them; a filter that resets ends the client's stream; they have a
// record of their own, so that what they note is not in the access log.
//
// Lifetime: in the request's arena, ended by its try; its filters' memory stays until the request goes. Threading: the
// worker's. Re-entry: the try may end in any call, which calls end() back.
class UpstreamChain final : private http::FilterManagerOwner {
 public:
  // `host`: the address that the try is for.
  UpstreamChain(Request& request, UpstreamChainEnds& ends, const http::UpstreamFilters& filters, std::string_view host);
  ~UpstreamChain();
  UpstreamChain(const UpstreamChain&) = delete;
  UpstreamChain& operator=(const UpstreamChain&) = delete;

  // From the router.
  void sendHeaders(message::HeaderMap& headers, bool endStream);
  void sendData(buffer::Buffer& data, bool endStream);
  void sendTrailers(message::HeaderMap& trailers);
  // From the host.
  void receiveInterim(message::HeaderMap& headers) { filters_.encode1xxHeaders(headers); }
  void receiveHeaders(message::HeaderMap& headers, bool endStream);
  void receiveData(buffer::Buffer& data, bool endStream) { filters_.encodeData(data, endStream); }
  void receiveTrailers(message::HeaderMap& trailers) { filters_.encodeTrailers(trailers); }
  // A filter has answered by itself, or has reset the stream.
  bool over() const { return over_; }
  // The try is over: filters are told, and hear nothing more.
  void end();

 private:
  class Codec;

  // http::FilterManagerOwner
  net::Worker& worker() override;
  stream_info::StreamInfo& streamInfo() override { return info_; }
  Arena& arena() override;
  const route::Route* route() override;
  const route::VirtualHost* virtualHost() override;
  const route::WeightedCluster* weightedCluster() override;
  void clearRouteCache() override {}
  void refreshCluster() override {}
  const route::FilterSlot* filterSlot(uint32_t slot) override;
  message::HeaderMap* requestHeaders() override { return headers_; }
  message::HeaderMap* requestTrailers() override { return trailers_; }
  message::HeaderMap& addRequestTrailers() override;
  message::HeaderMap* responseHeaders() override { return responseHeaders_; }
  message::HeaderMap* responseTrailers() override { return responseTrailers_; }
  void setResponseHeaders(message::HeaderMap& headers) override { responseHeaders_ = &headers; }
  void setResponseTrailers(message::HeaderMap& trailers) override { responseTrailers_ = &trailers; }
  void encode1xxHeaders(message::HeaderMap& headers) override { ends_.takeInterim(headers); }
  void encodeHeaders(message::HeaderMap& headers, bool endStream) override;
  void encodeData(buffer::Buffer& data, bool endStream) override;
  void encodeTrailers(message::HeaderMap& trailers) override { ends_.takeTrailers(trailers); }
  void resetStream() override;
  bool recreateStream(buffer::Buffer*) override { return false; }
  bool passLocalReply(const http::LocalReply& reply) override;
  bool createFilterChain(http::FilterChainBuilder& builder) override;
  void endStream() override {}
  void onLocalReply(const http::LocalReply&) override {}
  void finalizeLocalReply(message::HeaderMap&) override {}
  void rewriteLocalReply(message::HeaderMap&, http::LocalReplyText&) override {}
  void resetIdleTimer() override { ends_.noteProgress(); }
  void disarmRequestTimeout() override {}
  void setIdleTimeout(Duration) override {}
  void pauseRequestBody(bool pause) override { ends_.pauseRequest(pause); }
  void onRequestTooLarge() override {}
  void onResponseTooLarge() override {}

  Request& request_;
  UpstreamChainEnds& ends_;
  const http::UpstreamFilters& entries_;
  stream_info::StreamInfo info_;
  message::HeaderMap* headers_ = nullptr;
  message::HeaderMap* trailers_ = nullptr;
  message::HeaderMap* responseHeaders_ = nullptr;
  message::HeaderMap* responseTrailers_ = nullptr;
  bool over_ = false;
  http::FilterManager filters_;
};

}  // namespace orrery::upstream
