#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/net/block.h"
#include "sim/net/object_pool.h"

namespace orrery::sim {

// A run of bytes of one block, waiting to be sent or acknowledged.
struct alignas(64) SendPiece {
  SendPiece* next = nullptr;
  BlockRef block;
  uint32_t offset = 0;
  uint32_t length = 0;
  uint64_t seq = 0;
  uint64_t hash = 0;   // of the payload, once sent
  bool lost = false;   // its last transmission, which an acknowledgement of a later one will tell
  int64_t sentAt = 0;  // when first sent; 0: sent again since, so it measures nothing (Karn)
};

// What an application wrote and the peer has not acknowledged: bytes that were sent, kept for retransmission, then bytes
// that were not. A segment is made from one piece, so pieces are cut where segments end.
//
// Lifetime: part of a socket; clear() before the pools die. Bounds: the socket's send buffer.
class SendQueue {
 public:
  SendQueue(BlockPool& blocks, ObjectPool<SendPiece>& pieces) : blocks_(blocks), pieces_(pieces) {}
  ~SendQueue() { clear(); }
  SendQueue(const SendQueue&) = delete;
  SendQueue& operator=(const SendQueue&) = delete;

  // Bytes written from now on are numbered from `seq`.
  void start(uint64_t seq) { end_ = seq; }
  // Copies bytes to the end. `whole` is how much the caller is about to append in all, to choose a good block.
  void append(const char* data, size_t size, size_t whole);

  // The first piece with bytes that were not sent, cut to at most `limit` (> 0) bytes, now counted as sent; or null.
  SendPiece* takeUnsent(size_t limit);
  bool hasUnsent() const { return unsent_ != nullptr; }
  uint32_t firstUnsentLength() const { return unsent_->length; }
  // The oldest unacknowledged piece that was sent, for retransmission; walk with next until unsent().
  SendPiece* first() const { return head_; }
  const SendPiece* unsent() const { return unsent_; }

  // Everything below `seq` has arrived.
  void acknowledge(uint64_t seq);
  void clear();

  size_t bytes() const { return bytes_; }
  uint64_t end() const { return end_; }

 private:
  void split(SendPiece& piece, uint32_t at);
  void drop(SendPiece* piece);

  SendPiece* head_ = nullptr;
  SendPiece* tail_ = nullptr;
  SendPiece* unsent_ = nullptr;
  size_t bytes_ = 0;
  uint64_t end_ = 0;
  BlockPool& blocks_;
  ObjectPool<SendPiece>& pieces_;
};

}  // namespace orrery::sim
