#include "cli/live/packet_filter.h"

#include "cli/live/program_path.h"
#include "cli/live/shell.h"

namespace orrery::live {

namespace {

using Matching = sim::Fault::Matching;

std::string setOf(const std::vector<sim::IpAddress>& addresses) {
  std::string out;
  for (const sim::IpAddress& a : addresses) out += (out.empty() ? "{ " : ", ") + a.text();
  return out + " }";
}

// Alternatives, as a rule each; what bytes a segment has beyond its heads is said for each size of those.
std::vector<std::string> conditionsOf(Matching matching) {
  const auto bySize = [](std::string_view comparison, std::string_view flags) {
    std::vector<std::string> out;
    for (int words = 5; words <= 15; ++words) {
      out.push_back("tcp doff " + std::to_string(words) + " ip length " + std::string(comparison) + ' ' +
                    std::to_string(20 + 4 * words) + std::string(flags));
    }
    return out;
  };
  switch (matching) {
    case Matching::kAny: return {""};
    case Matching::kTcp: return {"meta l4proto tcp"};
    case Matching::kUdp: return {"meta l4proto udp"};
    case Matching::kSyn: return {"tcp flags & syn == syn"};
    case Matching::kFin: return {"tcp flags & fin == fin"};
    case Matching::kReset: return {"tcp flags & rst == rst"};
    case Matching::kData: return bySize(">", "");
    case Matching::kBareAck: return bySize("==", " tcp flags & (syn | fin | rst) == 0x0");
  }
  return {""};
}

// Nothing if nft took it, else what it said.
std::string runNft(const std::string& rules) {
  const auto program = programInPath("nft");
  if (!program) return "there is no nft(8)";
  const ShellResult said = shell("timeout 5 " + program->string() + " -f - <<'RULES'\n" + rules + "RULES");
  if (said.code == 0) return "";
  return said.output.empty() ? "it does not end" : said.output.substr(0, said.output.find('\n'));
}

}  // namespace

std::string dropRules(const std::string& name, const std::vector<Way>& ways, const sim::Fault& f) {
  std::string strike;
  if (f.ratio && *f.ratio < 1'000'000) strike += "numgen random mod 1000000 < " + std::to_string(*f.ratio) + ' ';
  // A bucket that is not filled again within any story.
  if (f.first != 0) strike += "limit rate 1/day burst " + std::to_string(f.first) + " packets ";
  std::string out = "table ip " + name + " {\n  chain strike {\n    " + strike + "drop\n  }\n  chain arriving {\n";
  out += "    type filter hook input priority 0; policy accept;\n";
  for (const Way& way : ways) {
    for (const std::string& condition : conditionsOf(f.matching)) {
      const std::string rule = "ip saddr " + setOf(way.from) + " ip daddr " + setOf(way.to) + ' ' + condition;
      if (f.port == 0) {
        out += "    " + rule + " jump strike\n";
        continue;
      }
      for (const char* side : {" th sport ", " th dport "}) {
        out += "    " + rule + side + std::to_string(f.port) + " jump strike\n";
      }
    }
  }
  return out + "  }\n}\n";
}

bool canDropPackets() { return programInPath("nft").has_value(); }

Status dropPackets(const std::string& name, const std::vector<Way>& ways, const sim::Fault& strikes) {
  const std::string said = runNft(dropRules(name, ways, strikes));
  if (!said.empty()) return makeError("nft: " + said);
  return {};
}

void letPacketsPass(const std::string& name) { static_cast<void>(runNft("delete table ip " + name + '\n')); }

}  // namespace orrery::live
