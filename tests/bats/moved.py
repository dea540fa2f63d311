#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Drawn WeOS 4 texts (moved_text.py), and what `weipsec migrate' makes of them.

    moved.py EACH ROOT FOLDER SEED COUNT    EACH is the program tests/each, FOLDER is empty

Of every text, with --both-ends and without: the exit status is what the report says; each line of `tunnel' is in the report;
the script is what docs/migration.md says of the text, setting by setting, where no line is odd; it passes `check' with
no error that was not announced, compiles where there is none, is its own form, means the same pasted line by line, and
comes the same again; what somebody must look at stands above its line; no secret is in what is said.
"""

import collections
import json
import os
import random
import subprocess
import sys

import moved_text

AT_ONCE = 200
ROUTES = {"vlan1": "10.9.0.1", "vlan2": "192.0.2.1"}  # moved_text.INTERFACES; of vlan2 alone the internet knows
TODAY = "cipher aes256 auth sha256 dh ecp256"
IMPOSSIBLE_PLACE = 25
SOME = 3  # what takes many runs is held of one in so many, with and without --both-ends in turn


class Wrong(Exception):
    """What does not hold."""


def hold(truth, *what):
    if not truth:
        raise Wrong(" ".join(str(word) for word in what))


def each(program, folder, lines):
    """Status, output and errors of each line."""
    said = os.path.join(folder, "said")
    os.makedirs(said, exist_ok=True)
    wrapper = os.environ.get("WEIPSEC_WRAPPER", "").split()
    run = subprocess.run([*wrapper, program, said], input="".join("\t".join([folder, *line]) + "\n" for line in lines).encode(),
                         stdout=subprocess.PIPE, check=True)
    statuses = [int(line.split(b"\t")[0]) for line in run.stdout.splitlines() if b"\t" in line]
    hold(len(statuses) == len(lines), "each:", len(statuses), "of", len(lines))
    for number, status in enumerate(statuses, 1):
        yield status, read("%s/%d.out" % (said, number)), read("%s/%d.err" % (said, number))


def read(path):
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)


# ---- what the documents say of a tunnel


def rivals(instances):
    """The secrets of the tunnels for any peer."""
    found = set()
    for held in instances.values():
        tunnel = Tunnel(held)
        if tunnel.is_on("ENABLE", True) and tunnel.method() == "psk" and tunnel.is_any() and tunnel.value("SECRET"):
            found.add(tunnel.value("SECRET"))
    return found


class Tunnel:
    """An instance that no line is odd in."""

    def __init__(self, held):
        self.set = held["set"]

    def value(self, symbol):
        command = self.set.get(symbol)
        return command.value if command and command.kind == "set" else None

    def is_on(self, symbol, standard=False):
        command = self.set.get(symbol)
        return standard if not command else command.kind == "set"

    def method(self):
        return self.value("METHOD") or "psk"

    def is_any(self):
        return self.value("PEER") in (None, "any")

    def is_name(self):
        return not self.is_any() and not self.value("PEER")[0].isdigit()


def nearest(language, suite):
    return {part: language.instead.get(word, word) for part, word in suite.items()}


def suites(language, tunnel):
    """ike and esp of the script, and whether the other end must change."""
    ike, esp, changes = tunnel.value("IKE"), tunnel.value("ESP"), False
    if not ike and tunnel.is_on("AGGRESSIVE"):
        ike = {"cipher": "aes128", "auth": "sha1", "dh": "modp1024"}
    new_ike = nearest(language, ike) if ike else {"cipher": "aes256", "auth": "sha256", "dh": "modp2048"}
    changes = not ike or new_ike != ike
    if not esp:
        return new_ike, {"cipher": "aes256", "auth": "sha256", "dh": new_ike["dh"]}, True
    old_esp, new_esp = dict(esp), nearest(language, esp)
    if not tunnel.is_on("PFS", True):
        changes = True
        new_esp["dh"] = new_ike["dh"]
    elif "dh" not in esp:
        changes = changes or not ike
        new_esp["dh"] = new_ike["dh"]
        old_esp["dh"] = ike["dh"] if ike else None
    return new_ike, new_esp, changes or new_esp != old_esp


def outer_address(tunnel, has_interfaces):
    """local-address, or None where it is not known."""
    return ROUTES.get(tunnel.value("OUTBOUND") or "vlan2") if has_interfaces else None


def spelt(suite):
    return " ".join("%s %s" % (part, suite[part]) for part in ("cipher", "auth", "dh"))


def foreseen(language, tunnel, both_ends, place, secrets, address):
    """The lines of the script, whether the tunnel is impossible, whether the other end must change."""
    lines, impossible = ["version 2" if both_ends else "version 1"], place >= IMPOSSIBLE_PLACE
    initiator, aggressive = tunnel.is_on("INITIATOR"), tunnel.is_on("AGGRESSIVE")
    ike, esp, changes = suites(language, tunnel)
    enabled = tunnel.is_on("ENABLE", True)
    for symbol, word in (("DESCRIPTION", "description"), ("METHOD", "method"), ("CERTIFICATE", "certificate"), ("CA", "ca"),
                         ("SECRET", "secret"), ("DPD_DELAY", "dpd-delay"), ("DPD_TIMEOUT", "dpd-timeout"),
                         ("SA_LIFETIME", "sa-rekey-time"), ("LOCAL_ID", "local-id"), ("LOCAL_SUBNET", "local-subnet"),
                         ("REMOTE_SUBNET", "remote-subnet")):
        if tunnel.value(symbol):
            lines.append("%s %s" % (word, tunnel.value(symbol)))
    if initiator:
        lines.append("initiator")
    if tunnel.is_name():
        impossible = True
    elif tunnel.value("PEER"):
        lines.append("peer " + tunnel.value("PEER").replace("any", "ANY"))
    if address:
        lines.append("local-address " + address)
    impossible = impossible or not address
    if tunnel.value("REMOTE_ID"):
        lines.append("remote-id " + tunnel.value("REMOTE_ID"))
    elif not initiator and not tunnel.is_any() and not tunnel.is_name():
        lines.append("remote-id inet " + tunnel.value("PEER"))
    action = tunnel.value("DPD_ACTION")
    if action:
        lines.append("dpd-action " + ({"hold": "trap"}.get(action, action) if initiator else "clear"))
    elif "DPD_ACTION" in tunnel.set:
        lines.append("no dpd-action")
    impossible = impossible or (enabled and initiator and tunnel.is_any())
    if tunnel.method() == "cert":
        impossible = impossible or not tunnel.value("CA") or (enabled and not tunnel.value("CERTIFICATE"))
    else:
        impossible = impossible or (enabled and not tunnel.value("SECRET"))
    if not both_ends and aggressive and tunnel.is_any() and tunnel.method() == "psk":
        aggressive = len(secrets | {tunnel.value("SECRET")} - {None}) <= 1
        impossible = impossible or not aggressive
    lines += ["ike " + (TODAY if both_ends else spelt(ike)), "esp " + (TODAY if both_ends else spelt(esp))]
    if impossible or not enabled:
        lines.append("no enable")
    elif "ENABLE" in tunnel.set:
        lines.append("enable")
    changes = (changes or both_ends or aggressive or not (tunnel.value("LOCAL_SUBNET") and tunnel.value("REMOTE_SUBNET")) or
               (tunnel.method() == "cert" and (tunnel.value("CERTIFICATE") or tunnel.value("CA"))))
    return sorted(lines), impossible, bool(changes)


# ---- what the script has


def script_tunnels(script):
    """Its tunnels' lines, comments aside, and the comments of each."""
    tunnels, current, before = {}, None, []
    for line in script.split("\n"):
        line = line.strip()
        if line.startswith("#"):
            (tunnels[current][1] if current is not None else before).append(line)
        elif line.startswith("no ipsec "):
            current = int(line.split()[2])
            hold(current not in tunnels, "ipsec", current, "stands there twice")
            tunnels[current] = ([], before)
            before = []
        elif line == "end":
            current = None
        elif current is not None and not line.startswith("ipsec "):
            tunnels[current][0].append(line)
    return tunnels


def pasted(script):
    """As somebody pastes it, a line behind each prompt and without a blank around it; and without one alone."""
    path, lines = [], []
    for line in script.split("\n")[:-1]:
        typed = line.strip()
        lines.append("lynx:/%s#> %s" % ("".join(part + "/" for part in path), typed))
        words = typed.split()
        if words[0] in ("configure", "tunnel", "ipsec"):
            path.append({"configure": "config", "tunnel": "tunnel"}.get(words[0]) or "ipsec-" + words[1])
        elif words == ["end"]:
            path.pop()
        elif words == ["leave"]:
            path = []
    return "\n".join(lines) + "\n", "".join(line.strip() + "\n" for line in script.split("\n")[:-1])


def without_places(text):
    """What `show --json' has, but for where it stands."""
    def strip(value):
        if isinstance(value, dict):
            return {key: strip(inner) for key, inner in value.items() if key not in ("line", "column", "file", "path")}
        return [strip(inner) for inner in value] if isinstance(value, list) else value
    return strip(json.loads(text))


# ---- what must hold


class Case:
    """One text, moved one way."""

    def __init__(self, name, drawn, both_ends):
        self.name, self.both_ends = name, both_ends
        self.text, self.commands, self.instances = drawn
        self.status, self.said, self.report, self.script = None, None, None, None

    def stem(self):
        return self.name + (".both" if self.both_ends else ".one")

    def migrate(self, output, report):
        return ["migrate"] + (["--both-ends"] if self.both_ends else []) + ["--report", report, "-o", output, self.name + ".cfg"]

    def taken(self, folder, status, said):
        self.status, self.said = status, said
        self.script, self.report = (read(form % (folder, self.stem())) for form in ("%s/scripts/%s.weos", "%s/%s.json"))
        hold(status in (0, 1) and self.report, "status", status, said[-300:])
        self.diagnostics = json.loads(self.report)["diagnostics"]

    def announced(self):
        return {d.get("tunnel") for d in self.diagnostics if d["rule"] == "WI905"}

    def judge_status(self):
        errors = [d for d in self.diagnostics if d["severity"] == "error"]
        hold(self.status == (1 if errors else 0), "status", self.status, "with", len(errors), "errors")
        hold(bool(self.script) == bool(self.instances), "a script:", bool(self.script), "of", len(self.instances), "tunnels")

    def judge_lines(self):
        """Each line has a finding; one that is without effect says so, one that counts does not."""
        said = collections.defaultdict(list)
        for d in self.diagnostics:
            said[d["line"]].append(d)
        for command in self.commands:
            here = said[command.line]
            hold(here, "nothing is said of line", command.line, command.words)
            without = any(d["rule"] == "WI904" and ("set again" in d["message"] or "is removed" in d["message"]) for d in here)
            if command.fate == "removed" and not command.odd:
                hold(without, "line", command.line, "is removed:", here)
            elif command.fate == "again" and not self.is_odd(command):
                hold(without, "line", command.line, "is set again:", here)
            elif command.fate == "counts" and not self.is_odd(command):
                hold(not without, "line", command.line, "counts:", here)

    def is_odd(self, command):
        held = self.instances.get(command.id)
        return command.odd or (held is not None and held["odd"])

    def judge_script(self, language):
        if not self.script:
            return
        lines, made = self.script.split("\n"), script_tunnels(self.script)
        hold(lines[-2:] == ["leave", ""] and lines[-3].endswith("copy run start"), "the end:", lines[-4:])
        hold(list(made) == list(self.instances), "tunnels", list(made), "of", list(self.instances))
        secrets = rivals(self.instances)
        for place, (identity, held) in enumerate(self.instances.items()):
            if held["odd"] or any(other["odd"] for other in self.instances.values()) and not self.both_ends:
                continue  # an odd secret may be a rival's
            self.judge_tunnel(identity, sorted(made[identity][0]),
                              foreseen(language, Tunnel(held), self.both_ends, place, secrets,
                                       outer_address(Tunnel(held), "iface" in self.text)))

    def judge_tunnel(self, identity, made, foretold):
        lines, impossible, changes = foretold
        if identity in self.announced() and not impossible and self.is_one_of_any(identity):
            # another tunnel for any peer, which it cannot be told apart from: that is for `check' to know
            lines, impossible = sorted(set(lines) - {"enable"} | {"no enable"}), True
        hold(made == lines, "ipsec", identity, "has", [x for x in made if x not in lines], "instead of",
             [x for x in lines if x not in made])
        rules = {d["rule"] for d in self.diagnostics if d.get("tunnel") == identity}
        hold(("WI905" in rules) == impossible, "ipsec", identity, "is possible" if "WI905" not in rules else "is impossible")
        hold(("WI906" in rules) == changes, "ipsec", identity, "the other end must change:", changes)

    def is_one_of_any(self, identity):
        tunnels = {other: Tunnel(held) for other, held in self.instances.items()}
        return tunnels[identity].is_any() and sum(t.is_any() and t.is_on("ENABLE", True) for t in tunnels.values()) > 1

    def judge_places(self):
        """What must be looked at stands in the script, above its line."""
        made, lines = script_tunnels(self.script) if self.script else {}, self.script.split("\n")
        for d in self.diagnostics:
            if "to" in d:
                hold(lines[d["to"]["line"] - 1][:d["to"]["column"] - 1].strip() == "", "a place:", d)
            if d["rule"].startswith("WI9") and d["severity"] != "note" and d.get("tunnel") in made:
                comment = "# %s: %s" % (d["rule"], d["message"])
                hold(comment in made[d["tunnel"]][1], "not above its line:", comment)

    def judge_secrets(self):
        for command in self.commands:
            secret = command.setting == "SECRET" and (command.value or "").strip("'\"")
            # shorter ones may stand in any word
            if not secret or len(secret) < 6 or secret == "****":
                continue
            for said in (self.report, json.dumps(json.loads(self.report), ensure_ascii=False), self.said):
                hold(secret not in said, "a secret of line", command.line, "is shown")

    def judge(self, language):
        self.judge_status()
        self.judge_lines()
        self.judge_script(language)
        self.judge_places()
        self.judge_secrets()


def judge_checked(written, status, output):
    """Of all scripts: no error that was not announced."""
    found = collections.defaultdict(list)
    for d in json.loads(output)["diagnostics"]:
        if d["severity"] == "error":
            found[os.path.basename(d["file"])].append(d)
    for case in written:
        errors = [(d["rule"], d["line"], d["message"]) for d in found[case.stem() + ".weos"]
                  if not case.status or d.get("tunnel") not in case.announced()]
        hold(not errors, case.stem(), "has errors that were not announced:", errors)
    hold(status in (0, 1), "check:", status)


def judge_made(cases, folder, program):
    """Scripts have the errors that were announced, compile, are their own form, and can be pasted."""
    written = [case for case in cases if case.script]
    lines, kinds = [["fmt", "--check", "scripts"], ["check", "--format", "json", "scripts"]], []
    for number, case in enumerate(written):
        if case.status == 0:
            lines.append(["compile", "--to", "swanctl", "scripts/%s.weos" % case.stem()])
            kinds.append((case, "compile"))
        if number % SOME:
            continue
        session, bare = pasted(case.script)
        write("%s/%s.session" % (folder, case.stem()), session)
        write("%s/%s.bare" % (folder, case.stem()), bare)
        for form in ("scripts/%s.weos", "%s.session", "%s.bare"):
            lines.append(["show", "--json", form % case.stem()])
            kinds.append((case, "show"))
    said = each(program, folder, lines)
    status, output, errors = next(said)
    hold(status == 0 and not output, "not its own form:", output, errors)
    status, output, _ = next(said)
    judge_checked(written, status, output)
    shown = collections.defaultdict(list)
    for (case, kind), (status, output, errors) in zip(kinds, said):
        if kind == "show":
            shown[case.stem()].append(without_places(output))
        else:
            hold(status == 0, case.stem(), "does not compile:", errors)
    for stem, forms in shown.items():
        hold(len(forms) == 3 and forms[0] == forms[1] == forms[2], stem, "is another one, pasted")


def judge_again(cases, folder, program):
    """The same script and report come again."""
    cases = cases[::SOME]
    lines = [case.migrate(case.stem() + ".again", case.stem() + ".report") for case in cases]
    for case, (status, _, _) in zip(cases, each(program, folder, lines)):
        hold(status == case.status and read("%s/%s.again" % (folder, case.stem())) == case.script and
             read("%s/%s.report" % (folder, case.stem())) == case.report, case.stem(), "is another one the second time")


def run_batch(language, program, folder, seed, numbers):
    cases, counts = [], collections.Counter()
    os.makedirs(os.path.join(folder, "scripts"))
    for number in numbers:
        drawn = moved_text.draw(random.Random("%s/%d" % (seed, number)), language)
        write("%s/%d.cfg" % (folder, number), drawn[0])
        cases += [Case(str(number), drawn, False), Case(str(number), drawn, True)]
    lines = [case.migrate("scripts/%s.weos" % case.stem(), case.stem() + ".json") for case in cases]
    wrong = []
    for case, (status, _, errors) in zip(cases, each(program, folder, lines)):
        try:
            case.taken(folder, status, errors)
            case.judge(language)
        except Wrong as error:
            wrong.append("%s: %s" % (case.stem(), error))
        counts.update(texts=1, tunnels=len(case.instances), lines=len(case.commands), impossible=len(case.announced()),
                      odd=sum(held["odd"] for held in case.instances.values()))
    for judge in (judge_made, judge_again):
        try:
            judge(cases, folder, program)
        except Wrong as error:
            wrong.append(str(error))
    return wrong, counts


def main():
    program, root, folder, seed, count = sys.argv[1:]
    language = moved_text.Language(os.path.join(root, "schemas/weos4.def"))
    total, failed = collections.Counter(), []
    for first in range(1, int(count) + 1, AT_ONCE):
        batch = os.path.join(os.path.abspath(folder), str(first))
        os.makedirs(batch)
        wrong, counts = run_batch(language, program, batch, seed, range(first, min(first + AT_ONCE, int(count) + 1)))
        failed += wrong
        total.update(counts)
        if not wrong:
            subprocess.run(["rm", "-rf", batch], check=True)
    for line in failed[:40]:
        print(line)
    print("%(texts)d moves: %(tunnels)d tunnels, %(odd)d of them odd, %(impossible)d impossible, %(lines)d lines" % total,
          "%d wrong" % len(failed), sep=", ")
    return 1 if failed or not total["impossible"] or not total["odd"] else 0


if __name__ == "__main__":
    sys.exit(main())
