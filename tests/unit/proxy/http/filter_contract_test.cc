#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/unit/proxy/http/filter_contract.h"

namespace orrery::http {
namespace {

RC_GTEST_PROP(FilterContract, HoldsForRandomChainsOfScriptedFilters, ()) {
  const auto bytes = *rc::gen::container<std::vector<uint8_t>>(*rc::gen::inRange(0, 80), rc::gen::arbitrary<uint8_t>());
  const std::string wrong = checkFilterContract(bytes);
  if (!wrong.empty()) RC_FAIL(wrong);
}

}  // namespace
}  // namespace orrery::http
