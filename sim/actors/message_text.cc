#include "sim/actors/message_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "proxy/base/ascii.h"
#include "sim/actors/wire.h"
#include "sim/ledger/body.h"

namespace orrery::sim {

void appendNumber(std::string& out, uint64_t n, int base) {
  std::array<char, 20> digits;
  const auto r = std::to_chars(digits.data(), digits.data() + digits.size(), n, base);
  out.append(digits.data(), r.ptr);
}

namespace {

bool says(const std::vector<HeaderField>& headers, std::string_view lowerName) {
  for (const HeaderField& h : headers) {
    if (equalsIgnoreCase(h.name, lowerName)) return true;
  }
  return false;
}

void appendFields(const std::vector<HeaderField>& headers, std::string& out) {
  for (const HeaderField& h : headers) {
    out += h.name;
    out += ": ";
    out += h.value;
    out += "\r\n";
  }
}

void appendFraming(const std::vector<HeaderField>& headers, const Body& body, std::string& out) {
  if (says(headers, "content-length") || says(headers, "transfer-encoding")) return;
  if (body.chunked) {
    out += "transfer-encoding: chunked\r\n";
  } else {
    out += "content-length: ";
    appendNumber(out, body.size());
    out += "\r\n";
  }
}

}  // namespace

namespace {
bool hasControl(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == '\x7f'; });
}
}  // namespace

bool isTarget(std::string_view path) {
  return std::ranges::all_of(path, [](char c) { return c > ' ' && c < '\x7f'; });
}

bool framesItself(const std::vector<HeaderField>& headers) {
  for (const HeaderField& h : headers) {
    if (equalsIgnoreCase(h.name, "content-length") || equalsIgnoreCase(h.name, "transfer-encoding") ||
        equalsIgnoreCase(h.name, "upgrade") || hasControl(h.name) || hasControl(h.value)) {
      return true;
    }
  }
  return false;
}

std::string requestHead(const RequestStep& step, std::string_view authority, uint64_t id) {
  std::string out;
  out.reserve(160);
  out += step.method;
  out += ' ';
  out += step.path;
  out += " HTTP/1.1\r\n";
  if (!says(step.headers, "host")) {
    out += "host: ";
    out += authority;
    out += "\r\n";
  }
  appendFields(step.headers, out);
  out += kRequestIdHeader;
  out += ": ";
  appendNumber(out, id);
  out += "\r\n";
  const bool expectsBody = step.method == "POST" || step.method == "PUT" || step.method == "PATCH";
  if (step.body.size() > 0 || step.body.chunked || expectsBody) appendFraming(step.headers, step.body, out);
  out += "\r\n";
  return out;
}

std::string responseHead(uint32_t status, const std::vector<HeaderField>& headers, const Body& body, uint64_t nonce,
                         bool close) {
  std::string out;
  out.reserve(160);
  out += "HTTP/1.1 ";
  appendNumber(out, status);
  out += ' ';
  out += wireReason(status);
  out += "\r\n";
  appendFields(headers, out);
  if (nonce != 0) {
    out += kNonceHeader;
    out += ": ";
    appendNumber(out, nonce);
    out += "\r\n";
  }
  if (close && !says(headers, "connection")) out += "connection: close\r\n";
  if (status >= 200 && status != 204 && status != 304) appendFraming(headers, body, out);
  out += "\r\n";
  return out;
}

bool responseHasBody(uint32_t status, std::string_view method) {
  return method != "HEAD" && status >= 200 && status != 204 && status != 304;
}

namespace {

uint64_t partBegin(const Body& body, uint32_t index) { return body.size() * index / body.parts; }

std::vector<HeaderField> lowerCase(const std::vector<HeaderField>& headers) {
  std::vector<HeaderField> out;
  for (const HeaderField& h : headers) {
    if (equalsIgnoreCase(h.name, "host")) continue;
    HeaderField& f = out.emplace_back(h);
    for (char& c : f.name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return out;
}

void appendLength(const std::vector<HeaderField>& headers, const Body& body, std::vector<HeaderField>& out) {
  if (!body.chunked && !says(headers, "content-length")) out.push_back({"content-length", std::to_string(body.size())});
}

}  // namespace

std::vector<HeaderField> requestFields(const RequestStep& step, std::string_view authority, uint64_t id) {
  std::vector<HeaderField> out;
  out.reserve(step.headers.size() + 6);
  out.push_back({":method", step.method});
  out.push_back({":scheme", "http"});
  out.push_back({":authority", std::string(authority)});
  for (const HeaderField& h : step.headers) {
    if (equalsIgnoreCase(h.name, "host")) out[2].value = h.value;
  }
  out.push_back({":path", step.path});
  for (HeaderField& h : lowerCase(step.headers)) out.push_back(std::move(h));
  out.push_back({std::string(kRequestIdHeader), std::to_string(id)});
  if (step.body.size() > 0) appendLength(step.headers, step.body, out);
  return out;
}

std::vector<HeaderField> responseFields(uint32_t status, const std::vector<HeaderField>& headers, const Body& body,
                                        uint64_t nonce) {
  std::vector<HeaderField> out;
  out.reserve(headers.size() + 3);
  out.push_back({":status", std::to_string(status)});
  for (HeaderField& h : lowerCase(headers)) out.push_back(std::move(h));
  if (nonce != 0) out.push_back({std::string(kNonceHeader), std::to_string(nonce)});
  if (status >= 200 && status != 204 && status != 304) appendLength(headers, body, out);
  return out;
}

void appendBodyBytes(const Body& body, uint64_t seed, uint32_t index, std::string& out) {
  const uint64_t from = partBegin(body, index), to = partBegin(body, index + 1);
  if (body.text.empty()) {
    appendPattern(seed, from, to - from, out);
  } else {
    out += std::string_view(body.text).substr(from, to - from);
  }
}

void appendBodyPart(const Body& body, uint64_t seed, uint32_t index, std::string& out) {
  const uint64_t bytes = partBegin(body, index + 1) - partBegin(body, index);
  if (bytes > 0) {
    if (body.chunked) {
      appendNumber(out, bytes, 16);
      out += "\r\n";
    }
    appendBodyBytes(body, seed, index, out);
    if (body.chunked) out += "\r\n";
  }
  if (body.chunked && index + 1 == body.parts) out += "0\r\n\r\n";
}

uint64_t bodyDigest(const Body& body, uint64_t seed) {
  return body.text.empty() ? patternDigest(seed, body.bytes) : textDigest(body.text);
}

}  // namespace orrery::sim
