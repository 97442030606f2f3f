#include <cstring>
#include <nlohmann/json.hpp>

#include "cli/sockets/backend.h"
#include "fmt/format.h"
#include "sim/core/bytes_hash.h"

namespace orrery::sockets {

namespace {
constexpr size_t kShownText = 64;
constexpr std::pair<uint8_t, const char*> kFlagNames[] = {
    {kIn, "in"}, {kOut, "out"}, {kRdHup, "rdhup"}, {kHup, "hup"}, {kErr, "err"}};

bool printable(const std::string& s) {
  for (const char c : s) {
    if (c < ' ' || c > '~') return false;
  }
  return true;
}
}  // namespace

std::string errnoName(int error) {
  const char* name = ::strerrorname_np(error);
  return name == nullptr ? std::to_string(error) : name;
}

std::string toLine(const Operation& operation, const Outcome& outcome) {
  nlohmann::ordered_json j;
  j["op"] = callName(operation.call);
  if (!operation.socket.empty()) j["s"] = operation.socket;
  j["ret"] = outcome.ret;
  if (outcome.ret < 0) {
    j["errno"] = errnoName(outcome.error);
    return j.dump();
  }
  switch (operation.call) {
    case Call::kRead:
    case Call::kPeek:
      j["bytes"] = outcome.bytes.size();
      if (outcome.bytes.size() <= kShownText && printable(outcome.bytes)) {
        j["text"] = outcome.bytes;
      } else {
        j["hash"] = fmt::format("{:016x}", sim::hashBytes(outcome.bytes.data(), outcome.bytes.size()));
      }
      break;
    case Call::kPoll:
      j["flags"] = nlohmann::ordered_json::array();
      for (const auto& [bit, name] : kFlagNames) {
        if ((outcome.flags & bit) != 0) j["flags"].push_back(name);
      }
      break;
    case Call::kState: j["state"] = outcome.state; break;
    case Call::kGetOption:
      if (operation.name == "SO_ERROR")
        j["error"] = outcome.value == 0 ? "" : errnoName(static_cast<int>(outcome.value));
      else
        j["value"] = outcome.value;
      break;
    default: break;
  }
  return j.dump();
}

}  // namespace orrery::sockets
