#include "proxy/codec/http2/hpack.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <vector>

#include "proxy/base/assert.h"

namespace orrery::http2 {
namespace {

// More than Envoy's own default is never used of a peer's offer.
constexpr uint32_t kTableLimit = 4096;

uint64_t littleEndian(const char* bytes) {
  uint64_t n = 0;
  std::memcpy(&n, bytes, sizeof n);
  if constexpr (std::endian::native == std::endian::big) n = __builtin_bswap64(n);
  return n;
}

// Of the length, the first and the last eight bytes: enough to see that a value is another one.
uint32_t digest(std::string_view text) {
  uint64_t first = 0, last = 0;
  if (text.size() >= sizeof first) {
    first = littleEndian(text.data());
    last = littleEndian(text.data() + text.size() - sizeof last);
  } else {
    for (const char c : text) first = first << 8 | static_cast<uint8_t>(c);
  }
  const uint64_t mixed = (first ^ (last * 0x9e3779b97f4a7c15) ^ text.size()) * 0xff51afd7ed558ccd;
  return static_cast<uint32_t>(mixed >> 32);
}

nghttp2_nv pairOf(std::string_view name, std::string_view value, bool neverRepeats) {
  // nghttp2 does not write to them.
  auto* n = reinterpret_cast<uint8_t*>(const_cast<char*>(name.data()));
  auto* v = reinterpret_cast<uint8_t*>(const_cast<char*>(value.data()));
  const uint8_t flags = neverRepeats ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE;
  return {n, v, name.size(), value.size(), flags};
}

}  // namespace

bool RepeatGuess::neverRepeats(std::string_view name, std::string_view value) {
  constexpr uint8_t kChanges = 4;
  const uint32_t nameDigest = digest(name), valueDigest = digest(value);
  // Few names are in use at a time; one that finds no place takes another's.
  constexpr size_t kLooked = 4;
  Seen* place = &seen_[nameDigest % seen_.size()];
  for (size_t i = 0; i < kLooked && place->name != nameDigest; ++i) {
    Seen& next = seen_[(nameDigest + i) % seen_.size()];
    if (next.name == nameDigest || next.name == 0) {
      place = &next;
      break;
    }
  }
  Seen& seen = *place;
  if (seen.name != nameDigest) {
    seen = {nameDigest, valueDigest, 0};
  } else if (seen.value == valueDigest) {
    seen.changes = 0;
  } else {
    seen.value = valueDigest;
    if (seen.changes < kChanges) ++seen.changes;
  }
  return seen.changes == kChanges;
}

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
  for (const Field& field : fields) {
    pairs[n++] = pairOf(field.name, field.value, guess_.neverRepeats(field.name, field.value));
  }
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
