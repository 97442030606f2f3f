#!/usr/bin/env python3
"""ci/determinism: notices a run that differs, whatever makes it differ, and names the first differing event."""

import os
import subprocess
import sys
import tempfile
import textwrap
import unittest

from planted import ROOT

# A stand-in for `orrery`: two scenarios whose events are fixed, but for what the planted defect does.
STAND_IN = '''
    #!{python}
    import ctypes, hashlib, json, os, sys
    words = sys.argv[1:]
    value = lambda flag, default: words[words.index(flag) + 1] if flag in words else default
    count, seed, jobs = int(value('--seeds', 0)), int(value('--seed', 0)), int(value('--jobs', 2))
    done = 0
    def events(scenario, seed):
        lines = [f'{{i}} ns {{scenario}} event {{(i * 7 + seed) % 13}}' for i in range(20)]
        {defect}
        return lines
    scenarios = ['scenarios/a.yaml', 'scenarios/b.yaml'] if words[1] == 'scenarios' else [words[1]]
    if '--print' in words:
        print('\\n'.join(events(words[1], seed)))
        sys.exit(0)
    runs = []
    for scenario in scenarios:
        for s in range(count) if count else [seed]:
            log = events(scenario, s)
            done += 1
            runs.append(dict(scenario=scenario, seed=s, result='pass', hash=hashlib.sha256('\\n'.join(log).encode()).hexdigest()))
    print(json.dumps(dict(runs=runs, summary={{}})))
    sys.exit({check} if '--check-determinism' in words else 0)
'''


class Determinism(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def program(self, name, defect='pass', check='0'):
        path = os.path.join(self.folder, name)
        with open(path, 'w', encoding='utf-8') as f:
            f.write(textwrap.dedent(STAND_IN).strip().format(python=sys.executable, defect=defect, check=check) + '\n')
        os.chmod(path, 0o755)
        return path

    def run_gates(self, *programs, seeds=5):
        done = subprocess.run([f'{ROOT}/ci/determinism', '--seeds', str(seeds), *programs], capture_output=True, text=True)
        return done.returncode, done.stderr

    def test_passes_equal_programs(self):
        code, log = self.run_gates(self.program('one'), self.program('two'))
        self.assertEqual(code, 0, log)
        self.assertIn('0 failed', log)

    def test_names_scenario_seed_and_first_event_of_another_program(self):
        other = self.program('two', "lines[7] = 'odd' if seed == 3 and 'b' in scenario else lines[7]")
        code, log = self.run_gates(self.program('one'), other)
        self.assertEqual(code, 1, log)
        self.assertIn('first scenarios/b.yaml seed 3', log)
        self.assertIn('first difference: event 8', log)
        self.assertIn('>      8 odd', log)
        self.assertIn('>      8 7 ns scenarios/b.yaml event 0', log)

    def test_notices_what_depends_on(self):
        defects = {
            'the process': "lines[0] = str(os.getpid())",
            'the number of jobs': "lines[0] = str(jobs)",
            'the processor': "lines[0] = os.environ.get('GLIBC_TUNABLES', '')",
            'earlier runs of the process': "lines[0] = str(done > 2)",
        }
        if subprocess.run(['setarch', '-R', 'true'], capture_output=True).returncode == 0:
            defects['address space layout'] = "lines[0] = str(ctypes.CDLL(None).personality(0xffffffff))"
        for what, defect in defects.items():
            with self.subTest(what):
                code, log = self.run_gates(self.program('one', defect))
                self.assertEqual(code, 1, log)
                self.assertIn('DIFFERENT', log)

    def test_notices_a_failing_check_determinism(self):
        code, log = self.run_gates(self.program('one', check='3'))
        self.assertEqual(code, 1, log)

    def test_notices_a_missing_run(self):
        code, log = self.run_gates(self.program('one'), self.program('two', "count = 0; scenarios.clear()"))
        self.assertEqual(code, 1, log)
        self.assertIn('no such run', log)

    def test_notices_a_hash_that_says_nothing(self):
        code, log = self.run_gates(self.program('one', "lines[:] = ['same']"))
        self.assertEqual(code, 1, log)
        self.assertIn('the hash says nothing', log)

    def test_fails_on_a_missing_or_crashing_program(self):
        self.assertEqual(self.run_gates('/nonexistent/orrery')[0], 1)
        self.assertEqual(self.run_gates(self.program('one', 'sys.exit(4)'))[0], 1)


if __name__ == '__main__':
    unittest.main()
