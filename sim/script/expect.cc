#include "sim/script/expect.h"

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "sim/script/fields.h"
#include "sim/script/scenario.pb.h"
#include "sim/script/units.h"

namespace orrery::script {

namespace {

using Expectation = Scenario::Expectation;
using Compare = Scenario::Compare;

struct OpName {
  std::string_view word;
  Scenario::Op op;
};
constexpr std::array<OpName, 7> kOps = {{{"==", Scenario::EQUAL},
                                         {"!=", Scenario::NOT_EQUAL},
                                         {"<=", Scenario::LESS_EQUAL},
                                         {">=", Scenario::GREATER_EQUAL},
                                         {"<", Scenario::LESS},
                                         {">", Scenario::GREATER},
                                         {"contains", Scenario::CONTAINS}}};

struct Token {
  std::string text;
  bool quoted = false;
  bool operator==(std::string_view word) const { return !quoted && text == word; }
};

constexpr std::string_view kMarks = "()[],";
constexpr size_t kMaxDepth = 30;

struct Failure {
  std::string message;
};

bool isOpChar(char c) { return c == '=' || c == '!' || c == '<' || c == '>'; }

std::vector<Token> split(std::string_view text) {
  std::vector<Token> tokens;
  size_t i = 0;
  while (i < text.size()) {
    const char c = text[i];
    if (c == ' ' || c == '\t' || c == '\n') {
      ++i;
    } else if (c == '"') {
      size_t end = i + 1;
      while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
      if (end >= text.size()) throw Failure{"expected a closing \""};
      auto bytes = parseQuoted(text.substr(i, end - i + 1));
      if (!bytes)
        throw Failure{"expected a text in quotes with \\n \\r \\t \\\" \\\\ \\x41, found " +
                      std::string(text.substr(i, end - i + 1))};
      tokens.push_back({std::move(*bytes), true});
      i = end + 1;
    } else if (kMarks.find(c) != std::string_view::npos) {
      tokens.push_back({std::string(1, c), false});
      ++i;
    } else if (isOpChar(c)) {
      size_t end = i;
      while (end < text.size() && isOpChar(text[end])) ++end;
      tokens.push_back({std::string(text.substr(i, end - i)), false});
      i = end;
    } else {
      size_t end = i;
      while (end < text.size() && text[end] != ' ' && text[end] != '"' &&
             kMarks.find(text[end]) == std::string_view::npos && !isOpChar(text[end])) {
        ++end;
      }
      tokens.push_back({std::string(text.substr(i, end - i)), false});
      i = end;
    }
  }
  return tokens;
}

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  void whole(Expectation& out) {
    if (accept("if")) {
      any(*out.mutable_if_then()->mutable_if_());
      expect("then");
      any(*out.mutable_if_then()->mutable_then());
    } else {
      any(out);
    }
    if (at_ != tokens_.size()) fail("the end");
  }

 private:
  [[noreturn]] void fail(std::string_view expected) const {
    throw Failure{"expected " + std::string(expected) + ", found " +
                  (at_ < tokens_.size() ? "'" + tokens_[at_].text + "'" : std::string("nothing"))};
  }
  bool is(std::string_view word) const { return at_ < tokens_.size() && tokens_[at_] == word; }
  bool accept(std::string_view word) {
    if (!is(word)) return false;
    ++at_;
    return true;
  }
  void expect(std::string_view word) {
    if (!accept(word)) fail("'" + std::string(word) + "'");
  }
  bool acceptAll(std::initializer_list<std::string_view> words) {
    size_t i = at_;
    for (const std::string_view word : words) {
      if (i >= tokens_.size() || !(tokens_[i] == word)) return false;
      ++i;
    }
    at_ = i;
    return true;
  }
  std::string word(std::string_view what) {
    if (at_ >= tokens_.size() || (!tokens_[at_].quoted && tokens_[at_].text.size() == 1 &&
                                  kMarks.find(tokens_[at_].text[0]) != std::string_view::npos)) {
      fail(what);
    }
    return tokens_[at_++].text;
  }
  uint64_t count() {
    const std::string text = word("a number");
    const auto n = parseNumber(text);
    if (!n) {
      --at_;
      fail("a number");
    }
    return *n;
  }

  void any(Expectation& out) {
    std::vector<Expectation> operands;
    do all(operands.emplace_back());
    while (accept("or"));
    if (operands.size() == 1) {
      out = operands[0];
      return;
    }
    for (Expectation& e : operands) *out.mutable_any()->add_of() = std::move(e);
  }
  void all(Expectation& out) {
    std::vector<Expectation> operands;
    do one(operands.emplace_back());
    while (accept("and"));
    if (operands.size() == 1) {
      out = operands[0];
      return;
    }
    for (Expectation& e : operands) *out.mutable_all()->add_of() = std::move(e);
  }
  void one(Expectation& out) {
    if (++depth_ > kMaxDepth) throw Failure{"nested deeper than " + std::to_string(kMaxDepth)};
    if (accept("not")) {
      one(*out.mutable_not_());
    } else if (accept("(")) {
      any(out);
      expect(")");
    } else {
      leaf(out);
    }
    --depth_;
  }

  void leaf(Expectation& out) {
    if (acceptAll({"no", "request", "reaches", "the", "origin", "twice", "unasked"})) {
      out.mutable_never_twice();
      return;
    }
    if (acceptAll({"every", "request", "ends", "within"})) {
      within(*out.mutable_ends_within());
      return;
    }
    const std::string first = word("a value such as second.status");
    if (tokens_[at_ - 1].quoted || parseNumber(first)) {
      --at_;
      fail("a value such as second.status");
    }
    if (accept("saw")) {
      saw(first, *out.mutable_saw());
      return;
    }
    if (acceptAll({"ends", "within"})) {
      out.mutable_ends_within()->set_request(first);
      within(*out.mutable_ends_within());
      return;
    }
    Compare& compare = *out.mutable_compare();
    compare.set_value(first);
    comparison(compare);
  }

  void within(Scenario::EndsWithin& out) {
    const std::string text = word("a duration such as 20s");
    if (setField(out, "within", "duration", text)) return;
    --at_;
    fail("a duration such as 20s");
  }

  void saw(const std::string& host, Scenario::Saw& out) {
    out.set_host(host);
    if (acceptAll({"each", "request", "at", "most", "once"})) {
      out.set_each_at_most_once(true);
      return;
    }
    if (at_ < tokens_.size() && isName(tokens_[at_].text)) {
      out.set_request(word("the name of a request"));
      out.set_times(count());
      if (!accept("time")) expect("times");
      return;
    }
    out.set_times(count());
    if (!accept("request")) expect("requests");
  }

  void comparison(Compare& out) {
    if (accept("at")) {
      out.set_op(Scenario::EQUAL);
      out.add_to(word("a time"));
      return;
    }
    if (accept("in")) {
      if (accept("[")) {
        out.set_op(Scenario::IN);
        do out.add_to(word("a value"));
        while (accept(","));
        expect("]");
        return;
      }
      const std::string range = word("a range such as 1s..2s, or [a, b]");
      const size_t dots = range.find("..");
      if (dots == std::string::npos || dots == 0 || dots + 2 == range.size()) {
        --at_;
        fail("a range such as 1s..2s, or [a, b]");
      }
      out.set_op(Scenario::WITHIN);
      out.add_to(range.substr(0, dots));
      out.add_to(range.substr(dots + 2));
      return;
    }
    for (const OpName& op : kOps) {
      if (!accept(op.word)) continue;
      out.set_op(op.op);
      out.add_to(word("a value"));
      return;
    }
    if (at_ < tokens_.size() && !is("and") && !is("or") && !is("then") && !is(")")) {
      fail("one of == != < <= > >= in contains at");
    }
  }

  std::vector<Token> tokens_;
  size_t at_ = 0;
  size_t depth_ = 0;
};

// A word as it must be written to be read as one word again.
std::string wordText(const std::string& text) {
  bool bare = !text.empty() && text != "in";
  for (const char c : text) {
    bare = bare && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                    c == '_' || c == '-' || c == '/');
  }
  return bare ? text : printQuoted(text);
}

void print(const Expectation& e, bool inner, std::string& out) {
  const auto operands = [&](const Scenario::Operands& list, std::string_view word) {
    if (inner) out += '(';
    for (int i = 0; i < list.of_size(); ++i) {
      if (i > 0) out += " " + std::string(word) + " ";
      print(list.of(i), true, out);
    }
    if (inner) out += ')';
  };
  switch (e.kind_case()) {
    case Expectation::kCompare: {
      const Compare& c = e.compare();
      out += c.value();
      if (c.op() == Scenario::TRUE) return;
      if (c.op() == Scenario::IN) {
        out += " in [";
        for (int i = 0; i < c.to_size(); ++i) out += (i > 0 ? ", " : "") + wordText(c.to(i));
        out += ']';
      } else if (c.op() == Scenario::WITHIN) {
        out += " in " + c.to(0) + ".." + c.to(1);
      } else {
        for (const OpName& op : kOps) {
          if (op.op == c.op()) out += " " + std::string(op.word) + " " + wordText(c.to(0));
        }
      }
      return;
    }
    case Expectation::kSaw: {
      const Scenario::Saw& s = e.saw();
      out += s.host() + " saw ";
      if (s.each_at_most_once()) {
        out += "each request at most once";
      } else if (s.request().empty()) {
        out += std::to_string(s.times()) + " requests";
      } else {
        out += s.request() + " " + std::to_string(s.times()) + " times";
      }
      return;
    }
    case Expectation::kEndsWithin: {
      std::string duration = "0s";
      fieldWord(e.ends_within(), "within", "duration", duration);
      out += (e.ends_within().request().empty() ? "every request" : e.ends_within().request()) + " ends within " +
             duration;
      return;
    }
    case Expectation::kNeverTwice: out += "no request reaches the origin twice unasked"; return;
    case Expectation::kIfThen:
      out += "if ";
      print(e.if_then().if_(), false, out);
      out += " then ";
      print(e.if_then().then(), false, out);
      return;
    case Expectation::kAll: operands(e.all(), "and"); return;
    case Expectation::kAny: operands(e.any(), "or"); return;
    case Expectation::kNot:
      out += "not ";
      print(e.not_(), true, out);
      return;
    case Expectation::KIND_NOT_SET: return;
  }
}

}  // namespace

std::expected<void, std::string> parseExpectation(std::string_view text, google::protobuf::Message& out) {
  out.Clear();
  Expectation e;
  try {
    Parser(split(text)).whole(e);
  } catch (const Failure& f) {
    return std::unexpected(f.message + " in `" + std::string(text.substr(0, 120)) + "`");
  }
  out.CopyFrom(e);
  return {};
}

std::vector<std::string> expectationForms() {
  return {"VALUE",
          "VALUE == WORD",
          "VALUE != WORD",
          "VALUE < WORD",
          "VALUE <= WORD",
          "VALUE > WORD",
          "VALUE >= WORD",
          "VALUE contains WORD",
          "VALUE in [WORD, WORD]",
          "VALUE in DURATION..DURATION",
          "VALUE at DURATION",
          "HOST saw N requests",
          "HOST saw REQUEST N times",
          "HOST saw each request at most once",
          "REQUEST ends within DURATION",
          "every request ends within DURATION",
          "no request reaches the origin twice unasked",
          "if VALUE then VALUE",
          "VALUE and VALUE",
          "VALUE or VALUE",
          "not VALUE",
          "(VALUE or VALUE) and VALUE"};
}

std::string printExpectation(const google::protobuf::Message& message) {
  Expectation e;
  e.CopyFrom(message);
  std::string out;
  print(e, false, out);
  return out;
}

}  // namespace orrery::script
