#!/usr/bin/env python3
"""The `orrery` command: what scripts may rely on, and one clear line for every kind of bad input."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get('ORRERY_BIN', os.path.join(ROOT, 'build/debug/bin'))
ORRERY = os.path.join(BIN, 'orrery')
STORY = 'scenarios/upstream/idle_close_races_reuse.yaml'
BOOTSTRAP = 'scenarios/bootstraps/edge.yaml'

# A story whose claim is wrong: the plain run fails.
WRONG = '''
claim: the origin answers 299
proxy: { bootstrap: edge.yaml }
hosts:
  client:
  origin: { listens: 8080 }
story:
  client:
    - connect proxy:10000
    - get / -> first
  origin:
    - accept
    - answer 200 "hello"
always:
  - first.status == 299
'''

CALLS = '''{"host":"a","op":"socket","s":"l"}
{"op":"bind","s":"l","addr":"a:80"}
{"op":"listen","s":"l","backlog":8}
{"host":"b","op":"socket","s":"c"}
{"op":"connect","s":"c","addr":"a:80"}
{"op":"accept","s":"l","as":"d"}
{"op":"write","s":"c","data":"text"}
{"op":"read","s":"d","n":10}
{"op":"shutdown","s":"d","how":"wr"}
{"op":"poll","s":"c"}
{"op":"state","s":"c"}
'''


class Cli(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        shutil.copy(os.path.join(ROOT, BOOTSTRAP), os.path.join(self.folder, 'edge.yaml'))

    def orrery(self, *words, cwd=ROOT):
        done = subprocess.run([ORRERY, *words], cwd=cwd, capture_output=True, timeout=250)
        done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()
        return done

    def document(self, *words, code=0):
        done = self.orrery(*words, '--json')
        self.assertEqual(done.returncode, code, done.stderr + done.stdout[-2000:])
        return json.loads(done.stdout)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, 'wb') as f:
            f.write(text if isinstance(text, bytes) else text.encode())
        return path

    def refused(self, words, *expected):
        """Exit code 2, nothing on standard output, one line on standard error that holds these words."""
        done = self.orrery(*words)
        self.assertEqual(done.returncode, 2, f'{words}: {done.stdout}{done.stderr}')
        self.assertEqual(done.stdout, '')
        self.assertEqual(done.stderr.count('\n'), 1, done.stderr)
        for word in expected:
            self.assertIn(word, done.stderr)
        return done.stderr

    # --- runs ---

    def test_the_sample_scenario_runs_as_it_stands(self):
        run = self.document('run', STORY)['runs'][0]
        self.assertEqual(run['result'] in ('pass', 'unshown'), True, run)
        for key in ('scenario', 'claim', 'backend', 'seed', 'result', 'not_judged', 'hash', 'events', 'choices', 'virtual_ns', 'wall_ns',
                    'failures', 'repeat'):
            self.assertIn(key, run)
        self.assertRegex(run['hash'], '^[0-9a-f]{16}$')
        self.assertGreaterEqual(run['virtual_ns'], 60_000_000_000)
        self.assertEqual((run['scenario'], run['backend'], run['seed']), (STORY, 'sim', 0))

    def test_all_scenarios_pass_and_are_the_same_twice_and_with_any_number_of_jobs(self):
        def hashes(*words):
            document = self.document('run', 'scenarios', '--seeds', '5', *words)
            self.assertEqual(document['summary']['fail'] + document['summary']['error'], 0)
            return [(r['scenario'], r['seed'], r['hash'], r['result']) for r in document['runs']]

        first = hashes('--jobs', '1')
        self.assertEqual(len({h for _, _, h, _ in first}) > 5, True)
        self.assertEqual(first, hashes('--jobs', '1'))
        self.assertEqual(first, hashes('--jobs', '8'))

    def test_every_race_has_a_witness_that_shows_it(self):
        document = self.document('run', 'scenarios')
        self.assertEqual([s for s in document['stories'] if s['unshown']], [])

    def test_repeat_lines_work_when_pasted(self):
        for run in self.document('run', 'scenarios/upstream', '--seeds', '2')['runs']:
            done = subprocess.run(run['repeat'] + ' --json', shell=True, cwd=ROOT, capture_output=True, timeout=250)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(json.loads(done.stdout)['runs'][0]['hash'], run['hash'])

    def test_check_determinism_passes(self):
        done = self.orrery('run', 'scenarios', '--seeds', '3', '--check-determinism')
        self.assertEqual(done.returncode, 0, done.stdout[-2000:])
        self.assertRegex(done.stdout, r'determinism: [\d,]+ repetitions .*all equal')

    def test_events_are_one_line_each_and_equal_every_time(self):
        run = self.document('run', STORY, '--seed', '3')['runs'][0]
        lines = self.orrery('run', STORY, '--seed', '3', '--print', 'events').stdout
        self.assertEqual(lines.count('\n'), run['events'])
        self.assertEqual(lines, self.orrery('run', STORY, '--seed', '3', '--print', 'events').stdout)
        for word in ('segment_sent', 'timer_armed', 'choice', 'flags=SYN'):
            self.assertIn(word, lines)

    def test_seeds_give_different_runs(self):
        runs = self.document('run', STORY, '--seeds', '20')['runs']
        self.assertEqual([r['seed'] for r in runs if 'witness' not in r], list(range(20)))
        self.assertGreater(len({r['hash'] for r in runs}), 10)

    def test_list_and_version(self):
        lines = self.orrery('list', 'scenarios').stdout.splitlines()
        self.assertEqual(lines, sorted(lines))
        self.assertTrue(any(line.startswith(STORY + ': An origin that closes') for line in lines))
        self.assertEqual(len(self.document('list', 'scenarios')['scenarios']), len(lines))
        self.assertNotEqual(self.document('version')['preset'], '')

    # --- failures and replay ---

    def failing_run(self):
        story = self.write('wrong.yaml', WRONG)
        done = self.orrery('run', story, '--artifacts', self.folder + '/out')
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        return done.stdout, self.folder + '/out/wrong.run'

    def test_a_failure_tells_its_story(self):
        told, run = self.failing_run()
        self.assertTrue(told.startswith(f'FAIL {self.folder}/wrong.yaml\n  claim     the origin answers 299\n  broken at '), told)
        for pattern in (r'broken at \d+\.\d{9} s by check always: .*first.status == 299', r'\n  seed 0, [\d,]+ events, [\d,]+ choices\n',
                        r'\n     time +client +proxy w0 +origin\n', r'──GET / #1─+▶', r'◀──200 #1', r'\n  repeat: .*orrery replay ' + re.escape(run) + '\n'):
            self.assertRegex(told, pattern)

    def test_replay_repeats_a_failure_to_the_same_hash(self):
        told, run = self.failing_run()
        document = self.document('replay', run, code=1)
        self.assertEqual((document['replay']['mode'], document['replay']['exact']), ('strict', True))
        with open(run, encoding='utf-8') as f:
            self.assertIn('\nhash ' + document['runs'][0]['hash'] + '\n', f.read())
        command = re.search(r'repeat: (.*)', told).group(1)
        done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, timeout=250)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(b'repeated exactly', done.stdout)

    def test_replay_of_a_random_walk_repeats_its_deviations(self):
        story = self.write('wrong.yaml', WRONG)
        failed = self.orrery('run', story, '--seed', '11', '--artifacts', self.folder + '/out')
        self.assertEqual(failed.returncode, 1)
        document = self.document('replay', self.folder + '/out/wrong.run', code=1)
        self.assertEqual(document['replay']['exact'], True)
        self.assertEqual(document['replay']['fit']['left_over'], 0)

    def test_a_file_that_the_bootstrap_names_is_held_by_the_run(self):
        notice = self.write('notice', 'closed')
        body = '{ filename: "%s" }' % notice
        self.write('wrong.yaml', WRONG.replace('{ bootstrap: edge.yaml }', '\n  bootstrap: edge.yaml\n  overrides:\n'
                   '    ...virtual_hosts[0].routes: [ { match: { prefix: / }, direct_response: { status: 503, body: %s } } ]' % body))
        failed = self.orrery('run', self.folder + '/wrong.yaml', '--artifacts', self.folder + '/out')
        self.assertEqual(failed.returncode, 1, failed.stdout + failed.stderr)
        os.remove(notice)
        document = self.document('replay', self.folder + '/out/wrong.run', code=1)
        self.assertEqual((document['replay']['mode'], document['replay']['exact']), ('strict', True))

    def changed(self, run, pattern, to):
        """The .run file with one text changed, its integrity line left as it was."""
        with open(run, encoding='utf-8') as f:
            text = f.read()
        self.assertRegex(text, pattern)
        return self.write('changed.run', re.sub(pattern, to, text, count=1))

    def test_run_files_that_cannot_be_trusted_are_refused(self):
        _, run = self.failing_run()
        with open(run, 'rb') as f:
            good = f.read()
        self.refused(['replay', self.changed(run, 'seed 0', 'seed 1')], 'changed.run', 'damaged')
        self.refused(['replay', self.write('cut.run', good[:-40])], 'cut.run', 'cut off')
        self.refused(['replay', self.write('half.run', good[:len(good) // 2])], 'half.run', 'cut off')
        self.refused(['replay', self.write('bit.run', good[:100] + bytes([good[100] ^ 1]) + good[101:])], 'bit.run')
        self.refused(['replay', self.changed(run, 'orrery-run 1', 'orrery-run 2')], 'line 1', 'format version 2', 'reads version 1')
        self.refused(['replay', os.path.join(self.folder, 'edge.yaml')], 'edge.yaml', 'line 1', 'no .run file')
        self.refused(['replay', self.write('empty.run', b'')], 'empty.run')
        self.refused(['replay', self.write('noise.run', hashlib.sha512(b'noise').digest() * 100)], 'noise.run', 'no .run file')
        self.refused(['replay', self.folder + '/missing.run'], 'missing.run', 'No such file')

    def test_a_changed_scenario_is_replayed_loosely_with_one_warning(self):
        _, run = self.failing_run()
        self.write('wrong.yaml', WRONG.replace('299', '200'))
        done = self.orrery('replay', run)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(done.stderr.count('\n'), 1, done.stderr)
        self.assertIn('the scenario has changed: replayed loosely', done.stderr)
        self.assertIn('it does not fail here', done.stdout)

    def test_a_changed_origin_still_fails_in_the_same_way(self):
        _, run = self.failing_run()
        self.write('wrong.yaml', WRONG.replace('"hello"', '"other"'))
        done = self.orrery('replay', run)
        self.assertEqual(done.returncode, 1)
        self.assertIn('replayed loosely: the same failure: check always', done.stdout)

    # --- bad input ---

    # --- scripts of socket calls ---

    def test_a_script_of_socket_calls_answers_alike_on_both_kernels(self):
        script = self.write('calls.jsonl', CALLS)
        simulated = self.orrery('sockets', script)
        self.assertEqual(simulated.returncode, 0, simulated.stderr)
        answers = [json.loads(line) for line in simulated.stdout.splitlines()]
        self.assertEqual(len(answers), CALLS.count('\n'))
        self.assertEqual(answers[7], {'op': 'read', 's': 'd', 'ret': 4, 'bytes': 4, 'text': 'text'})
        self.assertEqual(answers[9], {'op': 'poll', 's': 'c', 'ret': 1, 'flags': ['in', 'out', 'rdhup']})
        self.assertEqual(answers[10], {'op': 'state', 's': 'c', 'ret': 0, 'state': 'CLOSE_WAIT'})
        real = self.orrery('sockets', script, '--backend', 'real')
        self.assertEqual(real.returncode, 0, real.stderr)
        self.assertEqual(real.stdout, simulated.stdout)
        piped = subprocess.run([ORRERY, 'sockets', '-'], input=CALLS.encode(), capture_output=True, timeout=60)
        self.assertEqual(piped.stdout.decode(), simulated.stdout)

    def test_scripts_of_socket_calls_that_cannot_be_used(self):
        script = self.write('calls.jsonl', CALLS + '{"op":"reed","s":"c","n":1}\n')
        self.refused(['sockets', script], "calls.jsonl:12: op: there is no operation 'reed'; did you mean 'read'?")
        self.refused(['sockets', self.folder + '/missing.jsonl'], 'missing.jsonl: No such file')
        self.refused(['sockets', script, '--backend', 'windows'], '--backend', 'windows')
        self.refused(['sockets'], 'FILE')

    def test_wrong_use(self):
        for words, expected in (([], 'expected a command'), (['rum'], "did you mean 'run'"), (['run'], 'PATH'),
                                (['run', STORY, '--nonsense'], '--nonsense'), (['run', STORY, '--seeds', 'x'], '--seeds'),
                                (['run', STORY, '--backend', 'moon'], 'expected sim'),
                                (['run', STORY, '--filter', '('], 'regular expression'), (['import', STORY], 'not built yet'), (['show', 'README.md'], 'no .run file')):
            self.refused(words, expected)

    def test_explore_finds_a_race_makes_it_small_and_explains_it(self):
        # The story says that the race costs a 503 at times; whoever claims that it never does is wrong, and the plain run does not show it.
        shutil.copy(os.path.join(ROOT, BOOTSTRAP), self.folder + '/edge.yaml')
        with open(os.path.join(ROOT, STORY), encoding='utf-8') as file:
            text = file.read().replace('second.status in [200, 503]', 'second.status == 200').replace('bootstraps/edge.yaml', 'edge.yaml')
        story = self.folder + '/naive.yaml'
        with open(story, 'w', encoding='utf-8') as file:
            file.write(text)
        self.assertEqual(self.orrery('run', story).returncode, 0)
        words = ('explore', story, '--budget', '1000runs', '--json', '--artifacts', self.folder + '/out')
        documents = []
        for jobs in ('1', '4'):
            done = self.orrery(*words, '--jobs', jobs)
            self.assertEqual(done.returncode, 1, done.stderr)
            documents.append(json.loads(done.stdout)['stories'][0])
            for clock in ('wall_ns', 'forked'):
                documents[-1].pop(clock)
        self.assertEqual(documents[0], documents[1])
        found = documents[0]['failures'][0]
        self.assertEqual(found['cause'], 'second.status == 200')
        self.assertLessEqual(len(found['deviations']), 2)
        self.assertIn('complete', documents[0]['covered'][1])
        replayed = self.orrery('replay', found['run_file'])
        self.assertEqual(replayed.returncode, 1)
        self.assertIn('repeated exactly', replayed.stdout)
        explained = self.orrery('explain', found['run_file'], '--json')
        self.assertEqual(explained.returncode, 0, explained.stderr)
        self.assertIn('decides', [i['verdict'] for i in json.loads(explained.stdout)['interventions']])
        # A smaller story in which the plain run still passes and the race still breaks the claim.
        small = self.folder + '/small.yaml'
        shrunk = self.orrery('shrink', found['run_file'], '--story', small)
        self.assertEqual(shrunk.returncode, 0, shrunk.stderr)
        with open(small, encoding='utf-8') as file:
            proxy, story = file.read().split('\nhosts:')
        self.assertIn('static_resources', proxy)  # its bootstrap is in it
        self.assertLess(story.count('\n'), text.split('\nhosts:')[1].count('\n') - 5)
        self.assertEqual(self.orrery('run', small).returncode, 0)
        self.assertEqual(self.orrery('replay', self.folder + '/small.run').returncode, 1)

    def test_races_are_shown_without_their_witnesses(self):
        strategies = [word for s in ('alike', 'single', 'swarm', 'pct', 'delay', 'pos', 'starve', 'walk') for word in ('--strategy', s)]
        for story in ('upstream/idle_close_races_reuse', 'upstream/retry_hides_the_idle_close', 'downstream/idle_timeout_crosses_a_request'):
            done = self.orrery('explore', f'scenarios/{story}.yaml', '--budget', '2000runs', '--json', '--artifacts', self.folder + '/out', *strategies)
            self.assertEqual(done.returncode, 0, done.stderr)
            for mark in json.loads(done.stdout)['stories'][0]['sometimes']:
                self.assertGreater(mark['runs'], 0, (story, mark))

    def test_every_command_has_help(self):
        for command in ('run', 'list', 'replay', 'validate', 'version', 'help', 'explore', 'shrink', 'explain', 'diff', 'show', 'import',
                        'replay-trace', 'sockets', 'bisect', 'merge', 'init'):
            done = self.orrery(command, '--help')
            self.assertEqual(done.returncode, 0)
            self.assertIn('Example:\n  orrery ', done.stdout)

    def test_scenarios_that_cannot_be_used(self):
        where = self.folder + '/bad.yaml'
        cases = (
            (b'claim: "unfinished\nstory: [', ()),
            (b'\xff\xfe\x00garbage', ()),
            (b'', ()),
            (WRONG.replace('claim:', 'clame:').encode(), ("claim",)),
            (WRONG.replace('{ listens: 8080 }', '{ listens: many }').encode(), ('hosts', 'listens')),
            (WRONG.replace('    - connect proxy:10000', '    - connect nowhere:10000').encode(), ('nowhere',)),
            (WRONG.replace('    - get / -> first', '    - fetch / -> first').encode(), ('story.client[1]', 'fetch')),
            (WRONG.replace('edge.yaml', 'missing.yaml').encode(), ('missing.yaml',)),
            (WRONG.replace('first.status == 299', 'second.status == 299').encode(), ('second',)),
            (WRONG.replace('hosts:', 'hosts: 7\nx:').encode(), ()),
        )
        for text, expected in cases:
            path = self.write('bad.yaml', text)
            done = self.orrery('run', path)
            self.assertEqual(done.returncode, 2, f'{text}: {done.stdout}{done.stderr}')
            self.assertEqual(done.stdout, '')
            self.assertTrue(done.stderr.startswith(where), done.stderr)
            self.assertRegex(done.stderr.splitlines()[0], r'^\S+\.yaml(:\d+)?(:\d+)?: error: ')
            for word in expected:
                self.assertIn(word, done.stderr)
            self.assertEqual(self.orrery('validate', path).returncode, 2)

    def test_bootstraps_that_cannot_be_used(self):
        with open(os.path.join(ROOT, BOOTSTRAP), encoding='utf-8') as f:
            good = f.read()
        cases = (
            good.replace('static_resources:', 'static_resources:\n  nonsense: 1', 1),
            good.replace('port_value: 10000', 'port_value: many', 1),
            good.replace('port_value: 10000', 'port_value: 70000', 1),
            good + '\n  : : :\n\t[',
        )
        self.write('story.yaml', WRONG.replace('299', '200'))
        for text in cases:
            self.assertNotEqual(text, good)
            path = self.write('edge.yaml', text)
            for command in ('run', 'validate'):
                done = self.orrery(command, self.folder + '/story.yaml' if command == 'run' else path)
                self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
                self.assertRegex((done.stderr + done.stdout).splitlines()[0], r'edge\.yaml:\d+:\d+: error: ')

    def test_validate(self):
        done = self.orrery('validate', BOOTSTRAP, STORY)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        files = self.document('validate', BOOTSTRAP, STORY)['files']
        self.assertEqual([f['kind'] for f in files], ['bootstrap', 'scenario'])
        long = self.orrery('validate', '--long', STORY).stdout
        self.assertIn('path: /', long)

    @unittest.skipIf(os.geteuid() == 0, 'root reads everything')
    def test_an_unreadable_file(self):
        path = self.write('secret.yaml', WRONG)
        os.chmod(path, 0)
        self.refused(['run', path], 'secret.yaml', 'Permission denied')

    def test_a_folder_in_a_files_place(self):
        self.refused(['replay', self.folder], 'Is a directory')
        done = self.orrery('validate', self.folder)
        self.assertEqual(done.returncode, 2)
        self.assertIn('Is a directory', done.stdout)

    def test_with_json_there_is_a_document_even_when_nothing_works(self):
        self.assertIn('No such file', self.document('run', self.folder + '/nowhere', code=2)['errors'][0])

    def test_an_error_of_our_own_is_exit_code_4(self):
        with open('/dev/full', 'w', encoding='utf-8') as full:
            done = subprocess.run([ORRERY, 'list', 'scenarios'], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, timeout=250)
        self.assertEqual(done.returncode, 4)
        self.assertEqual(done.stderr.count(b'\n'), 1)

    def test_paths_that_lead_nowhere(self):
        self.refused(['run', self.folder + '/nowhere'], 'nowhere: No such file')
        os.mkdir(self.folder + '/empty')
        self.refused(['run', self.folder + '/empty'], 'expected scenarios', 'found none')
        self.refused(['list', self.folder + '/nowhere'], 'nowhere: No such file')
        os.symlink('loop', self.folder + '/loop')
        self.refused(['run', self.folder + '/loop'], 'loop')


if __name__ == '__main__':
    if not os.access(ORRERY, os.X_OK):
        sys.exit(f'{ORRERY} is not built')
    unittest.main()
