#pragma once

#include <memory>
#include <string>

#include "proxy/admin/admin_host.h"
#include "proxy/admin/commands.h"
#include "proxy/base/arena.h"
#include "proxy/base/intrusive_list.h"
#include "proxy/codec/http1/codec.h"
#include "proxy/net/connection.h"

namespace orrery::admin {

// One client of the admin endpoint: HTTP/1, requests one after the other, keep-alive.
// Lifetime: in the server's list until it ends, then deferDelete. Threading: main. Bounds: a form body of kMaxBody bytes.
class AdminConnection final : public io::DeferredDeletable,
                              public ListHook<AdminConnection>,
                              private net::ConnectionCallbacks,
                              private http1::ParserCallbacks {
 public:
  static constexpr size_t kMaxBody = 64 * 1024;
  AdminConnection(net::Worker& worker, AdminHost& host, std::unique_ptr<io::Stream> stream);
  ~AdminConnection() override;

  // Closes at once; the caller, who is in none of its callbacks, destroys it.
  void shutDown();

 private:
  void onData(buffer::Buffer& data, bool endStream) override;
  void onClose(net::CloseEvent event) override;

  message::HeaderMap& onMessageBegin() override;
  void onHeadersComplete(const http1::Framing& framing) override { framing_ = framing; }
  void onBody(buffer::Buffer& data) override;
  message::HeaderMap* onTrailersBegin() override { return nullptr; }
  void onMessageComplete() override { complete_ = true; }

  void reply();
  void write(const AdminReply& reply, bool head, bool close);
  void leave();

  net::Worker& worker_;
  AdminHost& host_;
  std::unique_ptr<net::Connection> connection_;
  http1::MessageParser parser_;
  Arena arena_;
  message::HeaderMap* request_ = nullptr;
  http1::Framing framing_;
  std::string body_;
  bool complete_ = false;
  bool bodyTooLarge_ = false;
  bool left_ = false;
};

}  // namespace orrery::admin
