#!/usr/bin/env python3
"""`orrery init` and `orrery schema`: a first scenario for an Envoy file, and what editors check scenarios by."""

import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import jsonschema
import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get('ORRERY_BIN', os.path.join(ROOT, 'build/debug/bin'))
ORRERY = os.path.join(BIN, 'orrery')
BOOTSTRAPS = os.path.join(ROOT, 'scenarios/bootstraps')


class Yaml12(yaml.SafeLoader):
    """Editors read YAML 1.2: `off` is a word."""


Yaml12.yaml_implicit_resolvers = {first: [(tag, pattern) for tag, pattern in resolvers if tag != 'tag:yaml.org,2002:bool']
                                  for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}
Yaml12.add_implicit_resolver('tag:yaml.org,2002:bool', re.compile('^(true|false)$'), list('tf'))


def load(text):
    return yaml.load(text, Yaml12)


def orrery(*words):
    done = subprocess.run([ORRERY, *words], cwd=ROOT, capture_output=True, timeout=250)
    done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()
    return done


def stories():
    return [p for p in glob.glob(os.path.join(ROOT, 'scenarios/*/*.yaml')) if '/bootstraps/' not in p]


class Init(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def test_what_is_written_for_each_bootstrap_passes(self):
        paths = []
        for bootstrap in sorted(b for b in os.listdir(BOOTSTRAPS) if b.endswith('.yaml')):
            folder = os.path.join(self.folder, bootstrap)
            done = orrery('init', os.path.join(BOOTSTRAPS, bootstrap), '-o', folder)
            self.assertEqual(done.returncode, 0, bootstrap + done.stderr)
            paths.append(os.path.join(folder, 'first.yaml'))
        done = orrery('run', *paths, '--json')
        self.assertEqual(done.returncode, 0, done.stdout[-3000:])

    def test_it_says_what_it_wrote_and_what_it_left_out(self):
        done = orrery('init', os.path.join(BOOTSTRAPS, 'ext_authz_other_route.yaml'), '-o', self.folder, '--json')
        self.assertEqual(done.returncode, 0, done.stderr)
        said = json.loads(done.stdout)
        self.assertEqual(said['hosts'], 3)
        self.assertEqual(said['requests'], 1)
        self.assertEqual(said['expectations'], ['root.status == 200'])
        self.assertEqual(len(said['left_out']), 1)
        with open(said['scenario']) as file:
            self.assertEqual(list(load(file)['hosts']), ['client', 'origin', 'checker'])

    def test_nothing_that_exists_is_overwritten(self):
        words = ['init', os.path.join(BOOTSTRAPS, 'edge.yaml'), '-o', self.folder]
        self.assertEqual(orrery(*words).returncode, 0)
        done = orrery(*words)
        self.assertEqual(done.returncode, 2)
        self.assertIn('first.yaml: exists already', done.stderr)

    def test_a_file_that_is_no_bootstrap_is_named_by_its_line(self):
        path = os.path.join(self.folder, 'wrong.yaml')
        with open(path, 'w') as file:
            file.write('static_resources:\n  listener: []\n')
        done = orrery('init', path, '-o', os.path.join(self.folder, 'out'))
        self.assertEqual(done.returncode, 2)
        self.assertIn('wrong.yaml:2:3: error: static_resources.listener', done.stderr)
        self.assertFalse(os.path.exists(os.path.join(self.folder, 'out')))


CASES = '''
claim: a table
proxy: { bootstrap: edge.yaml }
cases:
  right: { status: 200 }
  wrong: { status: 299 }
hosts:
  client:
  origin: { listens: 8080 }
story:
  client: [ connect proxy:10000, get / -> first ]
  origin: [ 'from then on, answer 200 "hello"' ]
always:
  - first.status == ${status}
'''


class Cases(unittest.TestCase):
    def test_each_is_a_scenario_of_its_own(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'table.yaml')
            with open(path, 'w') as file:
                file.write(CASES)
            shutil.copy(os.path.join(BOOTSTRAPS, 'edge.yaml'), folder)
            out = os.path.join(folder, 'out')
            done = orrery('run', path, '--json', '--artifacts', out)
            self.assertEqual(done.returncode, 1, done.stderr)
            results = {r['scenario']: r['result'] for r in json.loads(done.stdout)['runs']}
            self.assertEqual(results, {path + '#right': 'pass', path + '#wrong': 'fail'})
            self.assertEqual(orrery('run', path + '#right').returncode, 0)
            replayed = orrery('replay', os.path.join(out, 'table.wrong.run'))
            self.assertEqual(replayed.returncode, 1, replayed.stdout + replayed.stderr)
            self.assertIn('first.status is 200', replayed.stdout)
            shrunk = orrery('shrink', os.path.join(out, 'table.wrong.run'), '--story', os.path.join(folder, 'small.yaml'))
            self.assertEqual(shrunk.returncode, 0, shrunk.stdout + shrunk.stderr)
            self.assertEqual(orrery('validate', path).returncode, 0)

    def test_each_has_its_own_witness(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'table.yaml')
            with open(path, 'w') as file:
                file.write(CASES.replace('299', '200').replace('always', 'sometimes'))
            shutil.copy(os.path.join(BOOTSTRAPS, 'edge.yaml'), folder)
            self.assertEqual(orrery('run', path, '--write-witness').returncode, 0)
            self.assertEqual(sorted(f for f in os.listdir(folder) if f.endswith('.run')), ['table.right.witness.run', 'table.wrong.witness.run'])
            runs = json.loads(orrery('run', path, '--json').stdout)['runs']
            self.assertEqual([r.get('witness') for r in runs if r['scenario'].endswith('#right')], [None, os.path.join(folder, 'table.right.witness.run')])


class Schema(unittest.TestCase):
    def setUp(self):
        done = orrery('schema')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.validator = jsonschema.Draft7Validator(json.loads(done.stdout))
        self.validator.check_schema(self.validator.schema)

    def test_every_story_is_one(self):
        self.assertGreater(len(stories()), 100)
        for path in stories():
            with open(path) as file:
                self.assertEqual([e.message for e in self.validator.iter_errors(load(file))], [], path)

    def test_the_long_form_of_a_story_is_one(self):
        for path in stories()[::20]:
            done = orrery('validate', '--long', path, '--json')
            self.assertEqual(done.returncode, 0, done.stderr)
            for file in json.loads(done.stdout)['files']:
                self.assertEqual([e.message for e in self.validator.iter_errors(load(file['long']))], [], path)

    def test_what_is_wrong_is_found(self):
        with open(os.path.join(ROOT, 'scenarios/http/websocket_half_close.yaml')) as file:
            text = file.read()
        for wrong in [('story:', 'storry:'), ('claim:', 'clam:'), ('always:', 'allways:')]:
            story = load(text.replace(*wrong))
            self.assertFalse(self.validator.is_valid(story), wrong)


if __name__ == '__main__':
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]])
