// The second half of the promise of FIELDS.md: an honoured field set to two values does not only give two settings, a peer
// (client, origin, who reads the access log or asks the admin endpoint) sees two outcomes.
//
// Each case of field_cases.h is loaded with both its values and run through the same short stories (field_probes.h) in the
// simulated world, until one story shows two transcripts. What no story shows is listed below by name with its reason; a
// name on the list that is seen after all fails too.

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "sim/world/world.h"
#include "tests/support/worlds.h"
#include "tests/unit/proxy/config/field_cases.h"
#include "tests/unit/proxy/config/field_pairs_cluster.h"
#include "tests/unit/proxy/config/field_pairs_filters.h"
#include "tests/unit/proxy/config/field_pairs_rate_limit.h"
#include "tests/unit/proxy/config/field_probes.h"

namespace orrery::config {
namespace {

// Fields whose two values no peer of these stories can tell apart, and why. What needs a configuration of several parts is
// followed to its outcome by the tests of the part that does it, on the real proxy; they are named.
const std::map<std::string_view, std::string_view> kUnseen = {
    {"RuntimeLayer.admin_layer", "says only that POST /runtime_modify may write: tests/unit/proxy/admin"},
    {"TcpKeepalive.keepalive_probes", "an idle peer that answers shows no difference: tests/contract"},
    {"TcpKeepalive.keepalive_interval", "as above"},
    {"Listener.tcp_keepalive", "as above"},
    {"UpstreamConnectionOptions.tcp_keepalive", "as above"},
    {"KeepaliveSettings.connection_idle_interval", "of clusters only: tests/unit/proxy/upstream"},
    {"Zstd.dictionaries", "no body of the probes is coded with one: ci/differential"},
    {"FilterChain.name", "only formats show it: scenarios/http/a_line_says_what_was_configured"},
    {"FilterChain.metadata", "as above"},
    {"Listener.metadata", "as above"},
    {"VirtualHost.metadata", "as above"},
    {"Route.metadata", "as above"},
    {"Cluster.metadata", "as above"},
    {"DynamicMetadataInput.filter", "no filter of the probes writes metadata: ci/differential"},
    {"DynamicMetadataInput.path", "as above"},
    {"DynamicMetadataInput.PathSegment.key", "as above"},
    {"metadata.v3.Metadata.value", "as above"},
    {"MetadataFilter.matcher", "no filter of the probes writes metadata: tests/unit/proxy/route, ci/differential"},
    {"MetadataMatcher.filter", "as above"},
    {"MetadataMatcher.path", "as above"},
    {"MetadataMatcher.value", "as above"},
    {"matcher.v3.MetadataMatcher.PathSegment.key", "as above"},
    {"ValueMatcher.null_match", "as above"},
    {"ValueMatcher.double_match", "as above"},
    {"ValueMatcher.string_match", "as above"},
    {"ValueMatcher.bool_match", "as above"},
    {"ValueMatcher.present_match", "as above"},
    {"ValueMatcher.list_match", "as above"},
    {"ValueMatcher.or_match", "as above"},
    {"DoubleMatcher.range", "as above"},
    {"DoubleMatcher.exact", "as above"},
    {"DoubleRange.start", "as above"},
    {"DoubleRange.end", "as above"},
    {"ListMatcher.one_of", "as above"},
    {"OrMatcher.value_matchers", "as above"},
    {"Filter.name", "a name that nothing shows"},
    {"HttpFilter.name", "names the settings of routes: tests/unit/proxy/http/route_settings"},
    {"AccessLog.name", "a name that nothing shows"},
    {"RouteConfiguration.name", "a name that nothing shows"},
    {"VirtualHost.name", "a name that only formats show: tests/unit/proxy/format"},
    {"Route.name", "a name that only formats show: tests/unit/proxy/format"},
    {"BindConfig.source_address", "a machine of a story has one address: tests/contract"},
    {"Router.respect_expected_rq_timeout", "needs an internal peer: tests/unit/proxy/upstream/request"},
    {"TcpProtocolOptions.idle_timeout",
     "of a tunnel's connection that nobody took: tests/unit/proxy/upstream/tcp_pool"},
    {"Http1ProtocolOptions.allow_custom_methods", "needs a method of nobody's: tests/unit/proxy/codec/http1"},
    {"Http1ProtocolOptions.enable_trailers", "needs trailers on both sides: tests/unit/proxy/codec/http1"},
    {"Router.strict_check_headers", "needs an internal peer, as respect_expected_rq_timeout: ci/differential"},
    {"Router.suppress_grpc_request_failure_code_stats", "only counters of a failed gRPC call tell: ci/differential"},
    {"BasicAuth.emit_dynamic_metadata", "only formats show it: ci/differential"},
    {"HTTPFault.filter_metadata", "as above"},
    {"HTTPFault.disable_downstream_cluster_stats",
     "no request of the probes names a downstream cluster: ci/differential"},
    {"BandwidthLimit.enable_response_trailers", "the probes take no trailers: ci/differential"},
    {"BandwidthLimit.response_trailer_prefix", "as above"},
    {"Compressor.choose_first", "takes two compressors: ci/differential"},
    {"CompressorOverrides.compressor_library", "no client of the probes takes brotli: ci/differential"},
    {"rbac.v3.Action.name", "no log line of the probes tells details: ci/differential"},
    {"ProxyStatusConfig.remove_connection_termination_details",
     "nothing that the probes do ends a connection with details"},
    {"RBAC.track_per_rule_stats", "only /stats shows it: ci/differential"},
    {"ExtAuthz.charge_cluster_response_stats", "as above"},
    {"ExtAuthz.enforce_response_header_limits", "takes more than 100 headers: ci/differential"},
    {"HeaderMutationRules.allow_all_routing", "no origin of the probes answers with a host: ci/differential"},
    {"MaskedRemoteAddress.v6_prefix_mask_len", "the machines of a story have IPv4 addresses: tests/unit/proxy/route"},
    {"RouteAction.cluster_not_found_response_code", "needs an unchecked cluster: tests/unit/proxy/upstream/request"},
    {"Mutations.request_trailers_mutations", "needs trailers on both sides, as enable_trailers"},
    {"Mutations.response_trailers_mutations", "needs trailers on both sides, as enable_trailers"},
    {"Permission.requested_server_name", "without TLS no connection has a name"},
    {"compressor.v3.Gzip.memory_level", "short texts are coded alike; taken by tests/unit/proxy/compression"},
    {"compressor.v3.Gzip.window_bits", "as above"},
    {"Brotli.encoder_mode", "as above"},
    {"Brotli.input_block_bits", "as above"},
    {"Brotli.disable_literal_context_modeling", "as above"},
    {"decompressor.v3.Gzip.window_bits", "short texts are decoded alike"},
    {"decompressor.v3.Gzip.max_inflate_ratio",
     "looked at after each 4 KiB that come out: tests/unit/proxy/compression"},
};

class FieldOutcomes : public testing::Test {
 protected:
  static std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
    return text;
  }

  // The sample's origin gets an address of its own, as each host of a world has.
  static std::string bootstrapWith(std::initializer_list<Snippet> snippets) {
    return replaced(sampleYaml(snippets), "address: 127.0.0.1, port_value: 8080",
                    "address: 127.0.0.2, port_value: 8080");
  }

  // Everything that crosses between two hosts, and every file that is written: the names and times of what a peer sees.
  std::string transcriptOf(const Probe& probe, const std::string& bootstrap) {
    const sim::Compiled compiled =
        sim::compileScenario("probe.yaml", [&](const std::string& path) -> Result<std::string> {
          if (path == "probe.yaml") return storyOf(probe);
          if (path == "sample.yaml") return bootstrap;
          if (path.starts_with("/text/")) return path;  // what it is called
          return makeError("no such file");
        });
    if (compiled.scenario == nullptr) {
      std::string refused = "refused:";
      for (const sim::Diagnostic& d : compiled.diagnostics) {
        if (!d.warning) refused += ' ' + d.message;
      }
      return refused;
    }
    const sim::RunResult result = sim::runScenario(*compiled.scenario, {.record = true}, pools_);
    EXPECT_EQ(tests::failuresOf(result), "") << probe.name << "\n"
                                             << bootstrap;  // a story ends where a check finds something
    if (result.outcome == sim::RunOutcome::kError) return "error: " + result.error;
    std::string out;
    for (const sim::RecordedEvent& e : result.recording->events.events()) {
      if (e.name != "segment_sent" && e.name != "file_appended") continue;
      out += std::to_string(e.at.inNanoseconds());
      for (const sim::RecordedField& f : e.fields) {
        if (f.name == "window") continue;
        out += ' ';
        out += f.isText ? f.text : std::to_string(f.number);
      }
      out += '\n';
    }
    return out;
  }

  // Some story shows the two values apart.
  bool differs(At where, std::string_view one, std::string_view two, Snippet also = {}) {
    const std::string first = bootstrapWith({{where, one}, also});
    const std::string second = bootstrapWith({{where, two}, also});
    for (const Probe& probe : fieldProbes()) {
      const std::string transcript = transcriptOf(probe, first);
      if (transcript != transcriptOf(probe, second)) return true;
      // Both refused alike: the values were never tried.
      EXPECT_FALSE(transcript.starts_with("refused:")) << one << ": " << transcript;
      if (transcript.starts_with("refused:")) return false;
    }
    return false;
  }

  sim::WorldPools pools_;
};

// "Cluster.name" is the name of "envoy.config.cluster.v3.Cluster.name", as is a longer end of it.
bool isNamed(const std::string& field, std::string_view name) { return field.ends_with("." + std::string(name)); }

TEST_F(FieldOutcomes, APeerSeesTheTwoValuesOfEveryHonouredField) {
  for (const FieldCase& test : fieldCases()) {
    const std::string name = std::string(test.message) + "." + std::string(test.field);
    // Pairs first: who has one shows nothing alone.
    bool seen = false;
    for (const auto pairs : {fieldPairs(), clusterFieldPairs(), filterFieldPairs(), rateLimitFieldPairs()}) {
      for (const FieldPair& pair : pairs) {
        if (!seen && isNamed(name, pair.name)) seen = differs(pair.where, pair.first, pair.second, pair.also);
      }
    }
    seen = seen || differs(test.where, test.first, test.second);
    const bool listed =
        std::any_of(kUnseen.begin(), kUnseen.end(), [&](const auto& entry) { return isNamed(name, entry.first); });
    EXPECT_EQ(seen, !listed) << name
                             << (seen ? " is seen by a peer: take it off the list"
                                      : " changes nothing that a peer sees");
  }
}

TEST_F(FieldOutcomes, TheProbesRun) {
  for (const Probe& probe : fieldProbes()) {
    const std::string transcript = transcriptOf(probe, bootstrapWith({}));
    EXPECT_GT(transcript.size(), 1000u) << probe.name << ": " << transcript;
    EXPECT_EQ(transcript, transcriptOf(probe, bootstrapWith({}))) << probe.name;
  }
}

}  // namespace
}  // namespace orrery::config
