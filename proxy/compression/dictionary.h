#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::compression {

// Dictionaries of zstd (RFC 8878 section 5): what coder and decoder both know beforehand, named by a number that frames carry.
// Made once, by configurations; read by all workers.
//
// Lifetime: shared by the options that hold them and the bodies under way. Threading: immutable.

// The number that `bytes` say they have; 0: they are no dictionary, or one without a number, which no frame can name.
uint32_t dictionaryId(std::string_view bytes);

class CoderDictionary {
 public:
  // `bytes` have a number (dictionaryId). The level is the coder's.
  CoderDictionary(std::string_view bytes, int32_t level);
  ~CoderDictionary();
  CoderDictionary(const CoderDictionary&) = delete;
  CoderDictionary& operator=(const CoderDictionary&) = delete;

  uint32_t id() const { return id_; }
  // ZSTD_CDict; for zstd.cc.
  const void* digest() const { return digest_; }

 private:
  uint32_t id_;
  void* digest_;
};

class DecoderDictionaries {
 public:
  DecoderDictionaries() = default;
  ~DecoderDictionaries();
  DecoderDictionaries(const DecoderDictionaries&) = delete;
  DecoderDictionaries& operator=(const DecoderDictionaries&) = delete;

  // `bytes` have a number; of equal ones the first counts.
  void add(std::string_view bytes);
  size_t size() const { return all_.size(); }
  // ZSTD_DDict; null: none has this number. For zstd.cc.
  const void* find(uint32_t id) const;

 private:
  struct Entry {
    uint32_t id;
    void* digest;
  };
  std::vector<Entry> all_;  // a handful
};

}  // namespace orrery::compression
