#include "sim/io/files.h"

#include <algorithm>
#include <utility>

#include "proxy/io/dispatcher.h"
#include "sim/core/events.h"
#include "sim/core/race_detector.h"

namespace orrery::sim {

namespace {

// "" for a name in the working directory.
std::string_view folderOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, std::max<size_t>(slash, 1));
}

constexpr std::string_view kFolders[] = {"", "/", "/dev", "/tmp", "/var/log"};

}  // namespace

class SimFiles::Append final : public io::AppendFile {
 public:
  Append(SimFiles& files, const std::string& path, Node& node) : files_(files), path_(path), node_(node) {}
  Status write(std::string_view bytes) override {
    const SimulatorCode scope;
    files_.run_.emit(files_.host_, FileAppended{path_, bytes});
    node_.content.append(bytes);
    if (!node_.watches.empty()) files_.changed(node_);
    return {};
  }

 private:
  SimFiles& files_;
  std::string path_;
  Node& node_;  // nodes are never erased
};

class SimFiles::Watch final : public io::FileWatch {
 public:
  Watch(Node& node, io::Dispatcher& dispatcher, std::move_only_function<void()> fn)
      : node_(node), dispatcher_(dispatcher), fn_(std::make_shared<std::move_only_function<void()>>(std::move(fn))) {
    node_.watches.push_back(this);
  }
  ~Watch() override { std::erase(node_.watches, this); }
  void tell() {
    // The post may run after the watch has died: it holds on to the function only weakly.
    dispatcher_.post([weak = std::weak_ptr(fn_)] {
      if (const auto fn = weak.lock()) (*fn)();
    });
  }

 private:
  Node& node_;
  io::Dispatcher& dispatcher_;
  std::shared_ptr<std::move_only_function<void()>> fn_;
};

SimFiles::~SimFiles() {
  for (auto& [path, node] : nodes_) run_.pools().texts.give(std::move(node.content));
}

Result<std::string> SimFiles::readWhole(const std::string& path, size_t maxBytes) {
  const SimulatorCode scope;
  const auto it = nodes_.find(path);
  if (it == nodes_.end() || !it->second.exists) return makeError(path + ": No such file or directory");
  if (it->second.unreadable) return makeError(path + ": Permission denied");
  if (it->second.content.size() > maxBytes) {
    return makeError(path + ": larger than " + std::to_string(maxBytes) + " bytes");
  }
  return it->second.content;
}

Result<std::unique_ptr<io::AppendFile>> SimFiles::openAppend(const std::string& path) {
  const SimulatorCode scope;
  const auto is = [folder = folderOf(path)](std::string_view f) { return f == folder; };
  if (std::none_of(std::begin(kFolders), std::end(kFolders), is) &&
      std::none_of(folders_.begin(), folders_.end(), is)) {
    return makeError(path + ": No such file or directory");
  }
  Node& node = nodes_[path];
  if (node.unreadable) return makeError(path + ": Permission denied");
  node.exists = true;
  if (node.content.empty()) node.content = run_.pools().texts.take();
  return std::make_unique<Append>(*this, path, node);
}

Result<std::unique_ptr<io::FileWatch>> SimFiles::watch(io::Dispatcher& dispatcher, const std::string& path,
                                                       std::move_only_function<void()> changedFn) {
  const SimulatorCode scope;
  return std::make_unique<Watch>(nodes_[path], dispatcher, std::move(changedFn));
}

void SimFiles::changed(Node& node) {
  for (Watch* w : node.watches) w->tell();
}

void SimFiles::put(const std::string& path, std::string_view content) {
  const SimulatorCode scope;
  run_.emit(host_, FileChanged{path, content});
  makeFolder(std::string(folderOf(path)));
  Node& node = nodes_[path];
  node.exists = true;
  node.content = content;
  changed(node);
}

void SimFiles::makeFolder(const std::string& path) {
  if (std::find(folders_.begin(), folders_.end(), path) == folders_.end()) folders_.push_back(path);
}

void SimFiles::remove(const std::string& path) {
  run_.emit(host_, FileChanged{path, {}});
  Node& node = nodes_[path];
  node.exists = false;
  node.content.clear();
}

void SimFiles::makeUnreadable(const std::string& path) { nodes_[path].unreadable = true; }

const std::string* SimFiles::content(const std::string& path) const {
  const auto it = nodes_.find(path);
  return it == nodes_.end() || !it->second.exists ? nullptr : &it->second.content;
}

}  // namespace orrery::sim
