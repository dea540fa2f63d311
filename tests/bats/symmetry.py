#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What `weipsec diff' says from either side.

symmetry.py make N FILES    Of every Nth line of the files that FILES lists, a copy of the file without it, and on
                            standard output the calls of `weipsec diff', there and back, for tests/calls/each.
symmetry.py judge FOLDER    Holds against each other what they said.  Prints how many changes and settings it saw.
"""
import json
import os
import sys

TURNED = {"added": "removed", "removed": "added"}


def read(path):
    with open(path, "rb") as file:
        return file.read()


def make(step, list_of_files):
    count, folder = 0, os.getcwd()
    with open(list_of_files, encoding="utf-8") as names:
        for name in names.read().splitlines():
            lines = read(name).splitlines(keepends=True)
            for i in range(len(lines)):
                count += 1
                if count % step or not lines[i].strip():
                    continue
                mutant = f"{folder}/{count}.mutant"
                with open(mutant, "wb") as file:
                    file.write(b"".join(lines[:i] + lines[i + 1:]))
                for a, b in ((name, mutant), (mutant, name)):
                    print("/", "diff", "--format", "json", a, b, sep="\t")


def turn(tunnel):
    """A tunnel of a document as the other side has it, without what differs by direction."""
    settings = [(at["setting"], at["new"], at["old"]) for at in tunnel["settings"]]
    return tunnel["id"], TURNED.get(tunnel["change"], tunnel["change"]), settings


def plain(tunnel):
    return tunnel["id"], tunnel["change"], [(at["setting"], at["old"], at["new"]) for at in tunnel["settings"]]


def is_consistent(tunnel):
    """The tunnel is as grave as the gravest of its settings."""
    order = ["none", "next-auth", "restart"]
    worst = max([order.index(at["effect"]) for at in tunnel["settings"]], default=0)
    if tunnel["change"] in TURNED:
        return tunnel["settings"] == [] and not tunnel["both_ends"]
    return (order[worst] == tunnel["effect"] and
            tunnel["both_ends"] == any(at["both_ends"] for at in tunnel["settings"]) and
            (tunnel["change"] == "changed") == bool(tunnel["settings"]) and
            all(at["effect"] == "restart" for at in tunnel["settings"] if at["both_ends"]))


def judge(folder):
    with open(f"{folder}/status", encoding="utf-8", errors="surrogateescape") as file:
        status = [line.split("\t") for line in file.read().splitlines()]
    changes, settings = 0, set()
    for i in range(0, len(status), 2):
        there, back = int(status[i][0]), int(status[i + 1][0])
        assert there == back and there in (0, 1, 2), (status[i], back)
        if there == 2:
            continue
        old, new = (json.loads(read(f"{folder}/{n}.out"))["tunnels"] for n in (i + 1, i + 2))
        assert [turn(at) for at in old] == [plain(at) for at in new], status[i]
        assert all(map(is_consistent, old + new)), status[i]
        assert (there == 1) == any(at["change"] != "unchanged" for at in old), status[i]
        changes += there
        settings |= {at["setting"] for tunnel in old for at in tunnel["settings"]}
    print(f"{changes} changes, {len(settings)} settings")


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(int(sys.argv[2]), sys.argv[3])
    else:
        judge(sys.argv[2])
