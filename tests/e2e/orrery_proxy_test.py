#!/usr/bin/env python3
"""orrery-proxy as operators meet it: flags, one-line errors, exit codes, signals, real sockets.

Every proxy here listens on ports that the kernel chooses; the admin endpoint's is read from --admin-address-path, the listener's from /listeners.
"""

import http.client
import http.server
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROXY = os.path.join(os.environ.get('ORRERY_BIN', os.path.join(ROOT, 'build/debug/bin')), 'orrery-proxy')

BOOTSTRAP = '''
admin:
  address: {{ socket_address: {{ address: 127.0.0.1, port_value: 0 }} }}
static_resources:
  listeners:
    - name: edge
      address: {{ socket_address: {{ address: 127.0.0.1, port_value: {listener} }} }}
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: edge
                access_log:
                  - name: envoy.access_loggers.file
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
                      path: {log}
                      log_format: {{ text_format_source: {{ inline_string: "%REQ(:PATH)% %RESPONSE_CODE%\\n" }} }}
                route_config:
                  name: edge
                  virtual_hosts:
                    - name: all
                      domains: ["*"]
                      routes:
                        - match: {{ prefix: /direct }}
                          direct_response: {{ status: 200, body: {{ inline_string: "direct" }} }}
                        - match: {{ prefix: / }}
                          route: {{ cluster: origin }}
                http_filters:
                  - name: envoy.filters.http.router
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
  clusters:
    - name: origin
      type: STATIC
      load_assignment:
        cluster_name: origin
        endpoints:
          - lb_endpoints:
              - endpoint:
                  address: {{ socket_address: {{ address: 127.0.0.1, port_value: {origin} }} }}
'''


class Origin(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        body = b'from the origin'
        self.send_response(200)
        self.send_header('content-length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


class OriginServer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # a proxy that closes is what some tests are about


class OrreryProxy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.origin = OriginServer(('127.0.0.1', 0), Origin)
        threading.Thread(target=cls.origin.serve_forever, daemon=True).start()

    @classmethod
    def tearDownClass(cls):
        cls.origin.shutdown()
        cls.origin.server_close()

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def bootstrap(self, listener=0):
        with open(self.path('bootstrap.yaml'), 'w') as f:
            f.write(BOOTSTRAP.format(listener=listener, log=self.path('access.log'), origin=self.origin.server_address[1]))
        return self.path('bootstrap.yaml')

    def text(self, name):
        with open(self.path(name)) as f:
            return f.read()

    def run_proxy(self, *flags):
        """(exit code, standard output, standard error) of a proxy that ends by itself."""
        done = subprocess.run([PROXY, *flags], capture_output=True, text=True, timeout=30)
        return done.returncode, done.stdout, done.stderr

    def serve(self, *flags):
        """Starts a proxy, waits until it serves, sets self.process, self.admin and self.port."""
        self.log = open(self.path('stderr'), 'w+')
        self.addCleanup(self.log.close)
        address = self.path('admin')
        self.process = subprocess.Popen([PROXY, '-c', self.bootstrap(), '--admin-address-path', address, *flags], stderr=self.log)
        self.addCleanup(self.end)
        self.wait_for(lambda: os.path.exists(address) and os.path.getsize(address) > 0)
        self.admin = self.text('admin')
        self.port = int(re.search(r':(\d+)\s*$', self.get(self.admin, '/listeners')[1]).group(1))

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def wait_for(self, condition, seconds=10):
        end = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), end, 'waited in vain')
            self.assertIsNone(self.process.poll(), 'the proxy has ended')
            time.sleep(0.01)

    def get(self, address, path, method='GET'):
        connection = http.client.HTTPConnection(address, timeout=10)
        connection.request(method, path)
        response = connection.getresponse()
        body = response.read().decode()
        connection.close()
        return response.status, body

    def edge(self, path):
        return self.get(f'127.0.0.1:{self.port}', path)

    def said(self):
        self.log.seek(0)
        return self.log.read()

    def assert_refused(self, result, *words):
        code, out, err = result
        self.assertEqual(code, 2, err)
        self.assertEqual(out, '')
        self.assertEqual(len(err.splitlines()), 1, f'one clear line, not: {err}')
        for word in words:
            self.assertIn(word, err)

    # Wrong use and bad input

    def test_validate_accepts_a_good_bootstrap(self):
        code, out, err = self.run_proxy('-c', self.bootstrap(), '--mode', 'validate')
        self.assertEqual((code, err), (0, ''))
        self.assertIn('OK', out)

    def test_a_bootstrap_may_be_given_as_text(self):
        self.bootstrap()
        code, _, err = self.run_proxy('--config-yaml', self.text('bootstrap.yaml'), '--mode', 'validate')
        self.assertEqual((code, err), (0, ''))

    def test_a_text_is_merged_onto_the_file(self):
        # Envoy's way: lists grow, fields are replaced.
        more = ('admin: { address: { socket_address: { port_value: 1 } } }\n'
                'static_resources:\n  clusters:\n    - { name: origin, type: STATIC }\n')
        code, _, err = self.run_proxy('-c', self.bootstrap(), '--config-yaml', more, '--mode', 'validate')
        self.assertEqual((code, err), (2, "--config-yaml:4:9: error: static_resources.clusters[1].name: cluster manager: duplicate cluster 'origin'\n"))
        code, out, err = self.run_proxy('-c', self.bootstrap(), '--config-yaml', more.replace('origin', 'other'), '--mode', 'validate')
        self.assertEqual((code, err), (0, ''))
        self.assertIn('bootstrap.yaml with --config-yaml', out)

    def test_of_two_texts_the_one_that_is_wrong_is_named(self):
        good, bad = self.bootstrap(), 'node: { id: a }\nadmin: { adress: x }\n'
        self.assert_refused(self.run_proxy('-c', good, '--config-yaml', bad), '--config-yaml:2:10: error: admin.adress')
        with open(self.path('bad.yaml'), 'w') as f:
            f.write(bad)
        self.assert_refused(self.run_proxy('-c', self.path('bad.yaml'), '--config-yaml', 'node: { id: b }'), 'bad.yaml:2:10: error: admin.adress')

    def test_what_is_merged_serves(self):
        more = ('static_resources:\n  listeners:\n    - name: second\n      address: { socket_address: { address: 127.0.0.1, port_value: 0 } }\n'
                '      filter_chains:\n        - filters:\n            - name: envoy.filters.network.http_connection_manager\n'
                '              typed_config:\n                "@type": type.googleapis.com/envoy.extensions.filters.network.'
                'http_connection_manager.v3.HttpConnectionManager\n                stat_prefix: second\n'
                '                route_config: { virtual_hosts: [{ name: v, domains: ["*"], routes: [{ match: { prefix: / }, '
                'direct_response: { status: 418 } }] }] }\n                http_filters: [{ name: router, typed_config: { "@type": '
                'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router } }]\n')
        self.serve('--config-yaml', more)
        self.assertEqual(re.findall(r'^(\w+)::', self.get(self.admin, '/listeners')[1], re.M), ['edge', 'second'])
        self.assertEqual(self.edge('/')[0], 418)

    def test_a_file_that_the_bootstrap_names_is_read_when_it_loads(self):
        more = ('static_resources:\n  listeners:\n    - name: second\n      address: { socket_address: { address: 127.0.0.1, port_value: 0 } }\n'
                '      filter_chains:\n        - filters:\n            - name: envoy.filters.network.http_connection_manager\n'
                '              typed_config:\n                "@type": type.googleapis.com/envoy.extensions.filters.network.'
                'http_connection_manager.v3.HttpConnectionManager\n                stat_prefix: second\n'
                '                route_config: { virtual_hosts: [{ name: v, domains: ["*"], routes: [{ match: { prefix: / }, '
                f'direct_response: {{ status: 200, body: {{ filename: "{self.path("body.txt")}" }} }} }}] }}] }}\n'
                '                http_filters: [{ name: router, typed_config: { "@type": '
                'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router } }]\n')
        self.bootstrap()
        self.assert_refused(self.run_proxy('-c', self.path('bootstrap.yaml'), '--config-yaml', more), '--config-yaml:11:' ,
                            'direct_response.body.filename', 'No such file or directory')
        with open(self.path('body.txt'), 'w') as f:
            f.write('from a file')
        self.serve('--config-yaml', more)
        self.assertEqual(self.edge('/'), (200, 'from a file'))

    def test_an_unknown_field_is_refused_by_line_and_path_in_both_modes(self):
        self.bootstrap()
        text = self.text('bootstrap.yaml').replace('stat_prefix:', 'stat_prefiks:')
        with open(self.path('bad.yaml'), 'w') as f:
            f.write(text)
        for mode in ('validate', 'serve'):
            code, _, err = self.run_proxy('-c', self.path('bad.yaml'), '--mode', mode)
            self.assertEqual(code, 2)
            # That stat_prefix is missing follows from it, and is not said.
            self.assertEqual(len(err.splitlines()), 1, err)
            self.assertRegex(err, r"bad\.yaml:\d+:\d+: error: .*stat_prefiks: .*has no field 'stat_prefiks'; did you mean 'stat_prefix'\?")

    def test_damaged_yaml_is_refused(self):
        self.assert_refused(self.run_proxy('--config-yaml', 'admin: [}'), '--config-yaml')

    def test_a_missing_file_is_named(self):
        self.assert_refused(self.run_proxy('-c', self.path('none.yaml')), self.path('none.yaml'), 'No such file or directory')

    def test_a_port_in_use_is_named_and_nothing_is_left_running(self):
        with socket.create_server(('127.0.0.1', 0)) as taken:
            port = taken.getsockname()[1]
            self.assert_refused(self.run_proxy('-c', self.bootstrap(listener=port)), f'127.0.0.1:{port}', 'Address already in use')

    def test_flags_of_envoy_that_do_not_exist_are_refused_by_name(self):
        self.assert_refused(self.run_proxy('-c', self.bootstrap(), '--base-id', '1'), '--base-id')

    def test_a_log_file_that_cannot_be_opened_is_named(self):
        self.assert_refused(self.run_proxy('-c', self.bootstrap(), '--log-path', os.path.join(self.bootstrap(), 'log')), '--log-path')

    # Serving

    def test_serves_direct_responses_and_the_origin_with_every_number_of_workers(self):
        for workers in ('1', '2'):
            self.serve('--concurrency', workers)
            self.assertEqual(self.edge('/direct'), (200, 'direct'))
            for _ in range(8):
                self.assertEqual(self.edge('/'), (200, 'from the origin'))
            self.assertIn('http.edge.downstream_rq_total: 9', self.get(self.admin, '/stats')[1])
            self.end()
            os.remove(self.path('admin'))

    def test_garbage_gets_400_and_a_close_and_the_process_lives(self):
        self.serve()
        for garbage in (b'\x16\x03\x01\x00\xa5\x01\x00', b'GET / HTTP/1.1\r\nbad header\r\n\r\n', b'\x00' * 100):
            with socket.create_connection(('127.0.0.1', self.port), 10) as s:
                s.sendall(garbage)
                answer = b''
                while part := s.recv(4096):
                    answer += part
            self.assertTrue(answer.startswith(b'HTTP/1.1 400 '), answer)
        self.assertEqual(self.edge('/direct')[0], 200)

    def test_a_peer_that_resets_its_connections_harms_nobody(self):
        self.serve()
        for _ in range(20):
            s = socket.create_connection(('127.0.0.1', self.port), 10)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\x01\x00\x00\x00\x00\x00\x00\x00')
            s.sendall(b'GET / HTTP/1.1\r\nhost: a\r\n\r\n')
            s.close()
        self.assertEqual(self.edge('/'), (200, 'from the origin'))

    # Signals and the end

    def test_sigterm_and_sigint_end_promptly_with_success_and_with_connections_open(self):
        for which in (signal.SIGTERM, signal.SIGINT):
            self.serve()
            with socket.create_connection(('127.0.0.1', self.port), 10):
                started = time.monotonic()
                self.process.send_signal(which)
                self.assertEqual(self.process.wait(10), 0)
                self.assertLess(time.monotonic() - started, 5)
            os.remove(self.path('admin'))

    def test_quitquitquit_ends_with_success(self):
        self.serve()
        self.get(self.admin, '/quitquitquit', 'POST')
        self.assertEqual(self.process.wait(10), 0)

    def test_the_access_log_is_complete_when_the_process_has_ended(self):
        self.serve()
        for i in range(5):
            self.edge(f'/direct/{i}')
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)
        self.assertEqual(sorted(self.text('access.log').split('\n')), [''] + [f'/direct/{i} 200' for i in range(5)])

    def test_sigusr1_opens_the_log_files_anew(self):
        self.serve('--file-flush-interval-msec', '20')
        self.edge('/direct/before')
        log = self.path('access.log')
        self.wait_for(lambda: os.path.getsize(log) > 0)
        os.rename(log, log + '.1')
        self.process.send_signal(signal.SIGUSR1)
        self.wait_for(lambda: os.path.exists(log))
        self.edge('/direct/after')
        self.wait_for(lambda: os.path.getsize(log) > 0)
        self.assertEqual(self.text('access.log'), '/direct/after 200\n')

    def test_sighup_is_ignored(self):
        self.serve()
        self.process.send_signal(signal.SIGHUP)
        self.wait_for(lambda: 'SIGHUP' in self.said())
        self.assertEqual(self.edge('/direct')[0], 200)

    def test_the_log_goes_where_it_is_told_and_traces_events(self):
        self.serve('--log-path', self.path('log'), '-l', 'trace')
        self.edge('/direct')
        self.wait_for(lambda: 'request_finished' in self.text('log'))
        self.assertEqual(self.said(), '')
        self.assertRegex(self.text('log'), r'\[trace\]\[event\] request_finished .*path=/direct status=200')


if __name__ == '__main__':
    unittest.main()
