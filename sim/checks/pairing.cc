#include "sim/checks/pairing.h"

#include "sim/ledger/body.h"

namespace orrery::sim {

namespace {

// The digest of the first `bytes` of the body that the origin gave.
uint64_t bodyPrefixDigest(const AttemptRecord& a, uint64_t bytes) {
  return a.responseText.empty() ? patternDigest(a.nonce, bytes) : textDigest(a.responseText.substr(0, bytes));
}

}  // namespace

std::string brokenPairing(const RequestRecord& request, const Ledger& ledger, bool asSent) {
  // Spelt out for what is broken only: every request comes through here.
  const auto who = [&request] { return "request #" + std::to_string(request.id); };
  const uint64_t nonce = request.responseNonce;
  if (!ledger.attempts.has(nonce))
    return who() + " got a response with nonce " + std::to_string(nonce) + ", which no origin gave lately";
  const AttemptRecord& a = ledger.attempts.at(nonce);
  // Bytes of a story's own carry no id: the origin cannot say which request it answered.
  if (a.request == 0 && request.method == "RAW") return "";
  if (a.request != request.id) return who() + " got the response to request #" + std::to_string(a.request);
  if (a.status != request.status) {
    return who() + " got status " + std::to_string(request.status) + ", " + a.origin + " said " +
           std::to_string(a.status);
  }
  if (request.method == "HEAD" || !asSent) return "";
  if (request.responseBodyBytes > a.responseBodyBytes) {
    return who() + " got a body of " + std::to_string(request.responseBodyBytes) + " bytes, " + a.origin + " gave " +
           std::to_string(a.responseBodyBytes);
  }
  const bool whole = request.responseBodyBytes == a.responseBodyBytes;
  if (request.responseComplete && !whole) {
    return who() + " got " + std::to_string(request.responseBodyBytes) + " bytes as a whole body of " +
           std::to_string(a.responseBodyBytes);
  }
  const uint64_t expected = whole ? a.responseBodyHash : bodyPrefixDigest(a, request.responseBodyBytes);
  if (request.responseBodyHash != expected) return who() + " got a body with other bytes than " + a.origin + " gave";
  return "";
}

}  // namespace orrery::sim
