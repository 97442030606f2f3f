#include <map>

#include "proxy/admin/json_text.h"
#include "proxy/admin/pages.h"

namespace orrery::admin {

AdminReply runtimePage(AdminHost& host, const AdminRequest&) {
  const runtime::RuntimeOptions& options = host.runtimeLayers();
  // All keys of all layers; the last layer that has a key wins.
  std::map<std::string_view, std::string_view> keys;
  for (const runtime::Layer& layer : options.layers) {
    for (const auto& [key, value] : layer.values) keys[key] = value;
  }
  AdminReply reply;
  reply.contentType = "application/json";
  reply.body = "{\n \"layers\": [";
  for (size_t i = 0; i < options.layers.size(); ++i) {
    reply.body += (i == 0 ? "" : ", ") + jsonString(options.layers[i].name);
  }
  reply.body += "],\n \"entries\": {";
  std::string_view separator = "\n";
  for (const auto& [key, final] : keys) {
    reply.body += separator;
    separator = ",\n";
    reply.body += "  " + jsonString(key) + ": {\"layer_values\": [";
    for (size_t i = 0; i < options.layers.size(); ++i) {
      const auto at = options.layers[i].values.find(key);
      reply.body += (i == 0 ? "" : ", ") + jsonString(at == options.layers[i].values.end() ? "" : at->second);
    }
    reply.body += "], \"final_value\": " + jsonString(final) + "}";
  }
  reply.body += keys.empty() ? "}\n}\n" : "\n }\n}\n";
  return reply;
}

AdminReply runtimeModifyPage(AdminHost& host, const AdminRequest& request) {
  if (request.query.empty()) {
    return {400,
            "usage: /runtime_modify?key1=value1&key2=value2&keyN=valueN\nor send the parameters as form values\n\n"
            "use an empty value to remove a previously added override"};
  }
  if (!host.modifyRuntime(request.query)) return {503, "No admin layer specified"};
  return {200, "OK\n"};
}

}  // namespace orrery::admin
