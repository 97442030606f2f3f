#include "proxy/config/any_type.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message.h>

#include "proxy/base/did_you_mean.h"
#include "proxy/config/field_table.h"

namespace orrery::config {

namespace pb = google::protobuf;

std::string_view typeName(std::string_view type_url) {
  const size_t slash = type_url.rfind('/');
  return slash == std::string_view::npos ? type_url : type_url.substr(slash + 1);
}

const pb::Descriptor* findType(std::string_view name) {
  return pb::DescriptorPool::generated_pool()->FindMessageTypeByName(std::string(name));
}

std::unique_ptr<pb::Message> newMessage(const pb::Descriptor& type) {
  return std::unique_ptr<pb::Message>(pb::MessageFactory::generated_factory()->GetPrototype(&type)->New());
}

std::unique_ptr<pb::Message> unpack(const pb::Any& any) {
  const pb::Descriptor* type = findType(typeName(any.type_url()));
  if (type == nullptr) return nullptr;
  auto message = newMessage(*type);
  if (!message->ParseFromString(any.value())) return nullptr;
  return message;
}

std::string serializeDeterministically(const pb::Message& message) {
  std::string out;
  {
    pb::io::StringOutputStream stream(&out);
    pb::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return out;
}

std::string suggestType(std::string_view name) {
  std::vector<std::string_view> known = extensionTypes();
  return didYouMean(name, known);
}

}  // namespace orrery::config
