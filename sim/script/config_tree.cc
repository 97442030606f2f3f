#include "sim/script/config_tree.h"

#include "sim/script/config_scalar.h"

namespace orrery::script {

namespace {

using Yaml = orrery::Scenario::Yaml;
using sim::ConfigNode;

void mark(const Mark& at, Yaml& out) {
  out.set_line(static_cast<uint32_t>(at.line));
  out.set_column(static_cast<uint32_t>(at.column));
}

void print(const Yaml& m, size_t indent, std::string& out);

void printInner(const Yaml& m, size_t indent, std::string& out) {
  const std::string margin(indent, ' ');
  out += '\n';
  for (const Yaml& item : m.list().items()) {
    out += margin + "-";
    print(item, indent + 2, out);
  }
  for (const Yaml::Entry& entry : m.mapping().entries()) {
    out += margin + configScalar(entry.key(), false) + ":";
    print(entry.value(), indent + 2, out);
  }
}

void print(const Yaml& m, size_t indent, std::string& out) {
  switch (m.kind_case()) {
    case Yaml::kPlain: out += " " + configScalar(m.plain(), false) + "\n"; return;
    case Yaml::kQuoted: out += " " + configScalar(m.quoted(), true) + "\n"; return;
    case Yaml::kList: return m.list().items().empty() ? void(out += " []\n") : printInner(m, indent, out);
    case Yaml::kMapping: return m.mapping().entries().empty() ? void(out += " {}\n") : printInner(m, indent, out);
    case Yaml::KIND_NOT_SET: out += "\n"; return;
  }
}

}  // namespace

void readConfig(const YamlNode& node, Yaml& out) {
  mark(node.mark, out);
  switch (node.kind) {
    case YamlNode::Kind::kNull: return;
    case YamlNode::Kind::kScalar: node.quoted ? out.set_quoted(node.scalar) : out.set_plain(node.scalar); return;
    case YamlNode::Kind::kSequence:
      out.mutable_list();
      for (const YamlNode& item : node.items) readConfig(item, *out.mutable_list()->add_items());
      return;
    case YamlNode::Kind::kMapping:
      out.mutable_mapping();
      for (const YamlNode::Entry& e : node.entries) {
        Yaml::Entry* entry = out.mutable_mapping()->add_entries();
        entry->set_key(e.key);
        readConfig(e.value, *entry->mutable_value());
        mark(e.mark, *entry->mutable_value());
      }
      return;
  }
}

ConfigNode toConfig(const Yaml& m) {
  ConfigNode out;
  out.place = {true, static_cast<int>(m.line()), static_cast<int>(m.column())};
  switch (m.kind_case()) {
    case Yaml::KIND_NOT_SET: break;
    case Yaml::kPlain:
      out.kind = ConfigNode::Kind::kPlain;
      out.text = m.plain();
      break;
    case Yaml::kQuoted:
      out.kind = ConfigNode::Kind::kQuoted;
      out.text = m.quoted();
      break;
    case Yaml::kList:
      out.kind = ConfigNode::Kind::kList;
      for (const Yaml& item : m.list().items()) out.items.push_back(toConfig(item));
      break;
    case Yaml::kMapping:
      out.kind = ConfigNode::Kind::kMapping;
      for (const Yaml::Entry& e : m.mapping().entries()) out.entries.push_back({e.key(), toConfig(e.value())});
      break;
  }
  return out;
}

std::string printConfig(const Yaml& m, size_t indent) {
  std::string out;
  print(m, indent, out);
  return out;
}

}  // namespace orrery::script
