#include "proxy/config/translate_condition.h"

#include "google/api/expr/v1alpha1/syntax.pb.h"
#include "proxy/cel/prepare.h"
#include "proxy/cel/time_text.h"

// Constants of times are deprecated and honoured, as by Envoy.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace orrery::config {

namespace {

using Expr = google::api::expr::v1alpha1::Expr;
using Constant = google::api::expr::v1alpha1::Constant;
using Kind = cel::Expression::Kind;

class ConditionTranslation {
 public:
  ConditionTranslation(Translation& t, const cel::Features& features) : t_(t), features_(features) {}

  cel::Expression node(const Expr& message) {
    cel::Expression out;
    switch (message.expr_kind_case()) {
      case Expr::kConstExpr: out = constant(message.const_expr()); break;
      case Expr::kIdentExpr: out = {.kind = Kind::kName, .name = message.ident_expr().name()}; break;
      case Expr::kSelectExpr: out = select(message.select_expr()); break;
      case Expr::kCallExpr: out = call(message.call_expr()); break;
      case Expr::kListExpr: out = list(message.list_expr()); break;
      case Expr::kStructExpr: out = map(message.struct_expr()); break;
      case Expr::kComprehensionExpr: return out;  // refused before
      case Expr::EXPR_KIND_NOT_SET: refuse("Invalid empty expression"); return out;
    }
    if (const Status s = cel::prepare(out, features_); !s) refuse(s.error().message);
    return out;
  }

  bool refused() const { return refused_; }

 private:
  void refuse(const std::string& reason) {
    refused_ = true;
    t_.refuse("failed to create an expression: " + reason);
  }

  cel::Expression node(std::string_view field, const Expr& message) {
    const auto scope = t_.path.field(field);
    return node(message);
  }

  cel::Expression constant(const Constant& message) {
    const auto scope = t_.path.field("const_expr");
    cel::Expression out;
    switch (message.constant_kind_case()) {
      case Constant::kNullValue: break;
      case Constant::kBoolValue: out.constant = message.bool_value(); break;
      case Constant::kInt64Value: out.constant = int64_t{message.int64_value()}; break;
      case Constant::kUint64Value: out.constant = uint64_t{message.uint64_value()}; break;
      case Constant::kDoubleValue: out.constant = message.double_value(); break;
      case Constant::kStringValue: out = {.kind = Kind::kText, .name = message.string_value()}; break;
      case Constant::kBytesValue: out = {.kind = Kind::kBytes, .name = message.bytes_value()}; break;
      case Constant::kDurationValue: {
        const auto& value = message.duration_value();
        if (value.seconds() < 0 || value.nanos() < 0) t_.refuse("duration_value", "Expected positive duration");
        out.constant = cel::Span{cel::Wide{value.seconds()} * cel::kSecond + value.nanos()};
        break;
      }
      case Constant::kTimestampValue: {
        const auto& value = message.timestamp_value();
        out.constant = cel::Moment{cel::Wide{value.seconds()} * cel::kSecond + value.nanos()};
        break;
      }
      case Constant::CONSTANT_KIND_NOT_SET: refuse("unspecified constant"); break;
    }
    return out;
  }

  cel::Expression select(const Expr::Select& message) {
    const auto scope = t_.path.field("select_expr");
    cel::Expression out{.kind = message.test_only() ? Kind::kPresent : Kind::kSelect, .name = message.field()};
    if (message.has_operand()) out.operands.push_back(node("operand", message.operand()));
    return out;
  }

  cel::Expression call(const Expr::Call& message) {
    const auto scope = t_.path.field("call_expr");
    cel::Expression out{.kind = Kind::kCall, .name = message.function(), .hasTarget = message.has_target()};
    if (message.has_target()) out.operands.push_back(node("target", message.target()));
    forEachOf(t_, "args", message.args(), [&](const Expr& arg) { out.operands.push_back(node(arg)); });
    return out;
  }

  cel::Expression list(const Expr::CreateList& message) {
    const auto scope = t_.path.field("list_expr");
    cel::Expression out{.kind = Kind::kList, .optional = !message.optional_indices().empty()};
    forEachOf(t_, "elements", message.elements(), [&](const Expr& item) { out.operands.push_back(node(item)); });
    return out;
  }

  cel::Expression map(const Expr::CreateStruct& message) {
    const auto scope = t_.path.field("struct_expr");
    cel::Expression out{.kind = Kind::kMap};
    forEachOf(t_, "entries", message.entries(), [&](const Expr::CreateStruct::Entry& entry) {
      out.optional = out.optional || entry.optional_entry();
      if (entry.has_field_key()) return;  // refused before
      if (!entry.has_map_key()) return refuse("Map entry missing key");
      if (!entry.has_value()) return refuse("Map entry missing value");
      out.operands.push_back(node("map_key", entry.map_key()));
      out.operands.push_back(node("value", entry.value()));
    });
    return out;
  }

  Translation& t_;
  const cel::Features& features_;
  bool refused_ = false;
};

}  // namespace

std::shared_ptr<const cel::Expression> toCondition(Translation& t, const Expr& message, const cel::Features& features) {
  ConditionTranslation translation(t, features);
  auto out = std::make_shared<const cel::Expression>(translation.node(message));
  return translation.refused() ? nullptr : out;
}

}  // namespace orrery::config
