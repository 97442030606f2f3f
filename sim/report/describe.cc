#include "sim/report/describe.h"

#include "proxy/io/timer.h"
#include "sim/core/events.h"
#include "sim/core/sites.h"
#include "sim/report/text.h"

namespace orrery::sim {

namespace {

std::string flagsText(uint64_t flags) {
  constexpr std::pair<uint64_t, std::string_view> kNames[] = {{kSyn, "SYN"}, {kFin, "FIN"}, {kRst, "RST"},
                                                              {kPsh, "PSH"}, {kAck, "ACK"}, {kUrg, "URG"}};
  std::string out;
  for (const auto& [bit, name] : kNames) {
    if ((flags & bit) == 0) continue;
    if (!out.empty()) out += ',';
    out += name;
  }
  return out.empty() ? "-" : out;
}

std::string hex(uint64_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out(16, '0');
  for (size_t i = out.size(); i-- > 0; value >>= 4) out[i] = kDigits[value & 15];
  return out;
}

std::string quoted(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (u < 0x20 || u == 0x7f) {
      out += "\\x";
      out += kDigits[u >> 4];
      out += kDigits[u & 15];
    } else {
      out += c;
    }
  }
  return out + '"';
}

bool isAddress(std::string_view name) { return name == "from" || name == "to" || name == "local" || name == "peer"; }
bool isHash(std::string_view name) { return name == "payload" || name == "key"; }
bool isTimer(uint16_t number) {
  return number == static_cast<uint16_t>(EventNumber::kTimerArmed) ||
         number == static_cast<uint16_t>(EventNumber::kTimerFired);
}

std::string valueText(const Recording& recording, const RecordedEvent& event, const RecordedField& f) {
  if (f.isText) return quoted(f.text);
  if (isAddress(f.name)) return Endpoint::unpacked(f.number).text();
  if (f.name == "flags") return flagsText(f.number);
  if (f.name == "site" && f.number < kSites) return std::string(siteInfo(static_cast<Site>(f.number)).name);
  if (f.name == "by") return recording.names.path(f.number);
  if (f.name == "kind" && isTimer(event.number)) {
    return std::string(io::timerKindName(static_cast<io::TimerKind>(f.number)));
  }
  // A draw's value is 64 random bits.
  if (isHash(f.name) || (f.name == "value" && event.numberOf("n") == 0)) return hex(f.number);
  return std::to_string(f.number);
}

}  // namespace

std::string eventLine(const Recording& recording, const RecordedEvent& event) {
  std::string out = seconds(event.at.inNanoseconds(), 9) + ' ' + recording.names.path(event.entity) + ' ';
  out += event.name;
  for (const RecordedField& f : event.fields) {
    out += ' ';
    out += f.name;
    out += '=';
    out += valueText(recording, event, f);
  }
  if (event.thread != 0 && event.thread != event.entity) out += " in " + recording.names.path(event.thread);
  return out;
}

}  // namespace orrery::sim
