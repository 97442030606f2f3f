#include "proxy/format/coalesce.h"

#include <nlohmann/json.hpp>

namespace orrery::format {
namespace {

using nlohmann::json;

Result<Operator> parseChoice(const json& entry) {
  if (entry.is_string()) return parseOperator(entry.get<std::string>(), std::nullopt, std::nullopt);
  if (!entry.is_object()) {
    return makeError("operator entry must be either a string (command name) or an object with 'command' field");
  }
  const auto command = entry.find("command");
  if (command == entry.end() || !command->is_string()) {
    return makeError("operator object must have 'command' field: key 'command' missing or not a string");
  }
  const auto param = entry.find("param");
  std::optional<std::string> argument;
  if (param != entry.end()) {
    if (!param->is_string()) return makeError("'param' field must be a string: key 'param' not a string");
    argument = param->get<std::string>();
  }
  const auto length = entry.find("max_length");
  std::optional<size_t> most;
  if (length != entry.end()) {
    if (!length->is_number_unsigned()) {
      return makeError("'max_length' field must be an integer: key 'max_length' not an integer");
    }
    most = length->get<size_t>();
  }
  for (const auto& member : entry.items()) {
    if (member.key() != "command" && member.key() != "param" && member.key() != "max_length") {
      return makeError("no field '" + member.key() + "' is known (command, param, max_length)");
    }
  }
  return parseOperator(command->get<std::string>(), argument, most);
}

}  // namespace

Status parseChoices(std::string_view text, Operator& op) {
  const json document = json::parse(text, nullptr, false);
  if (document.is_discarded()) return makeError("COALESCE: failed to parse JSON configuration: " + std::string(text));
  const auto operators = document.is_object() ? document.find("operators") : document.end();
  if (!document.is_object() || operators == document.end() || !operators->is_array()) {
    return makeError("COALESCE: JSON configuration must contain 'operators' array");
  }
  if (operators->empty()) return makeError("COALESCE: 'operators' array must not be empty");
  for (size_t i = 0; i < operators->size(); ++i) {
    auto choice = parseChoice((*operators)[i]);
    if (!choice) {
      return makeError("COALESCE: failed to parse operator at index " + std::to_string(i) + ": " +
                       choice.error().message);
    }
    op.choices.push_back(std::move(*choice));
  }
  return {};
}

}  // namespace orrery::format
