#pragma once

#include "proxy/base/time.h"
#include "sim/scenario/expectation.h"
#include "sim/scenario/step.h"
#include "sim/script/scenario.pb.h"

// Steps and expectations of the message as plain structs, one to one.
namespace orrery::script {

Duration toDuration(const google::protobuf::Duration& d);
sim::Step toStep(const orrery::Scenario::Step& m);
sim::Expectation toExpectation(const orrery::Scenario::Expectation& m);

}  // namespace orrery::script
