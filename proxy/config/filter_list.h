#pragma once

// The HTTP filters that a configuration may name. One line a filter: the FilterTranslator of its filter_<name>.cc.
#define ORRERY_HTTP_FILTERS(X) X(kRouterTranslator)
