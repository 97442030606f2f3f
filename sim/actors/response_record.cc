#include "sim/actors/response_record.h"

namespace orrery::sim {

void noteResponseHead(RequestRecord& record, const WireHead& head, TimePoint now, BodyDigest& digest) {
  record.status = head.status;
  record.headAt = now;
  record.responseNonce = head.id;
  digest.begin(head.id);
}

void endRequestRecord(const ActorEnv& env, RequestRecord& record, RequestOutcome outcome, const BodyDigest* body) {
  record.outcome = outcome;
  record.endedAt = env.dispatcher.now();
  record.responseComplete = outcome == RequestOutcome::kComplete;
  if (body != nullptr) {
    record.responseBodyBytes = body->bytes();
    record.responseBodyHash = body->value();
  }
  env.observer.onRequestEnded(record);
}

}  // namespace orrery::sim
