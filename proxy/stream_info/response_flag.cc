#include "proxy/stream_info/response_flag.h"

namespace orrery::stream_info {
namespace {
constexpr std::string_view kShort[] = {
#define ORRERY_X(id, name) name,
    ORRERY_RESPONSE_FLAGS(ORRERY_X)
#undef ORRERY_X
};
constexpr std::string_view kLong[] = {
#define ORRERY_X(id, name) #id,
    ORRERY_RESPONSE_FLAGS(ORRERY_X)
#undef ORRERY_X
};

template <class NameOf>
std::string joined(const ResponseFlags& flags, NameOf nameOf) {
  if (!flags.any()) return "-";
  std::string out;
  for (const ResponseFlag flag : flags.inOrder()) {
    if (!out.empty()) out += ',';
    out += nameOf(flag);
  }
  return out;
}
}  // namespace

std::string_view responseFlagName(ResponseFlag flag) {
  return flag < ResponseFlag::kCount ? kShort[static_cast<size_t>(flag)] : std::string_view();
}

std::string_view responseFlagLongName(ResponseFlag flag) {
  // The enumerators are Envoy's names behind a 'k'.
  return flag < ResponseFlag::kCount ? kLong[static_cast<size_t>(flag)].substr(1) : std::string_view();
}

std::string ResponseFlags::text() const { return joined(*this, responseFlagName); }
std::string ResponseFlags::longText() const { return joined(*this, responseFlagLongName); }

}  // namespace orrery::stream_info
