#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "proxy/message/header_map.h"

namespace orrery::http2 {

enum class SectionKind : uint8_t { kRequest, kResponse, kTrailers };

// What makes a section of fields malformed (RFC 9113 section 8), field by field while it is decoded. One per section.
class MessageRules {
 public:
  enum class Verdict : uint8_t {
    kOk,
    kBadField,    // this field is not one: "http2.invalid.header.field"
    kBadMessage,  // the fields together are no message: "http2.violation.of.messaging.rule"
  };

  MessageRules(SectionKind kind, bool extendedConnect) : kind_(kind), extendedConnect_(extendedConnect) {}

  // `id` is that of `name`, or kOther.
  Verdict onField(message::HeaderId id, std::string_view name, std::string_view value);
  // All fields were seen.
  Verdict finish(bool endStream) const;

  std::optional<uint64_t> contentLength() const { return contentLength_; }
  uint32_t status() const { return status_; }
  bool interim() const { return status_ >= 100 && status_ < 200; }
  bool connect() const { return connect_; }
  bool head() const { return head_; }

 private:
  Verdict onPseudo(message::HeaderId id, std::string_view name, std::string_view value);
  Verdict onLength(std::string_view value);

  const SectionKind kind_;
  const bool extendedConnect_;
  bool regularSeen_ = false;
  uint32_t pseudoSeen_ = 0;  // bits of Pseudo
  bool connect_ = false;
  bool head_ = false;
  bool pathIsStar_ = false;
  bool pathIsRelative_ = false;
  bool options_ = false;
  bool hostSeen_ = false;
  uint32_t status_ = 0;
  std::optional<uint64_t> contentLength_;
};

}  // namespace orrery::http2
