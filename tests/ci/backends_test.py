#!/usr/bin/env python3
"""ci/backends: what it makes of results and of the listed differences. In the place of `orrery run` stands a program that prints results."""
import json
import os
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LISTED = """
- { backend: nginx, stories: [a.yaml], reason: "it does\\n  otherwise" }
- { backend: haproxy, stories: [a.yaml], sometimes: true, reason: now and then }
"""


class Backends(unittest.TestCase):
    def backends(self, *results, code=0):
        """`results`: (story, back end, result)."""
        with tempfile.TemporaryDirectory() as folder:
            def write(name, text):
                path = os.path.join(folder, name)
                with open(path, 'w') as file:
                    file.write(text)
                os.chmod(path, 0o755)
                return path
            runs = [{'scenario': s, 'backend': b, 'result': r, 'error': 'why not' if r in ('skip', 'error') else '',
                     'failures': [{'check': 'always', 'message': 'it does not hold'}] if r == 'fail' else []} for s, b, r in results]
            program = write('orrery', f'#!{sys.executable}\nprint({json.dumps(json.dumps({"runs": runs}))})\n')
            words = [os.path.join(ROOT, 'ci/backends'), '--orrery', program, '--envoy', '/bin/true', '--differences', write('d.yaml', LISTED), '--reasons']
            done = subprocess.run(words, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout

    def test_what_is_as_claimed_or_listed_is_no_error(self):
        out = self.backends(('a.yaml', 'sim', 'pass'), ('a.yaml', 'nginx', 'fail'), ('b.yaml', 'sim', 'pass'), ('b.yaml', 'nginx', 'skip'))
        self.assertRegex(out, r'a\.yaml +pass +differs')
        self.assertIn('nginx: it does otherwise', out)
        self.assertIn('nginx: why not', out)
        self.assertIn('nginx: 1 differs, 1 skip', out)

    def test_a_difference_that_is_not_listed_is_one(self):
        out = self.backends(('b.yaml', 'sim', 'pass'), ('b.yaml', 'nginx', 'fail'), code=1)
        self.assertRegex(out, r'b\.yaml +pass +FAIL')
        self.assertIn('nginx: check always: it does not hold', out)
        self.backends(('b.yaml', 'sim', 'fail'), code=1)
        self.backends(('b.yaml', 'nginx', 'error'), code=1)

    def test_a_listed_difference_that_is_none_is_one_but_for_those_of_now_and_then(self):
        self.assertRegex(self.backends(('a.yaml', 'nginx', 'pass'), code=1), r'a\.yaml +SAME')
        self.backends(('a.yaml', 'haproxy', 'pass'))
        self.backends(('a.yaml', 'haproxy', 'fail'))

    def test_every_listed_story_is_there(self):
        import yaml
        with open(os.path.join(ROOT, 'tests/backends/differences.yaml')) as file:
            for entry in yaml.safe_load(file):
                self.assertLessEqual({'backend', 'stories', 'reason'}, set(entry))
                for story in entry['stories']:
                    self.assertTrue(os.path.exists(os.path.join(ROOT, story.split('#')[0])), story)


if __name__ == '__main__':
    unittest.main()
