#include "proxy/admin/pages.h"
#include "proxy/admin/stats_view.h"

namespace orrery::admin {
namespace {

Result<std::vector<stats::Total>> selected(AdminHost& host, const AdminRequest& request) {
  StatSelection selection;
  selection.usedOnly = request.has("usedonly");
  selection.filter = request.find("filter").value_or("");
  selection.type = request.find("type").value_or("");
  return selectStats(host, selection);
}

}  // namespace

AdminReply statsPage(AdminHost& host, const AdminRequest& request) {
  const std::string_view format = request.find("format").value_or("text");
  if (format == "prometheus") return prometheusPage(host, request);
  if (format != "text" && format != "json") {
    return {400, "usage: /stats?format=(text|json|prometheus)\n\n"};
  }
  const auto rows = selected(host, request);
  if (!rows) return {400, rows.error().message};
  if (format == "json") return {200, statsJson(*rows), "application/json"};
  return {200, stats::writeText(*rows)};
}

AdminReply prometheusPage(AdminHost& host, const AdminRequest& request) {
  const auto rows = selected(host, request);
  if (!rows) return {400, rows.error().message};
  return {200, stats::writePrometheus(*rows)};
}

}  // namespace orrery::admin
