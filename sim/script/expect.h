#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace google::protobuf {
class Message;
}

// Short strings of expectations:
//
//   expectation = "if" any "then" any | any
//   any  = all { "or" all }          all = one { "and" one }          one = "not" one | "(" any ")" | leaf
//   leaf = HOST "saw" N "requests" | HOST "saw" NAME N "times" | HOST "saw each request at most once"
//        | "no request reaches the origin twice unasked"
//        | VALUE | VALUE op WORD | VALUE "in" "[" WORD, ... "]" | VALUE "in" WORD..WORD | VALUE "at" WORD
//   op   = == != < <= > >= contains
namespace orrery::script {

// Fills an orrery.Scenario.Expectation; the error says what was expected and where.
std::expected<void, std::string> parseExpectation(std::string_view text, google::protobuf::Message& out);
// All forms as people read them, words in capitals to be filled in.
std::vector<std::string> expectationForms();
// The canonical short string; every expectation has one.
std::string printExpectation(const google::protobuf::Message& message);

}  // namespace orrery::script
