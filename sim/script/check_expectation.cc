#include "sim/script/check_expectation.h"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "proxy/base/did_you_mean.h"
#include "sim/script/units.h"
#include "sim/script/values.h"

namespace orrery::script {

namespace {

// Fields of what stands before the point; nothing: nobody of that name.
std::optional<std::span<const ValueField>> fieldsOf(const std::string& subject, const Naming& naming) {
  if (subject == "log") return logFields();
  if (naming.isHost(subject) && subject != Naming::kProxy) return hostFields();
  if (naming.isRequest(subject)) return requestFields();
  if (naming.isLookup(subject)) return lookupFields();
  return std::nullopt;
}

// The type of a value; a problem if there is none of that name.
std::optional<ValueType> typeOf(const std::string& path, const std::string& value, const Naming& naming) {
  const size_t dot = value.find('.');
  const std::string subject = value.substr(0, dot);
  if (dot == std::string::npos) {
    naming.problem(path, "expected a value such as second.status or origin.requests, found '" + value + "'");
    return std::nullopt;
  }
  const std::string field = value.substr(dot + 1);
  if (subject == "stats") return ValueType::kNumber;  // the names are the proxy's: an unknown one is told when judged
  if (field.starts_with("header.") && naming.isRequest(subject)) return ValueType::kWord;
  const auto fields = fieldsOf(subject, naming);
  if (!fields) {
    std::vector<std::string_view> names(naming.requests().begin(), naming.requests().end());
    names.insert(names.end(), naming.lookups().begin(), naming.lookups().end());
    for (const std::string_view h : naming.hostNames()) names.push_back(h);
    naming.problem(path, "expected a request (... -> NAME), a host, 'log' or 'stats' before the point, found '" +
                             subject + "'" + didYouMean(subject, names));
    return std::nullopt;
  }
  std::vector<std::string_view> names;
  for (const ValueField& f : *fields) {
    if (f.name == field) return f.type;
    names.push_back(f.name);
  }
  std::string list;
  for (const std::string_view n : names) list += (list.empty() ? "" : ", ") + std::string(n);
  // root.headers.location
  const std::string ofHeader = "header" + (field.contains('.') ? field.substr(field.find('.')) : ".NAME");
  if (naming.isRequest(subject)) {
    list += ", header.NAME";
    names.push_back(ofHeader);
  }
  naming.problem(path,
                 "expected one of " + list + " of '" + subject + "', found '" + field + "'" + didYouMean(field, names));
  return std::nullopt;
}

// The right side may be a value too: a2.at < a3.at.
bool isValueOf(const std::string& text, ValueType type, const Naming& naming) {
  const size_t dot = text.find('.');
  if (dot == std::string::npos) return false;
  const auto fields = fieldsOf(text.substr(0, dot), naming);
  if (!fields) return false;
  return std::any_of(fields->begin(), fields->end(),
                     [&](const ValueField& f) { return f.name == text.substr(dot + 1) && f.type == type; });
}

void checkOperands(const std::string& path, const sim::Expectation& e, ValueType type, const Naming& naming) {
  if (e.op == sim::Expectation::Op::kTrue && type != ValueType::kFlag) {
    naming.problem(path, "expected a comparison such as `" + e.value + " == ...`, found `" + e.value + "` alone");
  }
  const bool ordered = e.op >= sim::Expectation::Op::kLess && e.op <= sim::Expectation::Op::kGreaterEqual;
  if ((ordered || e.op == sim::Expectation::Op::kWithin) && (type == ValueType::kWord || type == ValueType::kFlag)) {
    naming.problem(path, "expected == != in or contains for a text, found another comparison in `" + e.text + "`");
  }
  if (e.op == sim::Expectation::Op::kContains && type != ValueType::kWord) {
    naming.problem(path, "expected 'contains' for texts only, found it in `" + e.text + "`");
  }
  for (const std::string& to : e.to) {
    if (isValueOf(to, type, naming)) continue;
    if (type == ValueType::kNumber && !parseSize(to))
      naming.problem(path, "expected a number to compare '" + e.value + "' with, found '" + to + "'");
    if (type == ValueType::kDuration && !parseDuration(to) && to != "never") {
      naming.problem(
          path, "expected a duration such as 15s (or never) to compare '" + e.value + "' with, found '" + to + "'");
    }
    if (type == ValueType::kFlag && to != "true" && to != "false")
      naming.problem(path, "expected true or false, found '" + to + "'");
  }
}

}  // namespace

void checkExpectation(const std::string& path, const sim::Expectation& e, const Naming& naming) {
  for (const sim::Expectation& o : e.operands) checkExpectation(path, o, naming);
  if (e.kind == sim::Expectation::Kind::kSaw) {
    naming.needHost(path, e.host);
    if (!e.request.empty()) naming.needRequest(path, e.request);
    return;
  }
  if (e.kind == sim::Expectation::Kind::kEndsWithin) {
    if (e.within.isZero()) naming.problem(path, "expected a time, as in `first ends within 20s`, found none");
    if (!e.request.empty()) naming.needRequest(path, e.request);
  }
  if (e.kind != sim::Expectation::Kind::kCompare) return;
  if (const auto type = typeOf(path, e.value, naming)) checkOperands(path, e, *type, naming);
}

}  // namespace orrery::script
