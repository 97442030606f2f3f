#pragma once

#include <cstdint>

#include "sim/core/entity.h"
#include "sim/core/events.h"
#include "sim/ledger/endpoint.h"
#include "sim/net/block.h"

namespace orrery::sim {

class Socket;

// What travels between two kernels: a TCP segment (RFC 9293 section 3.1) or a UDP datagram. Sequence numbers are 64 bits
// wide, starting at the connection's 32-bit first number: no wrap-around to think of; the wire's number is the low half.
//
// Two cache lines: thousands on their way and in queues are what a busy world's memory is.
struct alignas(64) Segment {
  Segment* next = nullptr;
  Endpoint from;
  Endpoint to;
  uint64_t seq = 0;
  uint64_t ack = 0;
  uint32_t window = 0;
  uint32_t length = 0;  // of the payload
  uint32_t offset = 0;  // of the payload in its block
  uint8_t flags = 0;
  bool datagram = false;
  bool unreachable = false;  // with datagram: not one, but ICMP's answer to one that nobody receives (RFC 792)
  bool corrupted = false;    // on the way; whoever receives it drops it
  BlockRef block;
  uint64_t payloadHash = 0;
  EntityId sender = 0;  // the sending socket
  // The receiving socket if the sender knows it: saves a table look-up. Valid while the generation matches.
  Socket* receiver = nullptr;
  uint32_t receiverGeneration = 0;
  // Of an acknowledgement: how far beyond `ack` that ends which has just come out of order (SACK, RFC 2018); 0: nothing did.
  // It lies in the window.
  uint32_t outOfOrderBy = 0;
  uint64_t urgentEnd = 0;  // with kUrg: after the urgent byte
  int64_t sentAt = 0;
  int64_t arrivesAt = 0;
  uint64_t number = 0;  // in the event queue's order

  uint64_t outOfOrderEnd() const { return ack + outOfOrderBy; }
  const char* payload() const { return block->data() + offset; }
  // Sequence space it takes: payload, SYN and FIN.
  uint64_t space() const { return length + ((flags & kSyn) != 0 ? 1u : 0u) + ((flags & kFin) != 0 ? 1u : 0u); }
  SegmentFields fields() const {
    return {from.packed(), to.packed(), flags, seq & 0xffffffff, ack & 0xffffffff, window, length, payloadHash};
  }
};
static_assert(sizeof(Segment) == 128);

}  // namespace orrery::sim
