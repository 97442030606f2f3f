#pragma once

namespace orrery::config {

// Where something stands in a text, from 1; 0: in no place that is known (the whole file, the whole line).
struct Mark {
  int line = 0;
  int column = 0;
};

}  // namespace orrery::config
