#pragma once

#include <string>

namespace orrery::script {

// What a scenario file may hold, from the very message that the reader fills.

// A JSON schema (draft 7) by which editors complete and check scenario files; they speak it for YAML too. It is as strict as the
// reader about names and kinds, and leaves to the reader what short texts say.
std::string scenarioSchema();

// The same as a page for people: each mapping with its fields, and the short texts that stand for it.
std::string scenarioReference();

}  // namespace orrery::script
