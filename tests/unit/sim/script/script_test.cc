#include "sim/script/script.h"

#include <gtest/gtest.h>

#include <string>

namespace orrery::script {
namespace {

// The sample of the documentation, shortened: `story` and `always` are replaced by the tests.
std::string scenarioWith(std::string_view client, std::string_view origin = "    - accept\n",
                         std::string_view always = "") {
  return "claim: c\nproxy: { bootstrap: b.yaml }\nhosts:\n  client:\n  origin: { listens: 8080 }\nstory:\n  client:\n" +
         std::string(client) + "  origin:\n" + std::string(origin) + "always:\n" + std::string(always);
}

std::string firstProblem(const std::string& text) {
  const LoadResult r = loadScenario(text);
  return r.problems.empty() ? "" : toLine(r.problems[0], "f.yaml");
}

TEST(Script, ReadsStepsAsShortStringsAndAsMappings) {
  const LoadResult a =
      loadScenario(scenarioWith("    - connect proxy:10000\n    - get / -> first\n    - wait 60s, then close\n"));
  ASSERT_TRUE(a.scenario) << firstProblem(scenarioWith("    - connect proxy:10000\n    - get / -> first\n"));
  const LoadResult b = loadScenario(
      scenarioWith("    - connect: { host: proxy, port: 10000 }\n    - request: { method: GET, path: /, name: first }\n"
                   "    - wait: { duration: 60s, then: close }\n"));
  ASSERT_TRUE(b.scenario);
  const auto& x = a.scenario->stories[0].steps;
  const auto& y = b.scenario->stories[0].steps;
  ASSERT_EQ(x.size(), 3u);
  ASSERT_EQ(y.size(), 3u);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(x[i].text, y[i].text);
  EXPECT_EQ(std::get<sim::RequestStep>(x[1].kind).name, "first");
  EXPECT_EQ(std::get<sim::WaitStep>(x[2].kind).then, sim::Ending::kClose);
}

TEST(Script, LongFormReadsBackToItself) {
  const std::string text = scenarioWith(
      "    - connect proxy:10000\n    - get /a with x-a=1, x-b=\"b c\" -> first\n    - 'send raw \"GET / "
      "HTTP/1.1\\r\\nhost: x\\r\\n\"'\n",
      "    - accept\n    - answer 200 \"hello\"\n    - from then on, answer 200 body 64KiB chunked, then close\n",
      "  - first.status in [200, 503] and (first.took <= 2s or not first.complete)\n  - origin saw each request at "
      "most once\n");
  const LongResult once = longForm(text);
  ASSERT_TRUE(once.problems.empty()) << toLine(once.problems[0], "f.yaml");
  const LongResult twice = longForm(once.text);
  ASSERT_TRUE(twice.problems.empty()) << toLine(twice.problems[0], "long.yaml") << "\n" << once.text;
  EXPECT_EQ(once.text, twice.text);
  EXPECT_NE(once.text.find("from_then_on: true"), std::string::npos) << once.text;
}

TEST(Script, ABootstrapIsAPathOrItself) {
  const std::string rest = "hosts:\n  client:\n";
  const LoadResult file = loadScenario("claim: c\nproxy: { bootstrap: a/b.yaml }\n" + rest);
  ASSERT_TRUE(file.scenario);
  EXPECT_EQ(file.scenario->proxy.bootstrap, "a/b.yaml");
  EXPECT_FALSE(file.scenario->proxy.writtenBootstrap);
  const std::string text =
      "claim: c\nproxy:\n  bootstrap:\n    node: { id: \"7\" }\n    list: [ 1, [], {}, ~ ]\n" + rest;
  const LoadResult here = loadScenario(text);
  ASSERT_TRUE(here.scenario) << firstProblem(text);
  ASSERT_TRUE(here.scenario->proxy.writtenBootstrap);
  const sim::ConfigNode& node = here.scenario->proxy.writtenBootstrap->entries.at(0).value;
  EXPECT_EQ(node.place.line, 4);
  EXPECT_EQ(node.place.column, 5);
  EXPECT_EQ(node.entries.at(0).value.kind, sim::ConfigNode::Kind::kQuoted);
  EXPECT_EQ(here.scenario->proxy.writtenBootstrap->entries.at(1).value.items.at(0).kind, sim::ConfigNode::Kind::kPlain);
  const LongResult once = longForm(text);
  EXPECT_EQ(once.text, longForm(once.text).text) << once.text;
  EXPECT_NE(once.text.find("      id: \"7\"\n"), std::string::npos) << once.text;
  EXPECT_EQ(
      firstProblem("claim: c\nproxy: { bootstrap: [ a ] }\n" + rest),
      "f.yaml:2:21: error: proxy.bootstrap: expected the path of an Envoy file or a whole bootstrap, found a list");
  EXPECT_EQ(
      firstProblem("claim: c\nproxy: { workers: 1 }\n" + rest),
      "f.yaml:2:8: error: proxy.bootstrap: expected the path of an Envoy file or a whole bootstrap, found nothing");
}

TEST(Script, OverridesAreAMappingByPath) {
  const auto with = [](const std::string& overrides) {
    return "claim: c\nproxy:\n  bootstrap: b.yaml\n  overrides:\n" + overrides + "hosts:\n  client:\n";
  };
  const std::string text = with("    ...route.timeout: 3s\n    a[0].b: { c: [ 1, x ] }\n    d:\n");
  const LoadResult r = loadScenario(text);
  ASSERT_TRUE(r.scenario) << firstProblem(text);
  const auto& overrides = r.scenario->proxy.overrides;
  ASSERT_EQ(overrides.size(), 3u);
  EXPECT_EQ(overrides[0].path, "...route.timeout");
  EXPECT_EQ(overrides[0].value.text, "3s");
  EXPECT_EQ(overrides[1].line, 6);
  EXPECT_EQ(overrides[2].value.kind, sim::ConfigNode::Kind::kNull);
  const LongResult once = longForm(text);
  EXPECT_EQ(once.text, longForm(once.text).text) << once.text;
  EXPECT_EQ(firstProblem(with("    a: 1\n    a: 2\n")),
            "f.yaml:6:5: error: proxy.overrides.a: expected each path once, found it a second time");
  EXPECT_EQ(firstProblem(with("    - a: 1\n")),
            "f.yaml:5:5: error: proxy.overrides: expected a mapping from names, found a list");
  std::string many;
  for (int i = 0; i < 65; ++i) many += "    a" + std::to_string(i) + ": 1\n";
  EXPECT_EQ(firstProblem(with(many)), "f.yaml:5:5: error: proxy.overrides: expected at most 64 paths, found 65");
  EXPECT_EQ(firstProblem(with("    " + std::string(513, 'a') + ": 1\n")),
            "f.yaml:5:5: error: proxy.overrides: expected a key of at most 512 bytes, found 513");
}

TEST(Script, NamesPlaceAndExpectationOfEachMistake) {
  EXPECT_EQ(firstProblem("claim: [\n"), "f.yaml:2:1: error: not YAML: end of sequence flow not found");
  EXPECT_EQ(firstProblem(scenarioWith("    - conect proxy:10000\n")),
            "f.yaml:8:7: error: story.client[0]: expected a step, none of which begins with 'conect'; did you mean "
            "'connect'?, found `conect proxy:10000`");
  EXPECT_EQ(firstProblem(scenarioWith("    - connect prxy:10000\n")),
            "f.yaml:8:7: error: story.client[0]: expected a host of this scenario (proxy, client, origin), found "
            "'prxy'; did you mean 'proxy'?");
  EXPECT_EQ(
      firstProblem(scenarioWith("    - wait 60\n")),
      "f.yaml:8:7: error: story.client[0]: expected `wait for response [NAME] [within DURATION]` or `wait until "
      "NAME [within DURATION]` or `wait for "
      "close [within DURATION]` or "
      "`wait DURATION [, then close|reset|half-close|goaway|reset-stream]`, found `wait 60` (up to '60'; a DURATION "
      "is a number with one of ns, us, ms, s, m, h)");
  EXPECT_EQ(firstProblem(scenarioWith("    - answer 200\n")),
            "f.yaml:8:7: error: story.client[0]: expected a step of a client, as 'client' listens on no port "
            "(hosts.client.listens), found `answer 200`");
  EXPECT_EQ(firstProblem(scenarioWith("    - wait 1s\n", "    - accept\n", "  - fist.status == 200\n")),
            "f.yaml:12:5: error: always[0]: expected a request (... -> NAME), a host, 'log' or 'stats' before the "
            "point, found 'fist'");
  EXPECT_EQ(firstProblem("claim: c\nclam: d\n"),
            "f.yaml:2:1: error: clam: expected claim, source, proxy, hosts, links, story, faults, always, sometimes, "
            "default, limits, only_simulated, cases, found 'clam'; "
            "did you mean 'claim'?");
  EXPECT_EQ(firstProblem(scenarioWith("    - send raw \"a: b\"\n")),
            "f.yaml:8:7: error: story.client[0]: expected a short text or a mapping, found the key 'send raw \"a': a "
            "text that holds ': ' must be put in "
            "single quotes");
}

TEST(Script, SuggestsTheFieldsOfHeadersToo) {
  const auto told = [](const std::string& expectation) {
    return firstProblem(scenarioWith("    - get / -> root\n", "    - accept\n", "  - " + expectation + "\n"));
  };
  const std::string fields =
      "f.yaml:12:5: error: always[0]: expected one of status, flags, details, body, body_bytes, complete, reset, "
      "closed, ended, started, at, head_at, took, attempts, informational, sent, log_lines, header.NAME of 'root', ";
  EXPECT_EQ(told("root.stauts == 200"), fields + "found 'stauts'; did you mean 'status'?");
  EXPECT_EQ(told("root.headers.location == x"), fields + "found 'headers.location'; did you mean 'header.location'?");
  EXPECT_EQ(told("origin.request == 1"),
            "f.yaml:12:5: error: always[0]: expected one of requests, connections, closed, was_closed, reset, "
            "failed_connects, complete, goaways, questions of 'origin', found 'request'; did you mean 'requests'?");
}

TEST(Script, NamesATabThatIndents) {
  EXPECT_EQ(firstProblem("claim: c\nhosts:\n\tclient:\n"),
            "f.yaml:3:1: error: not YAML: expected spaces to indent with, found a tab");
  EXPECT_EQ(firstProblem("claim: c\nstory:\n  client:\n  \t- wait 1s\n"),
            "f.yaml:4:3: error: not YAML: expected spaces to indent with, found a tab");
}

TEST(Script, RefusesWordsOfExpectationsAsNames) {
  EXPECT_EQ(firstProblem(scenarioWith("    - cancel then\n")),
            "f.yaml:8:7: error: story.client[0]: expected `cancel NAME`, found `cancel then` (up to 'then'; a NAME "
            "cannot be 'then', which is a word of expectations)");
  const std::string request = firstProblem(scenarioWith("    - get / -> then\n"));
  EXPECT_TRUE(request.ends_with(
      ", found `get / -> then` (up to 'then'; a NAME cannot be 'then', which is a word of expectations)"))
      << request;
  EXPECT_EQ(firstProblem(scenarioWith("    - { request: { method: GET, path: /, name: saw } }\n")),
            "f.yaml:8:7: error: story.client[0]: expected a name that is no host and no word of expectations, found "
            "'saw'");
  EXPECT_EQ(firstProblem("claim: c\nproxy: { bootstrap: b.yaml }\nhosts:\n  log:\n"),
            "f.yaml:4:3: error: hosts.log: expected another name: 'log' is a word of expectations");
}

TEST(Script, RefusesWhatDoesNotFitTogether) {
  EXPECT_NE(firstProblem(scenarioWith("    - get / -> a\n    - get / -> a\n")).find("a second time"),
            std::string::npos);
  EXPECT_NE(firstProblem(scenarioWith("    - wait for response nope\n")).find("expected the name of a request"),
            std::string::npos);
  EXPECT_NE(firstProblem(scenarioWith("    - get / -> a\n", "    - accept\n", "  - a.status == yes\n"))
                .find("expected a number"),
            std::string::npos);
  EXPECT_NE(firstProblem(scenarioWith("    - get / -> a\n", "    - accept\n", "  - a.statsu == 200\n"))
                .find("did you mean 'status'"),
            std::string::npos);
  EXPECT_NE(firstProblem(scenarioWith("    - get / -> a\n", "    - accept\n", "  - a ends within soon\n"))
                .find("expected a duration such as 20s, found 'soon'"),
            std::string::npos);
  EXPECT_NE(firstProblem(scenarioWith("    - get / -> a\n", "    - accept\n", "  - b ends within 5s\n"))
                .find("expected the name of a request"),
            std::string::npos);
  EXPECT_NE(firstProblem(scenarioWith("    - get /\n", "    - from then on, answer 200\n    - close\n"))
                .find("no step after"),
            std::string::npos);
  for (const char* step : {"post / body 300MiB", "load 1 connection, 5 requests, post / body 300MiB"}) {
    EXPECT_NE(firstProblem(scenarioWith("    - connect proxy:10000\n    - " + std::string(step) + "\n"))
                  .find("at most 256MiB"),
              std::string::npos);
  }
  EXPECT_NE(
      firstProblem(scenarioWith("    - connect proxy:10000\n") + "limits: { virtual_time: 9000h }\n").find("a year"),
      std::string::npos);
  EXPECT_NE(firstProblem(scenarioWith("    - connect proxy:10000\n") + "limits: { events: 100000000000 }\n")
                .find("10000000000"),
            std::string::npos);
  EXPECT_NE(firstProblem(scenarioWith("    - wait until never_said\n"))
                .find("some step begins (begin NAME), found 'never_said'"),
            std::string::npos);
  EXPECT_NE(firstProblem(scenarioWith("    - load 1 connection, 5 requests about, get /\n")).find("drawn around none"),
            std::string::npos);
  EXPECT_NE(firstProblem(scenarioWith("    - load 1 connection, 5 requests, get / cancelled\n")).find("only HTTP/2"),
            std::string::npos);
  EXPECT_NE(firstProblem(scenarioWith("    - goaway\n")).find("expected close, reset or half-close of a client"),
            std::string::npos);
  EXPECT_NE(firstProblem(scenarioWith("    - cancel nope\n")).find("expected the name of a request"),
            std::string::npos);
}

std::string withLink(std::string_view link) {
  return "claim: c\nproxy: { bootstrap: b.yaml }\nhosts:\n  client:\n  origin: { listens: 8080 }\nlinks:\n" +
         std::string(link);
}

TEST(Script, ReadsWhatALinkIsLike) {
  const LoadResult r = loadScenario(
      withLink("  proxy->origin: { latency: 5ms, jitter: 1ms, bandwidth: 10Mbit/s, queue: 64KiB, mtu: 1500, loss: 1%, "
               "duplication: 0.5%, reordering: 0.01%, corruption: 100% }\n  origin->proxy: { latency: 50ms }\n"));
  ASSERT_TRUE(r.scenario) << toLine(r.problems[0], "f.yaml");
  const sim::LinkSpec& l = r.scenario->links[0];
  EXPECT_EQ(l.from + ">" + l.to, "proxy>origin");
  EXPECT_TRUE(l.oneWay);
  EXPECT_EQ(l.latency, Duration::milliseconds(5));
  EXPECT_EQ(l.jitter, Duration::milliseconds(1));
  EXPECT_EQ(l.bandwidth, 1'250'000u);
  EXPECT_EQ(l.queue, 65'536u);
  EXPECT_EQ(l.mtu, 1500u);
  EXPECT_EQ(l.loss, 10'000u);
  EXPECT_EQ(l.duplication, 5'000u);
  EXPECT_EQ(l.reordering, 100u);
  EXPECT_EQ(l.corruption, 1'000'000u);
  EXPECT_EQ(r.scenario->links[1].latency, Duration::milliseconds(50));
}

TEST(Script, RefusesALinkThatCannotBe) {
  EXPECT_EQ(firstProblem(withLink("  proxy-orign: {}\n")),
            "f.yaml:7:3: error: links.proxy-orign: expected a host of this scenario (proxy, client, origin), found "
            "'orign'; did you mean 'origin'?");
  EXPECT_EQ(firstProblem(withLink("  proxy-origin: { loss: 1 }\n")),
            "f.yaml:7:25: error: links.proxy-origin.loss: expected a ratio such as 1% or 0.05%, found '1'");
  EXPECT_EQ(firstProblem(withLink("  proxy-origin: { bandwidth: 10MB }\n")),
            "f.yaml:7:30: error: links.proxy-origin.bandwidth: expected a bandwidth such as 10Mbit/s or 64KiB/s, found "
            "'10MB'");
  EXPECT_EQ(firstProblem(withLink("  proxy-origin: { queue: 10 }\n")),
            "f.yaml:7:26: error: links.proxy-origin.queue: expected a bandwidth beside it, as nothing waits without "
            "one, found none");
  EXPECT_EQ(firstProblem(withLink("  proxy-origin: { mtu: 100 }\n")),
            "f.yaml:7:24: error: links.proxy-origin.mtu: expected 576 to 65536 bytes, found 100");
  EXPECT_EQ(firstProblem(withLink("  proxy-origin: {}\n  origin->proxy: {}\n")),
            "f.yaml:8:3: error: links.origin->proxy: expected one entry for each direction, found a second one");
  EXPECT_EQ(firstProblem(withLink("  proxy-proxy: {}\n")),
            "f.yaml:7:3: error: links.proxy-proxy: expected two hosts, found 'proxy' twice");
}

TEST(Script, ReadsWhichPortsAreEphemeral) {
  const auto ports = [](std::string_view text) {
    return "claim: c\nproxy: { bootstrap: b.yaml, ephemeral_ports: " + std::string(text) + " }\nhosts:\n  client:\n";
  };
  const LoadResult r = loadScenario(ports("{ first: 40000, last: 40003 }"));
  ASSERT_TRUE(r.scenario) << toLine(r.problems[0], "f.yaml");
  EXPECT_EQ(r.scenario->proxy.ephemeralPorts.first, 40'000);
  EXPECT_EQ(r.scenario->proxy.ephemeralPorts.last, 40'003);
  for (const char* wrong : {"{ first: 40000 }", "{ first: 1000, last: 40000 }", "{ first: 5000, last: 4000 }"}) {
    EXPECT_NE(firstProblem(ports(wrong)).find("proxy.ephemeral_ports: expected a first and a last port"),
              std::string::npos)
        << wrong;
  }
}

std::string withFault(std::string_view fault, std::string_view step = "wait 1s") {
  return "claim: c\nproxy: { bootstrap: b.yaml }\nhosts:\n  client:\n  origin: { listens: 8080 }\n  idle:\nstory:\n  "
         "client:\n    - " +
         std::string(step) + "\n  origin:\n    - accept\nfaults:\n  - " + std::string(fault) + "\n";
}

TEST(Script, RefusesAFaultThatCanMatchNothing) {
  struct Case {
    std::string_view fault;
    std::string_view message;
  };
  for (const auto& [fault, message] : std::vector<Case>{
           {"black hole proxy-orign",
            "expected a host of this scenario (proxy, client, origin, idle), found 'orign'; did "
            "you mean 'origin'?"},
           {"crash orign at 1s",
            "expected a host of this scenario (proxy, client, origin, idle), found 'orign'; did you "
            "mean 'origin'?"},
           {"black hole client-origin",
            "expected two hosts that talk with each other, found 'client' and 'origin', which "
            "never do in `black hole client-origin`"},
           {"black hole proxy-origin from 2s to 1s",
            "expected an end after the begin (2s), found 1s in `black hole proxy-origin from 2s to 1s`"},
           {"loss 0% on proxy-origin", "expected a ratio above 0%, found 0% in `loss 0% on proxy-origin`"},
           {"loss on proxy-origin while cut",
            "expected a condition that some step begins (begin NAME), found 'cut' in "
            "`loss on proxy-origin while cut`"},
           {"loss on proxy-origin port 8081",
            "expected a port that proxy or origin listens on, found 8081 in `loss on "
            "proxy-origin port 8081`"},
           {"pause idle", "expected a host with a story, as another does nothing, found 'idle' in `pause idle`"},
           {"crash proxy at 1s",
            "expected a host of the story, as the proxy cannot be started again, found 'proxy' in "
            "`crash proxy at 1s`"},
           {"crash origin at 100000s",
            "expected a begin before the run's limit (86400s), found 100000s in `crash origin "
            "at 100000s`"},
           {"clock of origin steps back 1s at 1s",
            "expected the proxy, as no story looks at a wall clock, found 'origin' "
            "in `clock of origin steps back 1s at 1s`"},
           {"signal SIGTERM to origin at 1s",
            "expected the proxy, as no story handles signals, found 'origin' in `signal SIGTERM to origin at 1s`"},
           {"short reads of 0 bytes on proxy", "expected at least one byte, found 0 in `short reads of 0 on proxy`"}}) {
    EXPECT_EQ(firstProblem(withFault(fault)), "f.yaml:13:5: error: faults[0]: " + std::string(message)) << fault;
  }
  EXPECT_EQ(firstProblem(withFault("loss on proxy-origin while cut", "begin cutt")),
            "f.yaml:9:7: error: story.client[0]: expected a condition that some fault names (while NAME) or some step "
            "waits for (wait until NAME), found 'cutt'; "
            "did you mean 'cut'?");
  EXPECT_EQ(
      firstProblem(withFault("los on proxy-origin")),
      "f.yaml:13:5: error: faults[0]: expected a fault, none of which begins with 'los'; did you mean 'loss'?, found "
      "`los on proxy-origin`");
  EXPECT_EQ(firstProblem(withFault("loss on proxy-origin while cut", "begin cut")), "");
}

TEST(Script, RefusesABoxThatCannotBe) {
  const auto box = [](std::string_view host) {
    return firstProblem(
        "claim: c\nproxy: { bootstrap: b.yaml }\nhosts:\n  client:\n  origin: { listens: 8080 }\n  box: " +
        std::string(host) + "\n");
  };
  EXPECT_EQ(box("{ translates: client, forgets_after: 60s, then: rst }"), "");
  EXPECT_EQ(box("{ listens: 8080, balances: [origin] }"), "");
  EXPECT_NE(box("{ translates: cleint }").find("did you mean 'client'"), std::string::npos);
  EXPECT_NE(box("{ balances: [origin] }").find("expected a port that the balancer listens on"), std::string::npos);
  EXPECT_NE(box("{ listens: 80, balances: [origin] }").find("expected hosts that listen on 80 too, found 'origin'"),
            std::string::npos);
  EXPECT_NE(box("{ forgets_after: 60s }").find("expected 'translates' or 'balances'"), std::string::npos);
  EXPECT_NE(box("{ listens: 8080, translates: client }").find("expected none"), std::string::npos);
  EXPECT_NE(firstProblem(withLink("  proxy-origin: { then: rst }\n")).find("expected 'forgets_after' beside it"),
            std::string::npos);
  EXPECT_NE(
      firstProblem(withLink("  proxy->origin: { forgets_after: 1s }\n")).find("expected a link of both directions"),
      std::string::npos);
}

TEST(Script, HostileTextsGiveProblemsNotCrashes) {
  for (const std::string& text :
       {std::string(), std::string("\0\0", 2), std::string("- - - -"), std::string(2000, '['), std::string("&a [*a]"),
        std::string("{a: {a: {a: b}}}"), std::string("claim: !!binary x\nproxy: 7\nhosts: 7\nstory: [1]\n"),
        std::string(1u << 21, 'x')}) {
    EXPECT_FALSE(loadScenario(text).problems.empty());
  }
}

std::vector<std::string> requestNames(const sim::Scenario& s) {
  std::vector<std::string> names;
  for (const sim::Step& step : s.stories[0].steps) {
    if (const auto* r = std::get_if<sim::RequestStep>(&step.kind)) names.push_back(r->name);
    if (const auto* w = std::get_if<sim::WaitForResponseStep>(&step.kind)) names.push_back("wait " + w->name);
  }
  return names;
}

TEST(Script, ALoopIsItsStepsWithNumberedNames) {
  const LoadResult r = loadScenario(scenarioWith(
      "    - connect proxy:10000\n    - send get / -> outer\n    - repeat: { times: 2, steps: [ 'send get / -> page', "
      "wait for "
      "response page, wait for response outer, { repeat: { times: 2, steps: [ 'get /in -> inner' ] } } ] }\n"));
  ASSERT_NE(r.scenario, nullptr) << r.problems[0].message;
  using Names = std::vector<std::string>;
  EXPECT_EQ(requestNames(*r.scenario), (Names{"outer", "page_1", "wait page_1", "wait outer", "inner_1_1", "inner_2_1",
                                              "page_2", "wait page_2", "wait outer", "inner_1_2", "inner_2_2"}));
}

TEST(Script, ALoopWithoutABoundOrTooLongIsRefused) {
  const auto with = [](const std::string& loop) {
    return firstProblem(scenarioWith("    - connect proxy:10000\n    - " + loop + "\n"));
  };
  EXPECT_NE(with("repeat: { steps: [ wait 1s ] }").find("story.client[1].repeat: expected `times` of at least 1"),
            std::string::npos);
  EXPECT_NE(with("repeat: { times: 2 }").find("found no steps"), std::string::npos);
  EXPECT_NE(with("repeat: { times: 4000000000, steps: [ wait 1s ] }").find("at most 10000 steps"), std::string::npos);
  EXPECT_NE(with("repeat: { times: 2000, steps: [ { repeat: { times: 2000, steps: [ wait 1s ] } } ] }")
                .find("at most 10000 steps"),
            std::string::npos);
  EXPECT_NE(with("repeat: { times: 2, steps: [ wait for response nobody ] }").find("repeat.steps[0]"),
            std::string::npos);
}

}  // namespace
}  // namespace orrery::script
