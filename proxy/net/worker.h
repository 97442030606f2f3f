#pragma once

#include <cstdint>
#include <memory>

#include "proxy/base/arena.h"
#include "proxy/buffer/buffer.h"
#include "proxy/events/sink.h"
#include "proxy/io/dispatcher.h"
#include "proxy/io/entropy.h"
#include "proxy/io/files.h"
#include "proxy/io/process.h"
#include "proxy/io/random.h"
#include "proxy/net/drain.h"
#include "proxy/runtime/runtime.h"
#include "proxy/stats/block.h"

namespace orrery::net {

// Everything that belongs to one worker, in one place; passed by reference at construction, found in no other way.
// Lifetime: made by the server before the worker's first callback, outlives all connections. Threading: the worker's.
struct Worker {
  Worker(uint32_t number, io::Dispatcher& d, const stats::Layout& layout, std::unique_ptr<io::Random> r, io::Entropy& e,
         io::Files& f, const io::Process& p, events::Sink& s, std::shared_ptr<const runtime::Snapshot> snapshot)
      : index(number),
        dispatcher(d),
        stats(layout),
        random(std::move(r)),
        entropy(e),
        files(f),
        process(p),
        sink(s),
        runtime(std::move(snapshot)) {}

  const uint32_t index;  // from 0
  io::Dispatcher& dispatcher;
  buffer::BlockPool blocks;
  ArenaPool arenas;
  stats::Block stats;
  std::unique_ptr<io::Random> random;
  io::Entropy& entropy;
  io::Files& files;
  const io::Process& process;
  events::Sink& sink;
  std::shared_ptr<const runtime::Snapshot> runtime;
  // Ids count from 1, per worker.
  uint64_t lastConnectionId = 0;
  uint64_t lastUpstreamConnectionId = 0;
  Drain drain;
};

}  // namespace orrery::net
