#include <google/protobuf/struct.pb.h>

#include <array>
#include <iterator>

#include "envoy/config/bootstrap/v3/bootstrap.pb.h"
#include "proxy/base/did_you_mean.h"
#include "proxy/config/map_key.h"
#include "proxy/config/translate.h"

namespace orrery::config {

namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

// Keys that Orrery's own code reads, whatever the configuration says. Those that routes name are read as well.
constexpr std::string_view kKnownKeys[] = {
    "upstream.base_retry_backoff_ms", "upstream.healthy_panic_threshold", "overload.premature_reset_total_stream_count",
    "overload.premature_reset_min_stream_lifetime_seconds", "orrery.lenient_http1"};

// Prefixes of keys by which Envoy's code changes what it does: to ignore one of them could change what a peer sees.
constexpr std::array<std::string_view, 11> kEnvoyPrefixes = {
    "envoy.",   "overload.", "re2.", "upstream.", "http.", "health_check.", "outlier_detection.",
    "tracing.", "ssl.",      "tcp.", "orrery."};

std::string plainNumber(double value) {
  if (value == static_cast<double>(static_cast<int64_t>(value))) return std::to_string(static_cast<int64_t>(value));
  return std::to_string(value);
}

class Flattener {
 public:
  Flattener(Translation& t, runtime::Layer& layer) : t_(t), layer_(layer) {}

  // Nested mappings become keys joined with dots.
  void structure(const std::string& prefix, const Struct& message) {
    const auto* field = Struct::descriptor()->FindFieldByNumber(Struct::kFieldsFieldNumber);
    for (const auto* entry : mapEntries(message, *field)) {
      const std::string name = mapKeyText(*entry);
      const auto scope = t_.path.field(name);
      value(prefix.empty() ? name : prefix + "." + name, message.fields().at(name));
    }
  }

 private:
  void value(const std::string& key, const Value& value) {
    switch (value.kind_case()) {
      case Value::kNumberValue: return set(key, plainNumber(value.number_value()));
      case Value::kBoolValue: return set(key, value.bool_value() ? "true" : "false");
      case Value::kStringValue: return set(key, value.string_value());
      case Value::kStructValue: {
        const auto& fields = value.struct_value().fields();
        if (fields.contains("numerator") || fields.contains("denominator")) {
          return t_.refuse("fractions are not supported as runtime values yet");
        }
        return structure(key, value.struct_value());
      }
      default: return t_.refuse("Invalid runtime entry value for " + key);
    }
  }

  void set(const std::string& key, std::string text) {
    layer_.values[key] = std::move(text);
    std::vector<std::string_view> known(std::begin(kKnownKeys), std::end(kKnownKeys));
    known.insert(known.end(), t_.runtimeKeys.begin(), t_.runtimeKeys.end());
    for (std::string_view name : known) {
      if (name == key) return;
    }
    for (std::string_view prefix : kEnvoyPrefixes) {
      if (key.starts_with(prefix)) {
        return t_.refuse("runtime key " + key + " is not supported, and ignoring it could change what a peer sees" +
                         didYouMean(key, known));
      }
    }
    t_.report.warn(t_.path.text(), "nothing reads the runtime key " + key);
  }

  Translation& t_;
  runtime::Layer& layer_;
};

}  // namespace

runtime::RuntimeOptions toRuntime(Translation& t, const envoy::config::bootstrap::v3::LayeredRuntime* message) {
  runtime::RuntimeOptions out;
  // As in Envoy: without a configuration there is one admin layer.
  if (message == nullptr || message->layers_size() == 0) {
    out.layers.push_back({"admin", true, {}});
    return out;
  }
  const auto scope = t.path.field("layered_runtime");
  bool admin = false;
  for (int i = 0; i < message->layers_size(); ++i) {
    const auto list = t.path.field("layers");
    const auto item = t.path.index(i);
    const auto& layer = message->layers(i);
    for (const auto& other : out.layers) {
      if (other.name == layer.name()) t.refuse("name", "Duplicate layer name: " + layer.name());
    }
    runtime::Layer made{layer.name(), layer.has_admin_layer(), {}};
    if (layer.has_admin_layer()) {
      if (admin) {
        t.refuse("admin_layer", "Too many admin layers specified in LayeredRuntime, at most one may be specified");
      }
      admin = true;
    } else if (layer.has_static_layer()) {
      const auto values = t.path.field("static_layer");
      Flattener(t, made).structure("", layer.static_layer());
    }
    out.layers.push_back(std::move(made));
  }
  return out;
}

}  // namespace orrery::config
