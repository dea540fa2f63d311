# SPDX-License-Identifier: ISC
"""Mutations of whole files: contexts, sessions, and a second tunnel beside one that is there."""

import re

from mutation_rows import RANDOM
from mutation_text import PROMPT, Text

CLONE = 60
OUTER = {"WI502", "WI503", "WI504", "WI505", "WI506", "WI507", "WI508", "WI609", "WI426"}


def joined(lines):
    return "\n".join(lines)


def last_line(read):
    """The number of the last line that is not empty."""
    return max(n for n, line in enumerate(read.lines) if line.strip(" \t\r"))


# ---- the device: files that say nothing of its interfaces


def elsewhere(read):
    """WI602: interfaces that have other addresses; WI610: one that may have any, by DHCP."""
    for rule, severity, interface in (
            ("WI602", "E", ["iface vlan77 inet static", "    address 10.99.99.1/24", "    end"]),
            ("WI610", "W", ["interface vlan78 inet dhcp", "    end"])):
        for instance in read.order:
            setting = instance.get("local-address")
            if setting and len(setting.value.split()) == 1:
                # of the others it is said as well
                yield (joined(interface + read.lines), rule, severity,
                       (setting.line + len(interface) + 1, setting.value_at + 1), {rule, "WI612"})
                break


# ---- contexts: files of nothing but `tunnel' blocks


def without(lines, numbers):
    return joined(line for n, line in enumerate(lines) if n not in numbers)


def unclosed(read):
    """WI107: an `end' less."""
    ends = [n for n, kind in sorted(read.structure.items()) if kind == "end"]
    headers = [n for n, kind in sorted(read.structure.items()) if kind in ("tunnel", "ipsec")]
    last = max(read.structure)
    if read.structure[last] == "end" and read.structure[headers[0]] == "tunnel" and \
            sum(kind == "tunnel" for kind in read.structure.values()) == 1:
        at = headers[0]
        yield without(read.lines, {last}), "WI107", "W", column(read, at, "tun"), set()
        for end, following in zip(ends, ends[1:]):
            opened = [h for h in headers if h < end][-1]
            if following != last:
                yield without(read.lines, {end}), "WI107", "W", column(read, opened, "ip"), set()


def cut(read):
    """WI124: the last setting, and nothing behind it, no line end either."""
    at = max((n for n, kind in read.structure.items() if kind == "setting"), default=None)
    if at is not None:
        line = read.lines[at].rstrip("\r")
        indent = len(line) - len(line.lstrip(" \t"))
        yield joined(read.lines[:at] + [line]), "WI124", "W", (at + 1, indent + 1), set()


def column(read, number, word):
    return number + 1, read.lines[number].index(word) + 1


def stray(read):
    """WI108: an `end' more; behind `tunnel ipsec N' and its `end' one is free."""
    line = read.lines[last_line(read)]
    if not line.strip(" \t\r").startswith("end") or "tunnel" not in read.structure.values():
        return
    cr = "\r" if line.endswith("\r") else ""
    at = last_line(read) + 1
    yield (joined(read.lines[:at] + ["end" + cr] + read.lines[at:]), "WI108", "W", (at + 1, 1), set())
    first = min(read.structure)
    yield (joined(read.lines[:first + 1 - 1] + ["  end" + cr] + read.lines[first:]), "WI108", "W",
           (first + 1, 3), set())


def headers(read):
    first = [n for n, kind in sorted(read.structure.items()) if kind == "tunnel"]
    if len(first) == 1 and read.lines[first[0]].lstrip(" \t").startswith("tunnel") and \
            read.lines[first[0]].isascii():
        at = first[0]
        for wrong in ("Tunnel", "tunel", "tunnell", "funnel", "TUNNEL"):
            lines = read.lines[:]
            lines[at] = lines[at].replace("tunnel", wrong, 1)
            yield joined(lines), "WI122", "W", (at + 1, read.lines[at].index("tunnel") + 1), set()
    for number, kind in read.structure.items():
        line = read.lines[number]
        if kind == "ipsec" and "ipsec" in line and "tunnel" in read.structure.values():
            at = line.index("ipsec")
            for wrong in ("ipsce", "ispec", "ipsecc"):
                yield (joined(read.lines[:number] + [line.replace("ipsec", wrong, 1)] +
                              read.lines[number + 1:]), "WI102", "E", (number + 1, at + 1), set())
            big = re.sub(r"ipsec +\d+", "ipsec 65536", line, count=1)
            yield (joined(read.lines[:number] + [big] + read.lines[number + 1:]), "WI201", "E",
                   (number + 1, at + 7), ANYTHING)
            return


ANYTHING = {"WI%d" % n for n in range(300, 800)} | {"WI106", "WI122"}


def nothing_left(read):
    """WI122 as a note where no instance is, WI123 where all is discarded."""
    ours = {n for n, kind in read.structure.items() if kind in ("ipsec", "setting")}
    inner = [n for n, kind in sorted(read.structure.items()) if kind == "end"][:-1]
    if "tunnel" in read.structure.values() and list(read.structure.values()).count("tunnel") == 1 and \
            read.structure[max(read.structure)] == "end":
        yield without(read.lines, ours | set(inner)), "WI122", "N", (1, 1), set()
    cr = "\r" if read.lines[0].endswith("\r") else ""
    at = last_line(read) + 1
    yield (joined(read.lines[:at] + ["abort" + cr] + read.lines[at:]), "WI123", "N", (at + 1, 1), {"WI122"})


def deep(read):
    """WI117: 32 contexts are the limit, `tunnel' one of them."""
    first = [n for n, kind in sorted(read.structure.items()) if kind == "tunnel"]
    if not first or read.lines[first[0]].strip(" \t\r") != "tunnel":
        return
    at = first[0]
    nest = [" " * (40 + n) + "level %d" % n for n in range(1, 40)] + [" " * 90 + "bottom"]
    nest += [" " * (40 + n) + "end" for n in range(39, 0, -1)]
    yield joined(read.lines[:at + 1] + nest + read.lines[at + 1:]), "WI117", "E", (at + 1 + 32, 73), {"WI122"}
    comment = "# " + "x" * 65536
    yield joined(read.lines[:at] + [comment] + read.lines[at:]), "WI117", "E", (at + 1, None), set()


def documents(read):
    yield '{ "meta": { "os": "WeOS" } }\n', "WI119", "E", (1, 1), set()
    yield '\n  [ ]\n', "WI119", "E", (2, 3), set()


# ---- sessions


def sessions(read):
    """WI120: configuration without the prompt; WI123."""
    prompted = [n for n, line in enumerate(read.lines) if PROMPT.match(line)]
    for words in ("ipsec 7", "tunnel", "        ipsec 8"):
        for at in (prompted[0], prompted[-1]):
            # the terminal's end of a long line is WI120 too
            yield (joined(read.lines[:at + 1] + [words] + read.lines[at + 1:]), "WI120", "E",
                   (at + 2, len(words) - len(words.lstrip()) + 1), set())


# ---- a second tunnel, in one-line paths behind the file


def values_of(instance, changes):
    values = {s.name: s.value for s in instance.settings if instance.get(s.name) is s}
    values.update({
        "local-subnet": "10.250.0.0/24", "remote-subnet": "10.251.0.0/24", "remote-id": "name clone.example.com",
        "peer": "203.0.113.251",
    })
    if instance.psk:
        values["secret"] = RANDOM
    values.update(changes)
    return {name: value for name, value in values.items() if value is not None}


def cloned(read, instance, changes, rule, severity, also=frozenset()):
    """The file and a clone of an instance, with CHANGES; the finding stands at the clone's header."""
    prompt, end = "", last_line(read) + 1
    if read.session:
        prompt = PROMPT.match(read.lines[last_line(read)])
        if not prompt:
            return
        prompt = re_context(read.lines[last_line(read)][:prompt.end()].rstrip()) + " "
    lines = ["%stunnel ipsec %d %s %s" % (prompt, CLONE, name, value)
             for name, value in values_of(instance, changes).items()]
    yield (joined(read.lines[:end] + [line.rstrip() for line in lines] + read.lines[end:]), rule, severity,
           (end + 1, len(prompt) + 8), OUTER | {"old"} | set(also))


def re_context(prompt):
    return prompt[:prompt.index(":")] + ":/config/#>"


def original(instance, *names):
    return {name: instance.value(name) for name in names}


def local_name(instance):
    value = instance.value("local-id")
    return value if value and value.startswith("name ") and value.isascii() else None


def pairs(read, instance):
    ids = original(instance, "local-id", "remote-id")
    named = local_name(instance)
    typed = named and (ids["remote-id"] or "").startswith("name ") and "*" not in ids["remote-id"]
    if instance.psk and typed:
        yield from cloned(read, instance, ids, "WI502", "E")
        upper = {"local-id": "name " + ids["local-id"][5:].upper(), "remote-id": ids["remote-id"]}
        yield from cloned(read, instance, upper, "WI502", "E")
        swapped = {"local-id": ids["remote-id"], "remote-id": ids["local-id"]}
        yield from cloned(read, instance, swapped, "WI502", "W")
    if instance.psk and named:
        others = [i for i in read.order if i.enabled and i.psk and i.value("local-id") == named]
        open_one = any(i.any_remote_id for i in others)
        opened = {"remote-id": None, "initiator": None}
        yield from cloned(read, instance, opened, "WI503", "E" if open_one else "W", {"WI702"})


def connections(read, instance):
    same = original(instance, "peer", "remote-id")
    if same["peer"] is None and instance.initiator:
        return
    if instance.psk and instance.v1 and instance.get("secret"):
        yield from cloned(read, instance, {"peer": same["peer"]}, "WI504", "E")
        yield from cloned(read, instance, dict(same, peer="ANY", initiator=None), "WI504", "E") \
            if instance.any_peer else ()
    if instance.cert and instance.get("certificate") and instance.get("local-address"):
        yield from cloned(read, instance, same, "WI505", "E")
    if instance.v1 and instance.responder and instance.get("ike"):
        other = dict(peer=same["peer"], ike="cipher aes128 auth sha512 dh modp4096", secret=instance.value("secret"))
        yield from cloned(read, instance, other, "WI508", "W", {"WI407"})


def selectors(read, instance):
    nets = original(instance, "local-subnet", "remote-subnet")
    if not nets["local-subnet"] or not nets["remote-subnet"]:
        return
    yield from cloned(read, instance, nets, "WI506", "W", {"WI605", "WI606"})
    if len(read.order) > 1 or not all(net.endswith(".0/24") for net in nets.values()):
        return
    local, remote = nets["local-subnet"], nets["remote-subnet"]
    half, wide = local[:-2] + "25", remote[:-6].rsplit(".", 1)[0] + ".0.0/16"
    also = {"WI205", "WI606", "WI604"}
    yield from cloned(read, instance, {"local-subnet": half, "remote-subnet": wide}, "WI507", "W", also)
    yield from cloned(read, instance, {"local-subnet": half, "remote-subnet": remote}, "WI507", "N", also)
    yield from cloned(read, instance, {"local-subnet": local, "remote-subnet": wide}, "WI507", "N", also)


def reused(read, instance):
    if instance.psk and instance.get("secret"):
        secret = instance.value("secret")
        for mutant in cloned(read, instance, {"secret": secret}, "WI407", "W"):
            lines = mutant[0].split("\n")
            at = next(n for n, line in enumerate(lines) if "ipsec %d secret" % CLONE in line)
            place = at + 1, lines[at].index("ipsec %d secret" % CLONE) + len("ipsec 60 secret ") + 1
            yield mutant[0], mutant[1], mutant[2], place, mutant[4]


def crowd(read):
    """WI501 at the 26th instance; drafts count too."""
    have = len(read.instances)
    names = [n for n in range(100, 200)][:26 - have + 1]
    end = last_line(read) + 1
    lines = ["tunnel ipsec %d no enable" % n for n in names]
    yield (joined(read.lines[:end] + lines + read.lines[end:]), "WI501", "E", (end + 26 - have, 8),
           {"WI401", "WI601", "WI609"})


def closed(read):
    """Whether a path may follow the last line."""
    kinds = [kind for _, kind in sorted(read.structure.items())]
    return kinds and (read.session or kinds[-1] == "end" or read.paths) and not read._inside


def everything(read):
    if read.plain:
        for make in (unclosed, cut, stray, headers, nothing_left, deep, documents, elsewhere):
            yield from make(read)
    if read.session and not read.prints:
        yield from sessions(read)
    if read.prints or read.session and not PROMPT.match(read.lines[last_line(read)]) or not closed(read):
        return
    instance = read.order[0]
    if instance.enabled and len(read.order) < 25:
        for make in (pairs, connections, selectors, reused):
            yield from make(read, instance)
    if not read.session and len(read.instances) <= 25:
        yield from crowd(read)


def mutants(text, seen, stride):
    """One in STRIDE of a rule's, and the first ones: these are few and differ much."""
    read = Text(text)
    for mutant in everything(read) if read.instances else ():
        seen[mutant[1]] += 1
        if seen[mutant[1]] < 12 or seen[mutant[1]] % stride == 0:
            yield mutant
