#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

// Fields of a message by path ("body.text"), as texts of a given type. What pattern.cc does with protobuf's reflection.
namespace orrery::script {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Sets the field from a word of the pattern's type; false if the word is not of that type.
bool setField(Message& message, std::string_view path, std::string_view type, std::string_view word);
// The word for the field; false if it has its default (and so need not be said).
bool fieldWord(const Message& message, std::string_view path, std::string_view type, std::string& word);
// <path=VALUE>
void setConstant(Message& message, std::string_view path, std::string_view value);
bool hasConstant(const Message& message, std::string_view path, std::string_view value);

// "NAME=VALUE"
bool addHeader(Message& message, std::string_view path, std::string_view word);
// Words of all headers, in order.
std::vector<std::string> headerWords(const Message& message, std::string_view path);

bool isMethod(std::string_view word);

// Messages that are written as one word: the type of that word ("duration" for Duration), with an example; empty: not one.
struct WordType {
  std::string_view type;
  std::string_view example;
};
WordType wordTypeOf(const FieldDescriptor& field);

// "HALF_CLOSE" as people write it: "half-close".
std::string enumWord(std::string_view name);

}  // namespace orrery::script
