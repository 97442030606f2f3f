#include "proxy/match/match_input.h"

#include "proxy/io/address.h"

namespace orrery::match {
namespace {

std::optional<std::string_view> ipOf(std::string_view text, std::string& room) {
  const auto address = io::Address::parseIpPort(text);
  if (!address) return std::nullopt;
  room = address->ipText();
  return room;
}

std::optional<std::string_view> portOf(std::string_view text, std::string& room) {
  const auto address = io::Address::parseIpPort(text);
  if (!address) return std::nullopt;
  room = std::to_string(address->port());
  return room;
}

}  // namespace

std::optional<std::string_view> valueOf(const MatchInput& input, const MatchSubject& subject, std::string& room) {
  switch (input.kind) {
    case MatchInput::Kind::kField:
      if (!subject.headers.has(*input.field)) return std::nullopt;
      return subject.headers.getJoined(*input.field);
    case MatchInput::Kind::kSourceIp: return ipOf(subject.source, room);
    case MatchInput::Kind::kDirectSourceIp: return ipOf(subject.directSource, room);
    case MatchInput::Kind::kDestinationIp: return ipOf(subject.destination, room);
    case MatchInput::Kind::kSourcePort: return portOf(subject.source, room);
    case MatchInput::Kind::kDestinationPort: return portOf(subject.destination, room);
    case MatchInput::Kind::kNone: break;
  }
  return std::nullopt;
}

}  // namespace orrery::match
