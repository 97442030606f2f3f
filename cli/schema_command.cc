#include "cli/schema_command.h"

#include "sim/script/schema.h"

namespace orrery::cli {

ExitCode schemaCommand(const SchemaArguments& arguments, const Terminal& terminal) {
  terminal.out << (arguments.markdown ? script::scenarioReference() : script::scenarioSchema());
  return kNothingFailed;
}

}  // namespace orrery::cli
