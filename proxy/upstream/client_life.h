#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "proxy/net/connection.h"

namespace orrery::upstream {

class Cluster;

// What every connection of a pool has to do besides carrying requests: be opened, counted and told of. Lifetime: inside
// its client. Threading: the worker's.
class ClientLife {
 public:
  ClientLife(Cluster& cluster, uint32_t host, stats::CounterId protocolTotal);

  // Starts to connect. `halfClose`: the peer's FIN is the end of what it says, not of the connection.
  std::unique_ptr<net::Connection> connect(bool halfClose = false);
  void onConnected(const net::Connection& connection);
  // The end. `connecting`: it never was one; `incomplete`: a request was not answered in full.
  void onEnd(net::CloseEvent by, bool connecting, bool incomplete, std::string_view details);
  void countRequest() { ++requests_; }
  // "delayed connect error: ...", or empty.
  static std::string connectFailure(const net::Connection& connection);

  uint64_t id() const { return id_; }
  TimePoint created() const { return created_; }
  // Not before onConnected().
  TimePoint connected() const { return connected_; }

 private:
  Cluster& cluster_;
  const uint32_t host_;
  const uint64_t id_;
  const TimePoint created_;
  TimePoint connected_;
  uint64_t requests_ = 0;
};

}  // namespace orrery::upstream
