#include "sim/script/values.h"

namespace orrery::script {

namespace {

constexpr ValueField kRequest[] = {
    {"status", ValueType::kNumber},    {"flags", ValueType::kWord},        {"details", ValueType::kWord},
    {"body", ValueType::kWord},        {"body_bytes", ValueType::kNumber}, {"complete", ValueType::kFlag},
    {"reset", ValueType::kFlag},       {"closed", ValueType::kFlag},       {"ended", ValueType::kWord},
    {"started", ValueType::kDuration}, {"at", ValueType::kDuration},       {"head_at", ValueType::kDuration},
    {"took", ValueType::kDuration},    {"attempts", ValueType::kNumber},   {"informational", ValueType::kNumber},
    {"sent", ValueType::kFlag},        {"log_lines", ValueType::kNumber}};
constexpr ValueField kHost[] = {
    {"requests", ValueType::kNumber}, {"connections", ValueType::kNumber}, {"closed", ValueType::kDuration},
    {"was_closed", ValueType::kFlag}, {"reset", ValueType::kFlag},         {"failed_connects", ValueType::kNumber},
    {"complete", ValueType::kNumber}, {"goaways", ValueType::kNumber},     {"questions", ValueType::kNumber}};
constexpr ValueField kLookup[] = {{"outcome", ValueType::kWord},
                                  {"addresses", ValueType::kWord},
                                  {"ttl", ValueType::kDuration},
                                  {"at", ValueType::kDuration},
                                  {"took", ValueType::kDuration}};
constexpr ValueField kLog[] = {{"lines", ValueType::kNumber}, {"text", ValueType::kWord}};

}  // namespace

std::span<const ValueField> requestFields() { return kRequest; }
std::span<const ValueField> lookupFields() { return kLookup; }
std::span<const ValueField> hostFields() { return kHost; }
std::span<const ValueField> logFields() { return kLog; }

}  // namespace orrery::script
