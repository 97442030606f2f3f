#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "proxy/io/address.h"
#include "proxy/io/socket_options.h"
#include "proxy/stream_info/value.h"

// Listeners as plain data (envoy.config.listener.v3), made by proxy/config.
namespace orrery::net {

// One configured network filter: its type and its translated options (opaque here).
struct NetworkFilterOptions {
  std::string name;
  std::string typeName;                 // "envoy.filters.network.http_connection_manager"
  std::shared_ptr<const void> options;  // http::HcmOptions for the connection manager
};

struct FilterChainOptions {
  std::string name;
  stream_info::MetadataTable metadata;
  std::vector<NetworkFilterOptions> filters;
};

struct ListenerOptions {
  std::string name;
  stream_info::MetadataTable metadata;
  std::vector<io::Address> addresses;  // address and additional_addresses
  uint32_t perConnectionBufferLimit = 1024 * 1024;
  io::ListenOptions socket;
  // No match rules yet: exactly one chain, or the default one.
  FilterChainOptions chain;
  std::string statPrefix;  // of "listener.<address>.": empty = from the address
};

}  // namespace orrery::net
