#include "tests/unit/proxy/config/field_probes.h"

#include <sstream>

namespace orrery::config {

namespace {

constexpr Probe kProbes[] = {
    {.name = "requests of many kinds",
     .client = R"(
- connect proxy:10000
- get /
- get /a with host=a, x-forwarded-for=10.0.0.1, x-request-id=r, via="1.1 x", forwarded=f, a=v, x-forwarded-proto=https
- get /b with host="h.c:80", A=w, b=v, user-agent=u, cookie="a=1; b=2"
- head /ab/c?A=1&B=2
- get /A/b
- post /a body 3000 chunked
- get /axb with te=trailers, expect=100-continue, x-envoy-retry-on=5xx, x-envoy-max-retries=3
- put /b/a body "text"
- get /a1 with host=x.y, x-envoy-upstream-rq-timeout-ms=50
)",
     .origin = R"(
- from then on, answer 200 "hello" with server=nginx, a=1, b=2, x-envoy-upstream-service-time=7
)"},
    {.name = "values of fields and parameters",
     .client = R"(
- connect proxy:10000
- get /a?a=x with a=x
- get /b?a=xy with a=z
- get /c?b with a=X
- get /A?a with a=xy
- get /a/b?a=zx with a=yx
- get /b/a with a=yxy
- get /ab with a=-3
- get /ba with a=5
- get /a with b=x
- get /a1 with a=
- get /b1 with x-forwarded-for="1.1.1.1,2.2.2.2,3.3.3.3"
- get /b1 with x-forwarded-for=11.0.0.1
- get / with x-forwarded-client-cert=c
- get /a;p=1
- get /a/../b/./c
- get //a///b
- get /a%2Fb%5cc
- get / with host="h.c."
- get / with a_b=1
- get / with x-real-ip=11.0.0.1
- get / with a=v, host="h.c:80"
- get / with a=v, host="a:80"
- get / with x-forwarded-host=f, x-envoy-expected-rq-timeout-ms=20
- get / with x-envoy-internal=true, x-envoy-decorator-operation=o
)",
     .origin = R"(
- from then on, answer 200 "hello" with a=v, b=w
)"},
    {.name = "what filters look at",
     .client = R"(
- connect proxy:10000
- get /a with origin=a, host=a
- options /a with origin=a, access-control-request-method=GET, access-control-request-private-network=true
- options /a with origin=c, access-control-request-method=GET
- post /a body "hello world" with origin="http://a:1", host=h
- connect proxy:10000
- post /a body "hello world" with origin="http://b", host=h
- connect proxy:10000
- get /a with authorization="Basic YTp0ZXN0MQ=="
- get /a with authorization="Basic Yjp0ZXN0MQ=="
- get /a with x-a="Basic YTp0ZXN0MQ=="
- get /a with x-envoy-fault-delay-request=100
- get /a with x-envoy-fault-abort-request=503
- get /a with x-envoy-fault-abort-grpc-request=5
- get /a with x-envoy-fault-throughput-response=1
- get /a with x-envoy-downstream-service-node=a
- get /b with x-envoy-downstream-service-node=b, content-type=application/grpc
- get /a with a=1
- get /b with b=1
- get /a with content-type=application/grpc
- get /a with content-type=application/grpc
- post /a body "first second" chunked with content-type=text/plain
)",
     .origin = R"(
- from then on, answer 200 "hello" with content-type=text/plain, etag="e"
)"},
    {.name = "bodies that can be coded",
     .client = R"(
- connect proxy:10000
- get /a with accept-encoding=gzip
- get /a with accept-encoding=br
- get /a with accept-encoding=zstd
- get /a with accept-encoding="gzip;q=0.5, *"
- post /a body "The quick brown fox jumps over the lazy dog, and the dog sleeps on; then the fox comes back and jumps again, higher than before. The quick brown fox jumps over the lazy dog, and the dog sleeps on; then the fox comes back and jumps again, higher than before. The quick brown fox jumps over the lazy dog, and the dog sleeps on; then the fox comes back and jumps " with content-type=text/plain
- post /a body "The quick brown fox jumps over the lazy dog, and the dog sleeps on; then the fox comes back and jumps again, higher than before. The quick brown fox jumps over the lazy dog, and the dog sleeps on; then the fox comes back and jumps again, higher than before. The quick brown fox jumps over the lazy dog, and the dog sleeps on; then the fox comes back and jumps " with content-type=text/other
)",
     .origin = R"(
- accept
- answer 200 "The quick brown fox jumps over the lazy dog, and the dog sleeps on; then the fox comes back and jumps again, higher than before. The quick brown fox jumps over the lazy dog, and the dog sleeps on; then the fox comes back and jumps again, higher than before. The quick brown fox jumps over the lazy dog, and the dog sleeps on; then the fox comes back and jumps " with content-type=text/plain
- answer 200 "The quick brown fox jumps over the lazy dog, and the dog sleeps on; then the fox comes back and jumps again, higher than before. The quick brown fox jumps over the lazy dog, and the dog sleeps on; then the fox comes back and jumps again, higher than before. The quick brown fox jumps over the lazy dog, and the dog sleeps on; then the fox comes back and jumps " with content-type=text/plain
- answer 200 "The quick brown fox jumps over the lazy dog, and the dog sleeps on; then the fox comes back and jumps again, higher than before. The quick brown fox jumps over the lazy dog, and the dog sleeps on; then the fox comes back and jumps again, higher than before. The quick brown fox jumps over the lazy dog, and the dog sleeps on; then the fox comes back and jumps " with content-type=text/plain
- answer 200 "The quick brown fox jumps over the lazy dog, and the dog sleeps on; then the fox comes back and jumps again, higher than before. The quick brown fox jumps over the lazy dog, and the dog sleeps on; then the fox comes back and jumps again, higher than before. The quick brown fox jumps over the lazy dog, and the dog sleeps on; then the fox comes back and jumps " with content-type=text/other, etag="e"
- answer 201 "The quick brown fox jumps over the lazy dog, and the dog sleeps on; then the fox comes back and jumps again, higher than before. The quick brown fox jumps over the lazy dog, and the dog sleeps on; then the fox comes back and jumps again, higher than before. The quick brown fox jumps over the lazy dog, and the dog sleeps on; then the fox comes back and jumps " with content-type=text/plain, etag="e"
- from then on, answer 200 "short" with content-type=text/plain
)"},
    {.name = "bodies that are coded",
     .client = R"(
- connect proxy:10000
- 'send raw "POST /a HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 129\r\n\r\n\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xed\x90\xc1\x11\x830\x0c\x04[\xb9\x02\x984\x906\xdc\x80\x0c\xc2v\x02R\xb0\x81\x04\xaa\xc76=\xe4\x03O\xadN;72\x9e1-\xa1}\xc3F\xfd\x0az\xfd\xe1\xb5\x8c\x9f\x04]9b\xce\xeb\x81\xf6\x0d\x9d\xba\x06$]%y@\x1a\x98KJ\x9e\x05I\xe5\xe5\xb8\xd5\x91\x13,ec\x89\x9f.r\x14\xa4\x81\x0f\xceW)\x09,\xf7\x1a\xf9\x01s\x8d\x02\xe6\xfe\xf3_\x0a\x1c\xf4\x1d\xc1\xd5\xd0\x02\x00\x00" -> a'
- wait for response a within 2s
- 'send raw "POST /a HTTP/1.1\r\nHost: a\r\nCache-Control: no-transform\r\nContent-Encoding: gzip\r\nContent-Length: 129\r\n\r\n\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xed\x90\xc1\x11\x830\x0c\x04[\xb9\x02\x984\x906\xdc\x80\x0c\xc2v\x02R\xb0\x81\x04\xaa\xc76=\xe4\x03O\xadN;72\x9e1-\xa1}\xc3F\xfd\x0az\xfd\xe1\xb5\x8c\x9f\x04]9b\xce\xeb\x81\xf6\x0d\x9d\xba\x06$]%y@\x1a\x98KJ\x9e\x05I\xe5\xe5\xb8\xd5\x91\x13,ec\x89\x9f.r\x14\xa4\x81\x0f\xceW)\x09,\xf7\x1a\xf9\x01s\x8d\x02\xe6\xfe\xf3_\x0a\x1c\xf4\x1d\xc1\xd5\xd0\x02\x00\x00" -> b'
- wait for response b within 2s
)",
     .origin = R"(
- from then on, answer 200 "hello"
)"},
    {.name = "raw bytes",
     .client = R"(
- connect proxy:10000
- 'send raw "GET http://h.c/a HTTP/1.1\r\nHost: other\r\nA: 1\r\n\r\n" -> a'
- wait for response a within 2s
- connect proxy:10000
- 'send raw "GET / HTTP/1.0\r\n\r\n" -> b'
- wait for response b within 2s
- connect proxy:10000
- 'send raw "GET / HTTP/1.1\r\n\r\n" -> c'
- wait for response c within 2s
- connect proxy:10000
- 'send raw "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nT: 1\r\n\r\n" -> d'
- wait for response d within 2s
- connect proxy:10000
- 'send raw "GET / HTTP/1.1\r\nHost: a\r\na: 1\r\nb: 2\r\nc: 3\r\nd: 4\r\ne: 5\r\nf: 6\r\n\r\n" -> e'
- wait for response e within 2s
- connect proxy:10000
- 'send raw "GET / HTTP/1.1\r\nHo"'
- wait 30s
)",
     .origin = R"(
- from then on, answer 200 "hello" with X-Mixed-Case=1
)"},
    {.name = "requests that ask for another protocol",
     .client = R"(
- connect proxy:10000
- 'send raw "GET /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n" -> a'
- wait for response a within 2s
- connect proxy:10000
- 'send raw "GET /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: a\r\n\r\n" -> b'
- wait for response b within 2s
- connect proxy:10000
- 'send raw "GET /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: b\r\n\r\n" -> c'
- wait for response c within 2s
- connect proxy:10000
- 'send raw "GET /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: TLS/1.2\r\n\r\n" -> d'
- wait for response d within 2s
- connect proxy:10000
- 'send raw "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n" -> e'
- wait for response e within 2s
- connect proxy:10000
- 'send raw "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 28\r\n\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n" -> f'
- wait for response f within 2s
- connect proxy:10000
- 'send raw "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n" -> g'
- wait for response g within 2s
)",
     .origin = R"(
- from then on, answer 200 "hello" with X-Mixed-Case=1
)"},
    {.name = "HTTP/2",
     .client = R"(
- connect proxy:10000
- 'send raw "PRI * HTTP/2.0\x0d\x0a\x0d\x0aSM\x0d\x0a\x0d\x0a\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x04\x01\x00\x00\x00\x00"'
- wait 1s
- 'send raw "\x00\x00\x06\x01\x05\x00\x00\x00\x01\x82\x84\x86\x01\x01h"'
- wait 1s
- 'send raw "\x00\x00\x04\x08\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x04\x08\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x04\x08\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x04\x08\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x04\x08\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x04\x08\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x04\x08\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x04\x08\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x04\x08\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x04\x08\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x04\x08\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x04\x08\x00\x00\x00\x00\x00\x00\x00\x00\x01"'
- wait 1s
- 'send raw "\x00\x00\x08\x06\x00\x00\x00\x00\x0012345678\x00\x00\x08\x06\x00\x00\x00\x00\x0012345678\x00\x00\x08\x06\x00\x00\x00\x00\x0012345678\x00\x00\x08\x06\x00\x00\x00\x00\x0012345678\x00\x00\x08\x06\x00\x00\x00\x00\x0012345678\x00\x00\x08\x06\x00\x00\x00\x00\x0012345678"'
- wait 9s
- connect proxy:10000
- 'send raw "PRI * HTTP/2.0\x0d\x0a\x0d\x0aSM\x0d\x0a\x0d\x0a\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x04\x01\x00\x00\x00\x00\x00\x00\x06\x01\x04\x00\x00\x00\x01\x83\x84\x86\x01\x01h\x00\x00\x00\x00\x00\x00\x00\x00\x01"'
- wait 1s
- 'send raw "\x00\x00\x05\x02\x00\x00\x00\x00\x03\x00\x00\x00\x00\x10\x00\x00\x05\x02\x00\x00\x00\x00\x03\x00\x00\x00\x00\x10\x00\x00\x05\x02\x00\x00\x00\x00\x03\x00\x00\x00\x00\x10\x00\x00\x05\x02\x00\x00\x00\x00\x03\x00\x00\x00\x00\x10\x00\x00\x05\x02\x00\x00\x00\x00\x03\x00\x00\x00\x00\x10\x00\x00\x05\x02\x00\x00\x00\x00\x03\x00\x00\x00\x00\x10\x00\x00\x05\x02\x00\x00\x00\x00\x03\x00\x00\x00\x00\x10\x00\x00\x05\x02\x00\x00\x00\x00\x03\x00\x00\x00\x00\x10"'
- wait 1s
- 'send raw "\x00\x00\x01\x00\x01\x00\x00\x00\x01x"'
- wait 1s
- connect proxy:10000
- 'send raw "PRI * HTTP/2.0\x0d\x0a\x0d\x0aSM\x0d\x0a\x0d\x0a\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x04\x01\x00\x00\x00\x00\x00\x00\x0b\x01\x05\x00\x00\x00\x01\x82\x84\x86\x01\x01h\x00\x01X\x01y"'
- wait 1s
- 'send raw "\x00\x00\x06\x01\x05\x00\x00\x00\x03\x82\x84\x86\x01\x01h"'
- wait 2s
- connect proxy:10000
- 'send raw "PRI * HTTP/2.0\x0d\x0a\x0d\x0aSM\x0d\x0a\x0d\x0a\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x04\x00\x00\x00\x01\x00\x00\x00\x04\x01\x00\x00\x00\x00\x00\x00\x06\x01\x05\x00\x00\x00\x01\x82\x84\x86\x01\x01h"'
- wait 4s
)",
     .origin = R"(
- from then on, answer 200 "hello"
)"},
    {.name = "an origin that fails",
     .client = R"(
- connect proxy:10000
- get /a
- get /b with a=x
- get /
- get /
- get /
- get /
- get / with x-request-id=r
- post /b body 3000
)",
     .origin = R"(
- accept
- answer 503 "one" with a=1, reset-after=1
- answer 500 "two"
- answer 409 "three" with a=1
- answer 404 "four"
- answer 404 "five" with a=1
- answer 503 "six"
- answer 503 "seven"
- answer 503 "eight"
- answer 502, then reset
- from then on, close
)"},
    {.name = "an origin that redirects",
     .client = R"(
- connect proxy:10000
- get /a
- connect proxy:10000
- get /b
)",
     .origin = R"(
- accept
- answer 302 "one" with location="http://h.c/c", a=1
- answer 302 "two" with location="https://h.c/d"
- answer 301 "three" with location="http://h.c/e"
- from then on, answer 302 "four" with location="http://h.c/f", a=2
)"},
    {.name = "an origin that is silent",
     .client = R"(
- connect proxy:10000
- get /a
- connect proxy:10000
- 'send raw "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nab"'
- wait 700s
)",
     .origin = R"(
- from then on, never answer
)"},
    {.name = "an origin that refuses",
     .client = R"(
- connect proxy:10000
- get /a
- get /b
)",
     .origin = R"(
- refuse
)"},
    {.name = "an origin that cannot be reached",
     .client = R"(
- connect proxy:10000
- get /a
- get /b
)",
     .origin = R"(
- from then on, answer 200
)",
     .faults = R"(
- black hole proxy-origin from 0s to 100s
)"},
    {.name = "heads of some size",
     .client = R"(
- connect proxy:10000
- get /a with big="x", bulk="yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
- get /b
)",
     .origin = R"(
- from then on, answer 200 "hello" with bulk="yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
)"},
    {.name = "answers in parts",
     .client = R"(
- connect proxy:10000
- get /a
- connect proxy:10000
- post /b body 4000 in 4 parts every 900ms
- connect proxy:10000
- post /b body 4000 in 4 parts every 1500ms
)",
     .origin = R"(
- accept
- answer 200 body 4000 in 4 parts every 1500ms
- from then on, answer 200 "hello"
)"},
    {.name = "an origin that thinks for long",
     .client = R"(
- connect proxy:10000
- get /a
- get /b
)",
     .origin = R"(
- from then on, answer 200 "hello" after 10s
)"},
    {.name = "many at a time",
     .client = R"(
- load 9 connections to proxy:10000, 40 requests, get /a
)",
     .origin = R"(
- from then on, answer 200 "slow" after 10ms
)",
     .second = R"(
- load 7 connections to proxy:10000, 20 requests, get /b
)"},
    {.name = "bodies of some size",
     .client = R"(
- connect proxy:10000
- post /a body 200000
- get /b with a=v
)",
     .origin = R"(
- from then on, answer 200 body 300000
)",
     .second = R"(
- connect proxy:10000
- stop reading
- send get /a
- wait 2s
- read on
- wait for response
)"},
    {.name = "connections that stay",
     .client = R"(
- connect proxy:10000
- get /a
- wait 2s
- get /b
- wait 20s
- get /b
- wait 2h
)",
     .origin = R"(
- from then on, answer 200 "hello"
)",
     .second = R"(
- connect proxy:10000
- wait 2h
)"},
    {.name = "the admin endpoint",
     .client = R"(
- connect proxy:10000
- get /a with origin=a
- post /a body "x" with origin="http://b"
- connect proxy:9901
- get /stats
- get /server_info
- get /listeners
- get /clusters
- get /runtime
)",
     .origin = R"(
- from then on, answer 200 "hello"
)"},
    {.name = "three hundred",
     .client = R"(
- load 4 connections to proxy:10000, 300 requests, get /a
)",
     .origin = R"(
- from then on, answer 200 "hello"
)"},
};

// The lines of a part as a list of the story; "[]" for none.
std::string listed(std::string_view name, std::string_view part) {
  std::string out = "  " + std::string(name) + ":";
  std::istringstream lines{std::string(part)};
  bool any = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    out += "\n    " + line;
    any = true;
  }
  return out + (any ? "\n" : " []\n");
}

}  // namespace

std::string storyOf(const Probe& probe) {
  std::string out =
      "claim: A probe of settings.\n"
      "proxy: { bootstrap: sample.yaml, workers: 2 }\n"
      "hosts: { client: , second: , origin: { listens: 8080, address: 127.0.0.2 } }\n";
  if (!probe.faults.empty()) out += "faults:" + std::string(probe.faults);
  return out + "story:\n" + listed("client", probe.client) + listed("second", probe.second) +
         listed("origin", probe.origin);
}

std::span<const Probe> fieldProbes() { return kProbes; }

}  // namespace orrery::config
