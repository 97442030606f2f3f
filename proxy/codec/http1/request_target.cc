#include "proxy/codec/http1/request_target.h"

namespace orrery::http1 {

std::optional<AbsoluteTarget> splitAbsoluteTarget(std::string_view text) {
  const size_t colon = text.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  AbsoluteTarget out;
  out.scheme = text.substr(0, colon);
  text.remove_prefix(colon + 3);
  const size_t end = text.find_first_of("/?#");
  out.authority = text.substr(0, end);
  if (const size_t at = out.authority.rfind('@'); at != std::string_view::npos) out.authority.remove_prefix(at + 1);
  if (out.authority.empty() || out.authority.front() == ':') return std::nullopt;
  if (end != std::string_view::npos) out.path = text.substr(end, text.find('#', end) - end);
  return out;
}

}  // namespace orrery::http1
