#pragma once

#include "proxy/io/dispatcher.h"
#include "proxy/io/entropy.h"
#include "proxy/io/files.h"
#include "proxy/io/network.h"
#include "proxy/io/process.h"
#include "proxy/io/random.h"
#include "proxy/io/threads.h"

namespace orrery::io {

// Everything through which the world enters: what `server` receives, and nothing else does. References outlive it.
struct Environment {
  Dispatcher& mainDispatcher;
  Threads& threads;
  Network& network;
  Files& files;
  Random& random;
  Entropy& entropy;
  Process& process;
};

}  // namespace orrery::io
