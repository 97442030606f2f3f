#include "cli/live/bootstrap_copy.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "proxy/config/yaml_scalar.h"

namespace orrery::live {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kAdminAddress = "127.0.0.1";
constexpr uint16_t kAdminPort = 19901;
constexpr std::string_view kFileLog = "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog";
constexpr std::string_view kLine = "%REQ(X-ORRERY-REQUEST)% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS%\n";

// Aliases of a hostile file name one node many times.
constexpr size_t kMostVisits = 1u << 20;

class Converter {
 public:
  explicit Converter(const config::YamlTree& tree) : tree_(tree) {}

  Json convert(uint32_t index) {
    if (++visits_ > kMostVisits) return nullptr;
    const config::YamlNode& node = tree_.at(index);
    switch (node.kind) {
      case config::YamlNode::Kind::kNull: return nullptr;
      case config::YamlNode::Kind::kScalar: return scalar(node);
      case config::YamlNode::Kind::kSequence: {
        Json out = Json::array();
        for (const uint32_t item : node.items) out.push_back(convert(item));
        return out;
      }
      case config::YamlNode::Kind::kMapping: {
        Json out = Json::object();
        for (const auto& entry : node.entries) out[entry.key] = convert(entry.value);
        return out;
      }
    }
    return nullptr;
  }
  bool whole() const { return visits_ <= kMostVisits; }

 private:
  static Json scalar(const config::YamlNode& node) {
    const config::YamlScalar value = config::classify(node);
    switch (value.kind) {
      case config::YamlScalar::Kind::kBool: return value.boolean;
      case config::YamlScalar::Kind::kInt: return value.integer;
      case config::YamlScalar::Kind::kString: return std::string(value.text);
    }
    return nullptr;
  }

  const config::YamlTree& tree_;
  size_t visits_ = 0;
};

std::string_view typeOf(const Json& object) {
  const auto type = object.find("@type");
  if (type == object.end() || !type->is_string()) return "";
  const std::string_view text = type->get_ref<const std::string&>();
  return text.substr(text.rfind('.') == std::string_view::npos ? 0 : text.rfind('.') + 1);
}

// What is changed everywhere in the tree.
class Editor {
 public:
  Editor(const std::string& folder, BootstrapCopy& out) : folder_(folder), out_(out) {}

  void edit(Json& node) {
    if (node.is_object()) {
      const std::string type(typeOf(node));
      if (type == "FileAccessLog") moveLog(node);
      for (auto& [key, value] : node.items()) edit(value);
      if (type == "HttpConnectionManager") addRequestLog(node);
    } else if (node.is_array()) {
      for (Json& item : node) edit(item);
    }
  }

 private:
  void moveLog(Json& log) {
    const std::string path = log.value("path", "");
    const auto known = std::find(paths_.begin(), paths_.end(), path);
    const auto at = static_cast<size_t>(known - paths_.begin());
    if (known == paths_.end()) {
      paths_.push_back(path);
      out_.logs.push_back(folder_ + "/access." + std::to_string(at) + ".log");
    }
    log["path"] = out_.logs[at];
  }

  void addRequestLog(Json& hcm) {
    Json& logs = hcm["access_log"];
    if (!logs.is_array()) logs = Json::array();
    logs.push_back({{"name", "orrery"},
                    {"typed_config",
                     {{"@type", kFileLog},
                      {"path", out_.requestLog},
                      {"log_format", {{"text_format_source", {{"inline_string", kLine}}}}}}}});
  }

  const std::string& folder_;
  BootstrapCopy& out_;
  std::vector<std::string> paths_;  // of the story's logs, as they were
};

std::string adminOf(Json& bootstrap) {
  Json& at = bootstrap["admin"]["address"];
  // None, or a pipe.
  if (!at.is_object() || !at.contains("socket_address"))
    at = {{"socket_address", {{"address", kAdminAddress}, {"port_value", kAdminPort}}}};
  const Json& address = at["socket_address"];
  std::string host = address.value("address", std::string(kAdminAddress));
  if (host == "0.0.0.0") host = kAdminAddress;
  return host + ':' + address.at("port_value").dump();
}

}  // namespace

Result<BootstrapCopy> copyBootstrap(const std::string& text, const std::string& folder) {
  const auto tree = config::readYaml(text);
  if (!tree) return makeError("line " + std::to_string(tree.error().mark.line) + ": " + tree.error().message);
  Converter converter(*tree);
  Json bootstrap = converter.convert(tree->root);
  if (!converter.whole() || !bootstrap.is_object()) return makeError("expected a mapping of bounded size");
  BootstrapCopy out;
  out.requestLog = folder + "/requests.log";
  Editor(folder, out).edit(bootstrap);
  out.admin = adminOf(bootstrap);
  out.json = bootstrap.dump(1);
  return out;
}

std::vector<RequestLine> readRequestLog(const std::string& text) {
  std::vector<RequestLine> out;
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    if (end == std::string::npos) break;
    const std::string_view line(text.data() + at, end - at);
    at = end + 1;
    const size_t first = line.find(' ');
    const size_t second = line.find(' ', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) continue;
    RequestLine l;
    std::from_chars(line.data(), line.data() + first, l.request);
    l.flags = line.substr(first + 1, second - first - 1);
    l.details = line.substr(second + 1);
    out.push_back(std::move(l));
  }
  return out;
}

}  // namespace orrery::live
