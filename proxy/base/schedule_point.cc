#include "proxy/base/schedule_point.h"

namespace orrery {

thread_local constinit SchedulePointHook* currentSchedulePointHook = nullptr;

}  // namespace orrery
