"""Plays exchanges: a client and an origin for each, over loopback, around one proxy process."""
import asyncio
import dataclasses
import json
import re
import socket
import struct
import subprocess
import urllib.request

import cases
import http2


@dataclasses.dataclass
class Outcome:
    client: bytes = b''
    end: str = 'open'  # of the client's connection: open, fin, rst
    ended_after: float = 0.0  # seconds since the client's first step
    origin: list = dataclasses.field(default_factory=list)  # bytes of each connection
    origin_ends: list = dataclasses.field(default_factory=list)  # how each of them ended, where it is looked at: open, fin, rst
    log: str = ''
    stats: list = dataclasses.field(default_factory=list)  # 'name: value' of those that are compared
    client_http2: bool = False
    origin_http2: bool = False


def reset(writer):
    writer.get_extra_info('socket').setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    writer.transport.abort()


async def do_step(step, writer, until, who, stream=None):
    """One step of the client or the origin; `until(text)` waits for bytes. False: the connection is gone."""
    if step == 'fin':
        writer.write_eof()
    elif step == 'rst':
        reset(writer)
        return False
    elif isinstance(step, str):
        writer.write(step.encode('latin-1'))
        await writer.drain()
    elif 'h2' in step:
        texts = [step['h2']] if isinstance(step['h2'], str) else step['h2']
        writer.write(http2.encode_all([t.replace('$', str(stream)) for t in texts], answer=stream is not None))
        await writer.drain()
    elif 'wait' in step:
        await asyncio.sleep(step['wait'])
    elif 'until' in step:
        await until(step['until'].encode('latin-1'))
    else:
        raise ValueError(f'{who}: unknown step: {step}')
    return True


class Client:
    def __init__(self, exchange, outcome):
        self.exchange, self.outcome = exchange, outcome
        self.grown = asyncio.Event()
        self.ended = asyncio.Event()

    async def read(self, reader, begin):
        loop = asyncio.get_running_loop()
        try:
            while data := await reader.read(65536):
                self.outcome.client += data
                self.grown.set()
            self.outcome.end = 'fin'
        except ConnectionError:
            self.outcome.end = 'rst'
        self.outcome.ended_after = loop.time() - begin
        self.ended.set()
        self.grown.set()

    async def until(self, wanted):
        end = asyncio.get_running_loop().time() + 3
        while wanted not in self.outcome.client and not self.ended.is_set():
            self.grown.clear()
            left = end - asyncio.get_running_loop().time()
            if left <= 0:
                return
            try:
                await asyncio.wait_for(self.grown.wait(), left)
            except asyncio.TimeoutError:
                return

    async def run(self, port):
        reader, writer = await asyncio.open_connection('127.0.0.1', port, limit=1 << 24)
        writer.get_extra_info('socket').setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        reading = asyncio.create_task(self.read(reader, asyncio.get_running_loop().time()))
        if self.exchange.http2:
            writer.write(http2.PREFACE + http2.encode('SETTINGS') + http2.encode('SETTINGS ACK'))
            await asyncio.sleep(0.05)
        for step in self.exchange.client:
            try:
                await do_step(step, writer, self.until, self.exchange.name + ' (client)')
            except ConnectionError:
                break
        try:
            await asyncio.wait_for(self.ended.wait(), self.exchange.linger)
        except asyncio.TimeoutError:
            pass
        reading.cancel()
        writer.transport.abort()


class Origin:
    def __init__(self, exchange, outcome):
        self.exchange, self.outcome = exchange, outcome
        self.ends = outcome.origin_ends
        self.requests = 0

    async def body(self, read, head):
        """Reads the rest of a request by its framing."""
        if re.search(rb'\r\ntransfer-encoding: *chunked', head, re.I):
            # The end of a chunked body without trailers, or with them: an empty line after the last chunk.
            text = b''
            while not re.search(rb'(^|\n)0\r\n(.+\r\n)*\r\n$', text):
                text += await read(1)
        elif length := re.search(rb'\r\ncontent-length: *(\d+)', head, re.I):
            for _ in range(int(length[1])):
                await read(1)

    async def serve_http2(self, reader, writer, index):
        """Answers each stream when its request is complete, or at its head if the steps say so."""
        data, done = b'', set()
        writer.write(http2.encode_all(self.exchange.origin_settings) + http2.encode('SETTINGS ACK'))

        async def take():
            more = await reader.read(65536)
            self.outcome.origin[index] += more
            return more

        async def until(wanted):
            nonlocal data
            while wanted not in data:
                if not (more := await take()):
                    return
                data += more

        while more := await take():
            data += more
            for kind, flags, stream, _ in http2.frames(data):
                if kind not in (0, 1) or stream in done:
                    continue
                steps = list(self.exchange.origins[min(self.requests, len(self.exchange.origins) - 1)])
                if steps and isinstance(steps[0], dict) and steps[0].get('after') == 'head':
                    steps.pop(0)
                elif not flags & 1:
                    continue
                self.requests += 1
                done.add(stream)
                for step in steps:
                    if not await do_step(step, writer, until, self.exchange.name + ' (origin)', stream):
                        return

    def end(self, index, how):
        if self.exchange.origin_ends:
            self.ends[index] = how

    async def serve_raw(self, read, until, writer):
        """Its steps, then whatever comes."""
        steps = self.exchange.origins[min(self.requests, len(self.exchange.origins) - 1)]
        self.requests += 1
        for step in steps:
            if not await do_step(step, writer, until, self.exchange.name + ' (origin)'):
                return
        while True:
            await read(1)

    async def serve(self, reader, writer):
        self.outcome.origin.append(b'')
        if self.exchange.origin_ends:
            self.ends.append('open')
        index = len(self.outcome.origin) - 1
        if self.exchange.origin_http2:
            try:
                await self.serve_http2(reader, writer, index)
            except (ConnectionError, asyncio.CancelledError):
                pass
            finally:
                writer.transport.abort()
            return

        async def read(n):
            data = await reader.readexactly(n)
            self.outcome.origin[index] += data
            return data

        async def until(wanted):
            while wanted not in self.outcome.origin[index]:
                await read(1)

        try:
            if self.exchange.origin_raw:
                await self.serve_raw(read, until, writer)
                return
            while True:
                head = b''
                while not head.endswith(b'\r\n\r\n'):
                    head += await read(1)
                steps = list(self.exchange.origins[min(self.requests, len(self.exchange.origins) - 1)])
                self.requests += 1
                if steps and isinstance(steps[0], dict) and steps[0].get('after') == 'head':
                    steps.pop(0)
                else:
                    await self.body(read, head)
                for step in steps:
                    if not await do_step(step, writer, until, self.exchange.name + ' (origin)'):
                        return
        except asyncio.IncompleteReadError:
            self.end(index, 'fin')
        except ConnectionError:
            self.end(index, 'rst')
        except asyncio.CancelledError:
            pass
        finally:
            writer.transport.abort()


async def one(exchange, ports, log, gate):
    outcome = Outcome()
    async with gate:
        server = None
        if exchange.origins is not None:
            server = await asyncio.start_server(Origin(exchange, outcome).serve, '127.0.0.1', ports[1], reuse_address=True)
        client = Client(exchange, outcome)
        await client.run(ports[0])
        await asyncio.sleep(0.05)
        outcome.origin_ends = list(outcome.origin_ends)  # what ends from here on ends with the proxy's process
        if server is not None:
            server.close()
    return outcome


async def ready(process, ports, error):
    for port in ports:
        for _ in range(600):
            if process.poll() is not None:
                raise SystemExit(f'differential: the proxy ended at once:\n{error.read_text()[-3000:]}')
            try:
                _, writer = await asyncio.open_connection('127.0.0.1', port)
                writer.close()
                break
            except OSError:
                await asyncio.sleep(0.05)
        else:
            raise SystemExit('differential: the proxy does not listen')


def read_stats(admin):
    """Counters and gauges as 'name: value'; histograms hold times."""
    with urllib.request.urlopen(f'http://127.0.0.1:{admin}/stats', timeout=10) as answer:
        return [line for line in answer.read().decode().splitlines() if re.fullmatch(r'.*: \d+', line)]


async def play(program, exchanges, folder, width, lenient=False):
    """{name: Outcome}. At most `width` exchanges go on at the same time."""
    folder.mkdir(parents=True, exist_ok=True)
    *free, admin = cases.free_ports(2 * len(exchanges) + 1)
    ports = {e.name: (free[2 * i], free[2 * i + 1]) for i, e in enumerate(exchanges)}
    logs = {e.name: folder / (e.name + '.log') for e in exchanges}
    for path in logs.values():
        path.unlink(missing_ok=True)
    config = folder / 'bootstrap.json'
    config.write_text(json.dumps(cases.bootstrap(exchanges, ports, logs, admin, lenient), indent=1))
    error = folder / 'stderr'
    with error.open('w') as sink:
        process = subprocess.Popen([program, '-c', str(config), '--concurrency', '1', '--file-flush-interval-msec', '50', '-l', 'error',
                                    '--drain-time-s', '2'] +
                                   (['--use-dynamic-base-id'] if 'envoy' in str(program) else []), stdout=sink, stderr=sink)
        try:
            await ready(process, [front for front, _ in list(ports.values())[-1:]], error)
            gate = asyncio.Semaphore(width)
            done = await asyncio.gather(*(one(e, ports[e.name], logs[e.name], gate) for e in exchanges))
            await asyncio.sleep(0.3)
            stats = await asyncio.to_thread(read_stats, admin) if any(e.stats for e in exchanges) else []
        finally:
            process.kill()
            process.wait()
    outcomes = {}
    for e, outcome in zip(exchanges, done):
        outcome.client_http2, outcome.origin_http2 = e.http2, e.origin_http2
        outcome.log = logs[e.name].read_text(errors='replace') if logs[e.name].exists() else ''
        outcome.stats = [line for line in stats if any(text in line.partition(': ')[0] for text in e.stats)]
        outcomes[e.name] = outcome
    return outcomes
