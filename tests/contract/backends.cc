#include "tests/contract/backends.h"

#include "tests/contract/asio_world.h"
#include "tests/contract/sim_world.h"

namespace orrery::contract {

const std::vector<Backend>& backends() {
  static const std::vector<Backend> list = {
      {"io_asio", newAsioWorld},
      {"sim_io", newSimWorld},
  };
  return list;
}

}  // namespace orrery::contract
