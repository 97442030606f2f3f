#include "cli/program.h"

#include <algorithm>
#include <sstream>

#include "cli/arguments.h"
#include "cli/bisect_command.h"
#include "cli/error_lines.h"
#include "cli/explain_command.h"
#include "cli/explore_command.h"
#include "cli/init_command.h"
#include "cli/json.h"
#include "cli/list_command.h"
#include "cli/merge_command.h"
#include "cli/replay_command.h"
#include "cli/run_command.h"
#include "cli/schema_command.h"
#include "cli/show_command.h"
#include "cli/shrink_command.h"
#include "cli/sockets_command.h"
#include "cli/validate_command.h"

namespace orrery::cli {

namespace {

class Dispatch {
 public:
  Dispatch(const Simulator& simulator, Terminal& terminal) : simulator_(simulator), terminal_(terminal) {}

  ExitCode operator()(const RunArguments& a) { return runCommand(a, simulator_, colored(a)); }
  ExitCode operator()(const ListArguments& a) { return listCommand(a, simulator_, colored(a)); }
  ExitCode operator()(const ReplayArguments& a) { return replayCommand(a, simulator_, colored(a)); }
  ExitCode operator()(const ShowArguments& a) { return showCommand(a, simulator_, colored(a)); }
  ExitCode operator()(const DiffArguments& a) { return diffCommand(a, simulator_, colored(a)); }
  ExitCode operator()(const ExploreArguments& a) { return exploreCommand(a, simulator_, colored(a)); }
  ExitCode operator()(const MergeArguments& a) { return mergeCommand(a, colored(a)); }
  ExitCode operator()(const BisectArguments& a) { return bisectCommand(a, simulator_, colored(a)); }
  ExitCode operator()(const ShrinkArguments& a) { return shrinkCommand(a, simulator_, colored(a)); }
  ExitCode operator()(const ExplainArguments& a) { return explainCommand(a, simulator_, colored(a)); }
  ExitCode operator()(const ValidateArguments& a) { return validateCommand(a, simulator_, colored(a)); }
  ExitCode operator()(const InitArguments& a) { return initCommand(a, simulator_, colored(a)); }
  ExitCode operator()(const SchemaArguments& a) { return schemaCommand(a, colored(a)); }
  ExitCode operator()(const SocketsArguments& a) { return socketsCommand(a, terminal_); }
  ExitCode operator()(const VersionArguments& a) { return versionCommand(a, colored(a)); }
  ExitCode operator()(const HelpArguments& a) {
    terminal_.out << a.text;
    return kNothingFailed;
  }
  ExitCode operator()(const UsageError& e) {
    terminal_.complain(e.message);
    return kBadInput;
  }

 private:
  const Terminal& colored(const CommonArguments& a) {
    terminal_.color = terminal_.color && a.colorAuto && !a.json;
    return terminal_;
  }

  const Simulator& simulator_;
  Terminal& terminal_;
};

}  // namespace

ExitCode runProgram(const std::vector<std::string>& words, const Simulator& simulator, Terminal terminal) {
  const Arguments arguments = parseArguments(words);
  const bool json = std::find(words.begin(), words.end(), "--json") != words.end();
  if (!json) return std::visit(Dispatch(simulator, terminal), arguments);
  if (const auto* help = std::get_if<HelpArguments>(&arguments)) {
    printJson(terminal, Json{{"help", help->text}});
    return kNothingFailed;
  }
  // One document in every case.
  ErrorLines errors(terminal.err);
  std::ostringstream document;
  Terminal inner{document, errors, false, terminal.progress, terminal.width, terminal.program};
  const ExitCode code = std::visit(Dispatch(simulator, inner), arguments);
  errors.flush();
  if (document.view().empty()) {
    printJson(terminal, Json{{"errors", errors.lines()}});
  } else {
    terminal.out << document.view();
  }
  return code;
}

}  // namespace orrery::cli
