#include "tests/unit/proxy/http/filter_contract.h"

#include <algorithm>

#include "tests/unit/proxy/http/filter_contract_probe.h"
#include "tests/unit/proxy/http/http_world.h"

namespace orrery::http {

using namespace contract;

namespace {

constexpr Duration kMoment = Duration::milliseconds(1);

std::string joined(const std::vector<std::string>& pieces) {
  std::string out;
  for (const auto& p : pieces) out += p;
  return out;
}

// "transfer-encoding: chunked" undone; the trailers' names behind '|'.
std::string withoutChunks(std::string_view text) {
  std::string body;
  for (;;) {
    const size_t line = text.find("\r\n");
    if (line == std::string_view::npos) return body + "!cut";
    const size_t size = std::stoul(std::string(text.substr(0, line)), nullptr, 16);
    text.remove_prefix(line + 2);
    if (size == 0) break;
    body += text.substr(0, size);
    text.remove_prefix(std::min(size + 2, text.size()));
  }
  std::string names;
  while (!text.starts_with("\r\n") && !text.empty()) {
    names += text.substr(0, text.find(':'));
    text.remove_prefix(text.find("\r\n") + 2);
  }
  return body + (names.empty() ? "" : "|" + names);
}

// What the request's body is when its stream starts over: what the filters before the one that asks for it had made of it.
std::string bodyOfTheSecondTry(const Case& c) {
  std::string body = joined(c.request);
  for (int i = 0; i < c.recreateAt; ++i) {
    const Planned& filter = c.filters[static_cast<size_t>(i)];
    if (filter.decode.appends) body += filter.mark;
  }
  return body;
}

// What `body` must have become behind all filters, in the order in which they see it.
std::string expected(const Case& c, bool decoding, std::string body) {
  bool hasBody = !body.empty();
  bool trailers = decoding ? c.requestTrailers : c.responseTrailers;
  std::string names = trailers ? "end" : "";
  const size_t count = c.filters.size();
  for (size_t i = 0; i < count; ++i) {
    const size_t index = decoding ? i : count - 1 - i;
    const Way& way = decoding ? c.filters[index].decode : c.filters[index].encode;
    // A mark makes a body where there was none, for those behind.
    const bool sawData = hasBody;
    if (way.appends) {
      body += c.filters[index].mark;
      hasBody = true;
    }
    // Trailers are added where a piece of data ends the message.
    if (way.addsTrailer && sawData && !trailers) {
      trailers = true;
      names += "t" + std::to_string(index);
    }
  }
  return body + (names.empty() ? "" : "|" + names);
}

void send(HttpWorld& world, net::RawPeer& peer, Run& run, const std::string& bytes, Dice& dice) {
  peer.send(bytes);
  world.pass(kMoment);
  // Sometimes what waits goes on between two pieces.
  if (dice.one(2)) {
    const auto waiting = run.alive;
    for (Probe* p : waiting) {
      if (std::ranges::find(run.alive, p) != run.alive.end() && p->goOn()) break;
    }
    world.pass(kMoment);
  }
}

void settle(HttpWorld& world, Run& run) {
  for (int round = 0; round < 200; ++round) {
    bool any = false;
    const auto waiting = run.alive;
    for (Probe* p : waiting) {
      if (std::ranges::find(run.alive, p) == run.alive.end()) continue;
      any = p->goOn() || any;
      world.pass(kMoment);
    }
    if (!any) return;
  }
  run.fault(0, "filters wait for ever");
}

void answer(TestEnd& end, const Case& c) {
  if (!end.ended) return;
  end.replyHeaders(200, c.response.empty());
  for (size_t i = 0; i < c.response.size(); ++i) {
    end.replyData(c.response[i], i + 1 == c.response.size() && !c.responseTrailers);
  }
  if (!c.responseTrailers) return;
  auto& trailers = *end.callbacks->arena().make<HeaderMap>(end.callbacks->arena());
  trailers.add("end", "1");
  end.callbacks->encodeTrailers(trailers);
}

std::string judge(const Case& c, const Run& run, HttpWorld& world, const std::string& received, net::RawPeer::End end) {
  if (!run.wrong.empty()) return run.wrong;
  if (run.deedDone) {
    const auto actor = std::ranges::find_if(c.filters, [](const Planned& f) { return f.deed != Deed::kNone; });
    const bool ended = end != net::RawPeer::End::kNone;
    if (actor->deed == Deed::kReset) return ended ? "" : "the connection outlives a reset";
    if (received.starts_with("HTTP/1.1 418") && received.ends_with("reply")) return "";
    // Once the head of another response has gone, all that is left is a reset.
    const bool headMayBeGone = actor->place == Place::kEncodeData;
    return headMayBeGone && ended ? "" : "neither a reply nor an end: " + received;
  }
  std::string body = world.end().body;
  std::string names;
  for (size_t at = 0; at < world.end().trailers.size();) {
    const size_t colon = world.end().trailers.find(':', at);
    names += world.end().trailers.substr(at, colon - at);
    at = world.end().trailers.find(';', at) + 1;
  }
  if (!names.empty()) body += "|" + names;
  const std::string asked = run.recreated ? bodyOfTheSecondTry(c) : joined(c.request);
  if (const std::string want = expected(c, true, asked); body != want) {
    return "the end of the chain got '" + body + "' instead of '" + want + "'";
  }
  if (!received.starts_with("HTTP/1.1 200")) return "no answer: " + received;
  const size_t head = received.find("\r\n\r\n") + 4;
  const bool chunked = received.find("transfer-encoding: chunked") < head;
  const std::string got = chunked ? withoutChunks(std::string_view(received).substr(head)) : received.substr(head);
  if (const std::string want = expected(c, false, joined(c.response)); got != want) {
    return "the client got '" + got + "' instead of '" + want + "'";
  }
  return "";
}

}  // namespace

std::string checkFilterContract(std::span<const uint8_t> bytes) {
  Dice dice(bytes);
  Run run{.c = anyCase(dice), .alive = {}, .wrong = {}};
  const Case& c = run.c;
  std::string verdict;
  {
    HcmOptions options;
    options.enableTrailers = true;
    HttpWorld world(std::move(options), [&run](FilterChainBuilder& b) {
      for (size_t i = 0; i < run.c.filters.size(); ++i) {
        auto& f = *b.arena().make<Probe>(run, i);
        b.addFilter(f, f);
      }
    });
    world.onRequest = [&c](TestEnd& end) { answer(end, c); };
    const auto peer = world.connect();
    const std::string head = "POST /a HTTP/1.1\r\nhost: h\r\n";
    if (c.request.empty()) {
      send(world, *peer, run, "GET /a HTTP/1.1\r\nhost: h\r\n\r\n", dice);
    } else {
      send(world, *peer, run, head + "transfer-encoding: chunked\r\n\r\n", dice);
      for (const auto& piece : c.request) {
        char size[8];
        std::snprintf(size, sizeof(size), "%zx", piece.size());
        send(world, *peer, run, size + ("\r\n" + piece + "\r\n"), dice);
      }
      send(world, *peer, run, c.requestTrailers ? "0\r\nend: 1\r\n\r\n" : "0\r\n\r\n", dice);
    }
    settle(world, run);
    world.pass(Duration::seconds(2));
    verdict = judge(c, run, world, peer->received(), peer->end());
  }
  if (verdict.empty() && run.made != run.destroyed) verdict = "a filter was not told of its end";
  if (verdict.empty()) verdict = run.wrong;
  return verdict;
}

}  // namespace orrery::http
