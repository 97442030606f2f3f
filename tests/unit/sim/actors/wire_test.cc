#include "sim/actors/wire.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace orrery::sim {
namespace {

using Event = WireReader::Event;

// What a reader says of these bytes, cut into pieces of `piece` bytes, body bytes joined.
std::string told(WireReader::Kind kind, const std::string& bytes, size_t piece, bool end = false, bool noBody = false) {
  WireReader reader(kind);
  reader.expectNoBody(noBody);
  std::string out;
  std::string body;
  for (size_t at = 0; at < bytes.size(); at += piece) {
    reader.feed(std::string_view(bytes).substr(at, piece));
    for (;;) {
      const Event e = reader.next();
      if (e == Event::kMore) break;
      if (e == Event::kBody) {
        body += reader.body();
        continue;
      }
      if (e == Event::kHead || e == Event::kInterim) {
        out += (e == Event::kInterim ? "interim " : "head ") + std::to_string(reader.head().status) +
               std::string(reader.head().method) + " #" + std::to_string(reader.head().id) + ";";
      } else if (e == Event::kEnd) {
        out += "end " + body + ";";
        body.clear();
      } else {
        return out + "error";
      }
    }
  }
  if (end) {
    const Event e = reader.finish();
    out += e == Event::kEnd ? "end " + body + ";" : e == Event::kError ? "error" : "";
    body.clear();
  }
  return out + (body.empty() ? "" : "body " + body);
}

struct Sample {
  WireReader::Kind kind;
  std::string bytes;
  std::string expected;
  bool end = false;
  bool noBody = false;
};

constexpr auto kQ = WireReader::Kind::kRequest;
constexpr auto kR = WireReader::Kind::kResponse;

TEST(WireReader, SaysTheSameHoweverTheBytesAreCut) {
  const std::vector<Sample> samples = {
      {kR, "HTTP/1.1 200 OK\r\nx-orrery-nonce: 7\r\ncontent-length: 5\r\n\r\nhello", "head 200 #7;end hello;"},
      {kR, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\nt: v\r\n\r\n",
       "head 200 #0;end abc0123456789;"},
      {kR, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 x\r\ncontent-length: 9\r\n\r\n",
       "interim 100 #0;head 204 #0;end ;head 304 #0;end ;"},
      {kR, "HTTP/1.0 200 OK\r\n\r\nto the end", "head 200 #0;end to the end;", true},
      {kR, "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n", "head 200 #0;end ;", false, true},
      {kR, "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhel", "head 200 #0;error", true},
      {kQ, "GET / HTTP/1.1\r\nhost: a\r\nx-orrery-request: 3\r\n\r\nPOST /x HTTP/1.1\r\ncontent-length: 2\r\n\r\nok",
       "head 0GET #3;end ;head 0POST #0;end ok;"},
      {kQ, "GET /", "error", true},
      {kQ, "", "", true},
  };
  for (const Sample& s : samples) {
    for (size_t piece = 1; piece <= s.bytes.size() + 1; ++piece) {
      EXPECT_EQ(told(s.kind, s.bytes, piece, s.end, s.noBody), s.expected) << "cut at " << piece << ": " << s.bytes;
    }
  }
}

TEST(WireReader, RefusesWhatIsNotHttp) {
  for (const std::string& text : std::vector<std::string>{
           "HTTP/1.1 200 OK\ncontent-length: 0\n\n", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n",
           "HTTP/1.1 200\r\n\r\n", "HTTP/1.1 200 OK\r\nbad name: x\r\n\r\n", "HTTP/1.1 200 OK\r\n: x\r\n\r\n",
           "HTTP/1.1 200 OK\r\na: b\r\n folded\r\n\r\n", "HTTP/1.1 200 OK\r\na: b\001\r\n\r\n",
           "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\nx",
           "HTTP/1.1 200 OK\r\ncontent-length: +1\r\n\r\nx",
           "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
           "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n",
           "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nx\r\n",
           "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc\r\n",
           "HTTP/1.1 204 x\r\ncontent-length: 3\r\n\r\n", "garbage\r\n\r\n"}) {
    EXPECT_NE(told(kR, text, 1).find("error"), std::string::npos) << text;
    EXPECT_NE(told(kR, text, text.size()).find("error"), std::string::npos) << text;
  }
  for (const std::string& text : std::vector<std::string>{"GET  / HTTP/1.1\r\n\r\n", "GET / HTTP/1.2\r\n\r\n",
                                                          "G(T / HTTP/1.1\r\n\r\n", "GET /\r\n\r\n"}) {
    EXPECT_EQ(told(kQ, text, 1), "error") << text;
  }
}

bool takesField(const std::string& name, const std::string& value) {
  return told(WireReader::Kind::kResponse,
              "HTTP/1.1 200 OK\r\n" + name + ": v" + value + "v\r\ncontent-length: 0\r\n\r\n", 1000)
      .starts_with("head");
}

// Names and values are looked at several bytes at a time: each byte counts, wherever it stands.
TEST(WireReader, EveryByteOfAValueCounts) {
  for (size_t size = 1; size < 20; ++size) {
    for (size_t at = 0; at < size; ++at) {
      for (int c = 0; c < 256; ++c) {
        if (c == '\r' || c == '\n') continue;
        std::string value(size, 'a');
        value[at] = static_cast<char>(c);
        const bool right = c == '\t' || (c >= 0x20 && c != 0x7f);
        ASSERT_EQ(takesField("x", value), right) << "byte " << c << " at " << at << " of " << size;
      }
    }
  }
}

TEST(WireReader, EveryByteOfANameCounts) {
  const std::string_view others = "!#$%&'*+-.^_`|~";
  for (size_t size = 1; size < 20; ++size) {
    for (size_t at = 0; at < size; ++at) {
      for (int c = 0; c < 256; ++c) {
        if (c == '\r' || c == '\n' || c == ':') continue;
        std::string name(size, 'a');
        name[at] = static_cast<char>(c);
        const bool right = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c != 0 && others.find(static_cast<char>(c)) != std::string_view::npos);
        ASSERT_EQ(takesField(name, ""), right) << "byte " << c << " at " << at << " of " << size;
      }
    }
  }
}

}  // namespace
}  // namespace orrery::sim
