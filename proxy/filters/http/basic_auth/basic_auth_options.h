#pragma once

#include <map>
#include <string>

namespace orrery::filters::basic_auth {

// User name to the base64 text of the SHA-1 of the password, as htpasswd -s writes it.
using Users = std::map<std::string, std::string, std::less<>>;

// envoy.extensions.filters.http.basic_auth.v3.BasicAuth
struct BasicAuthOptions {
  Users users;
  std::string forwardUsernameHeader;  // lower case; empty: none
  std::string authenticationHeader = "authorization";
  bool emitMetadata = false;  // the name of the user, as dynamic metadata
  bool allowMissing = false;
  std::string realm;  // empty: the request's URI
};

// BasicAuthPerRoute: other users, or another realm.
struct BasicAuthRouteOptions {
  Users users;
  std::string realm;
};

}  // namespace orrery::filters::basic_auth
