#!/usr/bin/env python3
"""ci/check-layers: a planted breach for every row of ci/layers.txt, against every folder and library that the row does not name."""

import sys
import unittest

from planted import CheckTest, ROOT, repository

sys.path.insert(0, f'{ROOT}/ci')
from checks import source  # noqa: E402

TABLE = repository('ci/layers.txt')
ROWS = source.Table(TABLE).rows
HEADERS = {  # one header of each library
    'fmt': 'fmt/core.h', 'absl': 'absl/strings/str_cat.h', 'asio': 'asio.hpp', 'llhttp': 'llhttp.h', 're2': 're2/re2.h',
    'yaml': 'yaml-cpp/yaml.h', 'protobuf': 'google/protobuf/message.h', 'xds': 'envoy/config/bootstrap/v3/bootstrap.pb.h',
    'boost_context': 'boost/context/fiber.hpp', 'xxhash': 'xxhash.h', 'nlohmann_json': 'nlohmann/json.hpp', 'cli11': 'CLI/CLI.hpp',
    'spdlog': 'spdlog/spdlog.h', 'boringssl': 'openssl/ssl.h', 'gtest': 'gtest/gtest.h', 'rapidcheck': 'rapidcheck.h',
    'benchmark': 'benchmark/benchmark.h', 'os': 'sys/socket.h', 'nettle': 'nettle/sha1.h', 'cares': 'ares.h', 'nghttp2': 'nghttp2/nghttp2.h', 'zlib': 'zlib.h',
    'brotli': 'brotli/encode.h', 'zstd': 'zstd.h'}


def tree(**files):
    return {'ci/layers.txt': TABLE} | {f'{folder}/h.h': '#pragma once\n' for folder in ROWS} | files


class Layers(CheckTest):
    check = 'check-layers'

    def test_passes_what_each_row_allows(self):
        files = tree()
        for folder, row in ROWS.items():
            lines = [f'#include "{other}/h.h"' for other in sorted(row.may | {folder})]
            lines += [f'#include <{HEADERS[library]}>' for library in sorted(row.uses - {'*'} | {'fmt'})]
            files[f'{folder}/ok.cc'] = '\n'.join(lines + ['#include <vector>', ''])
        self.assertClean(files)

    def test_reports_every_folder_that_a_row_does_not_name(self):
        files, expected = tree(), []
        for folder, row in ROWS.items():
            text = '#include <vector>\n'
            for other in sorted(set(ROWS) - row.may - {folder}):
                text += f'#include "{other}/h.h"\n'
                expected.append((f'{folder}/breach.cc', text.count('\n'), 'layer'))
            files[f'{folder}/breach.cc'] = text
        self.assertEqual(sorted(self.run_check(files)), sorted(expected))
        # fuzz, the last row, may include all others.
        self.assertEqual({p.rsplit('/', 1)[0] for p, _, _ in expected}, set(ROWS) - {'fuzz'}, 'a row without a planted breach')

    def test_reports_every_library_that_a_row_does_not_name(self):
        files, expected = tree(), []
        for folder, row in ROWS.items():
            text = ''
            for library, header in HEADERS.items():
                if library != 'fmt' and not row.uses & {library, '*'}:
                    text += f'#include <{header}>\n'
                    expected.append((f'{folder}/breach.cc', text.count('\n'), 'library'))
            files[f'{folder}/breach.cc'] = text
        self.assertEqual(sorted(self.run_check(files)), sorted(expected))
        self.assertEqual({p.rsplit('/', 1)[0] for p, _, _ in expected}, set(ROWS) - {'tests', 'fuzz'}, 'a row without a planted breach')

    def test_knows_a_header_of_every_library_of_cmake(self):
        import re
        made = set(re.findall(r'^macro\(_orrery_third_party_(\w+)\)', repository('ci/cmake/third_party.cmake'), re.M))
        self.assertEqual(made, set(HEADERS))

    def test_refuses_generated_messages_outside_the_rows_with_protobuf(self):
        files = tree(**{'sim/script/scenario.proto': '', 'sim/world/w.cc': '#include "sim/script/scenario.pb.h"\n',
                        'sim/script/s.cc': '#include "sim/script/scenario.pb.h"\n'})
        self.assertEqual(self.run_check(files), [('sim/world/w.cc', 1, 'library')])

    def test_refuses_a_folder_without_a_row(self):
        self.assertEqual(self.run_check(tree(**{'proxy/novel/n.cc': '\n'})), [('proxy/novel/n.cc', 1, 'row')])

    def test_refuses_other_ways_to_name_a_header(self):
        files = tree(**{'proxy/net/n.cc': '#include "h.h"\n#include "../net/h.h"\n#include "proxy/net/../net/h.h"\n#include HEADER\n'
                                          '#  include <mystery.h>\n#include "proxy/net/none.h"\n'})
        self.assertEqual(self.run_check(files), [('proxy/net/n.cc', n, r) for n, r in [
            (1, 'path'), (2, 'path'), (3, 'path'), (4, 'unknown'), (5, 'unknown'), (6, 'path')]])

    def test_sees_through_comments(self):
        self.assertClean(tree(**{'proxy/base/b.cc': '// #include "proxy/net/h.h"\n/*\n#include <asio.hpp>\n*/\nconst char* s = "#include <asio.hpp>";\n'}))

    def test_refuses_a_row_that_names_a_row_below(self):
        table = 'proxy/base | proxy/net |\nproxy/net | proxy/base |\n'
        self.assertEqual(self.run_check({'ci/layers.txt': table}), [('ci/layers.txt', 1, 'table')])

    def test_refuses_a_broken_table(self):
        table = 'proxy/base | |\nproxy/base | |\nproxy/net proxy/base\nproxy/io | proxy/io |\nproxy/tls | | opnssl\n'
        self.assertEqual(self.run_check({'ci/layers.txt': table}), [('ci/layers.txt', n, 'table') for n in (2, 3, 4, 5)])


if __name__ == '__main__':
    unittest.main()
