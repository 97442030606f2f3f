#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/explore/shard.h"

namespace orrery::cli {

// The command line as plain values, one struct a command. CLI11 is behind it and nowhere else.

struct CommonArguments {
  bool json = false;
  bool colorAuto = true;  // --color auto|never
};

struct RunArguments : CommonArguments {
  std::vector<std::string> paths;
  uint64_t seed = 0;
  uint64_t seeds = 0;  // 0: only `seed`
  uint64_t jobs = 0;   // 0: one for each processor
  std::string filter;
  std::string backend = "sim";
  std::string patience = "60s";  // for stories on real proxies
  std::string artifacts = "out";
  bool checkDeterminism = false;
  bool printEvents = false;
  bool writeWitness = false;
  bool marks = false;
  std::string pcapng;    // file; empty: none
  std::string pcapngOf;  // "HOST" or "HOST-HOST"; empty: all
  std::string junit;     // files; empty: none
  std::string sarif;
  sim::Shard shard;
  bool details = false;  // --long
};

struct ListArguments : CommonArguments {
  std::vector<std::string> paths;
  bool details = false;
};

struct ReplayArguments : CommonArguments {
  std::string file;
  std::string scenario;  // instead of the one in the file
  std::string until;     // seconds of virtual time; empty: the end
  bool printEvents = false;
  bool loose = false;
  std::string pcapng;
  std::string pcapngOf;
};

struct ShowArguments : CommonArguments {
  std::string file;
  std::string scenario;  // instead of the one in the file
  std::string html;
  std::string perfetto;
  std::string pcapng;
  std::string pcapngOf;
};

struct DiffArguments : CommonArguments {
  std::string first;
  std::string second;
  std::string html;
};

struct ExploreArguments : CommonArguments {
  std::vector<std::string> paths;
  std::string budget = "10s";           // of all stories together
  std::vector<std::string> strategies;  // empty: the portfolio
  uint64_t jobs = 0;                    // 0: one for each processor
  uint64_t seed = 0;
  std::string artifacts = "out";
  std::string keep;   // folder; empty: none
  std::string junit;  // files; empty: none
  std::string sarif;
  bool noShrink = false;
  bool first = false;  // a story ends at its first failure
  bool marks = false;
  sim::Shard shard;
};

struct MergeArguments : CommonArguments {
  std::vector<std::string> folders;
  std::string output;  // folder; empty: only printed
};

struct BisectArguments : CommonArguments {
  std::string file;
  std::string scenario;  // instead of the one in the file
  std::string good;      // revisions
  std::string bad = "HEAD";
  std::string build = "ci/build release orrery";  // shell command, from the top of a checkout
  std::string program = "build/release/bin/orrery";
  std::string tree;  // folder for the checkouts; empty: build/bisect of the repository
};

struct ShrinkArguments : CommonArguments {
  std::string file;
  std::string scenario;  // instead of the one in the file
  std::string output;    // empty: <file>.small.run, or beside `story`
  std::string story;     // file for a smaller scenario too; empty: the scenario stays
  uint64_t runs = 10'000;
};

struct ExplainArguments : CommonArguments {
  std::string file;
  std::string scenario;  // instead of the one in the file
};

struct ValidateArguments : CommonArguments {
  std::vector<std::string> files;
  bool strict = false;
  bool details = false;
};

struct InitArguments : CommonArguments {
  std::string file;
  std::string output = ".";  // folder
};

struct SchemaArguments : CommonArguments {
  bool markdown = false;
};

// Output is JSON lines in any case.
struct SocketsArguments : CommonArguments {
  std::string file;
  std::string backend = "sim";
};

struct VersionArguments : CommonArguments {};

// Text to print, for --help and `help`.
struct HelpArguments {
  std::string text;
};

// Wrong use: one line.
struct UsageError {
  std::string message;
};

using Arguments =
    std::variant<RunArguments, ListArguments, ReplayArguments, ShowArguments, DiffArguments, ExploreArguments,
                 MergeArguments, BisectArguments, ShrinkArguments, ExplainArguments, ValidateArguments, InitArguments,
                 SchemaArguments, SocketsArguments, VersionArguments, HelpArguments, UsageError>;

// `words` without the program's name.
Arguments parseArguments(const std::vector<std::string>& words);

}  // namespace orrery::cli
