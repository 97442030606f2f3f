#!/usr/bin/env python3
"""`orrery run --backend`: the same stories to the simulated proxy and to orrery-proxy on real sockets."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get('ORRERY_BIN', os.path.join(ROOT, 'build/debug/bin'))
ORRERY = os.path.join(BIN, 'orrery')
STORIES = ['scenarios/http/dot_segments_hide_nothing.yaml', 'scenarios/router/a_reply_of_the_proxy_has_the_routes_fields.yaml',
           'scenarios/http/an_error_in_the_middle_of_a_pipeline.yaml', 'scenarios/kernel/latency_grows_while_a_request_runs.yaml']
# It takes half a second, and nginx and HAProxy pass it too.
SHORT = 'scenarios/router/late_answer_after_the_per_try_timeout.yaml'

EXPECTED = ('expected sim, real (orrery-proxy), envoy, nginx or haproxy (from PATH), external:NAME (from PATH) or external:FOLDER/NAME, '
            'all (whoever is there), or some of them with commas between')

FAULTS = """
claim: A lost SYN, a process that stands still, and its end are what they are in the simulated world.
proxy: { bootstrap: bootstraps/edge.yaml }
hosts:
  client:
  straggler:
  origin: { listens: 8080 }
faults:
  - loss 100% on proxy->origin matching syn first 1
  - pause proxy from 1500ms to 2s
  - signal SIGTERM to proxy at 2500ms
  - maybe latency 1s on proxy-origin
story:
  client:
    - connect proxy:10000
    - get / -> late
    - wait 550ms
    - get / -> held
  straggler:
    - wait 2700ms
    - connect proxy:10000
    - get / -> gone
  origin:
    - from then on, answer 200 "hello"
always:
  - late.took >= 1s
  - held.took >= 400ms
  - gone.ended == connect_failed
"""


def orrery(*words, **environment):
    done = subprocess.run([ORRERY, *words], cwd=ROOT, capture_output=True, timeout=250, env={**os.environ, **environment})
    done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()
    return done


def find(name):
    return shutil.which(name, path=os.environ['PATH'] + ':/usr/local/sbin:/usr/sbin')


class Backends(unittest.TestCase):
    def test_the_same_stories_pass_on_real_sockets(self):
        done = orrery('run', *STORIES, '--backend', 'sim,real', '--json')
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        document = json.loads(done.stdout)
        results = {(r['scenario'], r['backend']): r['result'] for r in document['runs']}
        self.assertEqual(len(results), 8)
        for story in STORIES[:3]:
            self.assertEqual(results[story, 'sim'], 'pass')
            self.assertEqual(results[story, 'real'], 'pass')
        self.assertEqual(results[STORIES[3], 'sim'], 'pass')
        self.assertEqual(results[STORIES[3], 'real'], 'skip')
        for run in document['runs']:
            if run['backend'] == 'real' and run['result'] == 'pass':
                self.assertIn('cause', [n['check'] for n in run['not_judged']])

    def test_a_table_has_a_column_for_each(self):
        done = orrery('run', STORIES[1], STORIES[3], '--backend', 'sim,real', '--long')
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        lines = done.stdout.splitlines()
        self.assertEqual(lines[0].split(), ['sim', 'real'])
        self.assertIn('real: 1 passed, 0 failed, 0 errors, 1 skipped', lines)
        self.assertTrue(any('real: `latency 1s on proxy-origin from 5s`: ' in line for line in lines), done.stdout)

    def test_faults_are_done_to_real_processes_and_networks(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(os.path.join(ROOT, 'scenarios/bootstraps'), os.path.join(folder, 'bootstraps'))
            story = os.path.join(folder, 'faults.yaml')
            with open(story, 'w') as file:
                file.write(FAULTS)
            done = orrery('run', story, '--backend', 'sim,real', '--json')
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            real = json.loads(done.stdout)['runs'][1]
            if real['result'] == 'skip':
                self.assertRegex(real['error'], 'network of its own|nft')
                return
            self.assertEqual(real['result'], 'pass', real)
            self.assertIn({'check': 'fault', 'reason': '`maybe latency 1s on proxy-origin`: it strikes by choice, in searches only'}, real['not_judged'])
            # What was not done would be seen.
            for claim in ('late.took >= 1s', 'held.took >= 400ms', 'gone.ended == connect_failed'):
                with open(story, 'w') as file:
                    file.write(FAULTS.replace('  - ' + claim + '\n', '  - not ' + claim + '\n'))
                done = orrery('run', story, '--backend', 'real', '--json')
                self.assertEqual(done.returncode, 1, claim + done.stdout + done.stderr)

    def test_a_story_that_takes_longer_than_the_patience_is_skipped(self):
        done = orrery('run', STORIES[1], '--backend', 'real', '--patience', '100ms', '--long')
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn('longer than --patience', done.stdout)

    def test_all_takes_the_envoy_in_path(self):
        with tempfile.TemporaryDirectory() as folder:
            # It takes Envoy's files and command line.
            os.symlink(os.path.abspath(os.path.join(BIN, 'orrery-proxy')), os.path.join(folder, 'envoy'))
            done = orrery('run', SHORT, '--backend', 'all', '--json', PATH=folder + ':' + os.environ['PATH'])
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        results = [(r['backend'], r['result']) for r in json.loads(done.stdout)['runs']]
        self.assertEqual(results[:3], [('sim', 'pass'), ('real', 'pass'), ('envoy', 'pass')])
        self.assertEqual([name for name, _ in results[3:]], [n for n in ('nginx', 'haproxy') if find(n)])

    def test_nginx_and_haproxy_are_told_what_their_templates_say(self):
        for name in [n for n in ('nginx', 'haproxy') if find(n)]:
            with self.subTest(name):
                done = orrery('run', SHORT, STORIES[3], 'scenarios/router/hedge_won_by_the_first_try.yaml', '--backend', name, '--json')
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                told, fault, hedge = json.loads(done.stdout)['runs']
                self.assertEqual([told['result'], fault['result'], hedge['result']], ['pass', 'skip', 'skip'])
                self.assertIn('does not hedge', hedge['error'])
                # What only Envoy says of itself.
                reasons = [n['reason'] for n in told['not_judged'] if n['check'] in ('always', 'default')]
                self.assertTrue(reasons, told['not_judged'])

    def test_a_template_that_is_wrong_is_an_error_with_its_line(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ('scenarios/bootstraps/route_adds_a_field.yaml', STORIES[1]):
                shutil.copy(os.path.join(ROOT, name), folder)
            path = os.path.join(folder, os.path.basename(STORIES[1]))
            with open(path) as story:
                text = story.read().replace('bootstraps/', '')
            with open(path, 'w') as story:
                story.write(text)
            with open(os.path.join(folder, 'route_adds_a_field.nginx.conf'), 'w') as template:
                template.write('server {\n  listen {{listeners.egde}};\n}\n')
            if not find('nginx'):
                self.skipTest('skipped: nginx is not installed (ci/setup bench installs it)')
            done = orrery('run', path, '--backend', 'nginx')
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertIn("route_adds_a_field.nginx.conf:2: expected one of clusters.origin, http2, listeners.edge, found 'listeners.egde'; "
                      "did you mean 'listeners.edge'?", done.stdout)

    def test_a_claim_that_does_not_hold_there_fails(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        shutil.copy(os.path.join(ROOT, 'scenarios/bootstraps/route_adds_a_field.yaml'), folder.name)
        path = os.path.join(folder.name, 'wrong.yaml')
        with open(os.path.join(ROOT, STORIES[1])) as story, open(path, 'w') as wrong:
            wrong.write(story.read().replace('bootstraps/', '').replace('given_up.status == 504', 'given_up.status == 599'))
        done = orrery('run', path, '--backend', 'real')
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn('`given_up.status == 599` does not hold: given_up.status is 504', done.stdout)
        self.assertIn('--backend real', done.stdout)

    def test_a_program_that_is_no_proxy_is_an_error_with_its_words(self):
        done = orrery('run', STORIES[1], '--backend', 'external:/bin/false')
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertIn('false ended before it served', done.stdout)

    def test_one_line_for_what_cannot_be(self):
        for words, line in [
                (['--backend', 'other'], f"run: --backend: {EXPECTED}, found 'other'\n"),
                (['--backend', 'sim,ngnix'], f"run: --backend: {EXPECTED}, found 'ngnix'; did you mean 'nginx'?\n"),
                (['--backend', '/bin/false'], f"run: --backend: {EXPECTED}, found '/bin/false'; did you mean 'external:/bin/false'?\n"),
                (['--backend', 'false'], f"run: --backend: {EXPECTED}, found 'false'; did you mean 'external:false'?\n"),
                (['--backend', 'external:no_such'],
                 'run: --backend external:no_such: no such program in PATH; external:FOLDER/no_such names one that lies elsewhere\n'),
                (['--backend', 'sim,sim'], "run: --backend: 'sim' is there twice"),
                (['--backend', 'external:/no/such'], 'run: --backend external:/no/such: no such program'),
                (['--backend', 'external:/no/haproxy'], 'run: --backend external:/no/haproxy: no such program'),
                (['--backend', 'real', '--seeds', '2'], 'run: --seeds: expected --backend sim with it, found real'),
                (['--backend', 'real', '--patience', 'long'], 'run: --patience: expected a duration such as 90s'),
        ]:
            done = orrery('run', STORIES[1], *words)
            self.assertEqual(done.returncode, 2, words)
            self.assertIn(line, done.stderr)
            self.assertEqual(done.stderr.count('\n'), 1, done.stderr)


if __name__ == '__main__':
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]])
