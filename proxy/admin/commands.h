#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/admin/admin_host.h"

namespace orrery::admin {

// A request to the endpoint, taken apart.
struct AdminRequest {
  std::string_view method;
  std::string path;                                        // without query
  std::vector<std::pair<std::string, std::string>> query;  // decoded, in order; also form values of the body

  bool has(std::string_view key) const { return find(key).has_value(); }
  std::optional<std::string_view> find(std::string_view key) const;
};
AdminRequest parseAdminRequest(std::string_view method, std::string_view target, std::string_view formBody);

struct AdminReply {
  uint32_t status = 200;
  std::string body;
  std::string_view contentType = "text/plain; charset=UTF-8";
};

// Answers `request`: Envoy's rules for unknown paths (404 with the list) and for changes without POST (405).
AdminReply answer(AdminHost& host, const AdminRequest& request);

// The list of commands, as /help shows it.
std::string helpText();

}  // namespace orrery::admin
