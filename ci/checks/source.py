"""What every check needs: the files of a tree, C++ text without comments and strings, and the layering table."""

import os
import re
import subprocess
import sys

CPP = ('.h', '.cc')


def files(root):
    """Paths of the tree, relative to root and sorted: what git would commit, or everything where root is no git tree."""
    if os.path.exists(os.path.join(root, '.git')):
        out = subprocess.run(['git', '-C', root, 'ls-files', '-co', '--exclude-standard', '-z'], check=True, capture_output=True).stdout
        paths = [p for p in out.decode().split('\0') if p and os.path.exists(os.path.join(root, p))]
    else:
        paths = [os.path.relpath(os.path.join(d, f), root) for d, _, names in os.walk(root) for f in names]
    return sorted(set(paths))


def read(root, path):
    with open(os.path.join(root, path), encoding='utf-8', errors='replace') as f:
        return f.read()


_TOKEN = re.compile(
    r'//(?:[^\n\\]|\\.|\\\n)*'                       # comment to the end of the line
    r'|/\*.*?\*/'                                    # block comment
    r'|(?:u8|[uUL])?R"([^()\\\s]{0,16})\(.*?\)\1"'   # raw string
    r'|"(?:[^"\\\n]|\\.)*"'                          # string
    r"|(?<![0-9a-fA-FxX'])'(?:[^'\\\n]|\\.)+'",      # character; not a digit separator
    re.S)


def code(text, keep_includes=False):
    """The text with comments and the insides of strings blanked; lines and columns stay what they were."""

    def blank(match):
        token = match.group(0)
        if token[0] == '/':
            return re.sub(r'[^\n]', ' ', token)
        if keep_includes:
            start = text.rfind('\n', 0, match.start()) + 1
            if re.match(r'\s*#\s*include\b', text[start:match.start()]):
                return token
        return token[0] + re.sub(r'[^\n]', ' ', token[1:-1]) + token[-1]

    return _TOKEN.sub(blank, text)


class Row:
    def __init__(self, folder, may, uses, line):
        self.folder, self.may, self.uses, self.line = folder, may, uses, line


class Table:
    """ci/layers.txt. `problems` is what is wrong with the table itself, as (line, text)."""

    def __init__(self, text):
        self.rows, self.everywhere, self.problems = {}, set(), []
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip() or line.startswith('#'):
                continue
            cells = [c.strip() for c in line.split('|')]
            if len(cells) != 3 or not cells[0]:
                self.problems.append((number, "a row is 'folder | folders | libraries'"))
                continue
            folder, uses = cells[0], set(cells[2].split())
            if folder in self.rows:
                self.problems.append((number, f'{folder} has a row already, at line {self.rows[folder].line}'))
                continue
            may = set()
            for word in cells[1].split():
                name = word.removeprefix('+')
                if word == '*':
                    may |= set(self.rows)
                elif name not in self.rows:
                    self.problems.append((number, f'{folder} may only name folders above it (else the table could hold a cycle), not {name}'))
                else:
                    may |= {name} | (self.rows[name].may if word != name else set())
            if folder == '*':
                self.everywhere = uses
            else:
                self.rows[folder] = Row(folder, may, uses, number)

    def row(self, folder):
        """The row of a folder. Below tests/ and fuzz/ every folder has that row: they are leaves."""
        top = folder.split('/')[0]
        return self.rows.get(folder) or (self.rows.get(top) if top in ('tests', 'fuzz') else None)


class Report:
    """Collects breaches and prints them as file:line: [rule] text, in order."""

    def __init__(self, name):
        self.name, self.breaches = name, set()

    def add(self, path, line, rule, text):
        self.breaches.add((path, line, rule, text))

    def finish(self, checked):
        for path, line, rule, text in sorted(self.breaches):
            print(f'{path}:{line}: [{rule}] {text}')
        print(f'{self.name}: {checked}, {len(self.breaches)} breaches', file=sys.stderr)
        return 1 if self.breaches else 0


def root_of(argv):
    """The tree to check: the argument, or the tree that the script lies in."""
    return argv[1] if len(argv) > 1 else os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
