#include "proxy/format/format.h"
#include "proxy/format/pattern.h"

namespace orrery::format {
namespace {

class TextFormatter final : public Formatter {
 public:
  TextFormatter(Pattern pattern, std::string_view absent) : pattern_(std::move(pattern)), absent_(absent) {}
  void append(const stream_info::LogRecord& record, std::string& out) const override {
    pattern_.append(record, out, absent_);
  }

 private:
  Pattern pattern_;
  std::string_view absent_;
};

}  // namespace

Result<std::shared_ptr<const Formatter>> parseFormat(std::string_view text, Absent absent,
                                                     const Extensions& extensions) {
  auto pattern = Pattern::parse(text, extensions);
  if (!pattern) return std::unexpected(pattern.error());
  return std::make_shared<const TextFormatter>(std::move(*pattern), absent == Absent::kDash ? "-" : "");
}

std::string_view defaultFormatText() {
  return "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\" %RESPONSE_CODE% "
         "%RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "
         "\"%REQ(X-FORWARDED-FOR)%\" \"%REQ(USER-AGENT)%\" \"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\" "
         "\"%UPSTREAM_HOST%\"\n";
}

}  // namespace orrery::format
