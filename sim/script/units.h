#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/base/time.h"

// Words of scenarios that stand for quantities, both ways: parse(print(x)) == x.
namespace orrery::script {

// "5ms", "1.5s", "60s", "2m", "1h", "10us", "7ns", "0s". At most nine digits after the point; no sign; at most 100 years.
std::optional<Duration> parseDuration(std::string_view text);
// In the largest unit that needs no fraction of more than nine digits: "60s", "1.5s", "250us".
std::string printDuration(Duration d);

std::optional<uint64_t> parseNumber(std::string_view text);
// "1000", "64KiB", "3MiB"
std::optional<uint64_t> parseSize(std::string_view text);
std::string printSize(uint64_t bytes);

// "50%", "0.1%": millionths. At most four digits after the point and 100%.
std::optional<uint32_t> parseRatio(std::string_view text);
std::string printRatio(uint32_t perMillion);
// "1000/s", "64KiB/s", "100kbit/s", "10Mbit/s", "1Gbit/s": bytes a second, not 0.
std::optional<uint64_t> parseBandwidth(std::string_view text);
std::string printBandwidth(uint64_t bytesPerSecond);

// "a\r\n\t\"\\\x41" with the quotes.
std::optional<std::string> parseQuoted(std::string_view text);
std::string printQuoted(std::string_view bytes);

// [a-z][a-z0-9_]*, and not a word that expectations use.
bool isName(std::string_view text);
// Whether it is such a word: if then and or not in no saw log stats.
bool isReserved(std::string_view text);

}  // namespace orrery::script
