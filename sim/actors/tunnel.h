#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/ledger/ledger.h"

namespace orrery::sim {

// What an actor hears on a connection that is no HTTP (any more): a tunnel, whose both ends the ledger has, or what answers
// bytes of the story's own. `expect bytes` reads it piece by piece.
// Lifetime: its connection's; the ledger outlives it. Bounds: what is kept for expectations is what a story lets arrive.
class Tunnel {
 public:
  explicit Tunnel(Ledger& ledger) : ledger_(ledger) {}

  // Begins anew, for another connection.
  void reset() {
    open_ = false;
    record_ = 0;
    heard_.clear();
  }
  void open() { open_ = true; }
  // The same, as the tunnel of a request: what both its ends said is compared. Returns its number in the ledger.
  uint64_t openRecorded() {
    open_ = true;
    record_ = ledger_.tunnels.add().id;
    return record_;
  }
  bool isOpen() const { return open_; }

  void onSent(std::string_view bytes) {
    if (record_ != 0) ledger_.tunnels.at(record_).keepSent(bytes);
  }
  void onReceived(std::string_view bytes) {
    if (record_ != 0) ledger_.tunnels.at(record_).keepReceived(bytes);
    heard_.append(bytes);
  }
  // Whether `text` was heard, behind what was taken before; then it is taken.
  bool take(std::string_view text) {
    const size_t at = heard_.find(text);
    if (at == std::string::npos) return false;
    heard_.erase(0, at + text.size());
    return true;
  }
  std::string_view heard() const { return heard_; }

 private:
  Ledger& ledger_;
  bool open_ = false;
  uint64_t record_ = 0;  // in the ledger; 0: nobody compares
  std::string heard_;    // and not taken
};

}  // namespace orrery::sim
