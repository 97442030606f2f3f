#!/usr/bin/env python3
"""ci/check-tree and ci/check-format: a planted breach for every rule."""

import shutil
import unittest

from planted import CheckTest, repository

TABLE = 'proxy/base | |\n'


class Tree(CheckTest):
    check = 'check-tree'

    def tree(self, **files):
        return {'ci/layers.txt': TABLE, 'proxy/base/README.md': 'Base.\n', 'proxy/base/a.h': '#pragma once\n'} | files

    def test_passes_a_clean_tree(self):
        self.assertClean(self.tree())

    def test_reports_a_folder_without_readme(self):
        files = self.tree()
        del files['proxy/base/README.md']
        self.assertEqual(self.run_check(files), [('proxy/base', 1, 'readme')])

    def test_reports_a_header_without_pragma_once(self):
        self.assertEqual(self.run_check(self.tree(**{'proxy/base/b.h': '// #pragma once\n'})), [('proxy/base/b.h', 1, 'once')])

    def test_reports_paths_of_one_machine_and_registry_hosts(self):
        for word in ('/ro' 'ot/x', 'see /wo' 'rk/main', '/ho' 'me/someone', 'https://pypi.' 'org/simple', 'crates.' 'io'):
            self.assertEqual(self.run_check(self.tree(**{'ci/notes.md': f'\n{word}\n'})), [('ci/notes.md', 2, 'place')], word)

    def test_reports_debt(self):
        self.assertEqual(self.run_check(self.tree(**{'proxy/base/a.cc': '// TODO(no' 'w): x\n'})), [('proxy/base/a.cc', 1, 'debt')])

    def test_reports_a_file_of_two_ideas(self):
        self.assertEqual(self.run_check(self.tree(**{'proxy/base/a.cc': '\n' * 701})), [('proxy/base/a.cc', 700, 'size')])

    def test_reports_a_breaking_patch_that_does_not_apply(self):
        patch = 'Why.\n\n--- a/proxy/base/a.h\n+++ b/proxy/base/a.h\n@@ -1 +1 @@\n-#pragma {}\n+// broken\n'
        files = {'scenarios/s.yaml': 'claim: x\n', 'scenarios/s.breaking.patch': patch.format('once')}
        self.assertClean(self.tree(**files))
        files['scenarios/s.breaking.patch'] = patch.format('twice')
        self.assertEqual(self.run_check(self.tree(**files)), [('scenarios/s.breaking.patch', 1, 'patch')])

    def test_reports_a_breaking_patch_without_its_story(self):
        patch = '--- a/proxy/base/a.h\n+++ b/proxy/base/a.h\n@@ -1 +1,2 @@\n #pragma once\n+// broken\n'
        self.assertEqual(self.run_check(self.tree(**{'scenarios/s.breaking.patch': patch})), [('scenarios/s.breaking.patch', 1, 'patch')])

    def test_reports_a_template_of_a_case_that_is_not_there(self):
        story = 'claim: x\ncases:\n  # Two.\n  in_time: { after: 1s }\n\n  too_late: { after: 2s }\nlinks: ${after}\n'
        files = {'s/a.yaml': story, 's/b.yaml': 'claim: x\n', 's/a.nginx.conf': 'x\n', 's/a.too_late.haproxy.cfg': 'x\n', 's/b.nginx.conf': 'x\n'}
        self.assertClean(self.tree(**files))
        for name in ('s/a.to_late.nginx.conf', 's/b.in_time.nginx.conf', 's/c.haproxy.cfg', 's/c.in_time.haproxy.cfg'):
            self.assertEqual(self.run_check(self.tree(**files, **{name: 'x\n'})), [(name, 1, 'template')])

    def test_reports_a_mutant_that_does_not_say_what_it_is_or_does_not_apply(self):
        head = 'source:    x#1\nmechanism: m\nexpected:  always\nstory:     scenarios/s.yaml\n\n'
        diff = '--- a/proxy/base/a.h\n+++ b/proxy/base/a.h\n@@ -1 +1 @@\n-#pragma {}\n+// broken\n'
        files = {'scenarios/s.yaml': 'claim: x\n', 'tests/mutants/m.patch': head + diff.format('once')}
        self.assertClean(self.tree(**files))
        for text in (head + diff.format('twice'), head.replace('mechanism', 'what') + diff.format('once'), head.replace('s.yaml', 't.yaml') + diff.format('once'),
                     head + 'patch:     scenarios/gone.breaking.patch\n'):
            files['tests/mutants/m.patch'] = text
            self.assertEqual(self.run_check(self.tree(**files)), [('tests/mutants/m.patch', 1, 'mutant')], text)

    def test_reports_a_race_that_does_not_say_where_it_is(self):
        head = 'mechanism: m\nstory:     scenarios/s.yaml\nplace:     proxy/base/\n\n'
        diff = '--- a/proxy/base/a.h\n+++ b/proxy/base/a.h\n@@ -1 +1 @@\n-#pragma once\n+// broken\n'
        files = {'scenarios/s.yaml': 'claim: x\n', 'tests/races/r.patch': head + diff}
        self.assertClean(self.tree(**files))
        files['tests/races/r.patch'] = head.replace('place', 'where') + diff
        self.assertEqual(self.run_check(self.tree(**files)), [('tests/races/r.patch', 1, 'race')])


@unittest.skipUnless(shutil.which('clang-format-19'), 'needs clang-format-19')
class Format(CheckTest):
    check = 'check-format'

    def test_reports_the_first_place_of_each_file(self):
        files = {'.clang-format': repository('.clang-format'), 'proxy/a.cc': 'int a();\n\nint  b();\nint  c();\n', 'sim/b.h': 'void f( int x );\n',
                 'sim/c.h': 'void f(int x);\n'}
        self.assertEqual(self.run_check(files), [('proxy/a.cc', 3, 'format'), ('sim/b.h', 1, 'format')])
        del files['proxy/a.cc'], files['sim/b.h']
        self.assertClean(files)


if __name__ == '__main__':
    unittest.main()
