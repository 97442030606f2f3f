#!/usr/bin/env python3
"""The page that `orrery show --html` writes, opened in a headless Chromium: it draws without an error, finds, selects and marks. Where there is no
Chromium (`ci/setup clients` installs it) these tests are skipped by name."""

import html
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
WITNESS = os.path.join(ROOT, 'scenarios/upstream/idle_close_races_reuse.witness.run')
CHROMIUM = shutil.which('chromium')

# What a person would do, and what is then to be seen. It ends in the page's title, which --dump-dom shows.
PROBE = '''<script>
onerror = (message) => { document.title = "ERROR " + message; };
setTimeout(() => {
  const press = (key) => dispatchEvent(new KeyboardEvent("keydown", { key }));
  const view = views[0], out = { rows: view.rows.length, events: view.run.events.length, arrows: view.arrows.length, bars: view.bars.length };
  const began = performance.now();
  press("a"); out.all = view.rows.length;
  press("End"); out.last = view.selected; press("Home"); out.first = view.selected; press("ArrowDown"); out.second = view.selected;
  press("+"); press("-"); press("-");
  search.value = "segment_sent"; search.dispatchEvent(new Event("input")); out.matches = view.matches.size;
  press("n"); out.onMatch = view.matches.has(view.selected);
  press("d"); out.difference = DIFFERENCE === null ? null : views.map((v) => v.selected);
  views.forEach((v) => v.draw());
  const pixels = view.canvas.getContext("2d").getImageData(0, 0, view.canvas.width, view.canvas.height).data;
  out.colours = new Set(new Uint32Array(pixels.buffer)).size;
  out.detail = footer.textContent;
  out.ms = performance.now() - began;
  document.title = "DONE " + JSON.stringify(out);
}, 300);
</script>'''


def orrery(*words):
    return subprocess.run([ORRERY, *words], cwd=ROOT, capture_output=True, text=True, timeout=120)


@unittest.skipUnless(CHROMIUM, 'no Chromium here')
class Page(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def probe(self, page):
        """What the probe saw on the page."""
        with open(page, encoding='utf-8') as f:
            text = f.read()
        probed = self.path('probed.html')
        with open(probed, 'w', encoding='utf-8') as f:
            f.write(text.replace('</body>', PROBE + '</body>'))
        done = subprocess.run([CHROMIUM, '--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--window-size=1400,900',
                               '--user-data-dir=' + self.path('profile'), '--virtual-time-budget=20000', '--dump-dom', 'file://' + probed],
                              capture_output=True, text=True, timeout=120)
        title = re.search(r'<title>(.*?)</title>', done.stdout, re.S)
        self.assertIsNotNone(title, done.stdout[:500] + done.stderr[-500:])
        self.assertTrue(title[1].startswith('DONE '), title[1])
        return json.loads(html.unescape(title[1][5:]))

    def test_a_run_is_drawn_searched_and_stepped_through(self):
        page = self.path('a.html')
        done = orrery('show', WITNESS, '--html', page)
        self.assertEqual(done.returncode, 0, done.stderr)
        seen = self.probe(page)
        self.assertGreater(seen['rows'], 10)
        self.assertEqual(seen['all'], seen['events'])
        self.assertGreater(seen['arrows'], 10)
        self.assertGreater(seen['bars'], 5)
        self.assertEqual((seen['first'], seen['second'], seen['last']), (0, 1, seen['events'] - 1))
        self.assertGreater(seen['matches'], 0)
        self.assertTrue(seen['onMatch'])
        self.assertIn('segment_sent', seen['detail'])
        self.assertIn('arrives: ', seen['detail'])
        self.assertGreater(seen['colours'], 20)

    def test_two_runs_stand_beside_each_other_with_their_difference(self):
        page = self.path('b.html')
        other = os.path.join(ROOT, 'scenarios/upstream/retry_hides_the_idle_close.witness.run')
        done = orrery('diff', WITNESS, other, '--html', page)
        self.assertEqual(done.returncode, 1, done.stderr)
        seen = self.probe(page)
        self.assertEqual(len(seen['difference']), 2)
        self.assertEqual(seen['difference'][0], seen['difference'][1])

    def test_a_run_of_100_000_events_opens(self):
        story = self.path('many.yaml')
        with open(story, 'w', encoding='utf-8') as f:
            f.write(f"claim: Many requests.\nproxy: {{ bootstrap: {ROOT}/scenarios/bootstraps/edge.yaml }}\nhosts:\n  client:\n"
                    '  origin: { listens: 8080 }\nstory:\n  client:\n    - load 8 connections to proxy:10000, 3500 requests, get /\n'
                    '  origin:\n    - from then on, answer 200 body 100\n')
        page = self.path('many.html')
        done = orrery('show', story, '--html', page)
        self.assertEqual(done.returncode, 0, done.stderr)
        seen = self.probe(page)
        self.assertGreater(seen['events'], 100_000)
        self.assertEqual((seen['first'], seen['second'], seen['last']), (0, 1, seen['events'] - 1))
        self.assertTrue(seen['onMatch'])


if __name__ == '__main__':
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]])
