#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace google::protobuf {
class Message;
}

// Short strings of steps and faults: one table of patterns, both ways.
namespace orrery::script {

// Fills an orrery.Scenario.Step, .Fault or .NameRecord from its short string; the error says what was expected.
std::expected<void, std::string> parseShort(std::string_view text, google::protobuf::Message& out);
// The short string that parses to exactly this message, or nothing if there is none.
std::optional<std::string> printShort(const google::protobuf::Message& message);

// Whether a message of this name may be one short text instead of a mapping: these three and "Expectation".
bool hasShortForm(std::string_view messageName);

// All forms of "Step", "Fault" or "NameRecord" as people read them, in order of the table: for help and for scenarios/LANGUAGE.md.
std::vector<std::string> shortForms(std::string_view messageName);

}  // namespace orrery::script
