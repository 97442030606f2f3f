#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/io/files.h"
#include "sim/core/run.h"

namespace orrery::sim {

// The files of one simulated host, in memory. "/dev/stdout" and "/dev/stderr" are files like others: the harness reads them.
// Folders exist: "/dev", "/tmp", "/var/log", the working directory, those of files that the harness put, and made ones.
// Lifetime: the environment's. Threading: the run's.
class SimFiles final : public io::Files {
 public:
  SimFiles(Run& run, EntityId host) : run_(run), host_(host) {}
  ~SimFiles() override;

  Result<std::string> readWhole(const std::string& path, size_t maxBytes) override;
  Result<std::unique_ptr<io::AppendFile>> openAppend(const std::string& path) override;
  Result<std::unique_ptr<io::FileWatch>> watch(io::Dispatcher& dispatcher, const std::string& path,
                                               std::move_only_function<void()> changed) override;

  // The harness: creates or replaces a file; watchers are told.
  void put(const std::string& path, std::string_view content);
  void remove(const std::string& path);
  void makeFolder(const std::string& path);
  // From now on the file cannot be read or opened (no permission).
  void makeUnreadable(const std::string& path);
  // Null if there is none.
  const std::string* content(const std::string& path) const;

 private:
  class Append;
  class Watch;
  struct Node {
    std::string content;
    bool exists = false;
    bool unreadable = false;
    std::vector<Watch*> watches;
  };
  void changed(Node& node);

  Run& run_;
  EntityId host_;
  std::map<std::string, Node> nodes_;
  std::vector<std::string> folders_;
};

}  // namespace orrery::sim
