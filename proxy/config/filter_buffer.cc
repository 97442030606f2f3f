#include "envoy/extensions/filters/http/buffer/v3/buffer.pb.h"
#include "proxy/config/filter_translator.h"
#include "proxy/filters/http/buffer/buffer_options.h"

namespace orrery::config {

namespace {

using BufferMessage = envoy::extensions::filters::http::buffer::v3::Buffer;
using BufferRouteMessage = envoy::extensions::filters::http::buffer::v3::BufferPerRoute;

filters::buffering::BufferOptions toBuffer(Translation&, const BufferMessage& m) {
  return {m.max_request_bytes().value()};
}

filters::buffering::BufferRouteOptions toBufferRoute(Translation& t, const BufferRouteMessage& m) {
  return {m.disabled(), toBuffer(t, m.buffer())};
}

}  // namespace

const FilterTranslator kBufferTranslator{.typeName = "envoy.filters.http.buffer",
                                         .message = "envoy.extensions.filters.http.buffer.v3.Buffer",
                                         .translate = translated<BufferMessage, toBuffer>,
                                         .routeMessage = "envoy.extensions.filters.http.buffer.v3.BufferPerRoute",
                                         .translateRoute = translated<BufferRouteMessage, toBufferRoute>,
                                         .side = FilterSide::kBoth};

}  // namespace orrery::config
