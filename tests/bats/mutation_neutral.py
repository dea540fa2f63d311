# SPDX-License-Identifier: ISC
"""Mutations that change the form of a file and not what it says.

Each takes a text that was read and gives the new text, and for each of its lines the line that it was
made from; or None where it does not fit.  A change `loosens' what is compared: the line of a finding
when the lines were put in another order, its words when they quote the text.
"""

import collections
import os
import re
import subprocess

from mutation_text import COMMENT, HEADER, PAGER, PROMPT, SETTINGS, SUITE_WORDS, Text, shortest

LINE, WORDS, FORM = "line", "words", "form"


def same_lines(read, change):
    """CHANGE of each setting's line."""
    lines = read.lines[:]
    for instance in read.order:
        for setting in instance.settings:
            lines[setting.line] = change(setting, lines[setting.line])
    return lines, range(len(lines))


def tabs(read):
    if any(PAGER.search(line) for line in read.lines):  # some blanks stand behind what a pager left
        return None
    lines = [re.sub(r"^ +", lambda m: "\t" * len(m.group()), line) for line in read.lines]
    return lines, range(len(lines))


def deeper(read):
    if read.session or read.lines[0].startswith("\xef\xbb\xbf"):
        return None
    lines = ["   " + line if line.strip("\r") else line for line in read.lines]
    return lines, range(len(lines))


def crlf(read):
    return [line.rstrip("\r") + "\r" for line in read.lines[:-1]] + read.lines[-1:], range(len(read.lines))


def lf(read):
    return [line.rstrip("\r") for line in read.lines], range(len(read.lines))


def blanks_at_ends(read):
    return [re.sub(r"(\r*)$", r"  \1", line, count=1) for line in read.lines], range(len(read.lines))


def comments(read):
    def comment(_, line):
        if COMMENT.search(line):
            return line
        return re.sub(r"(\r*)$", r" # a note\1", line, count=1)
    return same_lines(read, comment)


def empty_lines(read):
    lines, origins = [], []
    for number, line in enumerate(read.lines[:-1]):
        lines += [line, "\r" if line.endswith("\r") else ""]
        origins += [number, number]
    return lines + read.lines[-1:], origins + [len(read.lines) - 1]


def comment_lines(read):
    if read.session:
        return None
    lines, origins = ["# first"], [0]
    for number, line in enumerate(read.lines[:-1]):
        lines += [line, "  # peer 10.0.0.1"]
        origins += [number, number]
    if read.lines[0].startswith("\xef\xbb\xbf"):
        lines, origins = lines[1:], origins[1:]
    return lines + read.lines[-1:], origins + [len(read.lines) - 1]


def abbreviated(read):
    def abbreviate(setting, line):
        value = setting.value
        if setting.name in ("ike", "esp"):
            value = " ".join(shortest(w, SUITE_WORDS) if w in SUITE_WORDS else w for w in value.split())
        return (line[:setting.at] + shortest(setting.name, SETTINGS) +
                line[setting.at + len(setting.word):setting.value_at] + value + line[setting.end:])
    return same_lines(read, abbreviate)


def in_full(read):
    def write_out(setting, line):
        return line[:setting.at] + setting.name + line[setting.at + len(setting.word):]
    return same_lines(read, write_out)


def quoted(mark):
    def quote(setting, line):
        value = setting.value
        if setting.name == "secret" or not value or set(value) & set("'\""):
            return line
        if setting.name in ("local-id", "remote-id"):
            kind, _, rest = value.partition(" ")
            typed = kind in ("inet", "name", "email", "key", "dn", "autodetect")
            value = "%s %s%s%s" % (kind, mark, rest.strip(), mark) if typed else mark + value + mark
        elif setting.name == "description":
            value = mark + value + mark
        elif setting.name in ("ike", "esp"):
            value = " ".join(w if w in SUITE_WORDS else mark + w + mark for w in value.split())
        elif len(value.split()) == 1:
            value = mark + value + mark
        return line[:setting.value_at] + value + line[setting.end:]
    return lambda read: same_lines(read, quote)


def once(read):
    """Each setting stands once, and nothing is removed or printed."""
    twice = any(len({s.name for s in i.settings}) < len(i.settings) for i in read.order)
    return read.order and not (twice or read.removes or read.prints)


def turned(read):
    """The settings of an instance in the opposite order."""
    if not once(read):
        return None
    lines, origins = read.lines[:], list(range(len(read.lines)))
    for instance in read.order:
        numbers = [s.line for s in instance.settings]
        # not where a header or an end of line stands between
        prefixes = {s.prefix for s in instance.settings}
        if instance.line in numbers or len(prefixes) > 1:
            continue
        for number, source in zip(numbers, reversed(numbers)):
            lines[number], origins[number] = read.lines[source], source
    return lines, origins


def bodies(read):
    """(instance, [(line, words)]): settings as they are typed."""
    for instance in read.order:
        yield instance, [(s.line, ("no " if s.negated else "") + (s.word + " " + s.value).rstrip())
                         for s in instance.settings]


def paths(read):
    if not once(read) or read.session or COMMENTS_OF_NOTE.search("\n".join(read.lines)):
        return None
    lines, origins = [], []
    for instance, body in bodies(read):
        for line, words in body:
            lines.append("tunnel ipsec %d %s" % (instance.id, words))
            origins.append(line)
    return lines + [""], origins + [0]


def session(read):
    if not once(read) or read.session or COMMENTS_OF_NOTE.search("\n".join(read.lines)):
        return None
    lines, origins = ["gw:/#> configure", "gw:/config/#> tunnel"], [0, 0]
    for instance, body in bodies(read):
        prompt = "gw:/config/tunnel/ipsec-%d/#> " % instance.id
        lines.append("gw:/config/tunnel/#> ipsec %d" % instance.id)
        origins.append(instance.line)
        for line, words in body:
            lines.append(prompt + words)
            origins.append(line)
        lines.append(prompt + "end")
        origins.append(instance.line)
    lines += ["gw:/config/tunnel/#> leave", "Applying configuration.", ""]
    return lines, origins + [0, 0, 0]


def glued(read):
    """A session whose prompts lost the blank behind them."""
    made = session(read) or (read.session and (read.lines, range(len(read.lines))))
    if not made:
        return None
    return [PROMPT.sub(lambda m: m.group().rstrip(" "), line, count=1) for line in made[0]], made[1]


def paged(read):
    """A capture through a pager, which stopped before every other line."""
    left = "--More-- (45% of 28118 bytes)"
    left += "\r" + " " * len(left) + "\r"
    lines = [left + line if number % 2 else line for number, line in enumerate(read.lines[:-1])]
    return lines + read.lines[-1:], range(len(read.lines))


COMMENTS_OF_NOTE = re.compile("weipsec:")

CHANGES = {
    "tabs": (tabs, ()), "deeper": (deeper, ()), "crlf": (crlf, ()), "lf": (lf, ()),
    "blanks": (blanks_at_ends, ()), "comments": (comments, ()), "empty": (empty_lines, ()),
    "lines": (comment_lines, ()), "short": (abbreviated, ()), "full": (in_full, ()),
    "single": (quoted("'"), (WORDS,)), "double": (quoted('"'), (WORDS,)), "turned": (turned, (LINE,)),
    "paths": (paths, (LINE, FORM)), "session": (session, (LINE, FORM)),
    "glued": (glued, (LINE, FORM)), "paged": (paged, (WORDS,)),
}


def weighed(findings, origins, loose):
    """What two texts are compared by."""
    kept = collections.Counter()
    for finding in findings:
        # a path or a session has another form, which is all that WI1xx looks at
        if FORM in loose and finding["rule"].startswith("WI1"):
            continue
        kept[(finding["rule"], finding["severity"], finding.get("tunnel"),
              None if WORDS in loose else finding["message"],
              None if LINE in loose else origins[finding["line"] - 1])] += 1
    return kept


def compiled(weipsec, path):
    run = subprocess.run([weipsec, "compile", "--to", "swanctl", path], stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, check=False)
    return run.stdout


def run(weipsec, folder, texts, write, check, stride):
    cases, base = [], {}
    for name, text in texts:
        read = Text(text)
        stem, extension = os.path.splitext(name)
        base[name] = write(folder, name, text), list(range(len(read.lines)))
        for change, (make, loose) in CHANGES.items():
            made = make(read)
            if made and "\n".join(made[0]) != text:
                path = write(folder, "%s~%s%s" % (stem, change, extension), "\n".join(made[0]))
                cases.append((name, change, path, list(made[1]), loose))
    found = check(weipsec, folder)
    wrong = 0
    for number, (name, change, path, origins, loose) in enumerate(cases):
        path_of, lines = base[name]
        before, after = weighed(found[path_of], lines, loose), weighed(found[path], origins, loose)
        # a program is started for each output
        if before == after and (number % stride or compiled(weipsec, path) == compiled(weipsec, path_of)):
            continue
        wrong += 1
        print("%s: %s" % (path, "findings" if before != after else "output"))
        for sign, rest in (("-", before - after), ("+", after - before)):
            for finding in rest:
                print("   ", sign, *finding)
    counts = collections.Counter(change for _, change, *_ in cases)
    few = [change for change in CHANGES if not counts[change]]
    print("%d neutral mutants of %d files" % (len(cases), len(base)))
    for change in few:
        print("%s: none" % change)
    return bool(wrong or few)
