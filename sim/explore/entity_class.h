#pragma once

#include <string>
#include <string_view>

namespace orrery::sim {

// What an entity is, without which one it is: "/client.2/connection.7/timer_idle.1" and the like of other clients and
// connections are "/client/connection/timer_idle"; "/proxy/w0" is "/proxy/w".
std::string entityClass(std::string_view path);

}  // namespace orrery::sim
