#include "sim/net/send_queue.h"

#include <algorithm>
#include <cstring>

namespace orrery::sim {

void SendQueue::append(const char* data, size_t size, size_t whole) {
  while (size > 0) {
    // Goes on in the last piece's block while nothing else was put there and the piece was not sent.
    SendPiece* piece = tail_;
    const bool extend =
        piece != nullptr && piece->offset + piece->length == piece->block->used() && piece->block->room() > 0;
    if (!extend || unsent_ == nullptr) {
      piece = pieces_.take();
      piece->next = nullptr;
      if (extend && size <= tail_->block->room()) {
        piece->block = tail_->block;
      } else {
        piece->block = BlockRef(blocks_.take(std::max(size, whole)));
      }
      piece->offset = piece->block->used();
      piece->length = 0;
      piece->seq = end_;
      (tail_ == nullptr ? head_ : tail_->next) = piece;
      tail_ = piece;
      if (unsent_ == nullptr) unsent_ = piece;
    }
    const auto n = static_cast<uint32_t>(std::min<size_t>(size, piece->block->room()));
    if (!piece->block->fits(n)) piece->block = BlockRef(blocks_.whole(*piece->block.get(), piece->offset));
    std::memcpy(piece->block->data() + piece->block->used(), data, n);
    piece->block->use(n);
    piece->length += n;
    bytes_ += n;
    end_ += n;
    data += n;
    size -= n;
    whole -= std::min<size_t>(whole, n);
  }
}

SendPiece* SendQueue::takeUnsent(size_t limit) {
  SendPiece* piece = unsent_;
  if (piece == nullptr) return nullptr;
  if (piece->length > limit) split(*piece, static_cast<uint32_t>(limit));
  unsent_ = piece->next;
  return piece;
}

void SendQueue::split(SendPiece& piece, uint32_t at) {
  SendPiece* rest = pieces_.take();
  rest->next = piece.next;
  rest->block = piece.block;
  rest->offset = piece.offset + at;
  rest->length = piece.length - at;
  rest->seq = piece.seq + at;
  piece.next = rest;
  piece.length = at;
  if (tail_ == &piece) tail_ = rest;
}

void SendQueue::acknowledge(uint64_t seq) {
  while (head_ != nullptr && head_->seq < seq) {
    SendPiece* piece = head_;
    if (piece->seq + piece->length > seq) {
      // Part of a piece: the rest keeps its place.
      const auto n = static_cast<uint32_t>(seq - piece->seq);
      piece->offset += n;
      piece->length -= n;
      piece->seq = seq;
      bytes_ -= n;
      return;
    }
    head_ = piece->next;
    if (head_ == nullptr) tail_ = nullptr;
    if (unsent_ == piece) unsent_ = head_;
    bytes_ -= piece->length;
    drop(piece);
  }
}

void SendQueue::drop(SendPiece* piece) {
  piece->block.reset();
  pieces_.give(piece);
}

void SendQueue::clear() {
  while (head_ != nullptr) {
    SendPiece* next = head_->next;
    drop(head_);
    head_ = next;
  }
  tail_ = unsent_ = nullptr;
  bytes_ = 0;
}

}  // namespace orrery::sim
