#include "proxy/compression/dictionary.h"

#include <zstd.h>

#include "proxy/base/assert.h"

namespace orrery::compression {

uint32_t dictionaryId(std::string_view bytes) {
  const uint32_t id = ZSTD_getDictID_fromDict(bytes.data(), bytes.size());
  if (id == 0) return 0;
  // Its tables may be none all the same.
  ZSTD_DDict* const digest = ZSTD_createDDict(bytes.data(), bytes.size());
  ZSTD_freeDDict(digest);
  return digest == nullptr ? 0 : id;
}

CoderDictionary::CoderDictionary(std::string_view bytes, int32_t level)
    : id_(ZSTD_getDictID_fromDict(bytes.data(), bytes.size())),
      digest_(ZSTD_createCDict(bytes.data(), bytes.size(), level)) {
  ORRERY_ASSERT(id_ != 0 && digest_ != nullptr, "the bytes are a dictionary");
}
CoderDictionary::~CoderDictionary() { ZSTD_freeCDict(static_cast<ZSTD_CDict*>(digest_)); }

DecoderDictionaries::~DecoderDictionaries() {
  for (const Entry& e : all_) ZSTD_freeDDict(static_cast<ZSTD_DDict*>(e.digest));
}

void DecoderDictionaries::add(std::string_view bytes) {
  const uint32_t id = ZSTD_getDictID_fromDict(bytes.data(), bytes.size());
  if (find(id) != nullptr) return;
  ZSTD_DDict* const digest = ZSTD_createDDict(bytes.data(), bytes.size());
  ORRERY_ASSERT(id != 0 && digest != nullptr, "the bytes are a dictionary");
  all_.push_back({id, digest});
}

const void* DecoderDictionaries::find(uint32_t id) const {
  for (const Entry& e : all_) {
    if (e.id == id) return e.digest;
  }
  return nullptr;
}

}  // namespace orrery::compression
