#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Holds the tables of docs/architecture.md against the sources: `house.py BUILD CHECK...' prints what is
wrong and fails if anything is.

arrows    a file includes only its own room, and of the rooms that its room may include their faces
libraries a library is included only where the table says so
rooms     every source stands in a room of the table, every room has a source
names     no two sources have one base name, but for the programs' own files in `command'
headers   no two headers include each other in a circle
symbols   no two objects of BUILD use each other's symbols in a circle
columns   no line of a C, flex or bison source is over 100 columns, but in WIDE, each of which has one
pages     no line of a rule's page is over 92 columns, but in its examples
"""
import collections
import glob
import os
import re
import subprocess
import sys

FOLDERS = ("grammar", "compiler", "backends", "runtime")
COLUMNS = 100
PAGE_COLUMNS = 92
# to be broken when something else is changed in them
WIDE = """
    compiler/command/cmd_check.c compiler/lower/address.c compiler/lower/device_text.c
    compiler/lower/instances.h compiler/lower/lower.c compiler/lower/lower.h
    compiler/lower/secret.c compiler/lower/suite.c
    compiler/lower/value.c grammar/scan.l runtime/status/cause.c
""".split()
INCLUDE = re.compile(r'^#\s*include [<"]([^">]+)[">]', re.M)


def tables():
    """The rows of each table of docs/architecture.md, as lists of cells, by the table's first title."""
    found, rows = {}, None
    with open("docs/architecture.md", encoding="utf-8") as page:
        for line in page:
            cells = [cell.strip().replace("`", "") for cell in line.strip().strip("|").split("|")]
            if not line.startswith("|"):
                rows = None
            elif rows is None:
                rows = found.setdefault(cells[0], [])
            elif not set(line) <= set("|-: \n"):
                rows.append(cells)
    return found


class Room:
    def __init__(self, cells):
        self.name, self.may, self.face = cells[0], cells[2].split(), cells[3].split()


def read_rooms():
    return {room.name: room for room in map(Room, tables()["room"])}


def sources():
    listed = subprocess.check_output(["git", "ls-files", *FOLDERS], text=True).split()
    return [name for name in listed if name.endswith((".c", ".h", ".l", ".y")) and os.path.exists(name)]


def room_of(name):
    return os.path.dirname(name)


def includes(name):
    with open(name, encoding="utf-8") as file:
        return INCLUDE.findall(file.read())


def check_arrows(_):
    rooms = read_rooms()
    for name in sources():
        room = rooms[room_of(name)]
        for header in includes(name):
            other = room_of(header)
            if other not in rooms or other == room.name:
                continue
            if other not in room.may:
                yield f"{name}: {room.name} may not include {other} ({header})"
            elif os.path.basename(header)[:-2] not in rooms[other].face:
                yield f"{name}: {header} is no face of {other}"


def check_libraries(_):
    allowed = {row[0]: row[1].split() for row in tables()["library"]}
    for name in sources():
        for header in includes(name):
            library = header.split("/")[0].removesuffix(".h")
            if library not in allowed:
                continue
            if room_of(name) not in allowed[library] and name not in allowed[library]:
                yield f"{name}: {library} is not for {room_of(name)}"


def check_rooms(_):
    rooms, used = read_rooms(), {room_of(name) for name in sources()}
    for room in used - rooms.keys():
        yield f"{room} is in no table"
    for room in rooms.values():
        if room.name not in used:
            yield f"{room.name} is empty"
        for other in room.may:
            if other not in rooms:
                yield f"{room.name} may include {other}, which is no room"
        for face in room.face:
            if not os.path.exists(f"{room.name}/{face}.h"):
                yield f"{room.name} has no {face}.h"


def check_names(_):
    owners = collections.defaultdict(list)
    for name in sources():
        if name.endswith(".c") and not room_of(name).endswith("/command"):
            owners[os.path.basename(name)].append(name)
    for names in owners.values():
        if len(names) > 1:
            yield " ".join(names)


def circles(graph):
    """The sets of nodes that reach each other, of GRAPH: node to nodes."""
    reached = {}

    def reach(start):
        seen, todo = set(), list(graph[start])
        while todo:
            node = todo.pop()
            if node not in seen:
                seen.add(node)
                todo += graph.get(node, ())
        return seen

    for node in graph:
        reached[node] = reach(node)
    found = {frozenset(other for other in reached[node] if node in reached.get(other, ()))
             for node in graph if node in reached[node]}
    return [" ".join(sorted(circle)) for circle in found]


def check_headers(_):
    return circles({name: set(includes(name)) for name in sources() if name.endswith(".h")})


def check_symbols(build):
    owner, wanted = {}, collections.defaultdict(set)
    objects = [f"{build}/{name[:-2]}.o" for name in sources() if name.endswith(".c")] + glob.glob(f"{build}/gen/*.o")
    for line in subprocess.check_output(["nm", "-A", *filter(os.path.exists, objects)], text=True).splitlines():
        place, words = line.split(":", 1)[0], line.split()
        if words[-2] == "U":
            wanted[place].add(words[-1])
        elif words[-2] in "TDBRV":
            owner[words[-1]] = place
    graph = {place: {owner[symbol] for symbol in symbols if symbol in owner} - {place}
             for place, symbols in wanted.items()}
    assert graph, f"{build} has no objects"
    return circles(graph)


def check_columns(_):
    listed = subprocess.check_output(["git", "ls-files", "*.c", "*.h", "*.l", "*.y"], text=True).split()
    wide = set()
    for name in filter(os.path.exists, listed):
        with open(name, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if len(line.rstrip("\n").expandtabs(8)) > COLUMNS:
                    wide.add(name)
                    if name not in WIDE:
                        yield f"{name}:{number}: over {COLUMNS} columns"
    for name in set(WIDE) - wide:
        yield f"{name} is in WIDE of tests/house.py, and no line of it is"


def check_pages(_):
    pages = sorted(glob.glob("docs/rules/WI*.md"))
    assert len(pages) > 100, "docs/rules has no pages"
    for name in pages:
        fenced = False
        with open(name, encoding="utf-8") as page:
            for number, line in enumerate(page, 1):
                if line.startswith("```"):
                    fenced = not fenced
                elif not fenced and len(line.rstrip("\n")) > PAGE_COLUMNS:
                    yield f"{name}:{number}: over {PAGE_COLUMNS} columns"


def main():
    found = [line for check in sys.argv[2:] for line in globals()["check_" + check](sys.argv[1])]
    print("\n".join(found))
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
