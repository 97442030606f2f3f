#include "proxy/filters/http/compressor/compressor_filter.h"

#include <algorithm>

#include "proxy/base/ascii.h"
#include "proxy/filters/http/compressor/accept_encoding.h"

namespace orrery::filters::compressor {

using http::FilterDataStatus;
using http::FilterHeadersStatus;
using http::FilterTrailersStatus;
using message::HeaderId;
using message::HeaderMap;
using message::HeaderName;

namespace {

const HeaderName kAcceptEncoding("accept-encoding");
const HeaderName kCacheControl("cache-control");
const HeaderName kContentEncoding("content-encoding");
const HeaderName kEtag("etag");
const HeaderName kVary("vary");

// Whether a list of the field holds `token`, whatever its case.
bool holdsToken(std::string_view list, std::string_view token) {
  bool found = false;
  forEachToken(list, [&](std::string_view item) { found = found || equalsIgnoreCase(item, token); });
  return found;
}

bool typeAllowed(const DirectionOptions& direction, const HeaderMap& headers) {
  const std::string_view type = headers.get(HeaderId::kContentType);
  if (type.empty() || direction.contentTypes.empty()) return true;
  const std::string_view plain = trim(type.substr(0, type.find(';')));
  const std::vector<match::StringMatcher>& matchers = direction.contentTypeMatchers;
  if (matchers.empty()) return direction.contentTypes.contains(toLower(plain));
  return std::ranges::any_of(matchers, [&](const auto& m) { return match::matches(m, plain); });
}

// No coding of its own on the way, and nobody forbade one.
bool untouched(const HeaderMap& headers) {
  const std::string_view transfer = headers.get(HeaderId::kTransferEncoding);
  return !headers.has(kContentEncoding) && !holdsToken(headers.get(kCacheControl), "no-transform") &&
         !holdsToken(transfer, "gzip") && !holdsToken(transfer, "deflate") && !headers.has(HeaderId::kUpgrade);
}

void varyByEncoding(HeaderMap& headers) {
  const std::string_view vary = headers.get(kVary);
  if (vary.empty()) {
    headers.set(kVary, "Accept-Encoding");
  } else if (!holdsToken(vary, "accept-encoding") && vary != "*") {
    headers.set(kVary, std::string(vary) + ", Accept-Encoding");
  }
}

// A strong validator is not true of the coded form (RFC 9110 section 8.8.1).
void adaptEtag(HeaderMap& headers, bool weaken) {
  const std::string_view etag = headers.get(kEtag);
  if (etag.empty() || etag.starts_with("W/") || etag.starts_with("w/")) return;
  if (weaken) {
    headers.set(kEtag, "W/" + std::string(etag));
  } else {
    headers.remove(kEtag);
  }
}

}  // namespace

DirectionStats::DirectionStats(stats::Layout& layout, const std::string& prefix)
    : compressed(layout.counter(prefix + "compressed")),
      notCompressed(layout.counter(prefix + "not_compressed")),
      totalUncompressedBytes(layout.counter(prefix + "total_uncompressed_bytes")),
      totalCompressedBytes(layout.counter(prefix + "total_compressed_bytes")),
      contentLengthTooSmall(layout.counter(prefix + "content_length_too_small")) {}

// Among a router's upstream filters Envoy leaves out the dot before its word (seen at 1.40): "http.ingresscompressor.".
CompressorConfig::CompressorConfig(const CompressorFilterOptions& o, const http::PlanInputs& inputs)
    : CompressorConfig(
          o, inputs,
          (inputs.place == http::FilterPlace::kRoutersUpstream ? "http." + inputs.statPrefix : inputs.prefix()) +
              "compressor." + o.libraryName + "." + std::string(compression::codingStatName(o.library.coding)) + ".") {}

CompressorConfig::CompressorConfig(const CompressorFilterOptions& o, const http::PlanInputs& inputs,
                                   const std::string& prefix)
    : options(o),
      request(inputs.layout, prefix + "request."),
      response(inputs.layout, prefix + (o.responseConfigured ? "response." : "")),
      noAcceptHeader(inputs.layout.counter(prefix + "no_accept_header")),
      headerIdentity(inputs.layout.counter(prefix + "header_identity")),
      headerCompressorUsed(inputs.layout.counter(prefix + "header_compressor_used")),
      headerWildcard(inputs.layout.counter(prefix + "header_wildcard")),
      headerNotValid(inputs.layout.counter(prefix + "header_not_valid")),
      notCompressedEtag(inputs.layout.counter(prefix + "not_compressed_etag")),
      headerOvershadowed(inputs.layout.counter(prefix + "header_compressor_overshadowed")) {}

std::vector<const CompressorFilter*>& CompressorFilter::ofTheChain() {
  struct Compressors final : stream_info::FilterObject {
    std::vector<const CompressorFilter*> filters;
  };
  std::unique_ptr<stream_info::FilterObject>& kept = decoder_->streamInfo().filterState["compressors"];
  if (kept == nullptr) kept = std::make_unique<Compressors>();
  return static_cast<Compressors&>(*kept).filters;
}

const compression::CompressorOptions& CompressorFilter::coder() const {
  return route_ != nullptr && route_->library ? *route_->library : config_.options.library;
}

bool CompressorFilter::enabledForResponse() const {
  return (route_ != nullptr && route_->enabled) || enabled(config_.options.response);
}

bool CompressorFilter::enabled(const DirectionOptions& direction) const {
  return decoder_->worker().runtime->enabled(direction.enabled);
}

// Of a body whose length is not told nobody knows that it is short.
bool CompressorFilter::longEnough(const DirectionOptions& direction, const DirectionStats& stats,
                                  const HeaderMap& headers) const {
  const std::string_view text = headers.get(HeaderId::kContentLength);
  if (text.empty()) return true;
  const uint64_t length = parseDecimal(text).value_or(0);
  if (length >= direction.minContentLength) return true;
  decoder_->worker().stats.add(stats.contentLengthTooSmall);
  return false;
}

FilterHeadersStatus CompressorFilter::decodeHeaders(HeaderMap& headers, bool endStream) {
  route_ = static_cast<const CompressorRouteOptions*>(decoder_->routeSetting());
  ofTheChain().push_back(this);  // also where it is off, as in Envoy
  hasAcceptEncoding_ = headers.has(kAcceptEncoding);
  if (hasAcceptEncoding_) acceptEncoding_ = decoder_->arena().copy(headers.get(kAcceptEncoding));
  const CompressorFilterOptions& o = config_.options;
  const bool removes =
      route_ != nullptr && route_->removeAcceptEncoding ? *route_->removeAcceptEncoding : o.removeAcceptEncoding;
  const bool off = route_ != nullptr && route_->disabled;
  if (removes && !off && enabledForResponse()) headers.remove(kAcceptEncoding);
  stats::Block& stats = decoder_->worker().stats;
  if (!endStream && !off && o.request && enabled(*o.request) && longEnough(*o.request, config_.request, headers) &&
      typeAllowed(*o.request, headers) && untouched(headers)) {
    headers.remove(HeaderId::kContentLength);
    headers.set(kContentEncoding, coding());
    request_ = compression::newCompressor(coder());
    stats.add(config_.request.compressed);
  } else {
    stats.add(config_.request.notCompressed);
  }
  return FilterHeadersStatus::kContinue;
}

FilterDataStatus CompressorFilter::decodeData(buffer::Buffer& data, bool endStream) {
  if (request_ != nullptr) run(*request_, config_.request, data, endStream);
  return FilterDataStatus::kContinue;
}

FilterTrailersStatus CompressorFilter::decodeTrailers(HeaderMap&) {
  if (request_ != nullptr) {
    buffer::Buffer rest(decoder_->worker().blocks);
    run(*request_, config_.request, rest, true);
    decoder_->addDecodedData(rest, true);
  }
  return FilterTrailersStatus::kContinue;
}

FilterHeadersStatus CompressorFilter::encodeHeaders(HeaderMap& headers, bool endStream) {
  stats::Block& stats = encoder_->worker().stats;
  const bool off = (route_ != nullptr && route_->disabled) || !enabledForResponse();
  const bool compress =
      !off && (config_.options.tellsStatus ? judgeAndTell(headers, endStream) : judge(headers, endStream));
  stats.add(compress ? config_.response.compressed : config_.response.notCompressed);
  return FilterHeadersStatus::kContinue;
}

bool CompressorFilter::judge(HeaderMap& headers, bool endStream) {
  const CompressorFilterOptions& o = config_.options;
  if (!longEnough(o.response, config_.response, headers)) return false;
  const bool wanted = !endStream && accepted(headers);
  const bool compressible = typeAllowed(o.response, headers) && untouched(headers) && etagAllows(headers) &&
                            !o.uncompressibleCodes.contains(headers.status());
  if (wanted && compressible) start(headers);
  // Also where this client does not get it: a cache must know that another may.
  if (compressible) varyByEncoding(headers);
  return wanted && compressible;
}

// The same with x-envoy-compression-status. The order differs, as in Envoy, which shows in what is counted.
bool CompressorFilter::judgeAndTell(HeaderMap& headers, bool endStream) {
  const CompressorFilterOptions& o = config_.options;
  const bool shortBody = !longEnough(o.response, config_.response, headers);
  if (endStream || !untouched(headers)) {
    if (!shortBody && untouched(headers) && objection(headers).empty()) varyByEncoding(headers);
    return false;
  }
  const auto tell = [&](std::string_view what) {
    const std::string text = std::string(coding()) + ";" + std::string(what);
    headers.addReference("x-envoy-compression-status", HeaderId::kOther, headers.arena().copy(text));
  };
  if (const std::string_view why = objection(headers); !why.empty()) {
    tell(why);
    return false;
  }
  varyByEncoding(headers);
  if (!accepted(headers)) return false;
  const std::string was = "Compressed;OriginalLength=" + std::string(headers.get(HeaderId::kContentLength));
  start(headers);
  tell(was);
  return true;
}

std::string_view CompressorFilter::objection(const HeaderMap& headers) const {
  const CompressorFilterOptions& o = config_.options;
  if (!longEnough(o.response, config_.response, headers)) return "ContentLengthTooSmall";
  if (!typeAllowed(o.response, headers)) return "ContentTypeNotAllowed";
  if (!etagAllows(headers)) return "EtagNotAllowed";
  if (o.uncompressibleCodes.contains(headers.status())) return "StatusCodeNotAllowed";
  return {};
}

void CompressorFilter::start(HeaderMap& headers) {
  adaptEtag(headers, config_.options.weakenEtag);
  headers.remove(HeaderId::kContentLength);
  headers.set(kContentEncoding, coding());
  response_ = compression::newCompressor(coder());
}

bool CompressorFilter::etagAllows(const HeaderMap& headers) const {
  if (!config_.options.disableOnEtag || !headers.has(kEtag)) return true;
  encoder_->worker().stats.add(config_.notCompressedEtag);
  return false;
}

bool CompressorFilter::accepted(const HeaderMap& headers) {
  stats::Block& stats = encoder_->worker().stats;
  if (!hasAcceptEncoding_) {
    stats.add(config_.noAcceptHeader);
    return false;
  }
  std::vector<Offer> offers;
  for (const CompressorFilter* filter : ofTheChain()) {
    if (!typeAllowed(filter->config_.options.response, headers)) continue;
    offers.push_back({filter->coding(), filter->config_.options.chooseFirst});
  }
  const Choice choice = choose(acceptEncoding_, offers);
  const bool ours = choice.coding == coding();
  switch (choice.why) {
    case Choice::Why::kNamed: stats.add(ours ? config_.headerCompressorUsed : config_.headerOvershadowed); break;
    case Choice::Why::kWildcard: stats.add(config_.headerWildcard); break;
    case Choice::Why::kIdentity: stats.add(config_.headerIdentity); break;
    case Choice::Why::kNotValid: stats.add(config_.headerNotValid); break;
  }
  return ours;
}

FilterDataStatus CompressorFilter::encodeData(buffer::Buffer& data, bool endStream) {
  if (response_ != nullptr) run(*response_, config_.response, data, endStream);
  return FilterDataStatus::kContinue;
}

FilterTrailersStatus CompressorFilter::encodeTrailers(HeaderMap&) {
  if (response_ != nullptr) {
    buffer::Buffer rest(encoder_->worker().blocks);
    run(*response_, config_.response, rest, true);
    encoder_->addEncodedData(rest, true);
  }
  return FilterTrailersStatus::kContinue;
}

void CompressorFilter::run(compression::Compressor& compressor, const DirectionStats& of, buffer::Buffer& data,
                           bool finish) {
  stats::Block& stats = decoder_->worker().stats;
  stats.add(of.totalUncompressedBytes, data.size());
  compressor.compress(data, finish);
  stats.add(of.totalCompressedBytes, data.size());
}

}  // namespace orrery::filters::compressor
