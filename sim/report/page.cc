#include "sim/report/page.h"

namespace orrery::sim {

std::string timelinePage(const std::vector<std::string>& runs, std::optional<size_t> difference) {
  size_t size = 32 * 1024;
  for (const std::string& run : runs) size += run.size();
  std::string out;
  out.reserve(size);
  out += "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Orrery</title>\n<style>\n";
  out += kPageStyle;
  out +=
      "</style></head><body>\n<noscript>This page draws a recorded run and needs JavaScript to do "
      "so.</noscript>\n<script>\nconst RUNS = [\n";
  for (const std::string& run : runs) {
    out += run;
    out += ",\n";
  }
  out += "];\nconst DIFFERENCE = ";
  out += difference ? std::to_string(*difference) : "null";
  out += ";\n";
  out += kPageScript;
  return out + "</script></body></html>\n";
}

}  // namespace orrery::sim
