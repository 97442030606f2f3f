#include "envoy/type/matcher/v3/metadata.pb.h"
#include "envoy/type/matcher/v3/value.pb.h"
#include "proxy/config/translate.h"

namespace orrery::config {

namespace {

using ValueMessage = envoy::type::matcher::v3::ValueMatcher;
using ValueKind = route::ValueMatcher::Kind;

route::ValueMatcher toValueMatcher(Translation& t, const ValueMessage& message) {
  route::ValueMatcher out;
  switch (message.match_pattern_case()) {
    case ValueMessage::kNullMatch: out.kind = ValueKind::kNull; break;
    case ValueMessage::kDoubleMatch:
      if (message.double_match().has_range()) {
        out.kind = ValueKind::kRange;
        out.number = message.double_match().range().start();
        out.end = message.double_match().range().end();
      } else {
        out.kind = ValueKind::kNumber;
        out.number = message.double_match().exact();
      }
      break;
    case ValueMessage::kStringMatch: {
      const auto scope = t.path.field("string_match");
      out.kind = ValueKind::kString;
      out.string = toStringMatcher(t, message.string_match());
      break;
    }
    case ValueMessage::kBoolMatch:
      out.kind = ValueKind::kBool;
      out.wanted = message.bool_match();
      break;
    case ValueMessage::kPresentMatch: out.wanted = message.present_match(); break;
    case ValueMessage::kListMatch: {
      const auto scope = t.path.field("list_match");
      const auto inner = t.path.field("one_of");
      out.kind = ValueKind::kOneOf;
      out.others.push_back(toValueMatcher(t, message.list_match().one_of()));
      break;
    }
    case ValueMessage::kOrMatch: {
      const auto scope = t.path.field("or_match");
      out.kind = ValueKind::kOr;
      forEachOf(t, "value_matchers", message.or_match().value_matchers(),
                [&](const auto& other) { out.others.push_back(toValueMatcher(t, other)); });
      break;
    }
    case ValueMessage::MATCH_PATTERN_NOT_SET: break;  // refused before
  }
  return out;
}

}  // namespace

route::MetadataMatcher toMetadataMatcher(Translation& t, const envoy::type::matcher::v3::MetadataMatcher& message) {
  route::MetadataMatcher out;
  out.metadataNamespace = message.filter();
  for (const auto& segment : message.path()) out.path.push_back(segment.key());
  out.invert = message.invert();
  const auto scope = t.path.field("value");
  out.value = toValueMatcher(t, message.value());
  return out;
}

}  // namespace orrery::config
