#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::config {

// What Orrery does with a field of Envoy's API.
enum class Verdict {
  kHonoured,  // It does what Envoy does with it; a test sets it to two values and sees two outcomes.
  kAccepted,  // It only holds other fields, or says what Orrery does anyway; with values listed any other is refused.
  kWarned,    // Observability only: it is ignored, and the load says so.
  kRefused,   // Ignoring it could change bytes, routing, timing, access or limits seen by a peer. The default.
};

// One row of the table (fields.inc). A field without a row is refused.
struct FieldRule {
  std::string_view message;
  std::string_view field;
  Verdict verdict = Verdict::kRefused;
  // Honoured: the values it is honoured for, all when empty. Accepted: the values accepted, any when empty. Separated by '|': enum names,
  // numbers, true and false, durations as "5s", and for an Any the names of types.
  std::string_view values;
  // Honoured: further tests of its behaviour, beside the case Fields/<field>. Warned: why ignoring it is harmless.
  std::string_view note;
};

std::span<const FieldRule> fieldRules();

// The rule of a field, by message and field name; null when it has none (refused).
const FieldRule* findRule(std::string_view message, std::string_view field);

std::vector<std::string_view> splitValues(std::string_view values);

// Message types that may stand in an Any: those of the closure that no other message has as a field.
std::vector<std::string_view> extensionTypes();

// The whole table, every field of the closure, as FIELDS.md has it. A unit test compares the two.
std::string fieldPage();

}  // namespace orrery::config
