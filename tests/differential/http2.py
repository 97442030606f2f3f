"""HTTP/2 for the exchanges: frames as short texts, both ways.

A step is one frame, `{h2: TEXT}`, or a list of them:

    HEADERS 1 END :method GET :path /a x "two words"     END_HEADERS unless PART is said; fields are never indexed; the usual pseudo fields
                                                         (GET http / h) need not be said; BARE leaves them out
    CONTINUATION 1 x y      DATA 1 END text      RST 1 8      PRIORITY 3      PING 12345678      WINDOW 0 100
    SETTINGS 4=100 3=1      SETTINGS ACK         GOAWAY 0 0   RAW 5 4 2 00ff (type, flags, stream, hex)

`8 * WINDOW 0 1` is eight of them. What is received is told as frames too: DATA of a stream joined, SETTINGS as a set, windows and acknowledgements left out.
"""
import re
import shlex
import struct
import sys

try:
    import hpack
except ImportError:  # Debian's package, for an interpreter that is not Debian's
    sys.path.append('/usr/lib/python3/dist-packages')
    try:
        import hpack
    except ImportError:
        hpack = None

PREFACE = b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
TYPES = ['DATA', 'HEADERS', 'PRIORITY', 'RST', 'SETTINGS', 'PUSH', 'PING', 'GOAWAY', 'WINDOW', 'CONTINUATION']
PSEUDO = {':method': 'GET', ':scheme': 'http', ':path': '/', ':authority': 'h'}
CHANGES = {'date', 'x-request-id', 'x-envoy-upstream-service-time', 'x-envoy-expected-rq-timeout-ms'}


def frame(kind, flags, stream, payload=b''):
    return struct.pack('>I', len(payload))[1:] + bytes([kind, flags]) + struct.pack('>I', stream) + payload


def integer(value, bits):
    most = (1 << bits) - 1
    if value < most:
        return bytes([value])
    out = [most]
    value -= most
    while value >= 128:
        out.append(value % 128 + 128)
        value //= 128
    return bytes(out + [value])


def field(name, value):
    name, value = name.encode('latin-1'), value.encode('latin-1')
    return b'\x00' + integer(len(name), 7) + name + integer(len(value), 7) + value


def fields(words, answer):
    pairs = list(zip(words[::2], words[1::2]))
    if answer is None:
        return b''.join(field(n, v) for n, v in pairs)
    given = dict(pairs)
    pseudo = {':status': '200'} if answer else PSEUDO
    out = b''.join(field(n, given.pop(n, v)) for n, v in pseudo.items() if given.get(n) != '-')
    return out + b''.join(field(n, v) for n, v in pairs if n not in pseudo)


def encode(text, answer=False):
    """The bytes of a frame in words."""
    if times := re.match(r'(\d+) \* ', text):
        return encode(text[times.end():], answer) * int(times[1])
    kind, _, rest = text.partition(' ')
    if kind == 'DATA':
        head = re.match(r'(\d+)( END)? ?', rest)
        return frame(0, 1 if head[2] else 0, int(head[1]), rest[head.end():].encode('latin-1'))
    words = shlex.split(rest)
    if kind in ('HEADERS', 'CONTINUATION'):
        stream, options = int(words.pop(0)), set()
        while words and words[0] in ('END', 'PART', 'BARE'):
            options.add(words.pop(0))
        bare = kind == 'CONTINUATION' or 'BARE' in options
        flags = (1 if 'END' in options else 0) | (0 if 'PART' in options else 4)
        return frame(TYPES.index(kind), flags, stream, fields(words, None if bare else answer))
    if kind == 'RST':
        return frame(3, 0, int(words[0]), struct.pack('>I', int(words[1])))
    if kind == 'PRIORITY':
        return frame(2, 0, int(words[0]), b'\0\0\0\0\x10')
    if kind == 'PING':
        return frame(6, 0, 0, words[0].encode())
    if kind == 'WINDOW':
        return frame(8, 0, int(words[0]), struct.pack('>I', int(words[1])))
    if kind == 'GOAWAY':
        return frame(7, 0, 0, struct.pack('>II', int(words[0]), int(words[1])))
    if kind == 'SETTINGS':
        if words == ['ACK']:
            return frame(4, 1, 0)
        return frame(4, 0, 0, b''.join(struct.pack('>HI', *map(int, w.split('='))) for w in words))
    if kind == 'RAW':
        return frame(int(words[0]), int(words[1]), int(words[2]), bytes.fromhex(words[3] if len(words) > 3 else ''))
    raise ValueError(f'no frame: {text}')


def encode_all(texts, answer=False):
    return b''.join(encode(t, answer) for t in ([texts] if isinstance(texts, str) else texts))


def frames(data):
    """(type, flags, stream, payload) of each whole frame."""
    data = data.removeprefix(PREFACE)
    while len(data) >= 9:
        size = int.from_bytes(data[:3], 'big')
        if len(data) < 9 + size:
            return
        yield data[3], data[4], int.from_bytes(data[5:9], 'big'), data[9:9 + size]
        data = data[9 + size:]


def describe(data):
    """What was received, in words."""
    if not re.match(rb'...[\x00-\x09].', data.removeprefix(PREFACE)[:5] or b'xxxxx', re.S):
        return [repr(data)]  # not HTTP/2 at all
    decoder, out, body = hpack.Decoder(), [], {}
    block = b''
    for kind, flags, stream, payload in frames(data):
        name = TYPES[kind] if kind < len(TYPES) else f'TYPE{kind}'
        if name == 'WINDOW':
            continue
        if name == 'DATA':
            body[stream] = body.get(stream, b'') + payload
            if flags & 1:
                out.append(f'DATA {stream} END {body.pop(stream).decode("latin-1")}')
            continue
        if stream in body:
            out.append(f'DATA {stream} {body.pop(stream).decode("latin-1")}')
        if name in ('HEADERS', 'CONTINUATION'):
            block += payload
            if name == 'HEADERS':
                end = ' END' if flags & 1 else ''
            if flags & 4:
                # Among themselves, pseudo fields have no order.
                pairs = sorted(decoder.decode(block), key=lambda p: p[0] if p[0].startswith(':') else '~')
                said = [f'{n} {v}' for n, v in pairs if n not in CHANGES]
                out.append(f'HEADERS {stream}{end} ' + ', '.join(said))
                block = b''
        elif name == 'RST':
            out.append(f'RST {stream} {int.from_bytes(payload, "big")}')
        elif name == 'SETTINGS':
            pairs = sorted(struct.unpack('>HI', payload[i:i + 6]) for i in range(0, len(payload), 6))
            if not flags & 1:
                out.append(f'SETTINGS {dict(pairs)}')
        elif name == 'GOAWAY':
            out.append(f'GOAWAY {int.from_bytes(payload[:4], "big") & 0x7fffffff} {int.from_bytes(payload[4:8], "big")}')
        else:
            out.append(f'{name} {flags}')
    out += [f'DATA {stream} {text.decode("latin-1")}' for stream, text in body.items()]
    return out
