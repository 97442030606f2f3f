#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace orrery::live {

// Whether something takes connections at host:port. Blocks.
bool accepts(const std::string& address);

// The body of what a GET of the admin endpoint at host:port answers with status 200; nothing: it does not, within a second. Blocks.
std::optional<std::string> askAdmin(const std::string& address, const std::string& path);

// Lines "name: value" of /stats; histograms and texts are left out.
std::map<std::string, uint64_t, std::less<>> parseStats(const std::string& text);

}  // namespace orrery::live
