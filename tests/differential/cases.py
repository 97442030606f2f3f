"""Exchanges as data, and the bootstrap that serves them."""
import copy
import dataclasses
import json
import socket

import yaml

import cel_text

LOG = ('%REQ(:METHOD)% %REQ(:PATH)% %PROTOCOL% %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %BYTES_RECEIVED% %BYTES_SENT% '
       '%UPSTREAM_CLUSTER% %UPSTREAM_REQUEST_ATTEMPT_COUNT%\n')
ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
TYPES = 'type.googleapis.com/envoy.extensions.'


@dataclasses.dataclass
class Exchange:
    name: str
    client: list
    origins: list  # of lists of steps; None: nobody listens
    linger: float
    hcm: dict
    cluster: dict
    http2: bool = False  # the client speaks it
    origin_http2: bool = False
    origin_raw: bool = False  # the origin speaks no HTTP: its steps begin with the connection
    origin_settings: list = dataclasses.field(default_factory=lambda: ['SETTINGS'])
    origin_ends: bool = False  # how its connections end is looked at, too
    stats: list = dataclasses.field(default_factory=list)  # counters and gauges whose names contain one of these are compared


def merge(base, over):
    """`over` laid over `base`: objects are merged, the rest is replaced."""
    if not isinstance(base, dict) or not isinstance(over, dict):
        return copy.deepcopy(over)
    out = dict(base)
    for key, value in over.items():
        out[key] = merge(out[key], value) if key in out else copy.deepcopy(value)
    return out


def with_conditions(node):
    """Every `{ cel: TEXT }` as the tree that configurations hold."""
    if isinstance(node, list):
        return [with_conditions(item) for item in node]
    if not isinstance(node, dict):
        return node
    if list(node) == ['cel']:
        return cel_text.tree(node['cel'])
    return {key: with_conditions(value) for key, value in node.items()}


def connection_manager(name, layers, item):
    routes = item.get('routes', [{'match': {'prefix': '/'}, 'route': {'cluster': 'origin'}}])
    host = merge({'name': 'all', 'domains': ['*'], 'routes': routes}, item.get('vhost', {}))
    hcm = {
        '@type': TYPES + 'filters.network.http_connection_manager.v3.HttpConnectionManager',
        'stat_prefix': name,
        'delayed_close_timeout': '0.3s',
        'route_config': merge({'name': 'local', 'virtual_hosts': [host]}, item.get('route_config', {})),
        'http_filters': [{'name': 'router', 'typed_config': {'@type': TYPES + 'filters.http.router.v3.Router'}}],
        'access_log': [{'name': 'file', 'typed_config': {
            '@type': TYPES + 'access_loggers.file.v3.FileAccessLog', 'path': '@LOG@',
            'log_format': {'text_format_source': {'inline_string': item.get('log', LOG)}}}}],
    }
    for layer in layers:
        hcm = merge(hcm, layer)
    hcm = with_conditions(hcm)
    if 'scoped_routes' in hcm:
        del hcm['route_config']
    # Every exchange has its own cluster.
    return json.loads(json.dumps(hcm).replace('"cluster": "origin"', f'"cluster": "{name}"').replace('"name": "origin"', f'"name": "{name}"'))


def load(folder):
    exchanges = []
    for path in sorted(folder.glob('*.yaml')):
        document = yaml.safe_load(path.read_text())
        shared = {key: document[key] for key in ('routes', 'vhost') if key in document}
        for item in ({**shared, **item} for item in document['exchanges']):
            origin = item.get('origin', document.get('origin', ANSWER))
            origins = None if origin == 'refused' else [[origin]] if isinstance(origin, str) else origin
            client = item['client'] if isinstance(item['client'], list) else [item['client']]
            both = dict(document, **item)
            if both.get('origin_http2') and 'origin' not in both:
                origins = [[{'h2': ['HEADERS $ END :status 200']}]]
            exchanges.append(Exchange(
                item['name'], client, origins, item.get('linger', 0.6),
                connection_manager(item['name'], [document.get('hcm', {}), item.get('hcm', {})], item),
                with_conditions(merge(document.get('cluster', {}), item.get('cluster', {}))), both.get('http2', False), both.get('origin_http2', False),
                both.get('origin_raw', False), both.get('origin_settings', ['SETTINGS']), both.get('origin_ends', False),
                [text.replace('$', item['name']) for text in both.get('stats', [])]))
    names = [e.name for e in exchanges]
    twice = {n for n in names if names.count(n) > 1}
    if twice:
        raise SystemExit(f'differential: exchanges of one name: {", ".join(sorted(twice))}')
    return exchanges


def free_ports(count):
    """Ports that nobody has now. Held open together, so that they differ."""
    sockets = []
    for _ in range(count):
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(('127.0.0.1', 0))
        sockets.append(s)
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def address(port):
    return {'socket_address': {'address': '127.0.0.1', 'port_value': port}}


def bootstrap(exchanges, ports, logs, admin, lenient=False):
    """`ports`: {name: (listener, origin)}; `logs`: {name: path}. `lenient`: HTTP/1 is read as Envoy reads it."""
    listeners, clusters = [], []
    for e in exchanges:
        front, back = ports[e.name]
        hcm = json.loads(json.dumps(e.hcm).replace('@LOG@', str(logs[e.name])))
        listeners.append({'name': e.name, 'address': address(front),
                          'filter_chains': [{'filters': [{'name': 'envoy.filters.network.http_connection_manager', 'typed_config': hcm}]}]})
        clusters.append(merge({
            'name': e.name, 'connect_timeout': '1s',
            'load_assignment': {'cluster_name': e.name, 'endpoints': [{'lb_endpoints': [{'endpoint': {'address': address(back)}}]}]}}, e.cluster))
    runtime = {'layered_runtime': {'layers': [{'name': 'lenient', 'static_layer': {'orrery.lenient_http1': True}}]}}
    # The proxy is one of three.
    clusters.append({'name': 'fleet', 'connect_timeout': '1s', 'load_assignment': {
        'cluster_name': 'fleet', 'endpoints': [{'lb_endpoints': [{'endpoint': {'address': address(port)}} for port in (1, 2, 3)]}]}})
    return {'node': {'id': 'node', 'cluster': 'edge'}, 'cluster_manager': {'local_cluster_name': 'fleet'}, 'admin': {'address': address(admin)}, **(runtime if lenient else {}),
            'static_resources': {'listeners': listeners, 'clusters': clusters}}
