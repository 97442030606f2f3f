#include <algorithm>
#include <iterator>

#include "proxy/base/ascii.h"
#include "proxy/format/coalesce.h"
#include "proxy/format/operator_table.h"

namespace orrery::format {
namespace {

using enum OperatorKind;

std::unexpected<Error> refuse(std::string_view name, std::string_view why) {
  return makeError("%" + std::string(name) + "% " + std::string(why));
}

// "host" is another name of ":authority", as in Envoy's header table.
message::HeaderName headerName(std::string_view text) {
  return message::HeaderName(equalsIgnoreCase(text, "host") ? std::string_view(":authority") : text);
}

Status parseHeader(std::string_view name, std::string_view text, Operator& op) {
  if (text.find_first_of(std::string_view("\r\n\0 \t", 5)) != std::string_view::npos) {
    return refuse(name, "names a header with a space or control character");
  }
  const size_t mark = text.find('?');
  if (mark != std::string_view::npos && text.find('?', mark + 1) != std::string_view::npos) {
    return refuse(name, "names more than one alternative header: " + std::string(text));
  }
  op.header = headerName(text.substr(0, mark));
  if (mark != std::string_view::npos) op.alternative = headerName(text.substr(mark + 1));
  return {};
}

// A name that is none of Envoy's is a point that filters may set; none of ours does. Nor has a connection without TLS a
// handshake (US_HS_END), nor a request the instants of its client's connection (DS_CX_BEG, DS_CX_END).
TimeSite siteOf(std::string_view text) {
  constexpr std::string_view kNames[] = {"DS_RX_BEG", "DS_RX_END", "US_CX_BEG", "US_CX_END",
                                         "US_TX_BEG", "US_TX_END", "US_RX_BEG", "US_RX_BODY_BEG",
                                         "US_RX_END", "DS_TX_BEG", "DS_TX_END"};
  return static_cast<TimeSite>(std::find(std::begin(kNames), std::end(kNames), text) - std::begin(kNames));
}

Status parseDuration(std::string_view name, std::string_view text, Operator& op) {
  const size_t first = text.find(':');
  const size_t second = first == std::string_view::npos ? first : text.find(':', first + 1);
  if (first == std::string_view::npos) return refuse(name, "wants START:END or START:END:PRECISION");
  op.from = siteOf(text.substr(0, first));
  op.to = siteOf(text.substr(first + 1, second - first - 1));
  const std::string_view precision = second == std::string_view::npos ? "ms" : text.substr(second + 1);
  if (precision == "ms") {
    op.unitNanoseconds = 1'000'000;
  } else if (precision == "us") {
    op.unitNanoseconds = 1'000;
  } else if (precision == "ns") {
    op.unitNanoseconds = 1;
  } else {
    return refuse(name, "has an invalid precision: " + std::string(precision) + " (ms, us or ns)");
  }
  return {};
}

Status parseTime(std::string_view name, std::string_view text, Operator& op) {
  if (text.find("%n") != std::string_view::npos) return refuse(name, "would write a line end into its line");
  op.time.emplace(text.empty() && op.local ? TimeFormat::kLocalDefault : text);
  return {};
}

Status parseGrpcForm(std::string_view name, std::string_view text, Operator& op) {
  if (text.empty() || text == "CAMEL_STRING") {
    op.grpcForm = op.number ? GrpcStatusForm::kNumber : GrpcStatusForm::kCamel;
  } else if (text == "SNAKE_STRING") {
    op.grpcForm = GrpcStatusForm::kSnake;
  } else if (text == "NUMBER") {
    op.grpcForm = GrpcStatusForm::kNumber;
    op.number = true;
  } else {
    return refuse(name, "only supports CAMEL_STRING, SNAKE_STRING or NUMBER.");
  }
  return {};
}

// One of an operator's words, of which the first is what its absence means too.
template <size_t N>
Result<size_t> choose(std::string_view name, std::string_view text, const std::string_view (&words)[N]) {
  if (text.empty()) return 0;
  const auto* const at = std::find(std::begin(words), std::end(words), text);
  if (at != std::end(words)) return static_cast<size_t>(at - words);
  std::string known;
  for (const std::string_view word : words) known += (known.empty() ? "'" : "/'") + std::string(word) + "'";
  return makeError("Invalid " + std::string(name) + " option: '" + std::string(text) + "', only " + known +
                   " are allowed");
}

// "FIRST:SECOND"; what stands behind a second colon is not read, as by Envoy.
std::pair<std::string_view, std::string_view> words(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {text, {}};
  const std::string_view second = text.substr(colon + 1);
  return {text.substr(0, colon), second.substr(0, second.find(':'))};
}

Status parsePath(std::string_view name, std::string_view text, Operator& op) {
  const auto [query, which] = words(text);
  const auto first = choose(name, query, {"WQ", "NQ"});
  if (!first) return std::unexpected(first.error());
  const auto second = choose(name, which, {"ORIG_OR_PATH", "PATH", "ORIG"});
  if (!second) return std::unexpected(second.error());
  op.query = *first == 0;
  op.which = static_cast<WhichHeader>(*second);
  return {};
}

// No connection names its server (TLS): what is left is the host that the request names, where it is asked for.
Status parseServerName(std::string_view name, std::string_view text, Operator& op) {
  const auto [source, which] = words(text);
  const auto first = choose(name, source, {"SNI_ONLY", "SNI_FIRST", "HOST_FIRST"});
  if (!first) return std::unexpected(first.error());
  const auto second = choose(name, which, {"ORIG_OR_HOST", "HOST", "ORIG"});
  if (!second) return std::unexpected(second.error());
  if (*first == 0) op.kind = kAbsent;
  op.which = static_cast<WhichHeader>(*second);
  return {};
}

Status parseQueryParameters(std::string_view name, std::string_view text, Operator& op) {
  const auto form = choose(name, text, {"ORIG", "DECODED"});
  if (!form) return std::unexpected(form.error());
  op.decoded = *form == 1;
  return {};
}

// Stricter than Envoy, which takes what is no number for no mask.
Status parseMask(std::string_view name, std::string_view text, Operator& op) {
  if (text.empty()) return {};
  const auto bits = parseDecimal(text);
  if (!bits || *bits > 128) return refuse(name, "wants a number of bits, 0 to 128: " + std::string(text));
  op.maskBits = static_cast<uint32_t>(*bits);
  return {};
}

void cutPath(std::string_view rest, Operator& op) {
  for (;;) {
    const size_t colon = rest.find(':');
    op.path.emplace_back(rest.substr(0, colon));
    if (colon == std::string_view::npos) return;
    rest.remove_prefix(colon + 1);
  }
}

Status parseMetadata(std::string_view name, std::string_view text, Operator& op) {
  if (name != "METADATA") {
    cutPath(text, op);
    return {};
  }
  constexpr std::string_view kTypes[] = {
      "DYNAMIC", "CLUSTER", "ROUTE", "UPSTREAM_HOST", "LISTENER", "LISTENER_FILTER_CHAIN", "VIRTUAL_HOST"};
  const size_t colon = text.find(':');
  const std::string_view type = text.substr(0, colon);
  const auto* const at = std::find(std::begin(kTypes), std::end(kTypes), type);
  if (at == std::end(kTypes)) return makeError(std::string(type) + " is not supported type of metadata");
  op.metadataOf = static_cast<MetadataOf>(at - std::begin(kTypes));
  cutPath(colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1), op);
  return {};
}

// No object of ours is told as a whole, only by its fields.
Status parseFilterState(std::string_view text, Operator& op) {
  const size_t colon = text.find(':');
  if (colon == 0) return makeError("Invalid filter state configuration, key cannot be empty.");
  if (colon == std::string_view::npos) return {};
  const std::string_view form = text.substr(colon + 1);
  if (form == "FIELD" || form == "FIELD:") {
    return makeError("Invalid filter state serialize type, FIELD should be used with the field name.");
  }
  if (form == "PLAIN" || form == "TYPED") return {};
  if (form.starts_with("FIELD:")) {
    op.path = {std::string(text.substr(0, colon)), std::string(form.substr(form.find(':') + 1))};
    return {};
  }
  return makeError("Invalid filter state serialize type, only support PLAIN/TYPED/FIELD.");
}

Status parseArgument(std::string_view name, std::string_view text, Operator& op) {
  if (name.ends_with("FILTER_STATE")) return parseFilterState(text, op);
  if (op.part == AddressPart::kWithoutPort) return parseMask(name, text, op);
  switch (op.kind) {
    case kRequestHeader:
    case kResponseHeader:
    case kTrailer: return parseHeader(name, text, op);
    case kCommonDuration: return parseDuration(name, text, op);
    case kStartTime:
    case kEmitTime: return parseTime(name, text, op);
    case kMetadata: return parseMetadata(name, text, op);
    case kGrpcStatus: return parseGrpcForm(name, text, op);
    case kQueryParameter:
    case kEnvironment: op.path = {std::string(text)}; return {};
    case kQueryParameters: return parseQueryParameters(name, text, op);
    case kRequestedHost: return parseServerName(name, text, op);
    case kPath: return parsePath(name, text, op);
    case kCoalesce: return parseChoices(text, op);
    case kResponseCodeDetails: op.allowSpaces = text == "ALLOW_WHITESPACES"; return {};
    default: return {};
  }
}

}  // namespace

Result<Operator> parseOperator(std::string_view name, std::optional<std::string_view> argument,
                               std::optional<size_t> length, const Extensions& extensions) {
  const OperatorRow* const row = findOperator(name);
  if (row != nullptr && row->needs != nullptr && !(extensions.*row->needs)) {
    return refuse(name, "is no operator where its extension is not among the formatters");
  }
  if (row == nullptr) return refuse(name, "is not a supported operator");
  if (row->takes == Takes::kNothing && (argument || length)) {
    return refuse(name, "does not take any parameters or length");
  }
  if (row->takes == Takes::kRequired && (!argument || argument->empty())) return refuse(name, "requires parameters");
  if (!row->length && length) return refuse(name, "does not allow length to be specified");

  Operator op;
  op.kind = row->kind;
  op.number = row->number;
  op.part = row->part;
  op.meter = row->meter;
  op.metadataOf = row->metadataOf;
  op.local = row->local;
  if (row->needs == &Extensions::reqWithoutQuery) op.query = false;
  if (length) op.maxLength = *length;
  if (Status s = parseArgument(name, argument.value_or(std::string_view()), op); !s) return std::unexpected(s.error());
  return op;
}

}  // namespace orrery::format
