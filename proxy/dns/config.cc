#include "proxy/dns/config.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace orrery::dns {

namespace {

constexpr uint16_t kPort = 53;
constexpr size_t kMostServers = 3;
constexpr size_t kMostDomains = 6;

// Words of a line without its comment.
std::vector<std::string_view> wordsOf(std::string_view line, std::string_view comment) {
  line = line.substr(0, line.find_first_of(comment));
  std::vector<std::string_view> words;
  for (size_t at = line.find_first_not_of(" \t\r"); at != std::string_view::npos;) {
    const size_t end = std::min(line.find_first_of(" \t\r", at), line.size());
    words.push_back(line.substr(at, end - at));
    at = line.find_first_not_of(" \t\r", end);
  }
  return words;
}

template <class Fn>
void eachLine(std::string_view text, Fn&& fn) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    fn(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// "timeout:3" with the name given, at most `most`.
std::optional<uint32_t> number(std::string_view word, std::string_view name, uint32_t most) {
  if (!word.starts_with(name)) return std::nullopt;
  word.remove_prefix(name.size());
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return std::min(value, most);
}

void readOption(std::string_view word, Config& config) {
  if (const auto n = number(word, "timeout:", 30)) config.servers.timeout = Duration::seconds(std::max(*n, 1u));
  if (const auto n = number(word, "attempts:", 5)) config.servers.rounds = std::max(*n, 1u);
  if (const auto n = number(word, "ndots:", 15)) config.ndots = *n;
  if (word == "rotate") config.rotate = true;
}

}  // namespace

std::string lowerCase(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return out;
}

void readResolvConf(std::string_view text, Config& config) {
  eachLine(text, [&config](std::string_view line) {
    const auto words = wordsOf(line, "#;");
    if (words.size() < 2) return;
    if (words[0] == "nameserver") {
      const auto address = io::Address::parseIp(words[1], kPort);
      if (address && config.servers.addresses.size() < kMostServers) config.servers.addresses.push_back(*address);
    } else if (words[0] == "search" || words[0] == "domain") {  // the last of them counts
      config.search.clear();
      const size_t most = words[0] == "domain" ? 1 : kMostDomains;
      for (size_t i = 1; i < words.size() && i <= most; ++i) config.search.push_back(lowerCase(words[i]));
    } else if (words[0] == "options") {
      for (size_t i = 1; i < words.size(); ++i) readOption(words[i], config);
    }
  });
  if (config.servers.addresses.empty()) config.servers.addresses.push_back(io::Address::ipv4(0x7f000001, kPort));
}

void readHosts(std::string_view text, Config& config) {
  eachLine(text, [&config](std::string_view line) {
    const auto words = wordsOf(line, "#");
    if (words.size() < 2) return;
    const auto address = io::Address::parseIp(words[0], 0);
    if (!address) return;
    for (size_t i = 1; i < words.size(); ++i) config.hosts[lowerCase(words[i])].push_back(*address);
  });
}

}  // namespace orrery::dns
