"""What differs between two outcomes, once what may differ is taken out."""
import re

import yaml

import http2

SAME_TIME = 0.15  # seconds


def merge_chunks(data):
    """Where chunks are cut is nobody's promise: each run of chunks becomes one."""
    out = b''
    while data:
        head, mark, rest = data.partition(b'\r\n\r\n')
        if not mark:
            return out + data
        out += head + mark
        data = rest
        if re.search(rb'\r\ntransfer-encoding: *chunked', head, re.I):
            body = b''
            ended = False
            while chunk := re.match(rb'([0-9a-fA-F]+)\r\n', data):
                size = int(chunk[1], 16)
                if size == 0:
                    ended = True
                    break
                body += data[chunk.end():chunk.end() + size]
                data = data[chunk.end() + size + 2:]
            if body:
                out += b'%x\r\n%s\r\n' % (len(body), body)
            if ended:
                end = data.find(b'\r\n\r\n') + 4
                out, data = out + data[:end], data[end:]
        elif length := re.search(rb'\r\ncontent-length: *(\d+)', head, re.I):
            out, data = out + data[:int(length[1])], data[int(length[1]):]
        if not re.match(rb'HTTP/|[A-Z]+ ', data):
            return out + data
    return out


def plain(data):
    text = merge_chunks(data).decode('latin-1')
    text = re.sub(r'(?im)^(date): [^\r\n]*', r'\1: DATE', text)
    text = re.sub(r'(?i)(x-envoy-upstream-service-time): \d+', r'\1: MS', text)
    # A try after the first is told the rest of the time, which no two runs measure alike.
    text = re.sub(r'(?i)(x-envoy-expected-rq-timeout-ms): (\d+)', lambda m: f'{m[1]}: {round(int(m[2]) / 50) * 50}', text)
    # How long a body took is a time; how many slices of it were waited for (filter-delay) is none.
    text = re.sub(r'(?i)(bandwidth-(?:request|response)-delay-ms): \d+', r'\1: MS', text)
    text = re.sub(r'(?i)(x-forwarded-port): \d{4,5}', r'\1: PORT', text)
    return without_ids(text)


def without_ids(text):
    text = re.sub(r'[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 'UUID', text)
    return re.sub(r'127\.0\.0\.1:\d+', '127.0.0.1:PORT', text)


def told(data, is_http2):
    return [without_ids(f) for f in http2.describe(data)] if is_http2 else plain(data)


def log_line(text):
    # A time that is told in microseconds, which no two runs share.
    text = re.sub(r'us=\d+|"c":"\d"', 'us=US', text)
    # What follows are a library's own words.
    return re.sub(r'codec_error:\S+', 'codec_error:REASON', without_ids(text))


def counted(stats):
    # Bytes that are sent hold times, whose digits are no two runs' alike.
    return [re.sub(r'127\.0\.0\.1_\d+', '127.0.0.1_PORT', line) for line in stats if 'tx_bytes_total: ' not in line]


def parts(outcome):
    return {'client': told(outcome.client, outcome.client_http2), 'origin': [told(o, outcome.origin_http2) for o in outcome.origin],
            'origin_ends': outcome.origin_ends,
            'end': outcome.end, 'log': log_line(outcome.log), 'stats': counted(outcome.stats)}


def differing(outcomes):
    a, b = outcomes['envoy'], outcomes['orrery']
    pa, pb = parts(a), parts(b)
    found = {name for name in pa if pa[name] != pb[name]}
    if a.end == b.end != 'open' and abs(a.ended_after - b.ended_after) > SAME_TIME:
        found.add('end')
    return found


def describe(outcomes, differ):
    lines = []
    for name, outcome in outcomes.items():
        shown = parts(outcome)
        shown['end'] = f'{outcome.end} after {outcome.ended_after:.2f} s' if outcome.end != 'open' else 'open'
        for part, value in shown.items():
            if part == 'stats' and 'stats' in differ:
                other = next(parts(o)['stats'] for n, o in outcomes.items() if n != name)
                value = 'only here: ' + ', '.join(v for v in value if v not in other)
            lines.append(f'  {name:6} {part:6} {"*" if part in differ else " "} {value!r}')
    return '\n'.join(lines)


class Known:
    """The listed differences: {exchange: parts}; and which of them orrery.lenient_http1 undoes."""

    def __init__(self, path, names, partial):
        self.table, self.lenient, self.names, self.partial = {}, set(), names, partial
        for item in yaml.safe_load(path.read_text()) or []:
            if not item.get('reason'):
                raise SystemExit(f'{path}: {item["exchange"]} has no reason')
            for name in item['exchange'] if isinstance(item['exchange'], list) else [item['exchange']]:
                self.table[name] = set(item['parts'])
                if item.get('lenient'):
                    self.lenient.add(name)

    def parts(self, name):
        return self.table.get(name, set())

    def complain(self):
        unknown = [] if self.partial else sorted(set(self.table) - self.names)
        for name in unknown:
            print(f'FAILED differences.yaml lists {name}, which is no exchange')
        return len(unknown)
