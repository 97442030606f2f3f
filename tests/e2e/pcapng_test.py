#!/usr/bin/env python3
"""What `orrery run --pcapng` writes: tshark, which knows nothing of Orrery, reads the capture of every scenario without a malformed packet or a
wrong checksum, sees each segment that the simulator logged, and finds by itself the same retransmissions, closed windows, probes and resets."""

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
TSHARK = shutil.which('tshark')
# Each case of a story is one.
STORIES = [s['scenario'] for s in json.loads(subprocess.run([ORRERY, 'list', 'scenarios', '--json'], cwd=ROOT, capture_output=True).stdout)['scenarios']]

FIELDS = ['frame.time_epoch', 'ip.src', 'ip.dst', 'ipv6.src', 'ipv6.dst', 'tcp.srcport', 'tcp.dstport', 'tcp.seq_raw', 'tcp.len', 'tcp.flags', 'ip.checksum.status',
          'tcp.checksum.status', 'udp.checksum.status', '_ws.malformed', 'tcp.analysis.retransmission', 'tcp.analysis.fast_retransmission',
          'tcp.analysis.spurious_retransmission', 'tcp.analysis.out_of_order', 'tcp.analysis.zero_window', 'tcp.analysis.keep_alive',
          'frame.comment', 'frame.interface_name', 'frame.packet_flags']
GOOD = '1'  # of a checksum's status
# Stories that send what is no HTTP.
MALFORMED = {'scenarios/http/a_request_breaks_when_its_answer_has_begun.yaml': '[Malformed Packet: HTTP],_ws.malformed'}
FLAGS = {'FIN': 1, 'SYN': 2, 'RST': 4, 'PSH': 8, 'ACK': 16}
WALL_START = 1767225600  # of virtual time 0


def run(words):
    done = subprocess.run(words, cwd=ROOT, capture_output=True, timeout=250)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class Packet:
    """One that tshark saw, or that the simulator logged."""

    def __init__(self, ns, source, target, seq, length, flags, window=None):
        self.ns, self.source, self.target, self.seq, self.length, self.flags, self.window = ns, source, target, seq, length, flags, window

    def key(self):
        return (self.ns, self.source, self.target, self.seq, self.length, self.flags)

    def __repr__(self):
        return f'{self.ns} {self.source}>{self.target} seq={self.seq} len={self.length} flags={self.flags}'


def logged(text):
    """TCP segments that left a host, from --print events."""
    pattern = re.compile(r'^(\d+)\.(\d{9}) \S+ segment_sent from=(\S+) to=(\S+) flags=(\S*) seq=(\d+) ack=\d+ window=(\d+) length=(\d+)', re.M)
    out = []
    for m in pattern.finditer(text):
        flags = sum(FLAGS[f] for f in m[5].split(',') if f)
        out.append(Packet(int(m[1]) * 10**9 + int(m[2]), m[3], m[4], int(m[6]), int(m[8]), flags, int(m[7])))
    return out


def dissected(path):
    words = [TSHARK, '-r', path, '-n', '-T', 'fields', '-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE',
             '-o', 'udp.check_checksum:TRUE', '-o', 'tcp.analyze_sequence_numbers:TRUE']
    for field in FIELDS:
        words += ['-e', field]
    code, out, err = run(words)
    if code != 0:
        raise AssertionError(f'tshark: {err}')
    rows = []
    for line in out.splitlines():
        row = dict(zip(FIELDS, line.split('\t')))
        whole, fraction = row['frame.time_epoch'].split('.')
        row['ns'] = (int(whole) - WALL_START) * 10**9 + int(fraction.ljust(9, '0'))
        rows.append(row)
    return rows


def packet(row):
    source, target = (row['ip.' + end] or f"[{row['ipv6.' + end]}]" for end in ('src', 'dst'))
    return Packet(row['ns'], f"{source}:{row['tcp.srcport']}", f"{target}:{row['tcp.dstport']}", int(row['tcp.seq_raw']),
                  int(row['tcp.len']), int(row['tcp.flags'], 16))


class Flow:
    """One direction of a connection: what was sent so far, by the log."""

    def __init__(self):
        self.first = self.next = None

    def judge(self, p):
        """(sent again, probe)"""
        starts = p.flags & FLAGS['SYN']
        if starts and p.seq != self.first:
            self.first, self.next = p.seq, None
        space = p.length + (1 if p.flags & 3 else 0)
        offset = lambda seq: (seq - self.first) % 2**32
        probe = (self.next is not None and p.length <= 1 and not p.flags & 7 and self.first is not None and offset(p.seq) == self.next - 1)
        again = self.next is not None and space > 0 and not probe and offset(p.seq) < self.next and not p.flags & FLAGS['RST']
        if self.first is not None and not p.flags & FLAGS['RST']:
            self.next = max(self.next or 0, offset(p.seq) + space)
        return again, probe


@unittest.skipIf(TSHARK is None, 'skipped: tshark is not installed (ci/setup installs it)')
class Pcapng(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def capture(self, story, *words):
        path = os.path.join(self.folder, 'capture.pcapng')
        code, out, err = run([ORRERY, 'run', story, '--pcapng', path, '--artifacts', self.folder, *words])
        self.assertEqual(code, 0, out + err)
        return path

    def test_every_story_is_read_and_understood(self):
        self.assertGreater(len(STORIES), 10)
        self.found = {'again': 0, 'probe': 0, 'closed': 0}
        for story in STORIES:
            with self.subTest(story):
                self.check(story)
        print(self.found, file=sys.stderr)
        for what, count in self.found.items():
            self.assertGreater(count, 0, f'no story shows {what}: nothing was compared')

    def check(self, story):
        rows = dissected(self.capture(story))
        for row in rows:
            self.assertIn(row['_ws.malformed'], ['', MALFORMED.get(story, '')], row)
            self.assertEqual(row['ip.checksum.status'], '' if row['ipv6.src'] else GOOD, row)  # RFC 8200: IPv6 has none
            self.assertEqual(row['tcp.checksum.status'] + row['udp.checksum.status'], GOOD, row)
        tcp = [row for row in rows if row['tcp.srcport']]
        code, out, err = run([ORRERY, 'run', story, '--print', 'events'])
        self.assertEqual(code, 0, err)
        log = logged(out)
        self.assertEqual([packet(row).key() for row in tcp], [p.key() for p in log])
        flows = {}
        for row, p in zip(tcp, log):
            again, probe = flows.setdefault((p.source, p.target), Flow()).judge(p)
            closed = p.window == 0 and not p.flags & (FLAGS['SYN'] | FLAGS['FIN'] | FLAGS['RST'])
            for what, holds in (('again', again), ('probe', probe), ('closed', closed)):
                self.found[what] += holds
            seen = any(row['tcp.analysis.' + kind] for kind in ('retransmission', 'fast_retransmission', 'spurious_retransmission', 'out_of_order'))
            self.assertEqual(seen, again, f'sent again? {p} {row}')
            self.assertEqual(bool(row['tcp.analysis.keep_alive']), probe, f'probe? {p} {row}')
            self.assertEqual(bool(row['tcp.analysis.zero_window']), closed, f'closed window? {p} {row}')

    def test_faults_are_comments(self):
        rows = dissected(self.capture('scenarios/kernel/a_lost_answer_is_sent_again.yaml'))
        self.assertEqual([r['frame.comment'] for r in rows if r['frame.comment']], ['lost'])
        rows = dissected(self.capture('scenarios/kernel/a_crash_without_fin_is_found_by_the_next_request.yaml'))
        comments = [r['frame.comment'] for r in rows if r['frame.comment']]
        self.assertEqual(len(comments), 1, comments)
        self.assertIn('origin: crash origin at 10s, restart after 5s; origin: starts again', comments[0])

    def test_one_host_is_seen_from_where_it_stands(self):
        story = 'scenarios/kernel/a_lost_answer_is_sent_again.yaml'
        origin = dissected(self.capture(story, '--pcapng-of', 'origin'))
        proxy = dissected(self.capture(story, '--pcapng-of', 'proxy'))
        link = dissected(self.capture(story, '--pcapng-of', 'proxy-origin'))
        self.assertEqual({r['frame.interface_name'] for r in origin}, {'origin'})
        self.assertEqual({r['frame.interface_name'] for r in link}, {'proxy-origin'})
        self.assertEqual(len([r for r in origin if r['frame.packet_flags'] == '0x00000002' and r['tcp.analysis.retransmission']]), 1)
        self.assertFalse([r for r in proxy if r['tcp.analysis.retransmission']])  # the first never came
        self.assertEqual({r['frame.packet_flags'] for r in origin}, {'0x00000001', '0x00000002'})

    def test_an_unknown_host_is_named(self):
        code, out, err = run([ORRERY, 'run', 'scenarios/upstream/route_timeout.yaml', '--pcapng', os.path.join(self.folder, 'x'), '--pcapng-of', 'orign'])
        self.assertEqual(code, 2)
        self.assertIn("--pcapng-of: expected a host of the scenario (proxy, client, origin), or two with '-' between them, found 'orign'; "
                      "did you mean 'origin'?", err)
        code, out, err = run([ORRERY, 'run', 'scenarios', '--pcapng', os.path.join(self.folder, 'x')])
        self.assertEqual(code, 2)
        self.assertIn('expected one run', err)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1], verbosity=2)
