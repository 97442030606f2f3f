#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/step.h"

namespace orrery::sim {

void appendNumber(std::string& out, uint64_t n, int base = 10);

// The head of a request as a client writes it: host, the step's fields, the id, and the body's framing unless the step
// says those itself.
std::string requestHead(const RequestStep& step, std::string_view authority, uint64_t id);

// The head of a response as an origin writes it. `noBody`: it answers a HEAD, or is 1xx, 204, 304 (the length may be said).
std::string responseHead(uint32_t status, const std::vector<HeaderField>& headers, const Body& body, uint64_t nonce,
                         bool close);

// The same as fields of HTTP/2, pseudo header fields first; a host of the step's own is the authority.
std::vector<HeaderField> requestFields(const RequestStep& step, std::string_view authority, uint64_t id);
std::vector<HeaderField> responseFields(uint32_t status, const std::vector<HeaderField>& headers, const Body& body,
                                        uint64_t nonce);

// Whether the step's own fields have a say in where the message ends.
bool framesItself(const std::vector<HeaderField>& headers);
// Whether these bytes can be a request's target (RFC 9112 section 3.2: visible ones); others may end it early, or be no HTTP.
bool isTarget(std::string_view path);

// Whether a response of this status to this method carries a body.
bool responseHasBody(uint32_t status, std::string_view method);

// Part `index` of `body.parts`.
void appendBodyBytes(const Body& body, uint64_t seed, uint32_t index, std::string& out);
// The same as HTTP/1 frames it: all of them one after the other are the body.
void appendBodyPart(const Body& body, uint64_t seed, uint32_t index, std::string& out);
// The digest that the receiver of the whole body computes.
uint64_t bodyDigest(const Body& body, uint64_t seed);

}  // namespace orrery::sim
