#!/usr/bin/env python3
"""The guided tour of scenarios/README.md: each picture is what `orrery show` draws. With ORRERY_WRITE=1 they are drawn anew."""

import os
import re
import subprocess
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get('ORRERY_BIN', os.path.join(ROOT, 'build/debug/bin'))
PAGE = os.path.join(ROOT, 'scenarios/README.md')
PICTURE = re.compile(r'```\n\$ orrery show (\S+)\n(.*?)```\n', re.DOTALL)


def drawn(match):
    done = subprocess.run([os.path.join(BIN, 'orrery'), 'show', match[1]], cwd=ROOT, capture_output=True, timeout=250)
    assert done.returncode == 0, done.stderr.decode()
    chart = done.stdout.decode().split('\n', 1)[1]  # behind the line of results, whose counts change often
    return f'```\n$ orrery show {match[1]}\n{chart}```\n'


class Tour(unittest.TestCase):
    def test_its_pictures_are_what_orrery_draws(self):
        with open(PAGE) as file:
            page = file.read()
        self.assertGreaterEqual(len(PICTURE.findall(page)), 10)
        now = PICTURE.sub(drawn, page)
        if os.environ.get('ORRERY_WRITE') == '1':
            with open(PAGE, 'w') as file:
                file.write(now)
            return
        for old, new in zip(PICTURE.findall(page), PICTURE.findall(now)):
            self.assertEqual(old, new, 'ORRERY_WRITE=1 tests/e2e/tour_test.py draws them anew')

    def test_its_links_lead_somewhere(self):
        with open(PAGE) as file:
            for link in re.findall(r'\]\(([^)#]+)\)', file.read()):
                self.assertTrue(os.path.exists(os.path.join(ROOT, 'scenarios', link)), link)


if __name__ == '__main__':
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]])
