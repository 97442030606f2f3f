#pragma once

#include "sim/actors/actor_env.h"
#include "sim/actors/wire.h"
#include "sim/ledger/body.h"

namespace orrery::sim {

// What every client writes into the ledger of a response, whatever protocol it came by.

// The final head; the digest of the body begins.
void noteResponseHead(RequestRecord& record, const WireHead& head, TimePoint now, BodyDigest& digest);

// The end of a request, told to the observer. `body` is null if no head came.
void endRequestRecord(const ActorEnv& env, RequestRecord& record, RequestOutcome outcome, const BodyDigest* body);

}  // namespace orrery::sim
