#include "sim/world/bootstrap_source.h"

#include <optional>
#include <utility>

#include "proxy/config/yaml_tree.h"
#include "sim/script/config_scalar.h"
#include "sim/world/overrides.h"

namespace orrery::sim {

namespace {

// As many as the reader of bootstraps takes at most (proxy/config).
constexpr size_t kMostValues = 500'000;
constexpr size_t kMostBytes = 16u << 20;

// A file as a tree. Aliases are written out, as often as the file's reader would follow them.
class FileTree {
 public:
  explicit FileTree(const config::YamlTree& tree) : tree_(tree) {}

  ConfigNode read() { return node(tree_.root); }
  const std::optional<std::pair<config::Mark, std::string>>& wrong() const { return wrong_; }

 private:
  ConfigNode node(uint32_t index) {
    using Kind = ConfigNode::Kind;
    const config::YamlNode& from = tree_.at(index);
    ConfigNode out;
    out.place = placeOf(from.mark);
    bytes_ += from.scalar.size();
    if (++visits_ > kMostValues || bytes_ > kMostBytes)
      return fail(from.mark, "more values than a bootstrap may have, aliases counted as often as they are named", out);
    switch (from.kind) {
      case config::YamlNode::Kind::kNull: break;
      case config::YamlNode::Kind::kScalar:
        out.kind = from.quoted ? Kind::kQuoted : Kind::kPlain;
        out.text = from.scalar;
        break;
      case config::YamlNode::Kind::kSequence:
        out.kind = Kind::kList;
        for (const uint32_t item : from.items) out.items.push_back(node(item));
        break;
      case config::YamlNode::Kind::kMapping:
        out.kind = Kind::kMapping;
        for (const auto& entry : from.entries) {
          bytes_ += entry.key.size();
          if (!entry.keyIsScalar) return fail(entry.mark, "a key must be a plain name", out);
          out.entries.push_back({entry.key, node(entry.value)});
          out.entries.back().value.place = placeOf(entry.mark);
        }
        break;
    }
    return out;
  }
  static ConfigNode::Place placeOf(config::Mark mark) { return {false, mark.line, mark.column}; }
  ConfigNode fail(config::Mark mark, std::string why, ConfigNode& at) {
    if (!wrong_) wrong_ = {mark, std::move(why)};
    return std::move(at);
  }

  const config::YamlTree& tree_;
  size_t visits_ = 0;
  size_t bytes_ = 0;
  std::optional<std::pair<config::Mark, std::string>> wrong_;
};

// A tree as YAML, each entry and each item on a line of its own.
class Printer {
 public:
  void print(const ConfigNode& node) {
    line(node.place);
    value(node);
    text += '\n';
  }

  std::string text;
  std::vector<ConfigNode::Place> lines;

 private:
  void line(const ConfigNode::Place& place) { lines.push_back(place); }

  void value(const ConfigNode& node) {
    switch (node.kind) {
      case ConfigNode::Kind::kNull: text += "null"; return;
      case ConfigNode::Kind::kPlain: text += script::configScalar(node.text, false); return;
      case ConfigNode::Kind::kQuoted: text += script::configScalar(node.text, true); return;
      case ConfigNode::Kind::kList:
        text += '[';
        for (const ConfigNode& item : node.items) {
          begin(item.place);
          value(item);
          text += ',';
        }
        end(node.items.empty(), node.place, ']');
        return;
      case ConfigNode::Kind::kMapping:
        text += '{';
        for (const ConfigNode::Entry& entry : node.entries) {
          begin(entry.value.place);
          text += script::configScalar(entry.key, true) + ": ";
          value(entry.value);
          text += ',';
        }
        end(node.entries.empty(), node.place, '}');
        return;
    }
  }
  void begin(const ConfigNode::Place& place) {
    text += '\n';
    line(place);
  }
  void end(bool empty, const ConfigNode::Place& place, char bracket) {
    if (!empty) {
      text.pop_back();  // the comma
      begin(place);
    }
    text += bracket;
  }
};

Diagnostic whole(const BootstrapSource& file, config::Mark at, std::string message) {
  return {false, file.file(), at.line, at.column, "", std::move(message)};
}

}  // namespace

std::expected<BootstrapSource, Diagnostic> BootstrapSource::made(const ProxySetup& proxy,
                                                                 const std::string& scenarioFile,
                                                                 const BootstrapSource& file) {
  ConfigNode root;
  if (proxy.writtenBootstrap) {
    root = *proxy.writtenBootstrap;
  } else {
    const auto tree = config::readYaml(file.text());
    if (!tree) return std::unexpected(whole(file, tree.error().mark, tree.error().message));
    FileTree reader(*tree);
    root = reader.read();
    if (reader.wrong()) return std::unexpected(whole(file, reader.wrong()->first, reader.wrong()->second));
  }
  for (const Override& change : proxy.overrides) {
    if (auto wrong = applyOverride(root, change)) {
      return std::unexpected(Diagnostic{false, scenarioFile, change.line, change.column,
                                        "proxy.overrides." + change.path, std::move(*wrong)});
    }
  }
  Printer printer;
  printer.print(root);
  BootstrapSource out(proxy.writtenBootstrap ? scenarioFile : file.file(), std::move(printer.text));
  out.scenarioFile_ = scenarioFile;
  out.lines_ = std::move(printer.lines);
  return out;
}

void BootstrapSource::locate(Diagnostic& diagnostic) const {
  const auto line = static_cast<size_t>(diagnostic.line);
  if (line == 0 || line > lines_.size()) return;
  const ConfigNode::Place& place = lines_[line - 1];
  if (place.ofScenario) diagnostic.file = scenarioFile_;
  diagnostic.line = place.line;
  diagnostic.column = place.column;
}

}  // namespace orrery::sim
