#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::sim {

// What a scenario's text is made of, for taking parts of it out: block style YAML, of which a line and all that is indented below
// it is a part. Nothing here knows what a line means.
using StoryLines = std::vector<std::string>;

// Columns before the text; npos: there is none.
size_t indentOf(std::string_view line);
// The line after the last that belongs to line `at`: those that are indented further, and empty ones between them.
size_t blockEnd(const StoryLines& lines, size_t at);
// The line at column 0 that line `at` belongs to.
size_t topOf(const StoryLines& lines, size_t at);

// The line with one of its numbers lower, or one of its quoted texts shorter: the smallest first. Numbers inside words
// ("v3", "http2") and in addresses stay.
std::vector<std::string> simplerForms(std::string_view line);

// The text with one number lower wherever it stands with that unit, if that is in several places: times that belong together.
std::vector<StoryLines> simplerTogether(const StoryLines& lines);

// The story with its bootstrap in it, where it named a file; overrides are part of it then. Nothing: it stands there already, the
// file is no block style YAML, or `proxy` is not written in a way that this knows.
std::optional<StoryLines> withBootstrapInside(const StoryLines& lines, std::string_view bootstrap);

}  // namespace orrery::sim
