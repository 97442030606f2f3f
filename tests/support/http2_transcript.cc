#include "tests/support/http2_transcript.h"

#include <algorithm>

#include "tests/support/http2_end.h"

namespace orrery::tests {

using http2::FrameType;
using http2::Side;

std::string http2Greeting() {
  return std::string(kHttp2Preface) + frame(FrameType::kSettings, 0, 0) +
         frame(FrameType::kSettings, http2::flag::kAck, 0);
}

std::string http2Transcript(Side side, uint8_t bits, std::string_view bytes, std::span<const size_t> sizes) {
  http2::Options options;
  if ((bits & 1) != 0) {
    options.initialStreamWindow = 200;
    options.maxConcurrentStreams = 3;
    options.headers.maxCount = 12;
    options.headers.maxBytes = 500;
    options.allowConnect = true;
    options.underscores = http2::Underscores::kDropHeader;
  }
  options.streamErrorOnInvalidMessage = (bits & 2) != 0;
  Http2End end(side, options);
  if (side == Side::kServer && (bits & 4) == 0) {
    end.onRequest = [&end](Http2Exchange& request) { end.respond(request, "200", "answer"); };
  }
  if (side == Side::kClient) {
    // A client has asked before it reads.
    end.request("GET", "/a");
    end.request("HEAD", "/b");
    end.request("POST", "/c", "body", true);
  }
  end.take();
  for (const size_t size : sizes) {
    const size_t n = std::min(size, bytes.size());
    end.receive(bytes.substr(0, n));
    bytes.remove_prefix(n);
  }
  const http2::SessionStatus status = end.receive(bytes);
  std::string out = std::to_string(static_cast<int>(status)) + " " + std::string(end.session().errorDetails());
  for (const Http2Exchange& e : end.exchanges) {
    out += "\n" + Http2Exchange::text(e.head) + " | " + e.body + " | " + Http2Exchange::text(e.trailerMap) +
           (e.headSeen ? " head" : "") + (e.ended ? " ended" : "") + (e.closed ? " closed" : "") +
           (e.reset ? " reset " + std::string(e.reset->details) : "");
    for (const std::string& interim : e.interims) out += " " + interim;
  }
  for (const std::string& f : framesOf(end.take())) out += "\n" + f;
  return out;
}

}  // namespace orrery::tests
