#pragma once

namespace orrery::format {

// Operators that a format has only where the extension that brings them is listed (`formatters`).
struct Extensions {
  bool reqWithoutQuery = false;  // %REQ_WITHOUT_QUERY()%
};

}  // namespace orrery::format
