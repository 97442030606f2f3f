#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/status.h"
#include "proxy/base/time.h"
#include "proxy/io/address.h"

namespace orrery::dns {

enum class Family : uint8_t { kV4, kV6 };

// A query (RFC 1035 section 4.1) for A or AAAA records; recursion is desired. An error: `name` is no name.
Result<std::string> encodeQuery(const std::string& name, Family family, uint16_t id);

// What a message says in answer to a query.
struct Response {
  enum class Kind : uint8_t {
    kForeign,        // no answer to this query, or no message: to be ignored (RFC 5452 section 9.1)
    kTruncated,      // ask by TCP
    kAnswer,         // addresses
    kNoData,         // the name exists, without addresses of this family
    kNoName,         // NXDOMAIN
    kServerFailure,  // the server cannot or will not tell: ask another
  };
  Kind kind = Kind::kForeign;
  std::vector<io::Address> addresses;  // port 0
  Duration ttl;                        // the least of the records on the way to them
};

// `query` is one that encodeQuery made. Never fails: what is not well formed is foreign, or a failure of the server.
Response decodeResponse(std::string_view message, std::string_view query, Family family);

}  // namespace orrery::dns
