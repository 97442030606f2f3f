#include "cli/live/packet_filter.h"

#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "cli/live/child.h"
#include "cli/live/text_file.h"

namespace orrery::live {

namespace {

using Matching = sim::Fault::Matching;

constexpr int kNftTakesMilliseconds = 5000;

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
  std::string folder = (std::filesystem::temp_directory_path() / "orrery-nft-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return "cannot make a folder for temporary files";
  const std::string file = folder + "/rules";
  std::ofstream(file) << rules;
  std::string said;
  auto child = Child::start({PacketFilter::program(), "-f", file}, folder + "/said");
  if (!child) {
    said = child.error().message;
  } else if (!(*child)->wait(kNftTakesMilliseconds)) {
    said = "nft does not end";
  } else {
    said = readText(folder + "/said").value_or("");
    said = said.substr(0, said.find('\n'));
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return said;
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

std::string PacketFilter::program() {
  const char* const path = ::getenv("PATH");
  std::string folders = std::string(path == nullptr ? "" : path) + ":/usr/local/sbin:/usr/sbin";
  for (size_t at = 0; at <= folders.size();) {
    const size_t colon = std::min(folders.find(':', at), folders.size());
    const std::string file = folders.substr(at, colon - at) + "/nft";
    if (colon > at && ::access(file.c_str(), X_OK) == 0) return file;
    at = colon + 1;
  }
  return "";
}

Status PacketFilter::drop(const std::string& name, const std::vector<Way>& ways, const sim::Fault& strikes) {
  const std::string said = runNft(dropRules(name, ways, strikes));
  if (!said.empty()) return makeError("nft: " + said);
  return {};
}

void PacketFilter::remove(const std::string& name) { static_cast<void>(runNft("delete table ip " + name + '\n')); }

}  // namespace orrery::live
