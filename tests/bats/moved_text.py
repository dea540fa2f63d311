# SPDX-License-Identifier: ISC
"""Drawn WeOS 4 texts, and what each of their lines is: for moved.py.

A text is a list of commands, each with the instance that it is about; what becomes of them is known from how they were
drawn and from the documents (docs/migration.md, schemas/weos4.def), not from any program.
"""

import base64
import re

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz23456789"
MARKS = "!$%&()=?+*,.;:-_<>|~^[]{}@/\\`"


class Language:
    """The words of schemas/weos4.def."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        row = r'^%s\((\w+), "([^"]*)"'
        self.words = dict(re.findall(row % "WEOS4", text, re.M))
        self.spellings = [(word, symbol) for symbol, word in re.findall(row % "SPELLING", text, re.M)]
        self.device_wide = {"NAT_TRAVERSAL", "MTU_OVERRIDE"}
        self.instead = {}
        self.algorithms = {"CBC": {}, "AUTH": {}, "DH": {}}
        own = r'^WEOS4_ALGORITHM\(\w+, "([^"]*)", (\w+), .*?, "[^"]*", "([^"]*)", (?:"|NULL)'
        for word, kind, instead in re.findall(own, text, re.M):
            self.instead[word] = instead
            self.algorithms[kind][word] = word
        for word in re.findall(r"^SHARED\((\w+)\)", text, re.M):
            kind = "CBC" if word.startswith("AES") else "AUTH" if word.startswith("SHA") else "DH"
            self.algorithms[kind][word.lower()] = word.lower()
        for word, kind, right in re.findall(r'^ALSO\("([^"]*)", (\w+), "([^"]*)"', text, re.M):
            self.algorithms[kind][word] = right
        assert len(self.words) == text.count("\nWEOS4(") > 20 and set(self.instead) == {"3des", "aes192", "md5", "modp1024", "modp1536"}

    def meant(self, word, in_tunnel):
        """The setting that WORD is or begins, or None."""
        def there(symbol):
            return (symbol in self.device_wide) == in_tunnel
        exact = [symbol for other, symbol in self.spellings if other == word and there(symbol)]
        exact += [symbol for symbol, other in self.words.items() if other == word and there(symbol)]
        if exact:
            return exact[0]
        begun = [symbol for symbol, other in self.words.items() if other.startswith(word) and there(symbol)]
        if not begun:
            begun = list({symbol for other, symbol in self.spellings if other.startswith(word) and there(symbol)} - {"SECRET"})
        return begun[0] if len(begun) == 1 else None

    def spell(self, pick, symbol):
        """A word that is taken for SYMBOL."""
        in_tunnel = symbol in self.device_wide
        word = pick.choice([self.words[symbol]] * 2 + [other for other, owner in self.spellings if owner == symbol])
        if pick.random() < 0.3:
            least = 5 if in_tunnel else 2
            short = word[:pick.randint(min(least, len(word)), len(word))]
            if self.meant(short, in_tunnel) == symbol and short not in ("do", "no", "help", "show", "ipsec"):
                return short
        return word


class Command:
    """One line of `tunnel': of instance ID (None: of `tunnel' itself)."""

    def __init__(self, kind, identity=None, setting=None, words="", value=None, odd=False):
        self.kind = kind  # set, no, enter, remove, remove-all
        self.id, self.setting, self.words, self.value, self.odd = identity, setting, words, value, odd
        self.line = None  # where it came to stand
        self.fate = None  # counts, again, removed


# ---- values


def draw_secret(pick):
    text = "".join(pick.choice(LETTERS + MARKS) for _ in range(pick.choice([8, 9, 20, 27, 44, 63])))
    kind = pick.random()
    if kind < 0.1:
        coded = base64.b64encode(text.encode()[:42]).decode()
        return "0s" + coded, "0s" + coded
    if kind < 0.2:
        return "0x" + text.encode()[:30].hex(), "0x" + text.encode()[:30].hex()
    if kind < 0.3:
        quote, inner = pick.sample("'\"", 2)
        if kind > 0.27:  # inner ones are its own, so the outer ones stay
            typed = quote + inner + "Q" + text[3:] + inner + quote
            return typed, typed
        return quote + "Q" + text[1:] + quote, "Q" + text[1:]
    return "V" + text[1:], "V" + text[1:]


def draw_identity(pick, number, side):
    """An identity as typed, and with the type that it has."""
    name, address = "%s%d.example.com" % (side, number), "203.0.%d.%d" % (number >> 8, number & 255)
    typed = pick.choice([
        "name " + name, name, "email %s%d@example.com" % (side, number), "%s%d@example.com" % (side, number), "key %s_%d" % (side, number),
        "inet " + address, address, "C=SE, O=Example, CN=%s%d" % (side, number), 
        "dn 0x300d310b3009060355040613025345" if side == "here" else "name " + name])
    if "C=" in typed:
        return pick.choice(["%s", '"%s"', "'%s'"]) % typed, typed
    kind = "" if " " in typed else "email " if "@" in typed else "inet " if typed[0].isdigit() else "name "
    return typed, kind + typed


def draw_suite(pick, language, word):
    """A suite as typed, and what was meant by it."""
    parts = {"cipher": "CBC", "auth": "AUTH", "dh": "DH"}
    if word == "esp" and pick.random() < 0.5:
        del parts["dh"]
    order = list(parts)
    if pick.random() < 0.3:
        pick.shuffle(order)
    typed, meant = [], {}
    for part in order:
        spelling = pick.choice(list(language.algorithms[parts[part]]))
        meant[part] = language.algorithms[parts[part]][spelling]
        if pick.random() < 0.1:
            spelling = spelling.upper()
        typed.append((pick.choice(["crypto", "cipher"]) if part == "cipher" else part) + " " + spelling)
    return " ".join(typed), meant


def draw_subnet(pick, number, net):
    length = pick.choice([24, 16, 25, 30, 32])
    address = "10.%d.%d.%d" % (net, number & 255, pick.choice([0, 0, 128, 7]))
    mask = (0xFFFFFFFF << (32 - length)) & 0xFFFFFFFF
    value = 0
    for part in address.split("."):
        value = value << 8 | int(part)
    dotted = [".".join(str(n >> shift & 255) for shift in (24, 16, 8, 0)) for n in (mask, value & mask)]
    typed = address if length == 32 and pick.random() < 0.5 else pick.choice(["%s/%d" % (address, length), "%s %s" % (address, dotted[0])])
    return typed, "%s/%d" % (dotted[1], length)


def draw_duration(pick):
    seconds = pick.choice([60, 61, 90, 3600, 5400, 28800, 86400, 2592000])
    forms = [str(seconds), "%ds" % seconds]
    for unit, size in (("m", 60), ("h", 3600), ("d", 86400)):
        if seconds % size == 0:
            forms.append("%d%s" % (seconds // size, unit))
    return pick.choice(forms), forms[-1] if len(forms) > 2 else "%ds" % seconds


# What a setting is given that is not a value of it, or may not be.
ODD = {
    "ENABLE": ["yes", "1"], "DESCRIPTION": ["", "x" * 65, "a\tb"], "AGGRESSIVE": ["on"], "INITIATOR": ["maybe"],
    "PEER": ["192.0.2.300", "0.0.0.0", "2001:db8::1", "a..b", "", "gw_1", "192.0.2.1/24", "-x"],
    "OUTBOUND": ["", "vlan1 vlan2", "vlan/1"],
    "LOCAL_ID": ["", "inet 1.2.3", "email nobody", "dn C=SE", "name", "dn 0xzz", "a b", '"', "key " + "k" * 256],
    "REMOTE_ID": ["", "inet gw", "email a", "name *", "*", "foo=bar", "'x"],
    "LOCAL_SUBNET": ["", "10.0.0.0/33", "10.0.0.0 255.0.255.0", "any", "2001:db8::/32", "10.0/16", "10.0.0.0/024"],
    "REMOTE_SUBNET": ["", "0.0.0.0/0", "10.0.0.0/-1", "10.0.0.0 /8", "224.0.0.0/4"],
    "METHOD": ["", "rsa", "psk cert"],
    "SECRET": ["", "Zz4", "Zabcdefg#h", "0sZAAA", "0xZzQq1122", "Z" * 64, "Zpa\u00e4sswort8", "****", "Zwo rd12345", "\"Zx9!unclosed"],
    "CERTIFICATE": ["", "a/b", "one two"], "CA": ["", "../x"],
    "IKE": ["", "crypto aes128", "crypto aes128gcm16 auth sha256 dh 14", "crypto rot13 auth sha1 dh 2", "aes128-sha1-modp1024",
            "crypto aes128 auth sha1 dh", "crypto aes128 crypto aes256 auth sha1 dh 14", "crypto aes128 auth sha1 dh 19", "auto"],
    "ESP": ["", "crypto null auth sha1", "crypto aes128", "auth sha1", "crypto aes256 auth sha1 dh 99", "crypto 3des auth"],
    "PFS": ["off", "14"], "IKE_LIFETIME": ["", "0", "1w", "59", "1e3"], "SA_LIFETIME": ["", "-60", "31d", "3600x", "60 s"],
    "DPD_ACTION": ["", "trap", "none"], "DPD_DELAY": ["", "0", "3601", "30s", "x"], "DPD_TIMEOUT": ["", "0", "99999", "1h30"],
}

SIMPLE = {"ENABLE": "", "AGGRESSIVE": "", "INITIATOR": "", "PFS": ""}


def draw_value(pick, language, symbol, number):
    """What is typed behind the word, and what is meant by it."""
    if symbol in SIMPLE:
        return "", ""
    if symbol == "PEER":
        kind = pick.random()
        name = "gw%d.example.com" % number
        address = "198.18.%d.%d" % (number >> 8, number & 255)
        typed = pick.choice(["any", "ANY", "Any"]) if kind < 0.15 else name if kind < 0.2 else address
        return typed, "any" if kind < 0.15 else typed
    if symbol == "OUTBOUND":
        typed = pick.choice(["vlan1"] * 4 + ["vlan2"] * 8 + ["vlan3", "vlan4", "vlan5", "vlan99"])
        return typed, typed
    if symbol in ("LOCAL_ID", "REMOTE_ID"):
        return draw_identity(pick, number, "here" if symbol == "LOCAL_ID" else "there")
    if symbol in ("LOCAL_SUBNET", "REMOTE_SUBNET"):
        return draw_subnet(pick, number, 1 if symbol == "LOCAL_SUBNET" else 2)
    if symbol in ("IKE", "ESP"):
        return draw_suite(pick, language, symbol.lower())
    if symbol in ("IKE_LIFETIME", "SA_LIFETIME"):
        return draw_duration(pick)
    if symbol == "SECRET":
        return draw_secret(pick)
    choices = {"DESCRIPTION": ["station %d" % number, "\"%d, 2nd floor\"" % number, "x"], "METHOD": ["psk", "psk", "cert"],
               "CERTIFICATE": ["own", "redfox_%d" % number], "CA": ["plantCA", "root.pem"], "DPD_ACTION": ["clear", "hold", "restart"],
               "DPD_DELAY": ["1", "30", "3600"], "DPD_TIMEOUT": ["1", "120", "3600"]}
    typed = pick.choice(choices[symbol])
    return typed, typed.strip('"')


# ---- commands


def draw_line(pick, language, identity, symbol, odd):
    """One that sets or unsets SYMBOL of an instance."""
    word = language.spell(pick, symbol)
    negated = pick.random() < (0.3 if symbol in SIMPLE or symbol == "DPD_ACTION" else 0.04)
    if odd and pick.random() < 0.7:
        typed = pick.choice(ODD[symbol])
        return Command("set", identity, symbol, (word + " " + typed).rstrip(" "), typed, odd=True)
    if odd:
        typed = pick.choice(["no %s now" % word, word + "x", "no", "frob 1", word + "=1", "!", "\u00e4", word + " " + word])
        return Command("set", identity, symbol, typed, None, odd=True)
    if negated:
        return Command("no", identity, symbol, "no " + word)
    typed, value = draw_value(pick, language, symbol, identity)
    return Command("set", identity, symbol, (word + " " + typed).rstrip(" "), value)


# How likely a setting is in an instance at all.
SHARE = {"ENABLE": 0.2, "DESCRIPTION": 0.3, "AGGRESSIVE": 0.25, "INITIATOR": 0.5, "PEER": 0.93, "OUTBOUND": 0.9, "LOCAL_ID": 0.7,
         "REMOTE_ID": 0.7, "LOCAL_SUBNET": 0.85, "REMOTE_SUBNET": 0.85, "METHOD": 0.3, "SECRET": 0.93, "CERTIFICATE": 0.3, "CA": 0.3,
         "IKE": 0.75, "ESP": 0.75, "PFS": 0.3, "IKE_LIFETIME": 0.2, "SA_LIFETIME": 0.3, "DPD_ACTION": 0.4, "DPD_DELAY": 0.3,
         "DPD_TIMEOUT": 0.3}


def draw_instance(pick, language, identity, is_odd):
    commands = [Command("enter", identity)]
    symbols = [symbol for symbol, share in SHARE.items() if pick.random() < share]
    pick.shuffle(symbols)
    for symbol in symbols:
        commands.append(draw_line(pick, language, identity, symbol, is_odd and pick.random() < 0.15))
        if pick.random() < 0.06:
            again = pick.choice(symbols)
            commands.append(draw_line(pick, language, identity, again, False))
    if pick.random() < 0.1:
        commands += [Command("enter", identity), draw_line(pick, language, identity, pick.choice(list(SHARE)), False)]
    return commands


def draw_wide(pick, language):
    symbol = pick.choice(sorted(language.device_wide))
    word = language.spell(pick, symbol)
    if pick.random() < 0.3:
        return Command("no", None, symbol, "no " + word)
    return Command("set", None, symbol, word if symbol == "NAT_TRAVERSAL" else word + " " + pick.choice(["68", "1400", "9000"]))


def draw_commands(pick, language):
    """The commands of one device."""
    count = pick.choice([0, 1, 1, 2, 2, 3, 4, 4, 6, 6, 9, 26] if pick.random() < 0.98 else [25, 30])
    ids = pick.sample(range(1, 400), count) if pick.random() < 0.9 else pick.sample([0, 7, 65535, 300] + list(range(900, 940)), count)
    is_odd = pick.random() < 0.35
    commands = []
    for identity in ids:
        if pick.random() < 0.1:
            commands.append(draw_wide(pick, language))
        if pick.random() < 0.08:
            commands.append(Command("remove", pick.choice(ids + [999])))
        if pick.random() < 0.01:
            commands.append(Command("remove-all"))
        commands += draw_instance(pick, language, identity, is_odd and pick.random() < 0.5)
    if pick.random() < 0.05:
        commands.append(Command("remove", pick.choice(ids + [998])))
    return commands


def settle(commands):
    """The instances that are left, in their order, each with the commands that count; and the fate of each command."""
    instances, wide = {}, {}
    for command in commands:
        command.fate = "counts"
        if command.kind == "remove-all":
            gone = [other for held in instances.values() for other in held["all"]]
            instances = {}
        elif command.kind == "remove":
            gone = instances.pop(command.id, {"all": []})["all"]
        else:
            gone = []
        for other in gone:
            other.fate = "removed"
        if command.kind.startswith("remove"):
            continue
        held = wide if command.id is None else instances.setdefault(command.id, {"all": [], "set": {}, "odd": False})
        if command.id is None:
            if command.setting in held:
                held[command.setting].fate = "again"
            held[command.setting] = command
            continue
        held["all"].append(command)
        held["odd"] = held["odd"] or command.odd
        if command.kind in ("set", "no") and not command.odd:
            if command.setting in held["set"]:
                held["set"][command.setting].fate = "again"
            held["set"][command.setting] = command
    return instances


# ---- the text

INTERFACES = ["iface vlan1 inet static", "  address 10.9.0.1/24", "  end", "iface vlan2 inet static", "  address 192.0.2.1/24",
              "  address 192.0.2.9/24 secondary", "  end", "iface vlan3 inet dhcp", "  end", "iface vlan4 inet static",
              "  address 203.0.113.1/28", "  address 203.0.113.17/28", "  no enable", "  end", "iface vlan5 inet static",
              "  address 203.0.113.9/24", "  no enable", "  end"]
HEADER = "# \\\\/ Westermo WeOS v4.%d.%d, CLI Format v1.32"
FOREIGN = ["gre 1", "ssl 2", "frr area 0"]


class Writer:
    """Lines, and where each command came to stand."""

    def __init__(self, pick):
        self.pick, self.lines, self.open = pick, [], None
        self.unit = pick.choice(["        ", "        ", "\t", "  ", ""])
        self.human = bool(self.unit) and pick.random() < 0.2  # `end' at the depth of its header
        self.ends = pick.choice(["\n", "\n", "\n", "\r\n"])

    def add(self, level, text, command=None):
        tail = self.pick.choice([" ", "  ", " # there"]) if self.pick.random() < 0.03 and '"' not in text and "'" not in text else ""
        self.lines.append(self.unit * level + text + tail)
        if command:
            command.line = len(self.lines)

    def close(self):
        if self.open is not None:
            self.add(1 if self.human else 2, "end")
        self.open = None

    def foreign(self):
        """A tunnel of another kind, which no command is in."""
        self.close()
        self.add(1, self.pick.choice(FOREIGN))
        for text in ("peer 198.51.100.9", "secret ForeignSecret9", "outbound vlan2"):
            self.add(2, text)
        self.add(2 if not self.human else 1, "end")

    def command(self, command):
        head = "ipsec %s" % command.id
        if command.id is None and command.kind != "remove-all":
            self.close()
            self.add(1, command.words, command)
        elif command.kind == "enter":
            self.close()
            self.add(1, head, command)
            self.open = command.id
        elif command.kind == "remove":
            self.close()
            self.add(1, "no " + head, command)
        elif command.kind == "remove-all":
            self.close()
            self.add(0 if self.human else 1, "end")
            self.add(0, "no tunnel", command)
            self.add(0, "tunnel")
        else:
            if self.pick.random() < 0.02:
                self.add(2, "# secret ForeignSecret9" if self.pick.random() < 0.5 else "")
            self.add(2, command.words, command)


def write_stored(pick, commands):
    """Shape A: as a device stores it."""
    writer = Writer(pick)
    lines = [HEADER % (pick.randint(10, 33), pick.randint(0, 9))] if pick.random() < 0.9 else []
    writer.lines += lines + INTERFACES + (["", "system", "  hostname fox", "  end"] if pick.random() < 0.3 else [])
    writer.add(0, "tunnel")
    for command in commands:
        if command.kind in ("enter", "remove") and writer.unit and pick.random() < 0.05:
            writer.foreign()
        writer.command(command)
    writer.close()
    writer.add(0 if writer.human else 1, "end")
    return writer.ends.join(writer.lines) + writer.ends


def write_session(pick, commands):
    """Shape D: what somebody typed, behind the prompts of a device."""
    lines = [HEADER % (28, 0)] if pick.random() < 0.5 else []
    lines += ["fox:/#> show running-config"] + INTERFACES if pick.random() < 0.8 else []
    prompt = "fox:/config/tunnel/%s#> "
    lines += ["fox:/#> configure", "fox:/config/#> tunnel"]
    for command in commands:
        if command.id is None and command.kind != "remove-all":
            lines.append(prompt % "" + command.words)
        elif command.kind == "remove-all":
            lines.append("fox:/config/#> no tunnel")
        elif command.kind in ("enter", "remove"):
            lines.append(prompt % "" + ("no " if command.kind == "remove" else "") + "ipsec %d" % command.id)
        else:
            lines.append(prompt % ("ipsec-%d/" % command.id) + command.words)
        command.line = len(lines)
        if pick.random() < 0.05:
            lines.append("ready.")
    lines += ["fox:/config/tunnel/#> leave", "Applying configuration.", "fox:/#> "]
    return "\n".join(lines)


def write_paths(pick, commands):
    """Shape C: each line has its whole path."""
    lines = [HEADER % (28, 0)] + INTERFACES
    for command in commands:
        if command.kind == "remove-all":
            lines.append("no tunnel")
        elif command.id is None:
            lines += ["tunnel", "  " + command.words, "  end"]
        elif command.kind == "enter":
            lines += ["tunnel ipsec %d" % command.id, "end"]
        elif command.kind == "remove":
            lines.append("no tunnel ipsec %d" % command.id)
        elif command.kind == "no" and pick.random() < 0.5:
            lines.append("no tunnel ipsec %d %s" % (command.id, command.words[3:]))
        else:
            lines.append("tunnel ipsec %d %s" % (command.id, command.words))
        command.line = len(lines) - (1 if lines[-1] in ("end", "  end") else 0)
    return "\n".join(lines) + "\n"


def draw(pick, language):
    """A text, its commands, and the instances that are left."""
    commands = draw_commands(pick, language)
    shape = pick.random()
    write = write_session if shape < 0.15 else write_paths if shape < 0.25 else write_stored
    text = write(pick, commands)
    return text, commands, settle(commands)
