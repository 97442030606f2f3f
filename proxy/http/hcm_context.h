#pragma once

#include <memory>
#include <string>
#include <vector>

#include "proxy/access_log/access_logger.h"
#include "proxy/http/date_header.h"
#include "proxy/http/filter.h"
#include "proxy/http/hcm_config.h"
#include "proxy/http/hcm_surroundings.h"
#include "proxy/http/request_id.h"
#include "proxy/http/stream_pool.h"
#include "proxy/net/worker.h"

namespace orrery::http {

// A connection manager's configuration on one worker, with what the worker needs to run it. One per worker and listener.
// Lifetime: outlives its connections and streams. Threading: its worker.
struct HcmContext {
  HcmContext(net::Worker& w, const net::ListenerOptions& listener, std::shared_ptr<const CompiledHcm> c,
             std::string ownAddress)
      : worker(w),
        surroundings(w, listener),
        config(std::move(c)),
        options(*config->options),
        ids(w.entropy),
        ownAddressText(std::move(ownAddress)) {}

  net::Worker& worker;
  const HcmSurroundings surroundings;
  const std::shared_ptr<const CompiledHcm> config;
  const HcmOptions& options;
  std::vector<std::unique_ptr<FilterFactory>> filters;
  access_log::AccessLoggers accessLogs;
  RequestIdMaker ids;
  DateHeader date;
  StreamPool streams;
  const std::string ownAddressText;  // for x-forwarded-for of loopback peers
};

}  // namespace orrery::http
