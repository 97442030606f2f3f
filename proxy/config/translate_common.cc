#include <google/protobuf/duration.pb.h>

#include "envoy/config/core/v3/address.pb.h"
#include "envoy/config/core/v3/base.pb.h"
#include "proxy/config/any_type.h"
#include "proxy/config/translate.h"

namespace orrery::config {

namespace {

// What the rest of Orrery may be handed: sums of a few of these stay far from the end of int64_t nanoseconds.
constexpr int64_t kMaxSeconds = int64_t{100} * 366 * 24 * 3600;

std::optional<io::Address> parseIp(const std::string& text, uint32_t port) {
  return io::Address::parseIp(text, static_cast<uint16_t>(port));
}

}  // namespace

Duration toDuration(Translation& t, std::string_view field, const google::protobuf::Duration& message) {
  if (message.seconds() < 0 || message.nanos() < 0) {
    t.refuse(field, "Expected positive duration");
    return Duration::zero();
  }
  if (message.seconds() > kMaxSeconds) {
    t.refuse(field, "longer than 100 years");
    return Duration::zero();
  }
  return Duration::milliseconds(message.seconds() * 1000 + message.nanos() / 1'000'000);
}

io::Address toAddress(Translation& t, const envoy::config::core::v3::SocketAddress& message) {
  // A zone ("fe80::1%eth0") is not supported, as the seam's addresses have none.
  const auto address = parseIp(message.address(), message.port_value());
  if (!address) {
    t.refuse("address", "malformed IP address: " + message.address());
    return {};
  }
  return *address;
}

io::Address toAddress(Translation& t, const envoy::config::core::v3::Address& message) {
  if (message.has_socket_address()) {
    const auto scope = t.path.field("socket_address");
    return toAddress(t, message.socket_address());
  }
  if (message.has_pipe()) {
    const std::string& path = message.pipe().path();
    constexpr size_t kLongest = 107;  // sun_path and its end
    const auto scope = t.path.field("pipe");
    if (path.size() > kLongest) {
      t.refuse("path", "Path \"" + path + "\" exceeds maximum UNIX domain socket path size of 108.");
      return {};
    }
    if (path.starts_with('@')) return io::Address::unixAbstract(path.substr(1));
    return io::Address::unixPath(path);
  }
  t.refuse("malformed IP address: ");  // As Envoy says of an endpoint without one; elsewhere validation was first.
  return {};
}

io::KeepaliveOptions toKeepalive(const envoy::config::core::v3::TcpKeepalive& message) {
  io::KeepaliveOptions out;
  if (message.has_keepalive_probes()) out.probes = message.keepalive_probes().value();
  if (message.has_keepalive_time()) out.idle = Duration::seconds(message.keepalive_time().value());
  if (message.has_keepalive_interval()) out.interval = Duration::seconds(message.keepalive_interval().value());
  return out;
}

match::AddressRange toAddressRange(Translation& t, const std::string& prefix, uint32_t length) {
  const auto address = parseIp(prefix, 0);
  if (!address) {
    t.refuse("address_prefix", "malformed IP address: " + prefix);
    return {};
  }
  // Envoy cuts a longer prefix down to the address.
  const uint32_t bits = std::min(length, address->kind() == io::Address::Kind::kIpv4 ? 32u : 128u);
  return {address->network(bits), bits};
}

void refuseUnregistered(Translation& t, const std::string& name, std::string_view typeUrl) {
  t.refuse("Didn't find a registered implementation for '" + name + "' with type URL: '" +
           std::string(typeName(typeUrl)) + "'");
}

std::string toText(Translation& t, std::string_view field, const envoy::config::core::v3::DataSource& message) {
  if (message.has_environment_variable()) {
    const auto scope = t.path.field(field);
    if (!t.readVariable) {
      t.refuse("environment_variable", "no environment can be read here: write what it holds as inline_string");
      return {};
    }
    if (auto value = t.readVariable(message.environment_variable())) return *std::move(value);
    t.refuse("environment_variable", "Environment variable doesn't exist: " + message.environment_variable());
    return {};
  }
  if (!message.has_filename()) return message.has_inline_bytes() ? message.inline_bytes() : message.inline_string();
  const auto scope = t.path.field(field);
  for (const std::string_view special : {"/dev", "/proc", "/sys"}) {
    const std::string_view path = message.filename();
    if (!path.starts_with(special) || (path.size() > special.size() && path[special.size()] != '/')) continue;
    t.refuse("filename", "Invalid path: " + message.filename());
    return {};
  }
  if (!t.readFile) {
    t.refuse("filename", "no file can be read here: write what it holds as inline_string");
    return {};
  }
  auto text = t.readFile(message.filename());
  if (text) return *std::move(text);
  t.refuse("filename", text.error().message);
  return {};
}

std::string toFilledText(Translation& t, std::string_view field, const envoy::config::core::v3::DataSource& message) {
  std::string text = toText(t, field, message);
  const auto scope = t.path.field(field);
  if (text.empty() && !t.report.refusedAtOrBelow(t.path.text())) t.refuse("DataSource cannot be empty");
  return text;
}

}  // namespace orrery::config
