#pragma once

#include <optional>
#include <string>

#include "proxy/io/address.h"

namespace orrery::admin {

// envoy.config.bootstrap.v3.Admin as plain data.
struct AdminOptions {
  std::optional<io::Address> address;  // unset: no admin endpoint
  std::string accessLogPath;           // empty: none
};

}  // namespace orrery::admin
