#pragma once

#include "proxy/http/filter.h"

// Bases of filters that care for some callbacks only: everything else passes.
namespace orrery::http {

class PassThroughDecoder : public virtual StreamFilterBase, public StreamDecoderFilter {
 public:
  void setDecoderFilterCallbacks(StreamDecoderFilterCallbacks& callbacks) override { decoder_ = &callbacks; }
  FilterHeadersStatus decodeHeaders(message::HeaderMap&, bool) override { return FilterHeadersStatus::kContinue; }
  FilterDataStatus decodeData(buffer::Buffer&, bool) override { return FilterDataStatus::kContinue; }
  FilterTrailersStatus decodeTrailers(message::HeaderMap&) override { return FilterTrailersStatus::kContinue; }
  void onDestroy() override {}

 protected:
  StreamDecoderFilterCallbacks* decoder_ = nullptr;
};

class PassThroughEncoder : public virtual StreamFilterBase, public StreamEncoderFilter {
 public:
  void setEncoderFilterCallbacks(StreamEncoderFilterCallbacks& callbacks) override { encoder_ = &callbacks; }
  FilterHeadersStatus encodeHeaders(message::HeaderMap&, bool) override { return FilterHeadersStatus::kContinue; }
  FilterDataStatus encodeData(buffer::Buffer&, bool) override { return FilterDataStatus::kContinue; }
  FilterTrailersStatus encodeTrailers(message::HeaderMap&) override { return FilterTrailersStatus::kContinue; }
  void onDestroy() override {}

 protected:
  StreamEncoderFilterCallbacks* encoder_ = nullptr;
};

class PassThroughFilter : public PassThroughDecoder, public PassThroughEncoder {
 public:
  void onDestroy() override {}
};

}  // namespace orrery::http
