#include "sim/script/fields.h"

#include <google/protobuf/reflection.h>

#include <algorithm>
#include <array>

#include "proxy/base/assert.h"
#include "sim/script/units.h"

namespace orrery::script {

namespace {

constexpr std::array<std::string_view, 7> kMethods = {"get", "head", "post", "put", "delete", "options", "patch"};

// The target of a CONNECT: "a.b:443".
bool isHostAndPort(std::string_view word) {
  const size_t colon = word.rfind(':');
  return colon != std::string_view::npos && colon > 0 && parseNumber(word.substr(colon + 1)).has_value();
}

struct Place {
  Message* message;
  const FieldDescriptor* field;
};

// The message and field that a path names; parents are made.
Place placeOf(Message& root, std::string_view path) {
  Message* message = &root;
  for (;;) {
    const size_t dot = path.find('.');
    const FieldDescriptor* field = message->GetDescriptor()->FindFieldByName(std::string(path.substr(0, dot)));
    ORRERY_ASSERT(field != nullptr, "patterns name fields that exist");
    if (dot == std::string_view::npos) return {message, field};
    message = message->GetReflection()->MutableMessage(message, field);
    path.remove_prefix(dot + 1);
  }
}

struct ConstPlace {
  const Message* message;
  const FieldDescriptor* field;
};
ConstPlace placeOf(const Message& root, std::string_view path) {
  const Message* message = &root;
  for (;;) {
    const size_t dot = path.find('.');
    const FieldDescriptor* field = message->GetDescriptor()->FindFieldByName(std::string(path.substr(0, dot)));
    ORRERY_ASSERT(field != nullptr, "patterns name fields that exist");
    if (dot == std::string_view::npos) return {message, field};
    message = &message->GetReflection()->GetMessage(*message, field);
    path.remove_prefix(dot + 1);
  }
}

std::string join(std::string_view path, std::string_view name) {
  return path.empty() ? std::string(name) : std::string(path) + "." + std::string(name);
}

void setText(Message& m, std::string_view path, std::string value) {
  const Place p = placeOf(m, path);
  p.message->GetReflection()->SetString(p.message, p.field, std::move(value));
}
std::string text(const Message& m, std::string_view path) {
  const ConstPlace p = placeOf(m, path);
  return p.message->GetReflection()->GetString(*p.message, p.field);
}

bool setNumber(Message& m, std::string_view path, uint64_t value) {
  const Place p = placeOf(m, path);
  if (p.field->cpp_type() == FieldDescriptor::CPPTYPE_UINT32) {
    if (value > UINT32_MAX) return false;
    p.message->GetReflection()->SetUInt32(p.message, p.field, static_cast<uint32_t>(value));
  } else {
    p.message->GetReflection()->SetUInt64(p.message, p.field, value);
  }
  return true;
}
uint64_t number(const Message& m, std::string_view path) {
  const ConstPlace p = placeOf(m, path);
  return p.field->cpp_type() == FieldDescriptor::CPPTYPE_UINT32
             ? p.message->GetReflection()->GetUInt32(*p.message, p.field)
             : p.message->GetReflection()->GetUInt64(*p.message, p.field);
}

bool isHost(std::string_view word) { return isName(word); }

bool setAddress(Message& m, std::string_view path, std::string_view word) {
  const size_t colon = word.rfind(':');
  if (colon == std::string_view::npos || !isHost(word.substr(0, colon))) return false;
  const auto port = parseNumber(word.substr(colon + 1));
  if (!port || *port == 0 || *port > 65'535) return false;
  setText(m, join(path, "host"), std::string(word.substr(0, colon)));
  return setNumber(m, join(path, "port"), *port);
}

bool setLink(Message& m, std::string_view path, std::string_view word) {
  const size_t dash = word.find('-');
  if (dash == std::string_view::npos) return false;
  const bool oneWay = word.substr(dash).starts_with("->");
  const std::string_view to = word.substr(dash + (oneWay ? 2 : 1));
  if (!isHost(word.substr(0, dash)) || !isHost(to)) return false;
  setText(m, join(path, "from"), std::string(word.substr(0, dash)));
  setText(m, join(path, "to"), std::string(to));
  if (oneWay) setConstant(m, join(path, "one_way"), "true");
  return true;
}

bool setDuration(Message& m, std::string_view path, std::string_view word) {
  const auto d = parseDuration(word);
  if (!d) return false;
  const Place p = placeOf(m, path);
  Message* duration = p.message->GetReflection()->MutableMessage(p.message, p.field);
  const auto* descriptor = duration->GetDescriptor();
  duration->GetReflection()->SetInt64(duration, descriptor->FindFieldByName("seconds"), d->inSeconds());
  duration->GetReflection()->SetInt32(duration, descriptor->FindFieldByName("nanos"),
                                      static_cast<int32_t>(d->inNanoseconds() % 1'000'000'000));
  return true;
}

// A name of the domain name system, or an address: what stands in a record.
bool isDomain(std::string_view word) {
  const auto ok = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == ':';
  };
  return !word.empty() && word.size() <= 253 && std::all_of(word.begin(), word.end(), ok);
}

bool validHeaderName(std::string_view name) {
  for (const char c : name) {
    const bool ok =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    if (!ok) return false;
  }
  return !name.empty();
}

}  // namespace

WordType wordTypeOf(const FieldDescriptor& field) {
  if (field.message_type() == nullptr) return {};
  const std::string& name = field.message_type()->name();
  if (name == "Duration") return {"duration", "a duration such as 5ms or 1.5s"};
  if (name == "Ratio") return {"ratio", "a ratio such as 1% or 0.05%"};
  if (name == "Bandwidth") return {"bandwidth", "a bandwidth such as 10Mbit/s or 64KiB/s"};
  return {};
}

bool isMethod(std::string_view word) {
  for (const std::string_view m : kMethods) {
    if (m == word) return true;
  }
  for (const char c : word) {
    if (c < 'A' || c > 'Z') return false;
  }
  return !word.empty();
}

std::string enumWord(std::string_view name) {
  std::string out(name);
  for (char& c : out) c = c == '_' ? '-' : static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return out;
}

bool setField(Message& m, std::string_view path, std::string_view type, std::string_view word) {
  if (type == "addr") return setAddress(m, path, word);
  if (type == "link") return setLink(m, path, word);
  if (type == "duration") return setDuration(m, path, word);
  if (type == "ratio") {
    const auto ratio = parseRatio(word);
    return ratio && setNumber(m, join(path, "per_million"), *ratio);
  }
  if (type == "bandwidth") {
    const auto bandwidth = parseBandwidth(word);
    return bandwidth && setNumber(m, join(path, "bytes_per_second"), *bandwidth);
  }
  if (type == "number") {
    const auto n = parseNumber(word);
    return n && setNumber(m, path, *n);
  }
  if (type == "size") {
    const auto n = parseSize(word);
    return n && setNumber(m, path, *n);
  }
  if (type == "status") {
    const auto n = parseNumber(word);
    return n && word.size() == 3 && setNumber(m, path, *n);
  }
  if (type == "text") {
    auto bytes = parseQuoted(word);
    if (!bytes) return false;
    setText(m, path, std::move(*bytes));
    return true;
  }
  if (type == "name") {
    if (!isName(word)) return false;
    setText(m, path, std::string(word));
    return true;
  }
  if (type == "domain") {
    if (!isDomain(word)) return false;
    setText(m, path, std::string(word));
    return true;
  }
  if (type == "path") {
    if (word.empty()) return false;
    if (word[0] != '/' && word[0] != '*' && !word.starts_with("http://") && !isHostAndPort(word)) return false;
    if (word.find('"') != std::string_view::npos) return false;
    setText(m, path, std::string(word));
    return true;
  }
  if (type == "method") {
    if (!isMethod(word)) return false;
    std::string upper(word);
    for (char& c : upper) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    setText(m, path, std::move(upper));
    return true;
  }
  ORRERY_ASSERT(type == "ending" || type == "failure" || type == "enum", "the types of patterns are a closed list");
  const Place p = placeOf(m, path);
  for (int i = 1; i < p.field->enum_type()->value_count(); ++i) {
    if (enumWord(p.field->enum_type()->value(i)->name()) != word) continue;
    p.message->GetReflection()->SetEnum(p.message, p.field, p.field->enum_type()->value(i));
    return true;
  }
  return false;
}

bool fieldWord(const Message& m, std::string_view path, std::string_view type, std::string& word) {
  if (type == "addr") {
    word = text(m, join(path, "host"));
    if (word.empty()) return false;
    word += ':' + std::to_string(number(m, join(path, "port")));
    return true;
  }
  if (type == "link") {
    word = text(m, join(path, "from"));
    if (word.empty()) return false;
    word += hasConstant(m, join(path, "one_way"), "true") ? "->" : "-";
    word += text(m, join(path, "to"));
    return true;
  }
  const ConstPlace p = placeOf(m, path);
  if (type == "duration") {
    if (!p.message->GetReflection()->HasField(*p.message, p.field)) {
      word = "0s";
      return false;
    }
    const Message& d = p.message->GetReflection()->GetMessage(*p.message, p.field);
    const auto* descriptor = d.GetDescriptor();
    const int64_t seconds = d.GetReflection()->GetInt64(d, descriptor->FindFieldByName("seconds"));
    const int32_t nanos = d.GetReflection()->GetInt32(d, descriptor->FindFieldByName("nanos"));
    word = printDuration(Duration::seconds(seconds) + Duration::nanoseconds(nanos));
    return true;
  }
  if (type == "ratio" || type == "bandwidth") {
    const bool ratio = type == "ratio";
    const uint64_t n = number(m, join(path, ratio ? "per_million" : "bytes_per_second"));
    word = ratio ? printRatio(static_cast<uint32_t>(n)) : printBandwidth(n);
    return p.message->GetReflection()->HasField(*p.message, p.field);
  }
  if (type == "number" || type == "size" || type == "status") {
    const uint64_t n = number(m, path);
    word = type == "size" ? printSize(n) : std::to_string(n);
    if (type == "status" && word.size() < 3) word.insert(0, 3 - word.size(), '0');
    return n != 0;
  }
  if (type == "ending" || type == "failure" || type == "enum") {
    const auto* value = p.message->GetReflection()->GetEnum(*p.message, p.field);
    word = enumWord(value->name());
    return value->number() != 0;
  }
  word = text(m, path);
  const bool set = !word.empty();
  if (type == "text") word = printQuoted(word);
  if (type == "method") {
    for (const std::string_view known : kMethods) {
      std::string lower = word;
      for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
      if (lower == known) word = lower;
    }
  }
  return set;
}

void setConstant(Message& m, std::string_view path, std::string_view value) {
  const Place p = placeOf(m, path);
  if (p.field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
    p.message->GetReflection()->SetBool(p.message, p.field, value == "true");
    return;
  }
  if (p.field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {  // <black_hole=true>: the message is there
    p.message->GetReflection()->MutableMessage(p.message, p.field);
    return;
  }
  p.message->GetReflection()->SetEnum(p.message, p.field, p.field->enum_type()->FindValueByName(std::string(value)));
}

bool hasConstant(const Message& m, std::string_view path, std::string_view value) {
  const ConstPlace p = placeOf(m, path);
  if (p.field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
    return p.message->GetReflection()->GetBool(*p.message, p.field) == (value == "true");
  }
  if (p.field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
    return p.message->GetReflection()->HasField(*p.message, p.field);
  return p.message->GetReflection()->GetEnum(*p.message, p.field)->name() == value;
}

bool addHeader(Message& m, std::string_view path, std::string_view word) {
  const size_t equals = word.find('=');
  if (equals == std::string_view::npos || !validHeaderName(word.substr(0, equals))) return false;
  std::string value(word.substr(equals + 1));
  if (value.find('"') != std::string::npos) {
    auto bytes = parseQuoted(value);
    if (!bytes) return false;
    value = std::move(*bytes);
  }
  const Place p = placeOf(m, path);
  Message* header = p.message->GetReflection()->AddMessage(p.message, p.field);
  setText(*header, "name", std::string(word.substr(0, equals)));
  setText(*header, "value", std::move(value));
  return true;
}

std::vector<std::string> headerWords(const Message& m, std::string_view path) {
  const ConstPlace p = placeOf(m, path);
  std::vector<std::string> words;
  const auto& all = p.message->GetReflection()->GetRepeatedFieldRef<Message>(*p.message, p.field);
  for (const Message& header : all) {
    std::string value = text(header, "value");
    bool bare = !value.empty();
    for (const char c : value) bare = bare && c > 0x20 && c < 0x7f && c != '"' && c != ',' && c != '\\' && c != '#';
    words.push_back(text(header, "name") + '=' + (bare ? value : printQuoted(value)));
  }
  return words;
}

}  // namespace orrery::script
