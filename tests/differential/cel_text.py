"""Conditions as text ("request.path.startsWith('/a') && size(x) > 2") to the trees of google.api.expr.v1alpha1 that configurations hold."""
import base64
import re

TOKEN = re.compile(r'''\s*(?:(?P<time>(?:duration|timestamp)!"[^"]*")|(?P<bytes>b"[^"]*")|(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?P<real>\d+\.\d+(?:e[+-]?\d+)?|\d+e\d+)
    |(?P<whole>0x[0-9a-f]+u?|\d+u?)|(?P<name>[A-Za-z_]\w*)|(?P<mark>&&|\|\||==|!=|<=|>=|[-+*/%!<>?:.,()\[\]{}]))''', re.X)
BINARY = [['||'], ['&&'], ['==', '!=', '<', '<=', '>', '>=', 'in'], ['+', '-'], ['*', '/', '%']]


def call(function, *args, target=None):
    out = {'function': function, 'args': list(args)}
    return {'call_expr': {'target': target, **out} if target is not None else out}


def name(text):
    return {'ident_expr': {'name': text}}


def constant(kind, value):
    return {'const_expr': {kind: value}}


class Reader:
    def __init__(self, text):
        self.tokens, at = [], 0
        while text[at:].strip():
            found = TOKEN.match(text, at)
            if not found:
                raise SystemExit(f'differential: no condition: {text!r} at {at}')
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        self.at = 0

    def peek(self):
        return self.tokens[self.at][1] if self.at < len(self.tokens) else None

    def take(self, *wanted):
        if self.peek() not in wanted or self.tokens[self.at][0] in ('text', 'bytes'):
            return None
        self.at += 1
        return self.tokens[self.at - 1][1]

    def need(self, wanted):
        if not self.take(wanted):
            raise SystemExit(f'differential: a condition wants {wanted!r} before {self.peek()!r}')

    def whole(self):
        condition = self.level(0)
        if not self.take('?'):
            return condition
        then = self.whole()
        self.need(':')
        return call('_?_:_', condition, then, self.whole())

    def level(self, depth):
        if depth == len(BINARY):
            return self.unary()
        left = self.level(depth + 1)
        while (sign := self.take(*BINARY[depth])):
            left = call('@in' if sign == 'in' else f'_{sign}_', left, self.level(depth + 1))
        return left

    def unary(self):
        if self.take('!'):
            return call('!_', self.unary())
        if self.take('-'):
            kind, text = self.tokens[self.at]
            if kind in ('whole', 'real') and not text.endswith('u'):
                self.at += 1
                return constant('int64_value', str(-int(text))) if kind == 'whole' else constant('double_value', -float(text))
            return call('-_', self.unary())
        return self.member(self.primary())

    def list(self, end):
        out = []
        while not self.take(end):
            out.append(self.whole())
            self.take(',')
        return out

    def member(self, left):
        while True:
            if self.take('.'):
                field = self.tokens[self.at][1]
                self.at += 1
                if not self.take('('):
                    left = {'select_expr': {'operand': left, 'field': field}}
                else:
                    args = self.list(')')
                    left = macro(left, field, args) or call(field, *args, target=left)
            elif self.take('['):
                left = call('_[_]', left, self.whole())
                self.need(']')
            else:
                return left

    def primary(self):
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == 'text':
            return constant('string_value', re.sub(r'\\(.)', r'\1', text[1:-1]))
        if kind == 'bytes':
            return constant('bytes_value', base64.b64encode(text[2:-1].encode()).decode())
        if kind == 'time':
            what, _, value = text.partition('!')
            return constant(f'{what}_value', value[1:-1])
        if kind == 'whole':
            number = int(text.rstrip('u'), 0)
            return constant('uint64_value' if text.endswith('u') else 'int64_value', str(number))
        if kind == 'real':
            return constant('double_value', float(text))
        if text in ('true', 'false'):
            return constant('bool_value', text == 'true')
        if text == 'null':
            return constant('null_value', None)
        if text == '(':
            inner = self.whole()
            self.need(')')
            return inner
        if text == '[':
            return {'list_expr': {'elements': self.list(']')}}
        if text == '{':
            entries = []
            while not self.take('}'):
                key = self.whole()
                self.need(':')
                entries.append({'map_key': key, 'value': self.whole()})
                self.take(',')
            return {'struct_expr': {'entries': entries}}
        if kind != 'name':
            raise SystemExit(f'differential: a condition has {text!r} where a value belongs')
        if not self.take('('):
            return name(text)
        args = self.list(')')
        if text == 'has':
            return {'select_expr': {**args[0]['select_expr'], 'test_only': True}}
        return call(text, *args)


def macro(over, kind, args):
    """What parsers make of list.all(x, condition) and its like; nothing: it is none of them."""
    result, variable = name('__result__'), args[0].get('ident_expr', {}).get('name') if args else None
    if kind == 'all':
        parts = constant('bool_value', True), call('@not_strictly_false', result), call('_&&_', result, args[1]), result
    elif kind == 'exists':
        parts = constant('bool_value', False), call('@not_strictly_false', call('!_', result)), call('_||_', result, args[1]), result
    elif kind == 'exists_one':
        one = constant('int64_value', '1')
        parts = (constant('int64_value', '0'), constant('bool_value', True), call('_?_:_', args[1], call('_+_', result, one), result),
                 call('_==_', result, one))
    elif kind in ('map', 'filter'):
        step = call('_+_', result, {'list_expr': {'elements': [args[1] if kind == 'map' else name(variable)]}})
        parts = ({'list_expr': {'elements': []}}, constant('bool_value', True),
                 step if kind == 'map' else call('_?_:_', args[1], step, result), result)
    else:
        return None
    init, condition, step, end = parts
    return {'comprehension_expr': {'iter_var': variable, 'iter_range': over, 'accu_var': '__result__', 'accu_init': init,
                                   'loop_condition': condition, 'loop_step': step, 'result': end}}


def tree(text):
    reader = Reader(text)
    out = reader.whole()
    if reader.peek() is not None:
        raise SystemExit(f'differential: a condition goes on at {reader.peek()!r}')
    return out
