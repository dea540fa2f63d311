# SPDX-License-Identifier: ISC
"""A small reader of WeOS configuration, made from the guide and independent of the program.

It knows the files of testdata/accept well enough to say where each setting stands, and nothing of
what is right or wrong.  Texts are latin-1, so that columns are bytes; lines and columns count from 0.
"""

import re

SETTINGS = """ca certificate description dpd-action dpd-delay dpd-timeout enable esp ike initiator
local-address local-id local-subnet method peer reauth-time remote-id remote-subnet revocation
sa-rekey-time secret version""".split()
SUITE_WORDS = ["cipher", "auth", "prf", "dh"]
PROMPT = re.compile(r"[A-Za-z0-9._-]{1,64}:(/[^#>]{0,128})#>( *)")
PAGER = re.compile(r"--More--|\(\d+%")
PRINTS = re.compile(r"(do +)?(show +(run|startup|factory)|cat |more |type )")
COMMENT = re.compile(r"(?:^|(?<=[ \t]))#.*$")
HEADER = re.compile(r"ip(?:s(?:e(?:c)?)?)? +(\d+)(?= |\t|$)")
TUNNEL = re.compile(r"tun(?:n(?:e(?:l)?)?)?(?= |\t|$)")


def expand(word, words):
    if word in words:
        return word
    fits = [w for w in words if w.startswith(word)]
    return fits[0] if len(fits) == 1 and word else None


def shortest(word, words):
    """The shortest prefix that only WORD has."""
    return next(word[:n] for n in range(1, len(word) + 1) if expand(word[:n], words) == word)


class Setting:
    """One line that sets NAME: where it stands, and VALUE without a comment."""

    def __init__(self, line, prefix, negated, word, name, at, value, value_at):
        self.line, self.prefix, self.negated, self.word, self.name = line, prefix, negated, word, name
        self.at, self.value, self.value_at = at, value, value_at

    @property
    def end(self):
        return self.value_at + len(self.value)

    def word_at(self, word):
        """The column of a word of a suite's value."""
        found = re.search(r"(?<!\S)" + re.escape(word) + r"(?!\S)", self.value)
        return self.value_at + found.start()


class Instance:
    def __init__(self, number, line, at):
        self.id, self.line, self.at, self.settings = number, line, at, []

    def get(self, name):
        """The setting that counts, or None where the default does."""
        found = [s for s in self.settings if s.name == name]
        return found[-1] if found and not found[-1].negated else None

    def value(self, name):
        found = self.get(name)
        return found.value if found else None

    def is_off(self, name):
        found = [s for s in self.settings if s.name == name]
        return bool(found) and found[-1].negated

    psk = property(lambda self: self.value("method") in (None, "psk"))
    cert = property(lambda self: self.value("method") == "cert")
    v1 = property(lambda self: self.value("version") == "1")
    v2 = property(lambda self: not self.v1)
    initiator = property(lambda self: self.get("initiator") is not None)
    responder = property(lambda self: not self.initiator)
    enabled = property(lambda self: not self.is_off("enable"))

    @property
    def any_peer(self):
        return self.value("peer") in (None, "ANY", "any", "Any", "'ANY'", '"any"')

    @property
    def any_remote_id(self):
        return self.get("remote-id") is None and self.responder


class Text:
    """A file: its lines, and what is set in which instance."""

    def __init__(self, text):
        self.lines = text.split("\n")
        self.instances = {}
        self.session = any(PROMPT.match(line) for line in self.lines)
        self.prints = False  # a session that shows a stored file
        self.foreign = False  # lines that are none of ours
        self.removes = False
        self.paths = False
        self.structure = {}  # line: "tunnel", "ipsec", "end" or "setting"
        self._here = None
        self._inside = False
        for number, line in enumerate(self.lines):
            self._read(number, line)

    @property
    def order(self):
        return list(self.instances.values())

    @property
    def plain(self):
        """Nothing but `tunnel' blocks with instances in them."""
        return not (self.session or self.foreign or self.removes or self.paths or self._inside)

    def _enter(self, number, line, at):
        return self.instances.setdefault(number, Instance(number, line, at))

    def _read(self, number, line):
        at = 0
        prompt = PROMPT.match(line)
        if self.session:
            if not prompt:
                return
            at = prompt.end()
            self._prompt(prompt.group(1), number)
        body = COMMENT.sub("", line[at:]).rstrip(" \t\r")
        at += len(body) - len(body.lstrip(" \t\ufeff"))
        body = body.strip(" \t")
        if body.startswith("\xef\xbb\xbf"):
            at, body = at + 3, body[3:]
        if self.session and PRINTS.match(body):
            self.prints = True
        if body:
            self._command(number, line, at, body)

    def _prompt(self, path, number):
        context = re.search(r"/tunnel/(?:ipsec[- ](\d+))?", path)
        self._inside = bool(context)
        self._here = None
        if context and context.group(1) and "config" in path:
            self._here = self._enter(int(context.group(1)), number, 0)

    def _command(self, number, line, at, body):
        negated, start = False, at
        if body.startswith("no ") and (TUNNEL.match(body[3:]) or HEADER.match(body[3:].lstrip())):
            negated = True
            body, at = body[3:].lstrip(), at + 3
        tunnel = TUNNEL.match(body) if not self._here or body.startswith("tunnel") else None
        if tunnel:
            rest = body[tunnel.end():].lstrip()
            if not rest:
                self._tunnel(number, negated)
                return
            at += len(body) - len(rest)
            body = rest
        header = HEADER.match(body)
        if header and (tunnel or body.startswith("ipsec") or self._inside):
            self._header(number, line, at, body, header, negated, bool(tunnel))
            return
        if body in ("end", "exit", "leave"):
            if self._here:
                self._here = None
            else:
                self._inside = False
            self.structure[number] = "end"
            return
        if not self._here or tunnel or not self._setting(self._here, number, line, start, at, body):
            self.foreign = True

    def _tunnel(self, number, negated):
        if negated:
            self.instances.clear()
            self.removes = True
        else:
            self.structure[number] = "tunnel"
            self._inside, self._here = True, None

    def _header(self, number, line, at, body, header, negated, path):
        rest = body[header.end():].strip()
        identity = int(header.group(1))
        if negated and not rest:
            self.instances.pop(identity, None)
            self.removes = True
            return
        instance = self._enter(identity, number, at)
        if rest:
            self.paths = True
            begin = line.index(rest, at + header.end())
            if not self._setting(instance, number, line, begin, begin, rest, negated):
                self.foreign = True
            return
        self.paths = self.paths or path
        self.structure[number] = "ipsec"
        self._here = instance

    def _setting(self, instance, number, line, start, at, body, negated=False):
        if body.startswith("no "):
            negated = True
            word_at = at + 3 + len(body[3:]) - len(body[3:].lstrip())
            body = body[3:].lstrip()
        else:
            word_at = at
        word = re.split(r"[ \t]", body)[0]
        name = expand(word, SETTINGS)
        if not name:
            return False
        value = body[len(word):].lstrip(" \t")
        value_at = word_at + len(body) - len(value)
        self.structure.setdefault(number, "setting")
        instance.settings.append(
            Setting(number, line[:start], negated, word, name, word_at, value, value_at))
        return True
