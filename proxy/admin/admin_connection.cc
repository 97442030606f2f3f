#include "proxy/admin/admin_connection.h"

#include "proxy/codec/http1/writer.h"

namespace orrery::admin {
namespace {

using message::HeaderId;

http1::ParserOptions parserOptions() {
  http1::ParserOptions options;
  options.acceptHttp10 = true;
  return options;
}

}  // namespace

AdminConnection::AdminConnection(net::Worker& worker, AdminHost& host, std::unique_ptr<io::Stream> stream)
    : worker_(worker),
      host_(host),
      connection_(net::Connection::accepted(worker, std::move(stream), net::ConnectionOptions{})),
      parser_(http1::MessageKind::kRequest, parserOptions(), *this),
      arena_(worker.arenas) {
  connection_->setDelayedCloseTimeout(Duration::milliseconds(1000));
  connection_->start(*this);
}

AdminConnection::~AdminConnection() = default;

void AdminConnection::shutDown() {
  connection_->setCallbacks(nullptr);
  connection_->close(net::CloseType::kNoFlush, "admin_shutdown");
  left_ = true;
}

void AdminConnection::leave() {
  left_ = true;
  unlink();
  worker_.dispatcher.deferDelete(std::unique_ptr<io::DeferredDeletable>(this));
}

void AdminConnection::onClose(net::CloseEvent) {
  if (!left_) leave();
}

message::HeaderMap& AdminConnection::onMessageBegin() {
  arena_.reset();
  request_ = arena_.make<message::HeaderMap>(arena_);
  body_.clear();
  complete_ = bodyTooLarge_ = false;
  return *request_;
}

void AdminConnection::onBody(buffer::Buffer& data) {
  if (body_.size() + data.size() > kMaxBody) {
    bodyTooLarge_ = true;
  } else {
    body_ += data.toString();
  }
  data.clear();
}

void AdminConnection::onData(buffer::Buffer& data, bool) {
  while (!data.empty()) {
    if (connection_->state() != net::Connection::State::kOpen) {
      data.clear();
      return;
    }
    if (parser_.dispatch(data) != http1::ParseError::kNone) {
      write({400, "Bad Request"}, false, true);
      data.clear();
      return;
    }
    if (complete_) reply();
  }
}

void AdminConnection::reply() {
  complete_ = false;
  const bool close = !framing_.keepAlive || framing_.upgrade;
  const bool head = request_->method() == "HEAD";
  if (bodyTooLarge_) {
    write({413, "Payload Too Large"}, head, true);
    return;
  }
  const bool form = request_->get(HeaderId::kContentType).starts_with("application/x-www-form-urlencoded");
  write(answer(host_, parseAdminRequest(request_->method(), request_->path(), form ? body_ : std::string_view())), head,
        close);
}

void AdminConnection::write(const AdminReply& reply, bool head, bool close) {
  Arena arena(worker_.arenas);
  message::HeaderMap headers(arena);
  headers.setNumber(HeaderId::kStatus, reply.status);
  headers.addReference(HeaderId::kContentType, reply.contentType);
  headers.add("cache-control", "no-cache, max-age=0");
  headers.add("x-content-type-options", "nosniff");
  headers.setNumber(HeaderId::kContentLength, reply.body.size());
  headers.addReference(HeaderId::kServer, "envoy");
  if (close) headers.addReference(HeaderId::kConnection, "close");
  http1::WriteOptions options;
  options.minor = framing_.minor;
  buffer::Buffer& out = connection_->writeBuffer();
  http1::writeResponseHead(headers, http1::BodyFraming::kContentLength, options, out);
  if (!head) out.append(reply.body);
  connection_->noteWritten();
  if (close) connection_->close(net::CloseType::kFlushWriteAndDelay, "admin_reply");
}

}  // namespace orrery::admin
