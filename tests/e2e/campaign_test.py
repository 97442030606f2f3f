#!/usr/bin/env python3
"""Searches that go on: a campaign that is killed, one that is spread over shards, and a failing run carried over a git history."""

import glob
import json
import os
import resource
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import yaml

from cli_test import BIN, ORRERY, ROOT, WRONG

STORY = 'scenarios/upstream/retry_hides_the_idle_close.yaml'


class Campaign(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def orrery(self, *words, cwd=ROOT):
        return subprocess.run([ORRERY, *words], cwd=cwd, capture_output=True, timeout=250, text=True)

    # A story whose plain run fails.
    def wrong(self):
        shutil.copy(os.path.join(ROOT, 'scenarios/bootstraps/edge.yaml'), self.folder + '/edge.yaml')
        with open(self.folder + '/wrong.yaml', 'w', encoding='utf-8') as file:
            file.write(WRONG)
        return self.folder + '/wrong.yaml'

    def test_goes_on_where_it_was_killed(self):
        words = ('explore', STORY, '--keep', self.folder + '/kept', '--artifacts', self.folder + '/out', '--json')
        search = subprocess.Popen([ORRERY, *words, '--budget', '200s'], cwd=ROOT, stdout=subprocess.DEVNULL)
        for _ in range(600):
            files = glob.glob(self.folder + '/kept/*.campaign.json')
            if files:
                break
            time.sleep(0.1)
        search.send_signal(signal.SIGKILL)
        search.wait()
        self.assertTrue(files, 'nothing was saved within a minute')
        with open(files[0], encoding='utf-8') as file:
            before = json.load(file)['runs']
        self.assertGreater(before, 0)
        story = json.loads(self.orrery(*words, '--budget', '50runs').stdout)['stories'][0]
        self.assertEqual(story['runs_before'], before)
        with open(files[0], encoding='utf-8') as file:
            self.assertEqual(json.load(file)['runs'], before + 50)

    # A limit of the size of files stands for a disk that is full.
    def test_goes_on_where_it_was_when_the_disk_was_full(self):
        words = [ORRERY, 'explore', STORY, '--keep', self.folder + '/kept', '--artifacts', self.folder + '/out', '--json', '--budget', '50runs']

        def full():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

        self.assertEqual(self.orrery(*words[1:]).returncode, 0)
        done = subprocess.run(words, cwd=ROOT, capture_output=True, timeout=250, text=True, preexec_fn=full)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertRegex(done.stderr, r'orrery: \S+\.campaign\.json: File too large')
        self.assertEqual(json.loads(done.stdout)['stories'][0]['runs_before'], 50)
        story = json.loads(self.orrery(*words[1:]).stdout)['stories'][0]
        self.assertEqual((story['runs_before'], story['runs']), (50, 50))

    def test_shards_go_through_a_domain_together(self):
        kept = [f'{self.folder}/{shard}' for shard in (1, 2)]
        for shard in (1, 2):
            done = self.orrery('explore', STORY, '--keep', kept[shard - 1], '--shard', f'{shard}/2', '--strategy', 'single', '--budget',
                               '100000runs', '--artifacts', self.folder + '/out')
            self.assertEqual(done.returncode, 0, done.stderr)
        merged = self.orrery('merge', *kept, '--json')
        self.assertEqual(merged.returncode, 0, merged.stderr)
        together = json.loads(merged.stdout)['stories'][0]['covered'][0]
        alone = self.orrery('explore', STORY, '--strategy', 'single', '--budget', '100000runs', '--json', '--artifacts', self.folder + '/out')
        alone = json.loads(alone.stdout)['stories'][0]['covered'][0]
        self.assertTrue(together.endswith(', complete'), together)
        self.assertEqual(together.rsplit(': ', 1)[0], alone.rsplit(': ', 1)[0])


    # What the engines would run, two parts of it; and that only a broken claim is no failure.
    def run_parts(self, command, number, **variables):
        campaign = self.folder + '/campaign'
        for part in range(2):
            environment = dict(os.environ, PATH=BIN + ':' + os.environ['PATH'], SCENARIOS=os.path.join(ROOT, STORY), CAMPAIGN=campaign,
                               BUDGET='100runs', TMPDIR=self.folder, **variables)
            environment[number] = str(part)
            done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, timeout=250, text=True)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            for scenarios, code in ((self.wrong(), 0), ('nothing.yaml', 2)):
                other = dict(environment, SCENARIOS=scenarios, CAMPAIGN=self.folder + '/other')
                done = subprocess.run(command, cwd=self.folder, env=other, capture_output=True, timeout=250, text=True)
                self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        merged = json.loads(self.orrery('merge', campaign, '--json').stdout)['stories'][0]
        self.assertEqual((merged['shards'], merged['of'], merged['runs']), ([0, 1], 2, 200))

    def test_the_array_of_slurm_is_a_campaign(self):
        self.run_parts([os.path.join(ROOT, 'ci/campaign/slurm.sh')], 'SLURM_ARRAY_TASK_ID', SLURM_ARRAY_TASK_COUNT='2')

    def test_the_indexed_job_of_kubernetes_is_a_campaign(self):
        with open(os.path.join(ROOT, 'ci/campaign/kubernetes.yaml'), encoding='utf-8') as file:
            job = yaml.safe_load(file)
        self.assertEqual(job['spec']['completionMode'], 'Indexed')
        container = job['spec']['template']['spec']['containers'][0]
        self.assertEqual(str(job['spec']['completions']), next(v['value'] for v in container['env'] if v['name'] == 'SHARDS'))
        self.run_parts(container['command'] + container['args'], 'JOB_COMPLETION_INDEX', SHARDS='2')


class Bisect(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.repository = self.folder + '/repository'
        os.mkdir(self.repository)
        self.git('init', '-q', '-b', 'main')
        shutil.copy(os.path.join(ROOT, 'scenarios/bootstraps/edge.yaml'), self.folder + '/edge.yaml')
        with open(self.folder + '/wrong.yaml', 'w', encoding='utf-8') as file:
            file.write(WRONG)
        done = subprocess.run([ORRERY, 'run', 'wrong.yaml', '--artifacts', 'out'], cwd=self.folder, capture_output=True, timeout=250, text=True)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.run_file = self.folder + '/out/wrong.run'

    def git(self, *words):
        subprocess.run(['git', '-c', 'user.name=t', '-c', 'user.email=t@example.com', *words], cwd=self.repository, check=True, capture_output=True)

    # A commit whose program fails, passes or cannot be built.
    def commit(self, subject, how):
        with open(self.repository + '/program', 'w', encoding='utf-8') as file:
            file.write(f'#!/bin/sh\n# {subject}\n' + (f'exec {ORRERY} "$@"\n' if how == 'fails' else 'echo "{}"\n'))
        os.chmod(self.repository + '/program', 0o755)
        with open(self.repository + '/build.sh', 'w', encoding='utf-8') as file:
            file.write('exit 1\n' if how == 'broken' else 'exit 0\n')
        self.git('add', '.')
        self.git('commit', '-q', '-m', subject)

    def bisect(self, *words):
        return subprocess.run([ORRERY, 'bisect', self.run_file, '--build', 'sh build.sh', '--program', 'program', *words], cwd=self.repository,
                              capture_output=True, timeout=250, text=True)

    def test_names_the_commit_that_broke_a_run(self):
        for subject, how in (('one', 'passes'), ('two', 'passes'), ('three', 'passes'), ('four', 'fails'), ('five', 'fails')):
            self.commit(subject, how)
        for _ in range(2):  # the tree is used again
            done = self.bisect('--good', 'HEAD~4', '--json')
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            document = json.loads(done.stdout)
            self.assertEqual((document['subject'], document['change']), ('four', 'broke'))

    def test_names_the_commit_that_mended_it(self):
        for subject, how in (('one', 'fails'), ('two', 'fails'), ('three', 'passes')):
            self.commit(subject, how)
        done = self.bisect('--good', 'HEAD~2')
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(' mended it: three', done.stdout)

    def test_says_what_cannot_be_told(self):
        for subject, how in (('one', 'passes'), ('two', 'broken'), ('three', 'fails')):
            self.commit(subject, how)
        done = self.bisect('--good', 'HEAD~2')
        self.assertEqual(done.returncode, 2)
        self.assertIn('it does not build', done.stdout)
        self.assertIn('what is left are commits that cannot be told', done.stderr)
        self.commit('four', 'fails')
        done = self.bisect('--good', 'HEAD~1')
        self.assertEqual(done.returncode, 2)
        self.assertIn('expected it to do so at one of them only', done.stderr)


if __name__ == '__main__':
    unittest.main()
