#include "envoy/config/bootstrap/v3/bootstrap.pb.h"
#include "proxy/config/translate.h"

namespace orrery::config {

admin::AdminOptions toAdmin(Translation& t, const envoy::config::bootstrap::v3::Admin& message) {
  admin::AdminOptions out;
  if (message.has_address()) {
    const auto scope = t.path.field("address");
    out.address = toAddress(t, message.address());
  }
  return out;
}

}  // namespace orrery::config
