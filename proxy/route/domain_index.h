#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "proxy/base/ascii.h"
#include "proxy/base/hash.h"
#include "proxy/base/status.h"

namespace orrery::route {

// Finds the virtual host of a host name: exact domain, then the longest suffix wildcard ("*.foo.com"), then the longest
// prefix wildcard ("foo.*"), then "*". Case does not matter. A wildcard stands for at least one character. Looked up
// only, never walked, so the order of the tables shows nowhere.
class DomainIndex {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  // Errors: a domain given twice, or one with a '*' in the middle.
  Status add(std::string_view domain, uint32_t virtualHost);
  uint32_t find(std::string_view host) const;

 private:
  struct CaseHash {
    using is_transparent = void;
    size_t operator()(std::string_view s) const {
      uint64_t h = 0xcbf29ce484222325ULL;
      for (char c : s) h = (h ^ static_cast<unsigned char>(asciiLower(c))) * 0x100000001b3ULL;
      return mix64(h);
    }
  };
  struct CaseEqual {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const { return equalsIgnoreCase(a, b); }
  };
  using Table = std::unordered_map<std::string, uint32_t, CaseHash, CaseEqual>;
  // Wildcards of one length; longest first.
  struct Level {
    size_t length;
    Table domains;
  };
  static Table& level(std::vector<Level>& levels, size_t length);

  Table exact_;
  std::vector<Level> suffixes_;
  std::vector<Level> prefixes_;
  uint32_t any_ = kNone;
};

}  // namespace orrery::route
