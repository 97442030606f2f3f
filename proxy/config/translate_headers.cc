#include "proxy/config/translate_headers.h"

#include "proxy/base/ascii.h"
#include "proxy/config/filter_pieces.h"

// Envoy's deprecated fields are honoured where it honours them.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace orrery::config {

namespace {

using envoy::config::core::v3::HeaderValueOption;
using Kind = route::HeaderMutation::Kind;

bool mayModify(std::string_view name) { return !name.starts_with(':') && !equalsIgnoreCase(name, "host"); }

// A value is a format string: "%%" is a per cent sign, the rest may hold operators.
void setValue(Translation& t, const std::string& value, const format::Extensions& extensions,
              route::HeaderMutation& out) {
  if (value.find('%') == std::string::npos) {
    out.value = value;
    return;
  }
  auto format = format::parseFormat(value, format::Absent::kNothing, extensions);
  if (!format) {
    t.refuse("value", format.error().message);
    return;
  }
  // Kept as text if that is all there is: no need to make it anew for every request.
  std::string literal;
  for (size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '%' && (i + 1 >= value.size() || value[++i] != '%')) {
      out.value = value;
      out.format = std::move(*format);
      return;
    }
    literal += value[i];
  }
  out.value = literal;
}

Kind toKind(Translation& t, const HeaderValueOption& message) {
  if (message.has_append()) {
    if (message.append_action() != HeaderValueOption::APPEND_IF_EXISTS_OR_ADD) {
      t.refuse("append_action", "Both append and append_action are set and it's not allowed");
    }
    return message.append().value() ? Kind::kAppendIfExistsOrAdd : Kind::kOverwriteIfExistsOrAdd;
  }
  switch (message.append_action()) {
    case HeaderValueOption::ADD_IF_ABSENT: return Kind::kAddIfAbsent;
    case HeaderValueOption::OVERWRITE_IF_EXISTS_OR_ADD: return Kind::kOverwriteIfExistsOrAdd;
    case HeaderValueOption::OVERWRITE_IF_EXISTS: return Kind::kOverwriteIfExists;
    default: return Kind::kAppendIfExistsOrAdd;
  }
}

}  // namespace

route::HeaderMutation toRemoval(Translation& t, const std::string& name) {
  if (!mayModify(name)) t.refuse(":-prefixed or host headers may not be removed");
  return {Kind::kRemove, message::HeaderName(name), "", false};
}

route::HeaderMutation toAddition(Translation& t, const HeaderValueOption& message,
                                 const format::Extensions& extensions) {
  route::HeaderMutation out{toKind(t, message), message::HeaderName(message.header().key()), "",
                            message.keep_empty_value()};
  const auto inner = t.path.field("header");
  if (!mayModify(message.header().key())) t.refuse("key", ":-prefixed or host headers may not be modified");
  setValue(t, message.header().value(), extensions, out);
  return out;
}

std::vector<route::HeaderMutation> toRules(
    Translation& t, std::string_view field,
    const google::protobuf::RepeatedPtrField<envoy::config::common::mutation_rules::v3::HeaderMutation>& rules,
    const format::Extensions& extensions) {
  std::vector<route::HeaderMutation> out;
  forEachOf(t, field, rules, [&](const auto& rule) {
    if (rule.has_append()) {
      const auto scope = t.path.field("append");
      out.push_back(toAddition(t, rule.append(), extensions));
    } else if (rule.has_remove_on_match()) {
      const auto scope = t.path.field("remove_on_match");
      const auto inner = t.path.field("key_matcher");
      auto& mutation = out.emplace_back(Kind::kRemoveMatching, message::HeaderName(""));
      mutation.matching =
          std::make_shared<match::StringMatcher>(toReadyMatcher(t, rule.remove_on_match().key_matcher()));
    } else {
      const auto scope = t.path.field("remove");
      out.push_back(toRemoval(t, rule.remove()));
    }
  });
  return out;
}

route::HeaderLevel toLevel(Translation& t, std::string_view prefix,
                           const google::protobuf::RepeatedPtrField<HeaderValueOption>& add,
                           const google::protobuf::RepeatedPtrField<std::string>& remove) {
  route::HeaderLevel out;
  forEachOf(t, std::string(prefix) + "_headers_to_remove", remove,
            [&](const std::string& name) { out.mutations.push_back(toRemoval(t, name)); });
  forEachOf(t, std::string(prefix) + "_headers_to_add", add,
            [&](const HeaderValueOption& option) { out.mutations.push_back(toAddition(t, option)); });
  return out;
}

}  // namespace orrery::config
