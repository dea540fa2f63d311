#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""`compare.py REPORT.json TRUTH': prints what the report has and the truth (network.py) has not, and the other
way round: places and severities of findings, outcomes and other ends of the pairs that they are in; fails if there is anything."""
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
    wanted, others, severities = {}, {}, {}
    for outcome, rule, severity, place, other in read_truth(truth):
        wanted[rule, place], others[rule, place], severities[rule, place] = outcome, other, severity
    found, wrong = {}, []
    for one in said["diagnostics"]:
        key = one["rule"], f"{one['file'].split('/')[-1]}:{one['line']}"
        if key in wanted or one["rule"] not in USUAL or one["severity"] != "note":
            if key in found:
                wrong.append(f"twice: {one['rule']} at {key[1]}")
            found[key] = one
    wrong += [f"not found: {rule} at {place}" for rule, place in sorted(wanted.keys() - found.keys())]
    wrong += [f"too much: {rule} at {place}: {found[rule, place]['message']}"
              for rule, place in sorted(found.keys() - wanted.keys())]
    wrong += [f"{rule} at {place}: {found[rule, place]['severity']}, not {severity}"
              for (rule, place), severity in sorted(severities.items())
              if (rule, place) in found and found[rule, place]["severity"] != severity]
    outcomes, counterparts = {}, {}
    for pair in said["pairs"]:
        ends = [pair["file_" + side] and (pair["file_" + side].split("/")[-1], pair[side]) for side in "ab"]
        for key, other in zip(ends, reversed(ends)):
            if key:
                outcomes.setdefault(key, set()).add(pair["outcome"])
                counterparts.setdefault(key, set()).add("{} {}".format(*other) if other else "-")
    odd = set()
    for (rule, place), outcome in wanted.items():
        if (rule, place) not in found or outcome == "-":
            continue
        key = place.split(":")[0], found[rule, place].get("tunnel")
        odd.add(key)
        if outcomes.get(key) != {outcome}:
            wrong.append(f"{rule} at {place}: {outcomes.get(key)}, not {outcome}")
        if counterparts.get(key) != {others[rule, place]}:
            wrong.append(f"{rule} at {place}: with {counterparts.get(key)}, not {others[rule, place]}")
    bad = sum(outcome not in ("-", "up") for outcome in wanted.values())
    if sum(pair["outcome"] != "up" for pair in said["pairs"]) != bad:
        wrong.append(f"{bad} pairs are to be other than up: {said['totals']}")
    print("\n".join(wrong), end="\n" if wrong else "")
    return bool(wrong)


sys.exit(main(*sys.argv[1:]))
