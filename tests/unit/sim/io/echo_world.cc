#include "tests/unit/sim/io/echo_world.h"

#include <algorithm>
#include <utility>

namespace orrery::sim {

namespace {

constexpr uint16_t kPort = 7;
const io::Address kEchoServer = io::Address::ipv4(0x7f000003, kPort);

std::string readSome(io::Stream& s, bool& ended) {
  std::string out;
  char room[256];
  for (;;) {
    const io::MutableSlice slice{room, sizeof(room)};
    const io::IoResult r = s.read({&slice, 1});
    if (!r.ok()) return out;
    if (r.bytes == 0) {
      ended = true;
      return out;
    }
    out.append(room, r.bytes);
  }
}

// Bytes that wait for room in the send buffer.
struct Outbox {
  std::string waiting;
  void flush(io::Stream& s) {
    while (!waiting.empty()) {
      const io::ConstSlice slice{waiting.data(), waiting.size()};
      const io::IoResult r = s.write({&slice, 1});
      if (!r.ok()) return;
      waiting.erase(0, r.bytes);
    }
  }
};

// Answers each line with the same line, `think` later.
class Session final : public io::StreamCallbacks {
 public:
  Session(io::Dispatcher& d, std::unique_ptr<io::Stream> s, Duration think, io::AppendFile& log)
      : stream_(std::move(s)),
        think_(think),
        log_(log),
        timer_(d, io::TimerKind::kActor, Delegate<void()>::to<&Session::answer>(this)) {
    stream_->setCallbacks(this);
    stream_->setInterest(io::kReadable);
  }
  void onStreamReady(uint8_t bits) override {
    if ((bits & io::kWritable) != 0) out_.flush(*stream_);
    if ((bits & io::kReadable) != 0) {
      bool ended = false;
      in_ += readSome(*stream_, ended);
      if (in_.find('\n') != std::string::npos && !timer_.armed()) timer_.arm(think_);
      if (ended) {
        stream_->setInterest(0);
        stream_->close();
        ended_ = true;
        return;
      }
    }
    stream_->setInterest(out_.waiting.empty() ? io::kReadable : io::kReadable | io::kWritable);
  }

 private:
  void answer() {
    if (ended_) return;
    const size_t end = in_.find('\n');
    out_.waiting += in_.substr(0, end + 1);
    (void)log_.write(in_.substr(0, end + 1));
    in_.erase(0, end + 1);
    out_.flush(*stream_);
    stream_->setInterest(out_.waiting.empty() ? io::kReadable : io::kReadable | io::kWritable);
    if (in_.find('\n') != std::string::npos) timer_.arm(think_);
  }
  std::unique_ptr<io::Stream> stream_;
  Duration think_;
  io::AppendFile& log_;
  std::string in_;
  Outbox out_;
  bool ended_ = false;
  io::Timer timer_;
};

class Server final : public io::ListenerCallbacks {
 public:
  Server(SimEnvironment& env, Duration think) : env_(env), think_(think) {}

  // On the main thread.
  void run() {
    io::Environment& io = env_.io();
    log_ = std::move(*io.files.openAppend("/dev/stdout"));
    for (auto& w : workers_) w.thread = io.threads.start("worker");
    listener_ = io.mainDispatcher.listen(*io.network.listen(kEchoServer, {}), *this);
    io.mainDispatcher.run();
    listener_.reset();
    for (auto& w : workers_) {
      w.thread->dispatcher().post([&w] {
        w.sessions.clear();
        w.thread->dispatcher().exit();
      });
      w.thread->join();
    }
  }
  void onAccept(std::unique_ptr<io::Stream> s) override {
    s->setCallbacks(nullptr);
    Worker& w = workers_[next_++ % 2];
    w.thread->dispatcher().post([this, &w, handle = s->release()]() mutable {
      io::Dispatcher& d = w.thread->dispatcher();
      w.sessions.push_back(std::make_unique<Session>(d, d.adopt(std::move(handle)), think_, *log_));
    });
  }
  void onAcceptError(io::IoError) override {}

 private:
  struct Worker {
    std::unique_ptr<io::Thread> thread;
    std::vector<std::unique_ptr<Session>> sessions;
  };
  SimEnvironment& env_;
  Duration think_;
  std::unique_ptr<io::AppendFile> log_;
  std::unique_ptr<io::Listener> listener_;
  Worker workers_[2];
  size_t next_ = 0;
};

class Client final : public io::StreamCallbacks {
 public:
  Client(io::Dispatcher& d, size_t number, const EchoOptions& o) : number_(number), options_(o) {
    stream_ = std::move(*d.connect(kEchoServer, {}));
    stream_->setCallbacks(this);
    stream_->setInterest(io::kWritable);
  }
  void onStreamReady(uint8_t bits) override {
    if (sent_ == 0 && (bits & io::kWritable) != 0) say();
    out_.flush(*stream_);
    if ((bits & io::kReadable) != 0) {
      bool ended = false;
      got += readSome(*stream_, ended);
      if (lines(got) == sent_) {
        if (sent_ == options_.messages) {
          stream_->setInterest(0);
          stream_->close();
          return;
        }
        say();
      }
    }
    stream_->setInterest(out_.waiting.empty() ? io::kReadable : io::kReadable | io::kWritable);
  }
  std::string got;

 private:
  static size_t lines(const std::string& s) { return static_cast<size_t>(std::count(s.begin(), s.end(), '\n')); }
  void say() {
    ++sent_;
    out_.waiting += options_.message + " " + std::to_string(number_) + " " + std::to_string(sent_) + "\n";
    out_.flush(*stream_);
  }
  size_t number_;
  const EchoOptions& options_;
  std::unique_ptr<io::Stream> stream_;
  Outbox out_;
  size_t sent_ = 0;
};

}  // namespace

EchoOutcome runEcho(EchoPools& pools, EchoOptions options) {
  EchoOutcome out;
  Ledger ledger;
  Run run(pools.pools, options.run);
  Net net(run, pools.net, ledger);
  Host& client = net.addHost("client", {0x7f000002});
  Host& server = net.addHost("server", {0x7f000003});
  {
    SimEnvironment clientEnv(run, client);
    SimEnvironment serverEnv(run, server);
    Server program(serverEnv, options.think);
    std::vector<std::unique_ptr<Client>> clients;
    serverEnv.start([&] { program.run(); });
    run.runUntilQuiet();
    clientEnv.start();
    clientEnv.dispatcher().post([&] {
      for (size_t i = 0; i < options.connections; ++i) {
        clients.push_back(std::make_unique<Client>(clientEnv.dispatcher(), i, options));
      }
    });
    run.runFor(Duration::seconds(30));
    serverEnv.dispatcher().post([&] { serverEnv.dispatcher().exit(); });
    out.end = run.runUntilQuiet();
    if (run.failure()) out.failure = run.failure()->message;
    for (const auto& c : clients) out.answers.push_back(c->got);
    if (const std::string* log = serverEnv.files().content("/dev/stdout")) out.log = *log;
    out.hash = run.hash();
    out.items = run.trace().hash().count();
    out.deviations = run.chooser().deviations();
    out.fit = run.chooser().fit();
    run.finish();
  }
  return out;
}

}  // namespace orrery::sim
