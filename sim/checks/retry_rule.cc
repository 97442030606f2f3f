#include "sim/checks/retry_rule.h"

#include <algorithm>

namespace orrery::sim {

namespace {

std::string times(size_t n) {
  if (n == 2) return "twice";
  return std::to_string(n) + " times";
}

std::string policyText(const RouteFacts& route) {
  if (!route.retry || route.retry->text.empty()) return "retry_on was empty";
  return "retry_on: " + route.retry->text + ", num_retries: " + std::to_string(route.retry->retries);
}

// The proxy may not have got the response: it was cut off, or never began.
bool mayHaveBeenReset(const AttemptRecord& a, const Ledger& ledger) {
  if (!a.responseComplete || a.connectionLost || a.raw) return true;
  if (a.connection == 0 || !ledger.connections.has(a.connection)) return true;  // real sockets: nobody knows
  const ConnectionSide& proxySide = ledger.connections.at(a.connection).client;
  return proxySide.gone();
}

// Whether the policy allows another attempt after this one.
bool allowsAfter(const RetryFacts& retry, const AttemptRecord& a, const Ledger& ledger) {
  if (retry.onOther) return true;
  const bool resetClass = retry.on5xx || retry.onGatewayError || retry.onReset;
  if (resetClass && (retry.perTryTimeout || mayHaveBeenReset(a, ledger))) return true;
  if (a.status == 0) return false;
  if (retry.on5xx && a.status >= 500) return true;
  if (retry.onGatewayError && a.status >= 502 && a.status <= 504) return true;
  if (retry.onRetriable4xx && a.status == 409) return true;
  return retry.onRetriableStatusCodes &&
         std::find(retry.statusCodes.begin(), retry.statusCodes.end(), a.status) != retry.statusCodes.end();
}

}  // namespace

std::string brokenBudget(const RouteFacts& route, std::span<const AttemptRecord* const> attempts,
                         const Ledger& ledger) {
  if (attempts.size() < 2) return "";
  const std::string seen = "seen " + times(attempts.size()) + " by " + attempts[0]->origin;
  if (!route.retry) return seen + " (" + policyText(route) + ")";
  if (attempts.size() > 1 + static_cast<size_t>(route.retry->retries)) return seen + " (" + policyText(route) + ")";
  for (size_t i = 0; i + 1 < attempts.size(); ++i) {
    if (allowsAfter(*route.retry, *attempts[i], ledger)) continue;
    const std::string after =
        attempts[i]->status == 0 ? "an attempt without answer" : "an answer of " + std::to_string(attempts[i]->status);
    return seen + ", again after " + after + " (" + policyText(route) + ")";
  }
  return "";
}

}  // namespace orrery::sim
