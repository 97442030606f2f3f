#pragma once

#include <string>

#include "sim/ledger/ledger.h"

namespace orrery::sim {

// Pairing: a response that a client reads is, byte for byte, the one that an origin gave to an attempt of that very request,
// as far as it came. Empty: it is. Else what is wrong. `request` has a response head with a nonce. `asSent`: bodies pass as
// they are; else (a filter codes them) only whose response it is can be told.
std::string brokenPairing(const RequestRecord& request, const Ledger& ledger, bool asSent);

}  // namespace orrery::sim
