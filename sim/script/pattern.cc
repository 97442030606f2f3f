#include "sim/script/pattern.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "proxy/base/assert.h"
#include "sim/script/fields.h"

namespace orrery::script {

std::optional<std::vector<std::string>> splitWords(std::string_view text, std::string* why) {
  std::vector<std::string> words;
  std::string word;
  const auto finish = [&] {
    if (word.empty()) return;
    const bool comma = word.back() == ',';
    if (comma) word.pop_back();
    if (!word.empty()) words.push_back(word);
    if (comma) words.emplace_back(",");
    word.clear();
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ' ' || c == '\t' || c == '\n') {
      finish();
    } else if (c == '"') {
      const size_t start = i++;
      while (i < text.size() && text[i] != '"') i += text[i] == '\\' ? 2 : 1;
      if (i >= text.size()) {
        *why = "expected a closing \" after " + std::string(text.substr(start, 40));
        return std::nullopt;
      }
      word += text.substr(start, i - start + 1);
    } else {
      word += c;
    }
  }
  finish();
  return words;
}

struct Pattern::Node {
  enum class Kind { kLiteral, kField, kConstant, kOptional };
  Kind kind;
  std::vector<std::string> literals;
  std::string path;
  std::string typeOrValue;
  std::vector<Node> inner;
};

namespace {

std::string_view usageOf(std::string_view type) {
  struct Word {
    std::string_view type;
    std::string_view usage;
  };
  static constexpr Word kWords[] = {{"duration", "DURATION"},
                                    {"number", "N"},
                                    {"size", "N"},
                                    {"text", "\"TEXT\""},
                                    {"name", "NAME"},
                                    {"path", "PATH"},
                                    {"domain", "DOMAIN"},
                                    {"failure", "servfail|nxdomain|refused|silence|truncation|garbage|wrong-id"},
                                    {"method", "METHOD"},
                                    {"status", "STATUS"},
                                    {"ending", "close|reset|half-close|goaway|reset-stream"},
                                    {"addr", "HOST:PORT"},
                                    {"link", "HOST-HOST"},
                                    {"headers", "NAME=VALUE[, ...]"},
                                    {"ratio", "N%"},
                                    {"enum", "tcp|udp|syn|fin|rst|data|bare-ack"}};
  for (const Word& w : kWords) {
    if (w.type == type) return w.usage;
  }
  assertionFailed("known type", __FILE__, __LINE__, "the types of patterns are a closed list");
}

}  // namespace

Pattern::~Pattern() = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;

Pattern::Pattern(std::string_view source) {
  std::vector<std::vector<Node>*> open = {&nodes_};
  size_t i = 0;
  const auto space = [&] {
    if (!usage_.empty() && usage_.back() != ' ' && usage_.back() != '[') usage_ += ' ';
  };
  while (i < source.size()) {
    if (source[i] == ' ') {
      ++i;
    } else if (source[i] == '[') {
      space();
      usage_ += '[';
      open.back()->push_back({Node::Kind::kOptional, {}, "", "", {}});
      open.push_back(&open.back()->back().inner);
      ++i;
    } else if (source[i] == ']') {
      usage_ += ']';
      open.pop_back();
      ++i;
    } else if (source[i] == '<') {
      const size_t end = source.find('>', i);
      const std::string_view spec = source.substr(i + 1, end - i - 1);
      const size_t colon = spec.find(':');
      i = end + 1;
      if (colon == std::string_view::npos) {
        const size_t equals = spec.find('=');
        open.back()->push_back(
            {Node::Kind::kConstant, {}, std::string(spec.substr(0, equals)), std::string(spec.substr(equals + 1)), {}});
      } else {
        space();
        usage_ += usageOf(spec.substr(colon + 1));
        open.back()->push_back(
            {Node::Kind::kField, {}, std::string(spec.substr(0, colon)), std::string(spec.substr(colon + 1)), {}});
      }
    } else {
      size_t end = source.find_first_of(" []<", i);
      if (end == std::string_view::npos) end = source.size();
      if (source.substr(i, 2) == "->") end = i + 2;
      const std::string_view word = source.substr(i, end - i);
      Node node{Node::Kind::kLiteral, {}, "", "", {}};
      size_t start = 0;
      for (size_t bar = word.find('|'); bar != std::string_view::npos; bar = word.find('|', start)) {
        node.literals.emplace_back(word.substr(start, bar - start));
        start = bar + 1;
      }
      node.literals.emplace_back(word.substr(start));
      if (word != ",") space();
      usage_ += node.literals.back();
      if (open.size() == 1 && open[0]->empty()) firstWords_ = node.literals;
      open.back()->push_back(std::move(node));
      i = end;
    }
  }
  if (firstWords_.empty() && nodes_[0].kind == Node::Kind::kOptional) {  // [send] METHOD, [maybe] word
    firstWords_ = nodes_[1].kind == Node::Kind::kLiteral ? nodes_[1].literals : std::vector<std::string>{"get"};
    firstWords_.push_back(nodes_[0].inner[0].literals[0]);
  }
}

// Backtracking over the alternatives of [ ]; patterns are short, so are the texts. What was set is undone by keeping
// assignments in a list until the whole matches.
class Pattern::Parser {
 public:
  Parser(const std::vector<std::string>& words, const Message& prototype) : words_(words), scratch_(prototype.New()) {}

  bool run(const std::vector<Node>& nodes) {
    return sequence(nodes, 0, 0, [this](size_t at) { return at == words_.size(); });
  }
  size_t reached() const { return reached_; }
  void apply(Message& message) const {
    for (const Set& s : sets_) {
      if (s.node->kind == Node::Kind::kConstant) {
        setConstant(message, s.node->path, s.node->typeOrValue);
      } else if (s.node->typeOrValue == "headers") {
        addHeader(message, s.node->path, s.word);
      } else {
        setField(message, s.node->path, s.node->typeOrValue, s.word);
      }
    }
  }

 private:
  struct Set {
    const Node* node;
    std::string word;
  };

  template <class Next>
  bool sequence(const std::vector<Node>& nodes, size_t n, size_t at, const Next& next) {
    reached_ = std::max(reached_, at);
    if (n == nodes.size()) return next(at);
    const Node& node = nodes[n];
    const size_t mark = sets_.size();
    switch (node.kind) {
      case Node::Kind::kLiteral:
        for (const std::string& literal : node.literals) {
          if (at < words_.size() && words_[at] == literal) return sequence(nodes, n + 1, at + 1, next);
        }
        return false;
      case Node::Kind::kConstant:
        sets_.push_back({&node, ""});
        if (sequence(nodes, n + 1, at, next)) return true;
        sets_.resize(mark);
        return false;
      case Node::Kind::kField:
        if (node.typeOrValue == "headers") return headers(nodes, n, at, next);
        if (at >= words_.size() || !setField(*fresh(), node.path, node.typeOrValue, words_[at])) return false;
        sets_.push_back({&node, words_[at]});
        if (sequence(nodes, n + 1, at + 1, next)) return true;
        sets_.resize(mark);
        return false;
      case Node::Kind::kOptional: {
        size_t end = n;
        while (end < nodes.size() && nodes[end].kind == Node::Kind::kOptional) ++end;
        return optionals(nodes, n, end, 0, at, next);
      }
    }
    return false;
  }

  // Any of nodes[begin, end) that is not in `used`, in any order, then what follows.
  template <class Next>
  bool optionals(const std::vector<Node>& nodes, size_t begin, size_t end, uint32_t used, size_t at, const Next& next) {
    const size_t mark = sets_.size();
    for (size_t i = begin; i < end; ++i) {
      if ((used >> (i - begin)) & 1) continue;
      const std::function<bool(size_t)> after = [&, i](size_t then) {
        return optionals(nodes, begin, end, used | 1u << (i - begin), then, next);
      };
      if (sequence(nodes[i].inner, 0, at, after)) return true;
      sets_.resize(mark);
    }
    if (end == nodes.size()) {
      reached_ = std::max(reached_, at);
      return next(at);
    }
    return sequence(nodes, end, at, next);
  }

  // NAME=VALUE {, NAME=VALUE}
  template <class Next>
  bool headers(const std::vector<Node>& nodes, size_t n, size_t at, const Next& next) {
    const size_t mark = sets_.size();
    for (;;) {
      if (at >= words_.size() || !addHeader(*fresh(), nodes[n].path, words_[at])) break;
      sets_.push_back({&nodes[n], words_[at]});
      ++at;
      if (at + 1 < words_.size() && words_[at] == "," && addHeader(*fresh(), nodes[n].path, words_[at + 1])) {
        ++at;
        continue;
      }
      if (sequence(nodes, n + 1, at, next)) return true;
      break;
    }
    sets_.resize(mark);
    return false;
  }

  Message* fresh() {
    scratch_->Clear();
    return scratch_.get();
  }

  const std::vector<std::string>& words_;
  std::unique_ptr<Message> scratch_;
  std::vector<Set> sets_;
  size_t reached_ = 0;
};

bool Pattern::parse(const std::vector<std::string>& words, Message& message, size_t& reached) const {
  Parser parser(words, message);
  const bool matched = parser.run(nodes_);
  reached = parser.reached();
  if (matched) parser.apply(message);
  return matched;
}

class Pattern::Printer {
 public:
  explicit Printer(const Message& message) : message_(message) {}

  // Words of the sequence; `optional`: all of its fields must be set.
  bool sequence(const std::vector<Node>& nodes, bool optional, std::vector<std::string>& out) const {
    for (const Node& node : nodes) {
      if (node.kind == Node::Kind::kLiteral) {
        out.push_back(node.literals.back());
      } else if (node.kind == Node::Kind::kConstant) {
        if (!hasConstant(message_, node.path, node.typeOrValue)) return false;
      } else if (node.kind == Node::Kind::kOptional) {
        std::vector<std::string> inner;
        const bool sayable =
            node.inner[0].kind != Node::Kind::kLiteral || node.inner.size() > 1;  // a word alone says nothing
        if (sayable && sequence(node.inner, true, inner)) out.insert(out.end(), inner.begin(), inner.end());
      } else if (node.typeOrValue == "headers") {
        const auto words = headerWords(message_, node.path);
        if (words.empty()) return false;
        for (size_t i = 0; i < words.size(); ++i) {
          if (i > 0) out.emplace_back(",");
          out.push_back(words[i]);
        }
      } else {
        std::string word;
        const bool set = fieldWord(message_, node.path, node.typeOrValue, word);
        if (!set && optional) return false;
        out.push_back(std::move(word));
      }
    }
    return true;
  }

 private:
  const Message& message_;
};

std::optional<std::string> Pattern::print(const Message& message) const {
  std::vector<std::string> words;
  if (!Printer(message).sequence(nodes_, false, words)) return std::nullopt;
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty() && word != ",") out += ' ';
    out += word;
  }
  return out;
}

}  // namespace orrery::script
