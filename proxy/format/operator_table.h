#pragma once

#include <cstdint>
#include <string_view>

#include "proxy/format/operator.h"

namespace orrery::format {

// What may stand behind the name of an operator.
enum class Takes : uint8_t { kNothing, kOptional, kRequired };

// One of Envoy's operators (1.40) that a stream of ours can answer.
struct OperatorRow {
  std::string_view name;
  OperatorKind kind;
  bool number = false;
  Takes takes = Takes::kNothing;
  bool length = false;  // ":Z" may stand behind it
  AddressPart part = AddressPart::kWhole;
  uint64_t message::BytesMeter::* meter = nullptr;
  MetadataOf metadataOf = MetadataOf::kDynamic;
  bool local = false;
  bool Extensions::* needs = nullptr;  // where it is listed only
};

// Null: there is none of that name.
const OperatorRow* findOperator(std::string_view name);

}  // namespace orrery::format
