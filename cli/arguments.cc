#include "cli/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <functional>
#include <optional>

#include "cli/later.h"
#include "proxy/base/did_you_mean.h"

namespace orrery::cli {

namespace {

struct Command {
  std::string_view name;
  std::string_view usage;
  std::string_view does;
  std::string_view example;
};

constexpr Command kCommands[] = {
    {"run", "run PATH...", "runs scenarios: files, or folders with all below them",
     "orrery run scenarios --seeds 200\n  orrery run scenarios/upstream/idle_close_races_reuse.yaml --seed 7 --print "
     "events"},
    {"list", "list PATH...", "one line a scenario: path, claim", "orrery list scenarios"},
    {"replay", "replay FILE.run", "repeats one run exactly",
     "orrery replay out/idle_close_races_reuse.run --print events"},
    {"show", "show FILE.run|SCENARIO",
     "a run on file or the plain run of a scenario: a chart, a page, a capture for Wireshark, a trace for Perfetto",
     "orrery show out/idle_close_races_reuse.run --html race.html"},
    {"diff", "diff A.run B.run", "the first event in which two runs part, with what stands around it in both",
     "orrery diff failing.run passing.run --html difference.html\n\nExit code: 0 they are the same, 1 they differ."},
    {"explore", "explore PATH...", "searches orders, delays, faults and cuts for a run that breaks a claim",
     "orrery explore scenarios/upstream --budget 60s\n  orrery explore scenarios/upstream/idle_close_races_reuse.yaml "
     "--budget 5000runs --strategy single\n\n"
     "The budget is for all stories together. Strategies: plain, kept, witness, alike, single, pair (domains that are "
     "gone\n"
     "through in order), swarm, pct, delay, pos, starve, uniform, walk (by chance), greybox (steps off runs that "
     "reached\n"
     "something new); only when named: exhaust (every order of what threads do at schedule points). Failures are "
     "grouped by\n"
     "cause; the first of each is made small and written as a .run file. The same seed and number of runs give the "
     "same output with any\n"
     "number of jobs, but for times."},
    {"merge", "merge DIR...", "what the searches of several folders of explore --keep came to, as one",
     "orrery explore scenarios --budget 600s --shard 1/2 --keep shard-1     on one machine\n"
     "  orrery explore scenarios --budget 600s --shard 2/2 --keep shard-2     on another\n"
     "  orrery merge shard-1 shard-2 -o all"},
    {"bisect", "bisect FILE.run", "the commit of a git history that broke a run, or mended it",
     "orrery bisect out/idle_close_races_reuse.run --good v1.2"},
    {"shrink", "shrink FILE.run", "the smallest run that still fails in the same way",
     "orrery shrink out/idle_close_races_reuse.run"},
    {"explain", "explain FILE.run", "why a run fails: its smallest form, the nearest run that passes, what decides",
     "orrery explain out/idle_close_races_reuse.run"},
    {"validate", "validate FILE...", "names all that is wrong in Envoy bootstraps and scenarios, by path and line",
     "orrery validate envoy.yaml --strict"},
    {"init", "init FILE", "writes a first scenario for an Envoy file, with what the proxy does today",
     "orrery init envoy.yaml -o my/\n\nWrites my/first.yaml (a client for each listener, a host for each endpoint, a "
     "request "
     "for each route by path) and\na copy of the file. Nothing that exists is overwritten."},
    {"schema", "schema", "what a scenario file may hold, as a JSON schema by which editors complete and check",
     "orrery schema > scenario.schema.json\n\nIn a scenario:  # yaml-language-server: $schema=scenario.schema.json"},
    {"sockets", "sockets FILE", "a script of socket calls on the simulated kernel or on this machine's",
     "orrery sockets close_unread.jsonl --backend real\n\n"
     "FILE has one JSON object a line; so has the output. For instance:\n"
     "  {\"host\":\"a\",\"op\":\"socket\",\"s\":\"l\"}       with \"family\":\"inet6\" for IPv6\n"
     "  {\"op\":\"bind\",\"s\":\"l\",\"addr\":\"a:80\"}      \"form\":\"any\" (0.0.0.0, ::) or \"mapped\" "
     "(::ffff:a.b.c.d)\n"
     "  {\"op\":\"listen\",\"s\":\"l\",\"backlog\":8}\n"
     "  {\"host\":\"b\",\"op\":\"socket\",\"s\":\"c\"}\n"
     "  {\"op\":\"connect\",\"s\":\"c\",\"addr\":\"a:80\"}\n"
     "  {\"op\":\"accept\",\"s\":\"l\",\"as\":\"d\"}\n"
     "  {\"op\":\"write\",\"s\":\"c\",\"n\":10}           or \"data\":\"text\"; \"oob\":true: urgent\n"
     "  {\"op\":\"read\",\"s\":\"d\",\"n\":10}            peek likewise\n"
     "  {\"op\":\"shutdown\",\"s\":\"c\",\"how\":\"wr\"}    rd, wr, rdwr\n"
     "  {\"op\":\"setsockopt\",\"s\":\"c\",\"name\":\"TCP_NODELAY\",\"value\":1}   getsockopt likewise, without value\n"
     "  {\"op\":\"poll\",\"s\":\"c\"}                   state, close, abort (linger 0) likewise\n"
     "  {\"op\":\"sleep\",\"ms\":100}\n"
     "After each operation the world settles, but for \"settle\":false; {\"op\":\"settle\"} does it alone. A host is\n"
     "a loopback address of its own; sockets do not block."},
    {"version", "version", "version, revision, preset, compiler", "orrery version --json"},
    {"help", "help [COMMAND]", "this page, or that of one command", "orrery help run"},
};

const Command* findCommand(std::string_view name) {
  const auto* at =
      std::find_if(std::begin(kCommands), std::end(kCommands), [&](const Command& c) { return c.name == name; });
  return at == std::end(kCommands) ? nullptr : at;
}

const LaterCommand* findLater(std::string_view name) {
  const auto* at =
      std::find_if(kLaterCommands.begin(), kLaterCommands.end(), [&](const LaterCommand& c) { return c.name == name; });
  return at == kLaterCommands.end() ? nullptr : at;
}

std::string overview() {
  std::string out = "orrery: an Envoy-compatible proxy in a simulated world\n\nusage: orrery COMMAND ...\n\n";
  const auto line = [&out](std::string_view left, std::string_view right) {
    out += "  " + std::string(left) + std::string(left.size() < 18 ? 18 - left.size() : 1, ' ') + std::string(right) +
           '\n';
  };
  for (const Command& c : kCommands) line(c.usage, c.does);
  out += "\nnot built yet:\n\n";
  for (const LaterCommand& c : kLaterCommands) line(c.name, c.does);
  return out +
         "\nEvery command has --help, --json and --color auto|never. Exit codes: 0 nothing failed, 1 a claim failed,\n"
         "2 wrong use or bad input, 3 a run could not be repeated exactly, 4 an error of our own.\n\n"
         "Example:\n  orrery run scenarios\n";
}

std::string laterPage(const LaterCommand& c) {
  return "orrery " + std::string(c.name) + ": " + std::string(c.does) + "\n\nNot built yet.\n\nExample:\n  " +
         std::string(c.example) + '\n';
}

// Checked before the library converts it, whose own words would tell of floating point.
std::function<std::string(const std::string&)> wholeNumber(uint64_t least, uint64_t most) {
  return [least, most](const std::string& text) -> std::string {
    uint64_t n = 0;
    const auto r = std::from_chars(text.data(), text.data() + text.size(), n);
    if (r.ec == std::errc{} && r.ptr == text.data() + text.size() && n >= least && n <= most) return "";
    const std::string range = most == UINT64_MAX ? "from " + std::to_string(least) + " on"
                                                 : "from " + std::to_string(least) + " to " + std::to_string(most);
    return "expected a whole number " + range + ", found '" + text + "'";
  };
}

// "3/16"; nothing: it is no part of a whole.
std::optional<sim::Shard> parseShard(const std::string& text) {
  size_t index = 0;
  size_t of = 0;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, index);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '/') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, of);
  if (second.ec != std::errc{} || second.ptr != end || index == 0 || index > of) return std::nullopt;
  return sim::Shard{index - 1, of};
}

// One command's options on its CLI11 app, filled into its struct.
class Parser {
 public:
  explicit Parser(const Command& command) : command_(command), app_(std::string(command.does)) {
    app_.name("orrery " + std::string(command.name));
    app_.footer("\nExample:\n  " + std::string(command.example));
    app_.set_help_flag("-h,--help", "this page");
  }

  Arguments parse(std::vector<std::string> words) {
    if (command_.name == "run") return read(run(), std::move(words));
    if (command_.name == "list") return read(list(), std::move(words));
    if (command_.name == "replay") return read(replay(), std::move(words));
    if (command_.name == "show") return read(show(), std::move(words));
    if (command_.name == "diff") return read(diff(), std::move(words));
    if (command_.name == "explore") return read(explore(), std::move(words));
    if (command_.name == "merge") return read(merge(), std::move(words));
    if (command_.name == "bisect") return read(bisect(), std::move(words));
    if (command_.name == "shrink") return read(shrink(), std::move(words));
    if (command_.name == "explain") return read(explain(), std::move(words));
    if (command_.name == "sockets") return read(sockets(), std::move(words));
    if (command_.name == "validate") return read(validate(), std::move(words));
    if (command_.name == "init") return read(init(), std::move(words));
    if (command_.name == "schema") return read(schema(), std::move(words));
    common(version_);
    return read(version_, std::move(words));
  }

 private:
  template <class T>
  Arguments read(T& arguments, std::vector<std::string> words) {
    // CLI11 wants them reversed.
    std::reverse(words.begin(), words.end());
    try {
      app_.parse(words);
    } catch (const CLI::CallForHelp&) {
      return HelpArguments{app_.help()};
    } catch (const CLI::ParseError& e) {
      return UsageError{std::string(command_.name) + ": " + e.what()};
    }
    arguments.colorAuto = color_ != "never";
    return arguments;
  }

  void common(CommonArguments& to) {
    app_.add_flag("--json", to.json, "one JSON document on standard output");
    app_.add_option("--color", color_, "auto or never")->check(CLI::IsMember({"auto", "never"}));
  }
  CLI::Option* printing(bool& to) {
    return app_
        .add_option_function<std::string>(
            "--print", [&to](const std::string&) { to = true; },
            "events: one line for each event, nothing else on standard output")
        ->check(CLI::IsMember({"events"}));
  }

  void pcapng(std::string& file, std::string& of) {
    auto* to = app_.add_option("--pcapng", file, "file for all that travels in the run, for Wireshark");
    app_.add_option("--pcapng-of", of, "HOST or HOST-HOST: only what one host sends and receives, or one link carries")
        ->needs(to);
  }

  void shard(sim::Shard& to, const std::string& does) {
    app_.add_option_function<std::string>(
            "--shard", [&to](const std::string& text) { to = *parseShard(text); }, does)
        ->check([](const std::string& text) {
          return parseShard(text) ? "" : "expected a part such as 3/16, from 1/16 to 16/16, found '" + text + "'";
        });
  }

  RunArguments& run() {
    app_.add_option("PATH", run_.paths, "scenario files or folders")->required();
    auto* seed = app_.add_option("--seed", run_.seed, "0, the default, is the plain run; N > 0 walks at random")
                     ->check(wholeNumber(0, UINT64_MAX));
    auto* seeds = app_.add_option("--seeds", run_.seeds, "0 to N-1")->check(wholeNumber(1, UINT64_MAX));
    seeds->excludes(seed);
    app_.add_option("--jobs", run_.jobs, "OS threads (default: one for each processor)")->check(wholeNumber(1, 256));
    app_.add_option("--filter", run_.filter, "regular expression: only scenarios whose path it is found in");
    app_.add_option(
        "--backend", run_.backend,
        "sim (default); real: this build's orrery-proxy on real sockets; envoy, nginx, haproxy: the one in PATH;\n"
        "external:PROGRAM: one of those, or any proxy that takes Envoy's command line; several with commas; all: sim,\n"
        "real and those that are in PATH. nginx and haproxy need a template beside the bootstrap (cli/live)");
    app_.add_option("--patience", run_.patience,
                    "on real proxies: stories that take longer are skipped (default: 60s)");
    app_.add_option("--artifacts", run_.artifacts, "folder for the .run file of each failure (default: out)");
    app_.add_flag("--check-determinism", run_.checkDeterminism, "repeats each run; a difference is exit code 3");
    auto* print = printing(run_.printEvents);
    app_.add_flag("--write-witness", run_.writeWitness,
                  "writes <story>.witness.run from the first run that shows what happens sometimes");
    auto* marks = app_.add_flag("--marks", run_.marks, "in how many runs each rare branch of the proxy was taken");
    pcapng(run_.pcapng, run_.pcapngOf);
    app_.add_flag("--long", run_.details, "a line for each run, and what could not be judged");
    app_.add_option("--junit", run_.junit, "file for the results as JUnit XML");
    app_.add_option("--sarif", run_.sarif, "file for the failures as SARIF, each at its story's line");
    shard(run_.shard, "one part of the runs, such as 3/16");
    common(run_);
    print->excludes("--json");
    print->excludes("--check-determinism");
    print->excludes(marks);
    return run_;
  }
  ListArguments& list() {
    app_.add_option("PATH", list_.paths, "scenario files or folders")->required();
    app_.add_flag("--long", list_.details, "with source and what is expected");
    common(list_);
    return list_;
  }
  ReplayArguments& replay() {
    app_.add_option("FILE", replay_.file, "a .run file")->required();
    app_.add_option("--scenario", replay_.scenario, "scenario file, if it is no longer where it was");
    app_.add_option("--until", replay_.until, "with --print: stop before events later than this (10s, 1500ms, 60.005)");
    app_.add_flag("--loose", replay_.loose, "the same failure or not; hashes may differ");
    auto* print = printing(replay_.printEvents);
    app_.add_flag_callback(
        "--step", [] { throw CLI::ValidationError("--step", "not built yet"); }, "stops at each event (not built yet)");
    common(replay_);
    print->excludes("--json");
    app_.get_option("--until")->needs(print);
    pcapng(replay_.pcapng, replay_.pcapngOf);
    return replay_;
  }
  ShowArguments& show() {
    app_.add_option("FILE", show_.file, "a .run file, or a scenario: its plain run")->required();
    app_.add_option("--scenario", show_.scenario, "scenario file, if it is no longer where it was");
    app_.add_option("--html", show_.html, "file for a page that any browser shows; it fetches nothing");
    pcapng(show_.pcapng, show_.pcapngOf);
    app_.add_option("--perfetto", show_.perfetto, "file for a trace that ui.perfetto.dev and its tools open");
    common(show_);
    return show_;
  }
  DiffArguments& diff() {
    app_.add_option("A", diff_.first, "a .run file")->required();
    app_.add_option("B", diff_.second, "another one")->required();
    app_.add_option("--html", diff_.html, "file for a page with both runs beside each other");
    common(diff_);
    return diff_;
  }
  ExploreArguments& explore() {
    app_.add_option("PATH", explore_.paths, "scenario files or folders")->required();
    app_.add_option("--budget", explore_.budget, "time or number of runs, such as 60s or 5000runs (default: 10s)");
    app_.add_option("--strategy", explore_.strategies, "only this one; may be given several times (default: all)")
        ->expected(1)
        ->take_all();
    app_.add_option("--jobs", explore_.jobs, "OS threads (default: one for each processor)")
        ->check(wholeNumber(1, 256));
    app_.add_option("--seed", explore_.seed, "of the strategies by chance (default: 0)")
        ->check(wholeNumber(0, UINT64_MAX));
    app_.add_option("--artifacts", explore_.artifacts, "folder for the .run file of each failure (default: out)");
    app_.add_option(
        "--keep", explore_.keep,
        "folder of a campaign: a search goes on where the one before it was, even if that was killed, and tries\n"
        "what failed then first; `merge` reads such folders");
    app_.add_flag("--no-shrink", explore_.noShrink, "failures are written as they were found");
    app_.add_flag(
        "--marks", explore_.marks,
        "in how many runs each rare branch of the proxy was taken (else only which never, of several stories)");
    app_.add_flag("--first", explore_.first, "ends a story at its first failure");
    app_.add_option("--junit", explore_.junit, "file for the results as JUnit XML");
    app_.add_option("--sarif", explore_.sarif, "file for a failure of each cause as SARIF, at its story's line");
    shard(explore_.shard, "one part of the search, such as 3/16; `merge` puts the parts together");
    common(explore_);
    return explore_;
  }
  MergeArguments& merge() {
    app_.add_option("DIR", merge_.folders, "folders that `explore --keep` wrote")->required();
    app_.add_option("-o,--output", merge_.output, "folder for all of it, as `explore --keep` takes it");
    common(merge_);
    return merge_;
  }
  BisectArguments& bisect() {
    app_.add_option("FILE", bisect_.file, "a .run file of a run that fails")->required();
    app_.add_option("--good", bisect_.good, "a revision at which it passes (or, to find what mended it, fails)")
        ->required();
    app_.add_option("--bad", bisect_.bad, "a later one at which it fails (or passes; default: HEAD)");
    app_.add_option("--build", bisect_.build, "shell command, in a checkout (default: ci/build release orrery)");
    app_.add_option("--program", bisect_.program, "what that builds (default: build/release/bin/orrery)");
    app_.add_option("--tree", bisect_.tree, "folder for the checkouts, used again (default: build/bisect)");
    app_.add_option("--scenario", bisect_.scenario, "scenario file, if it is no longer where it was");
    common(bisect_);
    return bisect_;
  }
  ShrinkArguments& shrink() {
    app_.add_option("FILE", shrink_.file, "a .run file of a run that fails")->required();
    app_.add_option("-o,--output", shrink_.output, "file for the small run (default: FILE with .small.run)");
    app_.add_option("--story", shrink_.story,
                    "file for the smallest scenario that fails so; where its bootstrap is found from");
    app_.add_option("--runs", shrink_.runs, "runs to be made at most (default: 10000)")
        ->check(wholeNumber(1, UINT64_MAX));
    app_.add_option("--scenario", shrink_.scenario, "scenario file, if it is no longer where it was");
    common(shrink_);
    return shrink_;
  }
  ExplainArguments& explain() {
    app_.add_option("FILE", explain_.file, "a .run file of a run that fails")->required();
    app_.add_option("--scenario", explain_.scenario, "scenario file, if it is no longer where it was");
    common(explain_);
    return explain_;
  }
  ValidateArguments& validate() {
    app_.add_option("FILE", validate_.files, "bootstraps (YAML or JSON) and scenarios")->required();
    app_.add_flag("--strict", validate_.strict, "warnings are refused too");
    app_.add_flag("--long", validate_.details, "prints each scenario with every step and expectation as a mapping");
    common(validate_);
    return validate_;
  }
  InitArguments& init() {
    app_.add_option("FILE", init_.file, "a bootstrap, YAML or JSON")->required();
    app_.add_option("-o,--output", init_.output, "folder for both files (default: the one you are in)");
    common(init_);
    return init_;
  }
  SchemaArguments& schema() {
    auto* page = app_.add_flag("--markdown", schema_.markdown, "as a page for people (scenarios/REFERENCE.md)");
    common(schema_);
    page->excludes("--json");
    return schema_;
  }
  SocketsArguments& sockets() {
    app_.add_option("FILE", sockets_.file, "a script, one JSON object a line; - reads standard input")->required();
    app_.add_option("--backend", sockets_.backend, "sim, the default, or real")->check(CLI::IsMember({"sim", "real"}));
    common(sockets_);
    return sockets_;
  }

  const Command& command_;
  CLI::App app_;
  std::string color_ = "auto";
  RunArguments run_;
  ListArguments list_;
  ReplayArguments replay_;
  ShowArguments show_;
  DiffArguments diff_;
  ExploreArguments explore_;
  MergeArguments merge_;
  BisectArguments bisect_;
  ShrinkArguments shrink_;
  ExplainArguments explain_;
  ValidateArguments validate_;
  InitArguments init_;
  SchemaArguments schema_;
  SocketsArguments sockets_;
  VersionArguments version_;
};

Arguments help(const std::vector<std::string>& words) {
  for (size_t i = 1; i < words.size(); ++i) {
    if (words[i].starts_with('-')) continue;
    if (const Command* c = findCommand(words[i]))
      return c->name == "help" ? HelpArguments{overview()} : Parser(*c).parse({"--help"});
    if (const LaterCommand* c = findLater(words[i])) return HelpArguments{laterPage(*c)};
    return UsageError{"help: there is no command '" + words[i] + "'"};
  }
  return HelpArguments{overview()};
}

bool asksForHelp(const std::vector<std::string>& words) {
  return std::find_if(words.begin(), words.end(), [](const std::string& w) { return w == "--help" || w == "-h"; }) !=
         words.end();
}

UsageError unknown(const std::string& word) {
  std::vector<std::string_view> names;
  for (const Command& c : kCommands) names.push_back(c.name);
  for (const LaterCommand& c : kLaterCommands) names.push_back(c.name);
  return {"there is no command '" + word + "'" + didYouMean(word, names) + " (orrery help lists them)"};
}

}  // namespace

Arguments parseArguments(const std::vector<std::string>& words) {
  if (words.empty()) return UsageError{"expected a command (orrery help lists them)"};
  const std::string& name = words[0];
  if (name == "help" || name == "--help" || name == "-h") return help(words);
  if (name == "--version") return VersionArguments{};
  if (const LaterCommand* c = findLater(name)) {
    if (asksForHelp(words)) return HelpArguments{laterPage(*c)};
    return UsageError{name + ": not built yet"};
  }
  const Command* command = findCommand(name);
  if (command == nullptr) return unknown(name);
  return Parser(*command).parse({words.begin() + 1, words.end()});
}

}  // namespace orrery::cli
