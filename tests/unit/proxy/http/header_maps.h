#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "proxy/base/arena.h"
#include "proxy/message/header_map.h"

namespace orrery::http {

// Tests about what rules do to heads: maps that live as long as the test, and their fields as lines.
class HeaderMaps : public testing::Test {
 protected:
  message::HeaderMap& map(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
    auto& m = *arena_.make<message::HeaderMap>(arena_);
    for (const auto& [name, value] : fields) m.add(name, value);
    return m;
  }
  static std::string text(const message::HeaderMap& m) {
    std::string out;
    for (const auto& e : m) out += std::string(e.name) + ": " + std::string(e.value) + "\n";
    return out;
  }

  ArenaPool pool_;
  Arena arena_{pool_};
};

}  // namespace orrery::http
