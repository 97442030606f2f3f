#include "sim/io/network.h"

#include "sim/core/race_detector.h"
#include "sim/io/convert.h"
#include "sim/io/listener.h"

namespace orrery::sim {

std::expected<std::shared_ptr<io::ListenSocket>, io::IoError> SimNetwork::listen(const io::Address& at,
                                                                                 const io::ListenOptions& options) {
  const SimulatorCode scope;
  const auto endpoint = endpointOf(at);
  if (!endpoint) return std::unexpected(io::IoError::kAddressNotAvailable);
  auto socket = host_.tcp().listen(*endpoint, parametersOf(options));
  if (!socket) return std::unexpected(ioErrorOf(socket.error()));
  return std::make_shared<SimListenSocket>(std::move(*socket));
}

}  // namespace orrery::sim
