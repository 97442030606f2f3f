#include <google/protobuf/any.pb.h>

#include "envoy/config/listener/v3/listener.pb.h"
#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"
#include "proxy/config/translate.h"
#include "proxy/config/translate_value.h"

namespace orrery::config {

namespace {

using Hcm = envoy::extensions::filters::network::http_connection_manager::v3::HttpConnectionManager;

net::FilterChainOptions toChain(Translation& t, const envoy::config::listener::v3::FilterChain& message) {
  net::FilterChainOptions out;
  out.name = message.name();
  out.metadata = toMetadata(message.metadata());
  if (message.has_transport_socket() && message.transport_socket().typed_config().type_url().empty()) {
    const auto scope = t.path.field("transport_socket");
    refuseUnregistered(t, message.transport_socket().name(), "");
  }
  if (message.filters_size() == 0) t.refuse("filters", "a chain without filters is not supported");
  for (int i = 0; i < message.filters_size(); ++i) {
    const auto scope = t.path.field("filters");
    const auto item = t.path.index(i);
    const auto& filter = message.filters(i);
    net::NetworkFilterOptions options;
    options.name = filter.name();
    if (Hcm hcm; filter.typed_config().Is<Hcm>() && filter.typed_config().UnpackTo(&hcm)) {
      const auto config = t.path.field("typed_config");
      options.typeName = "envoy.filters.network.http_connection_manager";
      options.options = toHcm(t, hcm);
      if (i + 1 < message.filters_size()) {
        t.refuse("Error: terminal filter named " + filter.name() + " of type " + options.typeName +
                 " must be the last filter in a network filter chain.");
      }
    } else if (filter.typed_config().type_url().empty()) {
      refuseUnregistered(t, filter.name(), "");
    }
    out.filters.push_back(std::move(options));
  }
  return out;
}

void setChain(Translation& t, const envoy::config::listener::v3::Listener& message, net::ListenerOptions& out) {
  if (message.filter_chains_size() > 1) {
    const auto scope = t.path.field("filter_chains");
    const auto item = t.path.index(1);
    t.refuse("more than one filter chain is not supported yet");
  }
  // Without match rules the one chain takes every connection, so a default chain beside it is never used.
  if (message.filter_chains_size() > 0) {
    const auto scope = t.path.field("filter_chains");
    const auto item = t.path.index(0);
    out.chain = toChain(t, message.filter_chains(0));
  }
  if (message.has_default_filter_chain()) {
    const auto scope = t.path.field("default_filter_chain");
    auto chain = toChain(t, message.default_filter_chain());
    if (message.filter_chains_size() == 0) out.chain = std::move(chain);
  } else if (message.filter_chains_size() == 0) {
    const std::string name = out.addresses.empty() ? message.name() : out.addresses[0].text();
    t.refuse("error adding listener '" + name + "': no filter chains specified");
  }
}

}  // namespace

net::ListenerOptions toListener(Translation& t, const envoy::config::listener::v3::Listener& message, size_t position) {
  net::ListenerOptions out;
  // Envoy gives a nameless listener a random name; this one is the same in every run.
  out.name = message.name().empty() ? "listener_" + std::to_string(position) : message.name();
  out.metadata = toMetadata(message.metadata());
  if (message.has_address()) {
    const auto scope = t.path.field("address");
    out.addresses.push_back(toAddress(t, message.address()));
  } else {
    t.refuse("address", "error adding listener named '" + message.name() + "': address is necessary");
  }
  for (int i = 0; i < message.additional_addresses_size(); ++i) {
    const auto scope = t.path.field("additional_addresses");
    const auto item = t.path.index(i);
    const auto address = t.path.field("address");
    out.addresses.push_back(toAddress(t, message.additional_addresses(i).address()));
  }
  out.statPrefix = message.stat_prefix();
  if (message.has_per_connection_buffer_limit_bytes()) {
    out.perConnectionBufferLimit = message.per_connection_buffer_limit_bytes().value();
  }
  out.socket.reusePort = !message.has_enable_reuse_port() || message.enable_reuse_port().value();
  if (message.has_tcp_backlog_size()) out.socket.backlog = message.tcp_backlog_size().value();
  if (message.has_tcp_keepalive()) out.socket.accepted.keepalive = toKeepalive(message.tcp_keepalive());
  setChain(t, message, out);
  return out;
}

}  // namespace orrery::config
