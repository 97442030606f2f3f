#include "proxy/config/filter_translator.h"

namespace orrery::config {

namespace {

const FilterTranslator* const kTranslators[] = {
#define ORRERY_X(name) &name,
    ORRERY_HTTP_FILTERS(ORRERY_X)
#undef ORRERY_X
};

}  // namespace

const FilterTranslator* findFilter(std::string_view message, FilterSide side) {
  for (const FilterTranslator* t : kTranslators) {
    if (t->message == message && t->on(side)) return t;
  }
  return nullptr;
}

const FilterTranslator* findRouteFilter(std::string_view routeMessage) {
  for (const FilterTranslator* t : kTranslators) {
    if (!t->routeMessage.empty() && t->routeMessage == routeMessage) return t;
  }
  return nullptr;
}

}  // namespace orrery::config
