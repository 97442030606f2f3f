#include "proxy/codec/http2/hpack.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <vector>

#include "proxy/base/assert.h"

namespace orrery::http2 {
namespace {

// More than Envoy's own default is never used of a peer's offer.
constexpr uint32_t kTableLimit = 4096;

nghttp2_nv pairOf(std::string_view name, std::string_view value) {
  // nghttp2 does not write to them.
  auto* n = reinterpret_cast<uint8_t*>(const_cast<char*>(name.data()));
  auto* v = reinterpret_cast<uint8_t*>(const_cast<char*>(value.data()));
  return {n, v, name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

}  // namespace

HeaderEncoder::HeaderEncoder() {
  const int rc = nghttp2_hd_deflate_new(&deflater_, kTableLimit);
  ORRERY_ASSERT(rc == 0, "out of memory");
}

HeaderEncoder::~HeaderEncoder() { nghttp2_hd_deflate_del(deflater_); }

void HeaderEncoder::setTableSize(uint32_t size) {
  const int rc = nghttp2_hd_deflate_change_table_size(deflater_, std::min(size, kTableLimit));
  ORRERY_ASSERT(rc == 0, "out of memory");
}

void HeaderEncoder::encode(std::span<const Field> fields, std::string& out) {
  std::array<nghttp2_nv, 48> room;
  std::vector<nghttp2_nv> more;
  nghttp2_nv* pairs = room.data();
  if (fields.size() > room.size()) {
    more.resize(fields.size());
    pairs = more.data();
  }
  size_t n = 0;
  for (const Field& field : fields) pairs[n++] = pairOf(field.name, field.value);
  const size_t before = out.size();
  out.resize(before + nghttp2_hd_deflate_bound(deflater_, pairs, n));
  auto* to = reinterpret_cast<uint8_t*>(out.data() + before);
  const ssize_t written = nghttp2_hd_deflate_hd(deflater_, to, out.size() - before, pairs, n);
  ORRERY_ASSERT(written >= 0, "the bound is enough");
  out.resize(before + static_cast<size_t>(written));
}

HeaderDecoder::HeaderDecoder(uint32_t tableSize) {
  int rc = nghttp2_hd_inflate_new(&inflater_);
  ORRERY_ASSERT(rc == 0, "out of memory");
  if (tableSize == NGHTTP2_DEFAULT_HEADER_TABLE_SIZE) return;
  rc = nghttp2_hd_inflate_change_table_size(inflater_, tableSize);
  ORRERY_ASSERT(rc == 0, "out of memory");
}

HeaderDecoder::~HeaderDecoder() { nghttp2_hd_inflate_del(inflater_); }

bool HeaderDecoder::decode(std::string_view part, bool last, Sink& sink) {
  auto* in = reinterpret_cast<const uint8_t*>(part.data());
  size_t left = part.size();
  for (;;) {
    nghttp2_nv pair;
    int flags = 0;
    const ssize_t taken = nghttp2_hd_inflate_hd2(inflater_, &pair, &flags, in, left, last ? 1 : 0);
    if (taken < 0) return false;
    in += taken;
    left -= static_cast<size_t>(taken);
    if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0) {
      sink.onField({reinterpret_cast<const char*>(pair.name), pair.namelen},
                   {reinterpret_cast<const char*>(pair.value), pair.valuelen});
    }
    if ((flags & NGHTTP2_HD_INFLATE_FINAL) != 0) {
      nghttp2_hd_inflate_end_headers(inflater_);
      return true;
    }
    if ((flags & NGHTTP2_HD_INFLATE_EMIT) == 0 && left == 0) return !last;
  }
}

}  // namespace orrery::http2
