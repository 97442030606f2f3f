#pragma once

#include <string>
#include <vector>

#include "proxy/config/bootstrap.h"

namespace orrery::cli {

// A first scenario for an Envoy file: a client for each listener, a host for each endpoint that answers, a request for each route.
// What ought to come out is said by `wanted`, which whoever writes the file tries first.
struct FirstStory {
  struct Request {
    std::string name;
    std::string wanted;  // an expectation
  };
  std::vector<Request> requests;
  size_t hosts = 0;
  // Routes for which no request could be thought of (regular expressions, fields that must match, ...), in words.
  std::vector<std::string> left;

  // `bootstrap`: the file's path as the scenario names it. `always` and `sometimes`: expectations.
  std::string text(const std::string& bootstrap, const std::vector<std::string>& always,
                   const std::vector<std::string>& sometimes) const;

  std::string hostLines;
  std::string storyLines;
};

// Bounds: 64 routes; what is beyond is in `left`.
FirstStory firstStory(const config::Bootstrap& bootstrap);

}  // namespace orrery::cli
