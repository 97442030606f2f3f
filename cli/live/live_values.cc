#include "cli/live/live_values.h"

#include <algorithm>
#include <utility>

namespace orrery::live {

namespace {

constexpr std::string_view kStats = "stats.";
constexpr std::string_view kLog = "log";

std::pair<std::string_view, std::string_view> split(std::string_view name) {
  const size_t dot = name.find('.');
  if (dot == std::string_view::npos) return {name, ""};
  return {name.substr(0, dot), name.substr(dot + 1)};
}

bool isOfALine(std::string_view field) { return field == "flags" || field == "details" || field == "log_lines"; }

}  // namespace

LiveValues::LiveValues(sim::RunValues::Sources sources, const Proxy& proxy)
    : clients_(sources.clients), seen_(std::move(sources)), proxy_(proxy) {}

uint64_t LiveValues::idOf(std::string_view request) const {
  for (const auto& [name, client] : clients_) {
    if (const sim::SeenResponse* s = client->seen(std::string(request))) return s->request;
  }
  return 0;
}

std::optional<sim::Value> LiveValues::value(std::string_view name) const {
  if (name.starts_with(kStats)) {
    const auto found = proxy_.stats.find(name.substr(kStats.size()));
    if (found == proxy_.stats.end()) return std::nullopt;
    return sim::Value(found->second);
  }
  const auto [subject, field] = split(name);
  if (!proxy_.speaksEnvoy && (subject == kLog || isOfALine(field))) return std::nullopt;
  if (subject == kLog) {
    if (field != "lines") return sim::Value(proxy_.logText);
    return sim::Value(static_cast<uint64_t>(std::count(proxy_.logText.begin(), proxy_.logText.end(), '\n')));
  }
  if (isOfALine(field)) {
    if (const uint64_t id = idOf(subject); id != 0) return lineValue(id, field);
  }
  return seen_.value(name);
}

std::optional<sim::Value> LiveValues::lineValue(uint64_t request, std::string_view field) const {
  const RequestLine* last = nullptr;
  uint64_t lines = 0;
  for (const RequestLine& l : proxy_.requests) {
    if (l.request != request) continue;
    last = &l;
    ++lines;
  }
  if (field == "log_lines") return sim::Value(lines);
  if (last == nullptr) return std::nullopt;
  return sim::Value(field == "flags" ? last->flags : last->details);
}

bool LiveValues::observable(std::string_view name) const {
  const auto [subject, field] = split(name);
  return !name.starts_with(kStats) && subject != kLog && !isOfALine(field);
}

}  // namespace orrery::live
