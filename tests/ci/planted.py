"""Synthetic trees for the tests of ci/check-*: files from a dictionary, a check run over them, its breaches as (file, line, rule)."""

import os
import re
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class CheckTest(unittest.TestCase):
    check = ''  # name of the script in ci/

    def run_check(self, files, *args):
        """Breaches that the check reports over a tree of these files: a list of (file, line, rule); and asserts that the exit code agrees."""
        with tempfile.TemporaryDirectory() as tree:
            for path, text in files.items():
                full = os.path.join(tree, path)
                os.makedirs(os.path.dirname(full), exist_ok=True)
                with open(full, 'w', encoding='utf-8') as f:
                    f.write(text)
            done = subprocess.run([os.path.join(ROOT, 'ci', self.check), *args, tree], capture_output=True, text=True)
        found = [(p, int(n), r) for p, n, r in re.findall(r'^(.+?):(\d+): \[([\w-]+)\] ', done.stdout, re.M)]
        self.assertEqual(done.returncode, 1 if found else 0, done.stdout + done.stderr)
        self.assertEqual(len(found), len(done.stdout.splitlines()), done.stdout + done.stderr)
        return found

    def assertClean(self, files):
        self.assertEqual(self.run_check(files), [])


def repository(path):
    with open(os.path.join(ROOT, path), encoding='utf-8') as f:
        return f.read()
