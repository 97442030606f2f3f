#include "proxy/route/scoped_routes.h"

#include <gtest/gtest.h>

#include "proxy/base/arena.h"

namespace orrery::route {
namespace {

// Scopes by the header x-s; of each, the name of its route configuration. What Envoy 1.40 makes of the same is compared by
// tests/differential/data/scoped_routes.yaml.
struct Scopes : testing::Test {
  void add(const std::string& name, std::vector<std::string> key) {
    auto routes = std::make_shared<RouteConfig>();
    routes->name = name;
    config.scopes.push_back({name, std::move(key), std::move(routes)});
  }
  std::string of(const std::vector<std::pair<std::string, std::string>>& fields) {
    const auto tables =
        RouteTables::byScope(std::make_shared<ScopedRoutesConfig>(config),
                             [](std::shared_ptr<const RouteConfig> r) { return RouteTable::compile(std::move(r)); });
    if (!tables) return "error: " + tables.error().message;
    ArenaPool pool;
    Arena arena(pool);
    message::HeaderMap headers(arena);
    for (const auto& [name, value] : fields) headers.add(message::HeaderName(name), value);
    const RouteTable* const table = tables->of(headers);
    return table == nullptr ? "none" : table->config().name;
  }
  ScopedRoutesConfig config;
};

TEST_F(Scopes, TheElementAtAnIndexIsTheKey) {
  config.builder = {{message::HeaderName("x-s"), ",", 1, {}, {}}};
  add("a", {"a"});
  add("blank", {" a"});
  EXPECT_EQ(of({{"x-s", "b,a"}}), "a");
  EXPECT_EQ(of({{"x-s", "b,a,c"}}), "a");
  EXPECT_EQ(of({{"x-s", "b, a"}}), "blank");
  EXPECT_EQ(of({{"x-s", "a"}}), "none");
  EXPECT_EQ(of({{"x-s", "b,,a"}}), "none");
  EXPECT_EQ(of({}), "none");
}

TEST_F(Scopes, WithoutSeparatorTheFirstValueIsTheKey) {
  config.builder = {{message::HeaderName("x-s"), "", 0, {}, {}}};
  add("a", {"a"});
  EXPECT_EQ(of({{"x-s", "a"}, {"x-s", "b"}}), "a");
  EXPECT_EQ(of({{"x-s", "A"}}), "none");
  EXPECT_EQ(of({{"x-s", "a,b"}}), "none");
}

TEST_F(Scopes, WhatStandsBehindAKeysNameIsTheKey) {
  config.builder = {{message::HeaderName("x-s"), ";", 0, "k", "="}};
  add("a", {"a"});
  add("empty", {""});
  add("with", {"a=b"});
  EXPECT_EQ(of({{"x-s", "j=1;k=a;k=b"}}), "a");
  EXPECT_EQ(of({{"x-s", "k="}}), "empty");
  EXPECT_EQ(of({{"x-s", "k"}}), "empty");
  EXPECT_EQ(of({{"x-s", "k=a=b"}}), "with");
  EXPECT_EQ(of({{"x-s", "j=1; k=a"}}), "none");
  EXPECT_EQ(of({{"x-s", "k =a"}}), "none");
}

TEST_F(Scopes, AllFragmentsMakeTheKeyAndTheirBoundsCount) {
  config.builder = {{message::HeaderName("x-s"), "", 0, {}, {}}, {message::HeaderName("x-t"), "", 0, {}, {}}};
  add("ab", {"a", "b"});
  add("one", {"ab"});
  EXPECT_EQ(of({{"x-s", "a"}, {"x-t", "b"}}), "ab");
  EXPECT_EQ(of({{"x-s", "ab"}, {"x-t", ""}}), "none");
  EXPECT_EQ(of({{"x-s", "ab"}}), "none");
}

TEST_F(Scopes, OfEqualKeysAndOfEqualNamesTheLastCounts) {
  config.builder = {{message::HeaderName("x-s"), "", 0, {}, {}}};
  add("first", {"a"});
  add("second", {"a"});
  add("twice", {"c"});
  add("twice", {"d"});
  EXPECT_EQ(of({{"x-s", "a"}}), "second");
  EXPECT_EQ(of({{"x-s", "c"}}), "none");
  EXPECT_EQ(of({{"x-s", "d"}}), "twice");
}

}  // namespace
}  // namespace orrery::route
