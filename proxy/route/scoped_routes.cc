#include "proxy/route/scoped_routes.h"

namespace orrery::route {
namespace {

// The elements of a value, one after the other.
class Elements {
 public:
  Elements(std::string_view value, std::string_view separator) : rest_(value), separator_(separator) {}
  bool more() const { return more_; }
  std::string_view take() {
    const size_t at = separator_.empty() ? std::string_view::npos : rest_.find(separator_);
    const std::string_view element = rest_.substr(0, at);
    more_ = at != std::string_view::npos;
    rest_ = more_ ? rest_.substr(at + separator_.size()) : std::string_view();
    return element;
  }

 private:
  std::string_view rest_;
  std::string_view separator_;
  bool more_ = true;
};

// Nothing: the request has no such fragment, and so no scope.
std::optional<std::string_view> fragmentOf(const ScopeKeyFragment& builder, const message::HeaderMap& headers) {
  if (!headers.has(builder.header)) return std::nullopt;
  Elements elements(headers.get(builder.header), builder.elementSeparator);
  for (uint32_t i = 0; elements.more(); ++i) {
    const std::string_view element = elements.take();
    if (!builder.key) {
      if (i == builder.index) return element;
      continue;
    }
    const size_t at = element.find(builder.keySeparator);
    if (element.substr(0, at) != *builder.key) continue;
    return at == std::string_view::npos ? std::string_view() : element.substr(at + builder.keySeparator.size());
  }
  return std::nullopt;
}

// No field's value has a NUL.
void appendFragment(std::string_view fragment, std::string& key) {
  key += fragment;
  key += '\0';
}

}  // namespace

Result<RouteTables> RouteTables::byScope(std::shared_ptr<const ScopedRoutesConfig> config, const Compile& compile) {
  RouteTables out;
  std::map<std::string_view, const ScopedRoutesConfig::Scope*> byName;
  for (const auto& scope : config->scopes) byName.insert_or_assign(scope.name, &scope);
  for (const auto& scope : config->scopes) {
    if (byName.at(scope.name) != &scope) continue;
    auto table = compile(scope.routes);
    if (!table) return std::unexpected(table.error());
    std::string key;
    for (const std::string& fragment : scope.key) appendFragment(fragment, key);
    out.byKey_.insert_or_assign(std::move(key), std::move(*table));
  }
  out.config_ = std::move(config);
  return out;
}

const RouteTable* RouteTables::inScope(const message::HeaderMap& headers) const {
  std::string key;
  for (const ScopeKeyFragment& builder : config_->builder) {
    const auto fragment = fragmentOf(builder, headers);
    if (!fragment) return nullptr;
    appendFragment(*fragment, key);
  }
  const auto at = byKey_.find(key);
  return at == byKey_.end() ? nullptr : at->second.get();
}

}  // namespace orrery::route
