#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""`compare.py REPORT.json TRUTH': prints what the report has and the truth (network.py) has not, and the other
way round: places of findings, outcomes of the pairs that they are in; fails if there is anything."""
import json
import sys

# said of pairs that are well, by design
USUAL = {"WI1010", "WI1013", "WI1016"}


def read_truth(path):
    with open(path, encoding="ascii") as file:
        return [line.rstrip("\n").split("\t") for line in file]


def main(report, truth):
    with open(report, encoding="ascii") as file:
        said = json.load(file)
    wanted = {(rule, place): outcome for outcome, rule, place in read_truth(truth)}
    found = {}
    for one in said["diagnostics"]:
        key = one["rule"], f"{one['file'].split('/')[-1]}:{one['line']}"
        if key in wanted or one["rule"] not in USUAL or one["severity"] != "note":
            found.setdefault(key, one)
    wrong = [f"not found: {rule} at {place}" for rule, place in sorted(wanted.keys() - found.keys())]
    wrong += [f"too much: {rule} at {place}: {found[rule, place]['message']}"
              for rule, place in sorted(found.keys() - wanted.keys())]
    outcomes = {}
    for pair in said["pairs"]:
        for side in "ab":
            if pair["file_" + side]:
                key = pair["file_" + side].split("/")[-1], pair[side]
                outcomes.setdefault(key, set()).add(pair["outcome"])
    odd = set()
    for (rule, place), outcome in wanted.items():
        if (rule, place) not in found or outcome == "-":
            continue
        key = place.split(":")[0], found[rule, place].get("tunnel")
        odd.add(key)
        if outcomes.get(key) != {outcome}:
            wrong.append(f"{rule} at {place}: {outcomes.get(key)}, not {outcome}")
    bad = sum(outcome not in ("-", "up") for outcome in wanted.values())
    if sum(pair["outcome"] != "up" for pair in said["pairs"]) != bad:
        wrong.append(f"{bad} pairs are to be other than up: {said['totals']}")
    print("\n".join(wrong), end="\n" if wrong else "")
    return bool(wrong)


sys.exit(main(*sys.argv[1:]))
