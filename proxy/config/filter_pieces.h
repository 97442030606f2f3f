#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proxy/config/translate_headers.h"
#include "proxy/match/fraction.h"
#include "proxy/match/header_matcher.h"
#include "proxy/match/string_matcher.h"
#include "proxy/route/mutation_rules.h"

// Pieces that several filters' messages have in common. Matchers come ready for use: expressions compiled.
namespace orrery::config {

match::StringMatcher toReadyMatcher(Translation& t, const envoy::type::matcher::v3::StringMatcher& message);
std::vector<match::HeaderMatcher> toReadyMatchers(
    Translation& t, std::string_view field,
    const google::protobuf::RepeatedPtrField<envoy::config::route::v3::HeaderMatcher>& messages);
match::HeaderMatcher toReadyMatcher(Translation& t, std::string_view field,
                                    const envoy::config::route::v3::HeaderMatcher& message);
route::MutationRules toMutationRules(Translation& t, std::string_view field,
                                     const envoy::config::common::mutation_rules::v3::HeaderMutationRules& message);
// Bytes that are a dictionary with a number; empty: they were refused.
std::string toZstdDictionary(Translation& t, std::string_view field,
                             const envoy::config::core::v3::DataSource& message);
route::HeaderLevel toAdditions(
    Translation& t, std::string_view field,
    const google::protobuf::RepeatedPtrField<envoy::config::core::v3::HeaderValueOption>& messages);

}  // namespace orrery::config
