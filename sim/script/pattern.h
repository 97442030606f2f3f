#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace google::protobuf {
class Message;
}

namespace orrery::script {

// The words of a short string: separated by spaces; a comma that ends a word is a word of its own; "..." belongs to its
// word, spaces and commas inside too.
std::optional<std::vector<std::string>> splitWords(std::string_view text, std::string* why);

// One form of a short string, both ways: words to fields of a message, and a message to words. Written as
//
//   word            stands for itself; a|b accepts both and prints the second
//   <path:type>     a field; types: duration number size text name path method ending status headers, and
//                   addr (host:port into fields host and port), link (a-b or a->b into from, to, one_way)
//   <path=VALUE>    takes no word, says that the field has this value (true, or the name of an enum value)
//   [ ... ]         may be absent; neighbouring [ ] may come in any order and are printed in this one ([word] never is)
//
// Lifetime: immutable after construction.
class Pattern {
 public:
  explicit Pattern(std::string_view source);
  ~Pattern();
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;

  // Fills `message` if the words match; `reached` becomes the number of words that fitted.
  bool parse(const std::vector<std::string>& words, google::protobuf::Message& message, size_t& reached) const;
  // Words for `message`, or nothing if this form cannot say it whole. The caller checks by parsing.
  std::optional<std::string> print(const google::protobuf::Message& message) const;

  // "get|post... PATH [with NAME=VALUE, ...] [-> NAME]", for messages.
  const std::string& usage() const { return usage_; }
  // The words it can begin with; empty: any method.
  const std::vector<std::string>& firstWords() const { return firstWords_; }

 private:
  struct Node;
  class Parser;
  class Printer;
  std::vector<Node> nodes_;
  std::string usage_;
  std::vector<std::string> firstWords_;
};

}  // namespace orrery::script
