#pragma once

#include "proxy/admin/commands.h"

// The answers of the single commands.
namespace orrery::admin {

AdminReply homePage(AdminHost& host, const AdminRequest& request);
AdminReply helpPage(AdminHost& host, const AdminRequest& request);
AdminReply readyPage(AdminHost& host, const AdminRequest& request);
AdminReply serverInfoPage(AdminHost& host, const AdminRequest& request);
AdminReply listenersPage(AdminHost& host, const AdminRequest& request);
AdminReply clustersPage(AdminHost& host, const AdminRequest& request);
AdminReply statsPage(AdminHost& host, const AdminRequest& request);
AdminReply prometheusPage(AdminHost& host, const AdminRequest& request);
AdminReply runtimePage(AdminHost& host, const AdminRequest& request);
AdminReply runtimeModifyPage(AdminHost& host, const AdminRequest& request);
AdminReply healthCheckFailPage(AdminHost& host, const AdminRequest& request);
AdminReply healthCheckOkPage(AdminHost& host, const AdminRequest& request);
AdminReply drainListenersPage(AdminHost& host, const AdminRequest& request);
AdminReply resetCountersPage(AdminHost& host, const AdminRequest& request);
AdminReply quitPage(AdminHost& host, const AdminRequest& request);

std::string_view serverStateName(ServerState state);

}  // namespace orrery::admin
