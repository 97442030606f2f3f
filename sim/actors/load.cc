#include "sim/actors/load.h"

#include <array>
#include <charconv>
#include <utility>

#include "sim/actors/http1_lane.h"
#include "sim/actors/http2_lane.h"
#include "sim/actors/message_text.h"
#include "sim/actors/response_record.h"

namespace orrery::sim {

Load::Load(const ActorEnv& env, const LoadStep& step, const io::Address& to, std::string authority,
           std::function<void()> onDone)
    : env_(env), step_(step), to_(to), authority_(std::move(authority)), onDone_(std::move(onDone)) {
  // The id is the only thing that differs between the heads: it is cut in where a sample has it.
  constexpr uint64_t kSample = 9'999'999'999'999'999'999ULL;
  const std::string sample = requestHead(step.request, authority_, kSample);
  const size_t at = sample.find(std::to_string(kSample));
  beforeId_ = sample.substr(0, at);
  afterId_ = sample.substr(at + std::to_string(kSample).size());
}

Load::~Load() = default;

void Load::start() {
  for (uint32_t i = 0; i < step_.connections; ++i) {
    const uint64_t entity = env_.dispatcher.nameActor("lane", i);
    if (step_.streams == 0) {
      lanes_.push_back(std::make_unique<Http1Lane>(*this, entity));
    } else {
      lanes_.push_back(std::make_unique<Http2Lane>(*this, entity));
    }
  }
  if (step_.open()) {
    env_.dispatcher.setCause(env_.dispatcher.nameActor("arrivals", 0));
    arrivals_.emplace(env_.dispatcher, env_.random, step_, [this] { onArrival(); });
    arrivals_->start();
    return;
  }
  for (const auto& lane : lanes_) lane->start();
}

void Load::onArrival() {
  for (const auto& lane : lanes_) {
    if (begun_ == arrivals_->arrived()) return;
    lane->start();
  }
}

void Load::stop() {
  if (arrivals_) arrivals_->stop();
  for (const auto& lane : lanes_) lane->stop();
}

bool Load::connect(Conn& conn) const {
  io::SocketOptions options;
  if (env_.bindClients) options.bind = env_.address.withPort(0);
  return conn.connect(to_, options);
}

bool Load::takeRequest() {
  if (begun_ == (arrivals_ ? arrivals_->arrived() : step_.requests)) return false;
  ++begun_;
  return true;
}

RequestRecord& Load::begin(uint64_t connection, uint64_t indexOnConnection) {
  RequestRecord& r = env_.ledger.requests.add();
  r.client = env_.host;
  r.connection = connection;
  r.indexOnConnection = indexOnConnection;
  r.method = step_.request.method;
  r.path = step_.request.path;
  r.requestBodyBytes = r.requestBodySent = step_.request.body.bytes;
  r.startedAt = env_.dispatcher.now();
  env_.observer.onRequestStarted(r, &step_.request, authority_);
  return r;
}

void Load::end(RequestRecord& record, RequestOutcome outcome, const BodyDigest* body) {
  endRequestRecord(env_, record, outcome, body);
  if (++ended_ != step_.requests) return;
  if (arrivals_) stop();  // connections that wait for more
  onDone_();
}

uint64_t Load::noteConnected(const Conn& conn) {
  ++connects_;
  const ConnectionRecord* c =
      env_.ledger.findConnection(ledgerEndpoint(conn.localAddress()), ledgerEndpoint(conn.peerAddress()));
  return c == nullptr ? 0 : c->id;
}

void Load::failRequests() {
  ++failedConnects_;
  do {
    RequestRecord& r = begin(0, 0);
    r.startedAt = kNever;
    end(r, RequestOutcome::kConnectFailed, nullptr);
  } while (takeRequest());
}

std::string_view Load::requestText(uint64_t id) {
  scratch_.assign(beforeId_);
  std::array<char, 20> digits;
  const auto r = std::to_chars(digits.data(), digits.data() + digits.size(), id);
  scratch_.append(digits.data(), r.ptr);
  scratch_ += afterId_;
  if (step_.request.body.bytes > 0) appendPattern(id, 0, step_.request.body.bytes, scratch_);
  return scratch_;
}

}  // namespace orrery::sim
