#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What of the rooms was reached, by `llvm-cov export` on standard input: a line a room, then what differs from the list.

    reached.py LIST

LIST has the functions that no fuzz target reaches: under a line `= REASON' lines of a file and its functions, or of a file,
or a folder, alone: all of it may be reached or not, and does not count.  It fails where a function is missing, or reached.
"""

import json
import os
import sys
from collections import defaultdict

ROOMS = ("grammar", "compiler", "backends")


def read_list(path):
    """The functions of each file or folder, `*' for all."""
    listed = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            words = line.split()
            if words and words[0] not in ("#", "="):
                listed.setdefault(words[0], set()).update(words[1:] or {"*"})
    return listed


def is_whole(listed, file):
    return "*" in listed.get(file, ()) or "*" in listed.get(os.path.dirname(file), ())


def sources():
    for room in ROOMS:
        for folder, _, names in os.walk(room):
            yield from (os.path.join(folder, name) for name in names if name.endswith(".c"))


def main():
    listed = read_list(sys.argv[1])
    counts = json.load(sys.stdin)["data"][0]
    root = os.getcwd() + "/"

    def file_of(name):
        return name.removeprefix(root)

    reached = defaultdict(lambda: defaultdict(int))
    for function in counts["functions"]:
        file = file_of(function["filenames"][0])
        if file.split("/")[0] in ROOMS:
            reached[file][function["name"].rsplit(":", 1)[-1]] += function["count"]
    unlinked = sorted(set(sources()) - set(reached))

    rooms = defaultdict(lambda: [0, 0, 0, 0])
    for entry in counts["files"]:
        file, summary = file_of(entry["filename"]), entry["summary"]
        if file.split("/")[0] in ROOMS and not is_whole(listed, file):
            numbers = [summary[kind][what] for kind in ("functions", "lines") for what in ("covered", "count")]
            rooms[os.path.dirname(file)] = [a + b for a, b in zip(rooms[os.path.dirname(file)], numbers)]
    total = [sum(column) for column in zip(*rooms.values())]
    for room, numbers in sorted(rooms.items()):
        print("%-24s %4d of %4d functions, %5d of %5d lines" % (room, *numbers))
    print("in all: %d of %d functions, %d of %d lines" % tuple(total))

    wrong = []
    for file, functions in sorted(reached.items()):
        for name, count in sorted(functions.items()):
            is_listed = is_whole(listed, file) or name in listed.get(file, ())
            if not count and not is_listed:
                wrong.append(f"{file} {name}: no input reaches it")
            if count and name in listed.get(file, ()):
                wrong.append(f"{file} {name}: is reached")
    wrong += [f"{file}: no target has it" for file in unlinked if not is_whole(listed, file)]
    for file, functions in sorted(listed.items()):
        if not os.path.exists(file):
            wrong.append(f"{file}: there is no such file")
        elif file in reached:
            wrong += [f"{file} {name}: there is no such function" for name in sorted(functions - {"*"} - set(reached[file]))]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


sys.exit(main())
