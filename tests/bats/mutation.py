#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Breaks the files of testdata/accept, and looks whether each rule is reported at its place.

    mutation.py broken  WEIPSEC ROOT FOLDER   each rule's condition is broken: the finding must come
    mutation.py neutral WEIPSEC ROOT FOLDER   the form changes: findings and output must not

FOLDER is empty and takes the mutants.  What is expected comes from the documents (mutation_rows.py)
and from a reader of the language that is not the program's (mutation_text.py).
"""

import collections
import itertools
import json
import os
import re
import subprocess
import sys

import mutation_neutral
import mutation_rows
import mutation_whole
from mutation_text import PROMPT, Text

LETTER = {"error": "E", "warning": "W", "note": "N"}

# Each rule has this many mutants at least, so that nothing is passed over quietly.
LEAST = 5

# How many files a mutation passes over for each that it is done to; MUTATION_STRIDE=1 does all of them.
STRIDE = 32

# Rules that no change of a text alone can break.
APART = {
    "WI418": "needs certificates", "WI419": "needs certificates", "WI420": "needs certificates",
    "WI421": "needs certificates", "WI422": "needs certificates", "WI425": "needs certificates",
    "WI428": "needs certificates", "WI427": "needs a device", "WI611": "needs a device",
    "WI612": "needs a device", "WI613": "is of compile", "WI801": "needs a profile", "WI802": "needs a profile",
}

Mutant = collections.namedtuple("Mutant", "path origin text rule severity place also")


def catalogue(root):
    """The rules of `check': WI9xx are of migrate, PAIR's of two files."""
    with open(os.path.join(root, "schemas/rules.def")) as rules:
        return ["WI" + n for n in re.findall(r"^(?:FORM|TUNNEL|MODEL)\(([1-8]\d\d),", rules.read(), re.M)]


def accepted(root):
    """Name and text of the files that stand alone and say nothing to weipsec, whatever their folder, in the language
    of WeOS 5, which is what mutants are made of.  Lines are added behind them, so each has its last line end."""
    folders = os.walk(os.path.join(root, "testdata/accept"))
    for name, folder in sorted((name, folder) for folder, _, names in folders for name in names):
        stem, extension = os.path.splitext(name)
        if extension not in (".cfg", ".weos") or os.path.exists(os.path.join(folder, stem + ".args")):
            continue
        with open(os.path.join(folder, name), encoding="latin-1", newline="") as file:
            text = file.read()
        if "weipsec:" not in text and "Westermo WeOS v4" not in text:
            yield name, text if text.endswith("\n") else text + "\n"


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="latin-1", newline="") as file:
        file.write(text)
    return path


def is_named(mutant):
    return mutant.rule == "WI119" or (mutant.rule, mutant.severity) == ("WI122", "N")


def check(weipsec, folder, named=()):
    """The findings of all files of a folder, by path; in a folder JSON is only listed, and a file without a
    tunnel is nothing to speak of, so such are NAMED: in a folder that is not walked."""
    run = subprocess.run([weipsec, "check", "--format", "json", "--fail-on", "never", folder, *named],
                         stdout=subprocess.PIPE, check=False)
    if run.returncode != 0:
        sys.exit("check: status %d" % run.returncode)
    found = collections.defaultdict(list)
    for finding in json.loads(run.stdout.decode("utf-8"))["diagnostics"]:
        found[finding["file"]].append(finding)
    return found


def stride():
    return int(os.environ.get("MUTATION_STRIDE", STRIDE))


# ---- one instance's settings


def end_of_line(lines):
    return "\r" if any(line.endswith("\r") for line in lines) else ""


def anchor(instance):
    """The last line of the instance, and what stands before a setting that is not negated."""
    found = [s for s in instance.settings if not s.negated and s.prefix.find("no ") < 0]
    if not found:
        return None, None
    return max(s.line for s in instance.settings), max(found, key=lambda s: s.line).prefix


class Editor:
    """Does the actions of a row to one instance of a text, reading it anew after each."""

    def __init__(self, text, identity):
        self.read, self.id, self.line, self.added = Text(text), identity, None, None

    @property
    def instance(self):
        return self.read.instances[self.id]

    def _set(self, lines):
        self.read = Text("\n".join(lines))
        return self.id in self.read.instances

    def _insert(self, words):
        at, prefix = anchor(self.instance)
        # behind a path, what is no word may stand for other things
        if at is None or PROMPT.sub("", prefix).strip() and not words[0].isalpha():
            return False
        lines = self.read.lines[:]
        lines.insert(at + 1, prefix + words + end_of_line(lines[at:at + 1]))
        self.line, self.added = at + 1, len(prefix)
        return self._set(lines)

    def _change(self, setting, value):
        """Another value; what stands behind it on the line stays."""
        lines = self.read.lines[:]
        line = lines[setting.line]
        self.line, self.added = setting.line, setting.value_at + len(value)
        lines[setting.line] = line[:setting.value_at] + value + line[setting.end:]
        return self._set(lines)

    def put(self, name, value):
        setting = self.instance.get(name)
        if setting:
            return self._change(setting, value)
        return self.drop(name, None) and self._insert(name + " " + value)

    def add(self, words, _):
        return self._insert(words)

    def no(self, name, _):
        return self._insert("no " + name)

    def again(self, name, _):
        setting = self.instance.get(name)
        return not self.read.session and self._insert((name + " " + setting.value).rstrip())

    def drop(self, name, _):
        gone = {s.line for s in self.instance.settings if s.name == name}
        return self._set([l for n, l in enumerate(self.read.lines) if n not in gone])

    def bare(self, name, _):
        setting = self.instance.get(name)
        return self._change(setting, "")

    def end(self, name, word):
        setting = self.instance.get(name)
        gap = " " if word[0].isalpha() else ""
        done = self._change(setting, setting.value + gap + word)
        self.added -= len(word)
        return done

    def front(self, name, mark):
        setting = self.instance.get(name)
        return self._change(setting, mark + setting.value)

    def glue(self, name, comment):
        setting = self.instance.get(name)
        return self._change(setting, setting.value + comment)

    def secret_of(self, name, _):
        return self.put("secret", "x" + mutation_rows.known_word(self.instance, name) + "9!kQ")

    def place(self, where):
        """Line and column, from 1; None where the text does not say."""
        if where == "header":
            line = self.read.lines[self.instance.line]
            at = self.instance.at
            return (self.instance.line + 1, at + 1) if line[at:at + 2] == "ip" else None
        kind = where[0]
        if kind in ("line", "again"):
            return self.line + 1, self.added + 1 + (where[1] if kind == "line" and len(where) > 1 else 0)
        if kind == "appended":
            return self.line + 1, self.added + 1
        setting = [s for s in self.instance.settings if s.name == where[1]][-1]
        column = {
            "word": setting.at, "no": setting.at, "value": setting.value_at,
            "offset": setting.value_at + (where[2] if kind == "offset" else 0),
            "in": setting.word_at(where[2]) if kind == "in" else 0,
        }[kind]
        return setting.line + 1, column + 1


def row_mutant(text, identity, row):
    rule, severity, _, actions, place, also = row
    editor = Editor(text, identity)
    for action, name, value in actions:
        if not getattr(editor, action)(name, value):
            return None
    at = editor.place(place)
    if severity == "E?":
        severity = "E" if editor.instance.enabled else "W"
    return at and ("\n".join(editor.read.lines), rule, severity, at, also)


def row_mutants(text, seen, stride):
    """Of the first instance and the last one."""
    read = Text(text)
    if read.prints:
        return
    for identity in {i.id: None for i in read.order[:1] + read.order[-1:]}:
        for number, row in enumerate(mutation_rows.ROWS):
            if not row[2](read.instances[identity]):
                continue
            # counting begins elsewhere for each row, so that not all meet in the same files
            passed = seen[number] >= LEAST and (seen[number] + number) % stride
            mutant = None if passed else row_mutant(text, identity, row)
            if passed or mutant:
                seen[number] += 1
            if mutant:
                yield mutant


def make_mutants(root, folder, stride):
    """Each row is done to the first files that it fits, and to each STRIDE-th one after them."""
    mutants, seen = [], collections.Counter()
    for name, text in accepted(root):
        stem, extension = os.path.splitext(name)
        for mutant in itertools.chain(row_mutants(text, seen, stride),
                                      mutation_whole.mutants(text, seen, stride)):
            path = os.path.join(".named" if is_named(Mutant(None, name, *mutant)) else "texts",
                                "%s~%05d%s" % (stem, len(mutants), extension))
            mutants.append(Mutant(write(folder, path, mutant[0]), name, *mutant))
    return mutants


# ---- comparing


def key(finding):
    return finding["rule"], finding["severity"], finding.get("tunnel"), finding["message"]


def judge(mutant, found, base):
    """What is wrong with the findings of a mutant, or None."""
    rest = []
    hit = False
    for finding in found:
        at = (finding["line"], finding["column"])
        same = finding["rule"] == mutant.rule and LETTER[finding["severity"]] == mutant.severity
        if same and (at[0], mutant.place[1] and at[1]) == mutant.place:
            hit = True
        elif finding["rule"] != mutant.rule:
            rest.append(finding)
    if not hit:
        return "%s %s missing at %s:%s" % (mutant.rule, mutant.severity, *mutant.place)
    old = collections.Counter(key(f)[0] for f in base)
    new = collections.Counter(key(f)[0] for f in rest)
    # a clone repeats what is said of its original
    surprise = [r for r in new - old if r not in mutant.also and not ("old" in mutant.also and r in old)]
    return surprise and "%s comes with %s" % (mutant.rule, " ".join(sorted(surprise)))


def show(found):
    for finding in found:
        print("    %s:%d:%d %s %s" % (finding["severity"], finding["line"], finding["column"],
                                     finding["rule"], finding["message"]))


def broken(weipsec, root, folder):
    for sub in ("base", "texts", ".named"):
        os.mkdir(os.path.join(folder, sub))
    base = {name: write(folder, "base/" + name, text) for name, text in accepted(root)}
    mutants = make_mutants(root, folder, stride())
    found = check(weipsec, folder, [m.path for m in mutants if is_named(m)])
    count = collections.Counter(m.rule for m in mutants)
    wrong = collections.defaultdict(list)
    for mutant in mutants:
        verdict = judge(mutant, found[mutant.path], found[base[mutant.origin]])
        if verdict:
            wrong[re.sub(r"at .*", "", verdict)].append((mutant, verdict))
    for kind, all_of in sorted(wrong.items()):
        mutant, verdict = all_of[0]
        print("%d mutants: %s\n  %s" % (len(all_of), verdict, mutant.path))
        show(found[mutant.path])
    rules = catalogue(root)
    few = [r for r in rules if r not in APART and count[r] < LEAST]
    for rule in few:
        print("%s: %d mutants only" % (rule, count[rule]))
    strange = sorted((set(count) & set(APART)) | (set(count) | set(APART)) - set(rules))
    least = min((r for r in rules if r not in APART), key=lambda r: count[r])
    print("%d mutants of %d rules, of each %d (%s) or more" % (len(mutants), len(count), count[least], least))
    if strange:
        print("in no catalogue, or mutated and not mutable: %s" % " ".join(strange))
    return bool(wrong or few or strange)


def neutral(weipsec, root, folder):
    return mutation_neutral.run(weipsec, folder, list(accepted(root)), write, check, stride())


if __name__ == "__main__":
    sys.exit({"broken": broken, "neutral": neutral}[sys.argv[1]](*sys.argv[2:5]))
