#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "proxy/io/dispatcher.h"
#include "proxy/io/entropy.h"
#include "proxy/io/files.h"
#include "proxy/io/random.h"
#include "proxy/net/worker.h"
#include "proxy/upstream/cluster_manager.h"
#include "proxy/upstream/request/router_stats.h"
#include "proxy/upstream/shared_clusters.h"

// A worker over streams in memory: the test plays the kernel and the origin. Time and chance are scripted.
namespace orrery::upstream::test {

// Gives the listed bits, then zeros.
class ScriptedRandom final : public io::Random {
 public:
  explicit ScriptedRandom(std::deque<uint64_t> bits) : bits_(std::move(bits)) {}
  uint64_t bits() override {
    ++draws;
    if (bits_.empty()) return 0;
    const uint64_t b = bits_.front();
    bits_.pop_front();
    return b;
  }
  std::unique_ptr<io::Random> child(std::string_view) override {
    return std::make_unique<ScriptedRandom>(std::deque<uint64_t>{});
  }
  void then(uint64_t b) { bits_.push_back(b); }
  int draws = 0;

 private:
  std::deque<uint64_t> bits_;
};

// One upstream connection, seen from the kernel.
class MemoryStream final : public io::Stream {
 public:
  MemoryStream(io::Dispatcher& d, io::Address peer) : Stream(d), peer_(std::move(peer)) {}
  ~MemoryStream() override {
    if (gone != nullptr) *gone = true;
  }

  // What the origin does.
  void acceptConnect() { noteEdge(io::kWritable); }
  void refuse() {
    error_ = io::IoError::kConnectionRefused;
    noteEdge(io::kWritable | io::kError);
  }
  void send(std::string_view bytes) {
    incoming_ += bytes;
    noteEdge(io::kReadable);
  }
  void sendFin() {
    fin_ = true;
    noteEdge(io::kReadable | io::kPeerClosed);
  }
  void sendReset() {
    reset_ = true;
    noteEdge(io::kReadable | io::kError);
  }
  // What the proxy sent since the last call.
  std::string taken() { return std::exchange(outgoing_, {}); }
  void dropTaken() { outgoing_.clear(); }
  bool closed() const { return closed_; }
  const io::Address& peer() const { return peer_; }
  bool* gone = nullptr;
  size_t room = SIZE_MAX;  // of the send buffer
  // Where the pieces lay that the proxy sent, if anybody wants to know; nothing may be there any more.
  struct Written {
    const char* data;
    size_t size;
    char first;
  };
  std::optional<std::vector<Written>> written;

  io::IoResult read(std::span<const io::MutableSlice> into) override {
    size_t n = 0;
    for (const io::MutableSlice& slice : into) {
      const size_t part = std::min(slice.size, incoming_.size() - n);
      std::copy_n(incoming_.data() + n, part, slice.data);
      n += part;
    }
    incoming_.erase(0, n);
    if (n > 0) return {n, io::IoError::kNone};
    if (reset_) return {0, io::IoError::kConnectionReset};
    if (fin_) return {0, io::IoError::kNone};
    clear(io::kReadable);
    return {0, io::IoError::kWouldBlock};
  }
  io::IoResult peek(io::MutableSlice) override { return {0, io::IoError::kWouldBlock}; }
  io::IoResult write(std::span<const io::ConstSlice> from) override {
    size_t n = 0;
    for (const io::ConstSlice& slice : from) {
      const size_t part = std::min(slice.size, room);
      outgoing_.append(slice.data, part);
      if (part > 0 && written) written->push_back({slice.data, part, slice.data[0]});
      room -= part;
      n += part;
    }
    if (n > 0) return {n, io::IoError::kNone};
    clear(io::kWritable);
    return {0, io::IoError::kWouldBlock};
  }
  void shutdownWrite() override {}
  void close() override { closed_ = true; }
  void abort() override { closed_ = true; }
  io::IoError takeError() override { return std::exchange(error_, io::IoError::kNone); }
  const io::Address& localAddress() const override { return local_; }
  const io::Address& peerAddress() const override { return peer_; }
  io::Address originalDestination() const override { return local_; }
  io::StreamInfo info() const override { return {}; }
  std::unique_ptr<io::StreamHandle> release() override { return nullptr; }

 private:
  io::Address local_ = io::Address::ipv4(0x7f000001, 40000);
  io::Address peer_;
  std::string incoming_;
  std::string outgoing_;
  io::IoError error_ = io::IoError::kNone;
  bool fin_ = false;
  bool reset_ = false;
  bool closed_ = false;
};

class MemoryDispatcher final : public io::Dispatcher {
 public:
  // One iteration, `later` after the last one.
  void iterate(Duration later = Duration()) { runIteration(now() + later); }
  // Until nothing waits for the next iteration.
  void settle() {
    do {
      iterate();
    } while (hasImmediateWork());
  }
  using Dispatcher::nextDeadline;

  // Streams in order of connecting; the proxy owns them (a destroyed one is dangling: see MemoryStream::gone).
  std::vector<MemoryStream*> streams;

  WallTime wallNow() const override { return {}; }
  void post(PostFn fn) override { posts_.push_back(std::move(fn)); }
  std::expected<std::unique_ptr<io::Stream>, io::IoError> connect(const io::Address& to,
                                                                  const io::SocketOptions&) override {
    auto stream = std::make_unique<MemoryStream>(*this, to);
    streams.push_back(stream.get());
    return stream;
  }
  std::unique_ptr<io::Listener> listen(std::shared_ptr<io::ListenSocket>, io::ListenerCallbacks&) override {
    return nullptr;
  }
  std::expected<std::unique_ptr<io::Datagram>, io::IoError> openDatagram(const io::Address&) override {
    return std::unexpected(io::IoError::kOther);
  }
  std::unique_ptr<io::Stream> adopt(std::unique_ptr<io::StreamHandle>) override { return nullptr; }
  void run() override {}
  void exit() override {}

 private:
  void takePosts(std::vector<PostFn>& out) override {
    for (auto& p : posts_) out.push_back(std::move(p));
    posts_.clear();
  }
  std::vector<PostFn> posts_;
};

class NoEntropy final : public io::Entropy {
 public:
  void fill(std::span<uint8_t> out) override { std::fill(out.begin(), out.end(), uint8_t{7}); }
};
class NoFiles final : public io::Files {
 public:
  Result<std::string> readWhole(const std::string&, size_t) override { return makeError("none"); }
  Result<std::unique_ptr<io::AppendFile>> openAppend(const std::string&) override { return makeError("none"); }
  Result<std::unique_ptr<io::FileWatch>> watch(io::Dispatcher&, const std::string&,
                                               std::move_only_function<void()>) override {
    return makeError("none");
  }
};
class NoProcess final : public io::Process {
 public:
  std::string_view hostname() const override { return "here"; }
  std::optional<std::string> variable(std::string_view) const override { return std::nullopt; }
  ZoneOffset localZone(WallTime) const override { return {}; }
};
class QuietSink final : public events::Sink {};

// A cluster "origin" with one host per weight: 10.0.0.1:80, 10.0.0.2:80, ...
inline ClusterOptions clusterOf(std::vector<uint32_t> weights) {
  ClusterOptions options;
  options.name = "origin";
  for (uint32_t i = 0; i < weights.size(); ++i) {
    EndpointOptions endpoint;
    endpoint.address = io::Address::ipv4(0x0a000001 + i, 80);
    endpoint.weight = weights[i];
    options.endpoints.push_back(endpoint);
  }
  return options;
}

// One worker with its clusters.
struct World {
  explicit World(ClusterOptions options, runtime::RuntimeOptions runtimeOptions = {})
      : routerStats(layout, "in"),
        asyncStats(layout, "async-client"),
        set(std::make_shared<const ClusterSet>(std::vector<ClusterOptions>{std::move(options)}, layout)),
        shared(set, 1),
        worker(0, dispatcher, layout, std::make_unique<ScriptedRandom>(std::deque<uint64_t>{}), entropy, files, process,
               sink, std::make_shared<const runtime::Snapshot>(runtimeOptions)),
        clusters(worker, shared) {}
  ~World() {
    clusters.shutdown();
    dispatcher.settle();
  }
  ScriptedRandom& random() { return static_cast<ScriptedRandom&>(*worker.random); }
  Cluster& cluster() { return clusters.at(0); }
  const ClusterStats& stats() const { return set->at(0).stats; }
  uint64_t count(stats::CounterId id) const { return worker.stats.value(id); }
  uint64_t count(stats::GaugeId id) const { return worker.stats.value(id); }
  // By name below "cluster.origin.".
  uint64_t named(const std::string& name) const {
    const stats::StatName* stat = layout.find("cluster.origin." + name);
    return stat == nullptr ? UINT64_MAX : worker.stats.cell(stat->index);
  }
  MemoryStream& stream(size_t i) { return *dispatcher.streams.at(i); }
  // The origin's end of connection `i`: accepts it, answers what came.
  void accept(size_t i) {
    stream(i).acceptConnect();
    dispatcher.iterate();
  }
  void answer(size_t i, std::string_view bytes) {
    stream(i).taken();
    stream(i).send(bytes);
    dispatcher.iterate();
  }

  MemoryDispatcher dispatcher;
  stats::Layout layout;
  RouterStats routerStats;
  RouterStats asyncStats;
  std::shared_ptr<const ClusterSet> set;
  SharedClusters shared;
  NoEntropy entropy;
  NoFiles files;
  NoProcess process;
  QuietSink sink;
  net::Worker worker;
  ClusterManager clusters;
};

}  // namespace orrery::upstream::test
