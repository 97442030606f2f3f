// The contract of HTTP filters: any bytes are a chain of scripted filters, a request and a response; a model that knows no
// iteration states says what each side must have seen.
#include <cstdio>
#include <cstdlib>

#include "tests/unit/proxy/http/filter_contract.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string wrong = orrery::http::checkFilterContract({data, size});
  if (wrong.empty()) return 0;
  std::fprintf(stderr, "the contract of filters is broken: %s\n", wrong.c_str());
  std::abort();
}
