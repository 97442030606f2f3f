#pragma once

#include <expected>
#include <string>
#include <utility>

namespace orrery {

// What a peer, a file, a configuration or the operating system can cause. One sentence that names the place, what was
// expected and what was found; no code, because no caller reacts to a particular one (io::IoError is the exception).
struct Error {
  std::string message;
};

template <class T>
using Result = std::expected<T, Error>;
using Status = std::expected<void, Error>;

inline std::unexpected<Error> makeError(std::string message) { return std::unexpected(Error{std::move(message)}); }

}  // namespace orrery
