# SPDX-License-Identifier: ISC
"""What each mutation does to an instance, and which rule must then be reported where.

A row: rule, severities, when it applies, what is done, where the finding stands, and which other rules
may come with it.  What is done is a list of (action, setting, value):

    put    give the setting this value, in place where it is set, else in a line of its own
    add    a line of its own, whatever is set
    drop   take out all lines that set it
    no     a line `no SETTING'
    end    append to the setting's line

A place is `header', or (kind, setting[, word]): the setting's word, its value, a word of its value.
Expectations are the rule catalogue's and the guide's; none of them is taken from the program.
"""

from mutation_text import SETTINGS

ROWS = []

FLAGS = ("enable", "initiator")
AEAD = ("aes128ccm12", "aes128ccm16", "aes128gcm12", "aes128gcm16")
CLASSIC = ("aes128", "aes128ctr", "aes256", "aes256ctr")
ONE_WORD = ("ca", "certificate", "dpd-action", "dpd-delay", "dpd-timeout", "local-address", "method",
            "peer", "revocation", "secret", "version")
# What may change with `ike', with the secret, and with version 1
V1_SUITE = ("WI308", "WI312", "WI406", "WI508")
RANDOM = "0sq8V0m3Zb1nJkT5yR7cW2xLh9PfGdAeUuSiOoNtMvBrQ="
OUTER = ("WI502", "WI503", "WI504", "WI505", "WI508", "WI509", "WI506", "WI507", "WI608", "WI429", "WI426",
         "WI602", "WI610")
INNER = ("WI506", "WI507", "WI604", "WI605", "WI606", "WI607")


def row(rule, severity, actions, place, also=(), when=lambda i: True):
    also = set(also)
    for action, name, value in actions:
        if name == "ike":
            also |= {"WI406", "WI508", "WI314"}
        if name == "secret" or action == "secret_of":
            also |= {"WI504", "WI120"}
        if (name, value) == ("version", "1"):
            also |= {"WI706"}
    ROWS.append((rule, severity, when, actions, place, also))


def both(i):
    return i.get("local-subnet") and i.get("remote-subnet")


def has(*names):
    return lambda i: all(i.get(name) for name in names)


def plain_value(name):
    """The setting has a value without blanks and quotes."""
    return lambda i: i.get(name) and not set(i.value(name)) & set(" \t'\"")


# ---- WI1xx

for junk in ("{", "= 1", "5 x", "! no", ";"):
    row("WI101", "E", [("add", junk, None)], ("line",))
for word in ("frobnicate 5", "no frobnicate", "descriptoin x", "xpeer 192.0.2.9", "Peer 192.0.2.9"):
    row("WI102", "E", [("add", word, None)], ("line", word.startswith("no ") and 3 or 0))
for word in ("l name x", "re x", "dpd 5", "s x", "e", "c x", "local- x"):
    row("WI103", "E", [("add", word, None)], ("line",))
row("WI103", "E", [("add", "no dpd", None)], ("line", 3))
for name in SETTINGS:
    if name not in FLAGS:
        row("WI104", "E", [("bare", name, None)], ("word", name), when=has(name))
        row("WI104", "E", [("add", name, None)], ("line",), ("WI106",))
row("WI104", "E", [("add", "no", None)], ("line",))
for name in ONE_WORD:
    row("WI105", "E", [("end", name, "extra")], ("appended", name), when=plain_value(name))
for name in ("ike", "esp"):
    row("WI105", "E", [("end", name, "trailing")], ("appended", name), when=has(name))
for name in FLAGS:
    row("WI105", "E", [("add", name + " yes", None)], ("line", len(name) + 1), ("WI106",))
row("WI105", "E", [("add", "no description words", None)], ("line", 15), ("WI106",))
for name in SETTINGS:
    row("WI106", "W", [("again", name, None)], ("again", name), when=has(name))
for byte, name in (("\x01", "peer"), ("\x7f", "description"), ("\x0b", "local-subnet"), ("\x00", "secret")):
    row("WI109", "E", [("end", name, byte)], ("appended", name), when=plain_value(name))
row("WI109", "E", [("add", "description \xff", None)], ("line", 12), ("WI106",))
row("WI109", "E", [("add", "# \x07", None)], ("line", 2))
for mark in "'\"":
    row("WI110", "W", [("put", "secret", mark + RANDOM + mark)], ("value", "secret"),
        when=lambda i: i.psk and i.get("secret"))
for kind, wrong, suite in (
        ("cipher", "aees128gcm16", "{} prf prfsha256 dh ecp256"), ("cipher", "AES128", "{} auth sha256 dh ecp256"),
        ("auth", "sha265", "aes128 auth {} dh ecp256"), ("prf", "prfsha25", "aes128gcm16 prf {} dh ecp256"),
        ("dh", "ecp257", "aes128 auth sha256 dh {}"), ("dh", "x2551", "aes128 auth sha256 dh {}")):
    row("WI111", "E", [("put", "ike", "cipher " + suite.format(wrong))], ("in", "ike", wrong),
        V1_SUITE + ("WI508",))
for wrong in ("aes128gcm128", "aes128gcm96", "aes128ccm128", "aes128ccm96"):
    row("WI112", "E", [("put", "esp", "cipher %s dh ecp256" % wrong)], ("in", "esp", wrong))
    row("WI112", "E", [("put", "ike", "cipher %s prf prfsha256 dh ecp256" % wrong)], ("in", "ike", wrong),
        V1_SUITE + ("WI508",))
for wrong in ("aes192", "3des", "aes256gcm16", "chacha20poly1305"):
    row("WI113", "E", [("put", "esp", "cipher %s auth sha256 dh ecp256" % wrong)], ("in", "esp", wrong))
row("WI113", "E", [("put", "ike", "cipher aes128 auth md5 dh ecp256")], ("in", "ike", "md5"), ("WI508",))
row("WI113", "E", [("put", "ike", "cipher aes128 auth sha256 dh modp1024")], ("in", "ike", "modp1024"), ("WI508",))
for line in ("aggressive", "pfs", "outbound vlan1", "ike-lifetime 3600", "sa-lifetime 3600"):
    row("WI114", "E", [("add", line, None)], ("line",))
row("WI114", "E", [("add", "no pfs", None)], ("line", 3))
for name in ("peer", "description", "local-subnet", "certificate"):
    for mark in "'\"":
        row("WI115", "E", [("front", name, mark)], ("value", name), when=plain_value(name))
row("WI116", "W", [("add", "# weipsec: ignore WI311 -- reason", None)], ("line", 18))
row("WI116", "W", [("add", "# weipsec: ignore WI999 -- reason", None)], ("line", 18))
for name, wrong in (("version", "3"), ("method", "rsa"), ("dpd-action", "hold"), ("revocation", "never")):
    row("WI118", "E", [("put", name, wrong)], ("value", name))
row("WI118", "E", [("put", "ike", "cipher twofoot auth sha256 dh ecp256")], ("in", "ike", "twofoot"), ("WI508",))
row("WI118", "E", [("put", "esp", "cipher aes128 auth whirl dh ecp256")], ("in", "esp", "whirl"))
row("WI118", "E", [("put", "esp", "cipher aes128 auth sha256 dh curvy")], ("in", "esp", "curvy"))
for name in ("peer", "local-subnet", "version", "dpd-delay", "certificate", "description"):
    row("WI121", "W", [("glue", name, "#note")], ("value", name), when=plain_value(name))

# ---- WI2xx

for wrong in ("0", "3601", "-5", "30s", "half", "007"):
    row("WI201", "E", [("put", "dpd-delay", wrong)], ("value", "dpd-delay"))
    row("WI201", "E", [("put", "dpd-timeout", wrong)], ("value", "dpd-timeout"), ("WI704",))
for name in ("sa-rekey-time", "reauth-time"):
    for wrong in ("59", "0", "59s", "31d", "2592001"):
        row("WI201", "E", [("put", name, wrong)], ("value", name))
    for wrong in ("1h30m", "5 m", "010", "5w", "5M", "1.5h", "h", "-5m", "99999999999999999999"):
        row("WI202", "E", [("put", name, wrong)], ("value", name))
for name in ("peer", "local-address"):
    for wrong in ("198.51.100", "198.51.100.256", "198.51.100.02", "0.0.0.0", "224.0.0.1", "255.255.255.255"):
        row("WI203", "E", [("put", name, wrong)], ("value", name))
    row("WI206", "E", [("put", name, "2001:db8::1")], ("value", name))
for name in ("local-subnet", "remote-subnet"):
    for wrong in ("10.300.0.0/16", "10.1.0/24", "224.0.0.0/4", "lan"):
        row("WI203", "E", [("put", name, wrong)], ("value", name))
    row("WI204", "E", [("put", name, "10.1.0.0/33")], ("offset", name, 9))
    row("WI204", "E", [("put", name, "10.1.0.0/x")], ("offset", name, 9))
    row("WI204", "E", [("put", name, "10.1.0.0 255.0.255.0")], ("offset", name, 9))
    row("WI205", "W", [("put", name, "10.77.7.5/24")], ("value", name), INNER)
    row("WI205", "W", [("put", name, "10.77.7.5 255.255.255.0")], ("value", name), INNER)
    row("WI206", "E", [("put", name, "2001:db8::/32")], ("value", name))
for wrong in ("gw.example.com", "gw", "192.0.2.1.example.com"):
    row("WI207", "E", [("put", "peer", wrong)], ("value", "peer"))
for odd in ("299", "60s", "4m", "86401", "25h", "2d"):
    row("WI208", "W", [("put", "sa-rekey-time", odd)], ("value", "sa-rekey-time"), ("WI707",))
row("WI209", "E", [("put", "description", "x" * 65)], ("value", "description"))
row("WI209", "E", [("put", "description", "very " * 13 + "long")], ("value", "description"))
for name in ("certificate", "ca"):
    for wrong in ("a/b", "label?", "x" * 65, "../key"):
        row("WI210", "E", [("put", name, wrong)], ("value", name), ("WI412",))

# ---- WI3xx

for cipher in AEAD:
    row("WI301", "E", [("put", "ike", "cipher %s dh ecp256" % cipher)], ("word", "ike"),
        V1_SUITE + ("WI311", "WI508"))
    row("WI304", "E", [("put", "ike", "cipher %s auth sha256 dh ecp256" % cipher)], ("in", "ike", "auth"),
        V1_SUITE + ("WI311", "WI508"))
    row("WI304", "E", [("put", "esp", "cipher %s auth sha1 dh ecp256" % cipher)], ("in", "esp", "auth"),
        ("WI311", "WI309"))
    row("WI305", "E", [("put", "esp", "cipher %s prf prfsha256 dh ecp256" % cipher)], ("in", "esp", "prf"),
        ("WI311",))
    row("WI308", "E", [("put", "version", "1"),
                       ("put", "ike", "cipher %s prf prfsha256 dh ecp256" % cipher)], ("in", "ike", "cipher"),
        ("WI313", "WI311", "WI701", "WI312") + OUTER)
for cipher in CLASSIC:
    row("WI302", "E", [("put", "ike", "cipher %s dh ecp256" % cipher)], ("word", "ike"), V1_SUITE + ("WI508",))
    row("WI306", "E", [("put", "esp", "cipher %s dh ecp256" % cipher)], ("word", "esp"))
    row("WI305", "E", [("put", "esp", "cipher %s auth sha256 prf prfsha256 dh ecp256" % cipher)],
        ("in", "esp", "prf"))
    row("WI307", "E", [("put", "ike", "cipher %s prf prfsha384 dh ecp256" % cipher)], ("in", "ike", "prf"),
        V1_SUITE + ("WI508",))
for cipher in ("aes128ctr", "aes256ctr"):
    row("WI308", "E", [("put", "version", "1"), ("put", "ike", "cipher %s auth sha256 dh ecp256" % cipher)],
        ("in", "ike", "cipher"), ("WI313", "WI701", "WI312") + OUTER)
for name in ("ike", "esp"):
    row("WI303", "E", [("put", name, "cipher aes128 auth sha256")], ("word", name), V1_SUITE + ("WI508",))
    row("WI309", "W", [("put", name, "cipher aes128 auth sha1 dh ecp256")], ("in", name, "auth"), ("WI508",))
    row("WI309", "W", [("put", name, "dh ecp256 auth sha1 cipher aes128")], ("in", name, "auth"), ("WI508",))
    row("WI310", "W", [("put", name, "cipher aes256 auth sha512 dh modp2048")], ("in", name, "dh"), ("WI508",))
    row("WI312", "W", [("put", "version", "1"), ("put", name, "cipher aes128 auth sha256 dh x25519")],
        ("in", name, "dh"), ("WI308", "WI312", "WI313", "WI701") + OUTER)
    row("WI313", "W", [("put", "version", "1"), ("drop", name, None)], ("word", "version"),
        ("WI308", "WI312", "WI701") + OUTER)
    for cipher in ("aes128gcm12", "aes128ccm12"):
        row("WI311", "N", [("put", name, "cipher %s%s dh ecp256" % (cipher, " prf prfsha256" * (name == "ike")))],
            ("in", name, "cipher"), ("WI308", "WI508"))
for value in ("cipher aes256 auth sha256 dh ecp256", "dh x25519 cipher aes128gcm16 prf prfsha256"):
    row("WI314", "N", [("put", "ike", value), ("drop", "esp", None)], ("word", "ike"), when=lambda i: i.v2)
    row("WI314", "N", [("put", "ike", value), ("no", "esp", None)], ("word", "ike"), ("WI106",), when=lambda i: i.v2)
row("WI310", "W", [("put", "esp", "cipher aes256ctr auth sha512 dh modp2048")], ("in", "esp", "dh"))

# ---- WI4xx


def psk(i):
    return i.psk


def cert(i):
    return i.cert


row("WI401", "E?", [("drop", "secret", None)], "header", when=psk)
row("WI401", "E?", [("no", "secret", None)], "header", ("WI106",), when=psk)
row("WI401", "E?", [("drop", "certificate", None), ("drop", "ca", None), ("drop", "revocation", None),
                    ("drop", "method", None)], "header", OUTER + ("WI417",), when=lambda i: cert(i) and not i.get("secret"))
for wrong in ("short", "0sAAAA=", "y" * 64, "0x" + "ab" * 31):
    row("WI402", "E", [("put", "secret", wrong)], ("value", "secret"), ("WI404", "WI412"))
for wrong in ("abcdefgh#ijkl", "caf\xc3\xa9-house-1"):
    row("WI403", "E", [("put", "secret", wrong)], ("value", "secret"), ("WI412",))
for wrong in ("0sAAAAA!AAAAAA", "0sQUJDREVGRw", "0xabcdefg1", "0xabcdef123", "0sQUJD=REV"):
    row("WI404", "E", [("put", "secret", wrong)], ("value", "secret"), ("WI412",))
for odd in ("0S" + RANDOM[2:], "0X" + "9f3a6cd1852be047" * 3):
    row("WI405", "W", [("put", "secret", odd)], ("value", "secret"), ("WI412", "WI406", "WI408"))
for weak in ("Westermo123", "correct-horse-battery", "0x0011223344556677", "0sc3VtbWVyMjAyNg=="):
    row("WI406", "W", [("put", "secret", weak)], ("value", "secret"), ("WI408",), when=psk)
for weak in ("abababababababababababababababababababab", "qwertyuiopasdfghjkl", "12345678901234567890"):
    row("WI408", "W", [("put", "secret", weak)], ("value", "secret"), ("WI406",), when=psk)
for name in ("local-id", "remote-id", "description"):
    row("WI408", "W", [("secret_of", name, None)], ("value", "secret"), ("WI406",),
        when=lambda i, name=name: psk(i) and known_word(i, name))


def known_word(i, name):
    """What the value names, without its type, if it can be in a secret: typed names and plain texts."""
    words = (i.value(name) or "").split()
    if name != "description" and words and words[0] in ("name", "email", "key"):
        words = words[1:]
    elif name != "description":
        return None
    fits = len(words) == 1 and 4 <= len(words[0]) <= 50 and not set(words[0]) & set("'\"#")
    return words[0] if fits and words[0].isascii() and words[0][0] != "0" else None


row("WI410", "E?", [("drop", "certificate", None)], "header", when=cert)
row("WI411", "E?", [("drop", "ca", None)], "header", when=cert)
row("WI411", "E?", [("no", "ca", None)], "header", ("WI106",), when=cert)
for name, value in (("certificate", "gw"), ("ca", "ExCA"), ("revocation", "strict")):
    row("WI412", "W", [("put", name, value)], ("word", name), when=psk)
row("WI412", "W", [("put", "secret", RANDOM)], ("word", "secret"), when=cert)
for name in ("local-id", "remote-id"):
    for wrong in ("inet alice", "inet 192.0.2.300", "email alice", "name " + "x" * 256):
        row("WI413", "E", [("put", name, wrong)], ("offset", name, wrong.index(" ") + 1))
    for odd in ("@alice", "192.0.2.1/32", "foo=bar", "1.2.3"):
        row("WI414", "W", [("put", name, odd)], ("value", name), OUTER + ("WI417", "WI424"))
    for wrong in ("0x3049310b", "CN=alice", "zz"):
        row("WI415", "E", [("put", name, "dn " + wrong)], ("offset", name, 3))
    for anyone in ("%any", "*", "::", "0.0.0.0", "inet 0.0.0.0"):
        row("WI416", "E" if name == "local-id" else "W", [("put", name, anyone)], ("value", name),
            OUTER + ("WI417",))
for wild in ("name *.example.com", "email *@example.com", "C=SE, O=Ex, CN=*"):
    row("WI417", "W", [("put", "remote-id", wild)], ("value", "remote-id"), OUTER,
        when=lambda i: i.psk or i.initiator)
row("WI423", "N", [("drop", "reauth-time", None)], "header", when=lambda i: i.cert and i.v2)
row("WI424", "W", [("drop", "remote-id", None)], "header", OUTER,
    when=lambda i: i.cert and i.initiator and not i.any_peer)
for private in ("10.9.8.7", "172.31.0.9", "192.168.9.9", "100.64.0.9", "169.254.9.9"):
    row("WI426", "W", [("drop", "local-id", None), ("put", "local-address", private),
                       ("put", "peer", "203.0.113.99")], "header", OUTER + INNER, when=psk)
for value in ("name same.example.com", "same@example.com", "inet 192.0.2.77", "C=SE, CN=same"):
    row("WI429", "W", [("put", "local-id", value), ("put", "remote-id", value)], ("value", "remote-id"),
        OUTER)

# ---- WI6xx, WI7xx

row("WI601", "E?", [("drop", "local-address", None)], "header", OUTER)
row("WI601", "E?", [("no", "local-address", None)], "header", ("WI106",) + OUTER)
row("WI603", "E?", [("drop", "peer", None)], ("word", "initiator"), OUTER, when=lambda i: i.initiator)
row("WI603", "E?", [("put", "peer", "ANY")], ("word", "initiator"), OUTER, when=lambda i: i.initiator)
row("WI603", "E?", [("add", "initiator", None), ("drop", "peer", None)], ("word", "initiator"),
    OUTER + ("WI106", "WI417"), when=lambda i: i.responder)
row("WI604", "W", [("put", "local-address", "10.77.1.1"), ("put", "peer", "10.77.2.1"),
                   ("put", "local-subnet", "10.77.1.0/24"), ("put", "remote-subnet", "10.77.2.0/24")],
    ("value", "remote-subnet"), OUTER)
row("WI604", "W", [("put", "peer", "203.0.113.98"), ("drop", "local-subnet", None),
                   ("put", "remote-subnet", "203.0.113.0/25")],
    ("value", "remote-subnet"), OUTER + ("WI607",), when=has("local-address"))
row("WI605", "W", [("put", "remote-subnet", "0.0.0.0/0"), ("put", "local-subnet", "10.77.0.0/16")],
    ("value", "remote-subnet"), INNER)
row("WI605", "E", [("put", "remote-subnet", "0.0.0.0/0"), ("put", "local-subnet", "0.0.0.0/0")],
    ("value", "remote-subnet"), INNER)
row("WI605", "E", [("put", "remote-subnet", "0.0.0.0 0.0.0.0"), ("put", "local-subnet", "0.0.0.0/0")],
    ("value", "remote-subnet"), INNER)
for wide in ("10.77.7.0/24", "10.77.0.0/16", "10.76.0.0 255.254.0.0"):
    row("WI606", "W", [("put", "local-subnet", "10.77.7.0/24"), ("put", "remote-subnet", wide)],
        ("value", "remote-subnet"), INNER)
row("WI607", "N", [("drop", "remote-subnet", None)], ("value", "local-subnet"), INNER, when=both)
row("WI607", "N", [("drop", "local-subnet", None)], ("value", "remote-subnet"), INNER, when=both)
row("WI608", "E", [("put", "local-address", "203.0.113.77"), ("put", "peer", "203.0.113.77")],
    ("value", "peer"), OUTER + INNER)
row("WI609", "N", [("drop", "peer", None)], "header", OUTER, when=lambda i: i.responder and not i.any_peer)
row("WI609", "N", [("put", "peer", "ANY")], ("value", "peer"), OUTER, when=lambda i: i.responder)
row("WI609", "N", [("no", "peer", None)], ("no", "peer"), ("WI106",) + OUTER,
    when=lambda i: i.responder and not i.any_peer)
for masked in ("<secret>", "${PSK}", "{{ psk }}", "********", "xxxxxxxx", "$PLANT_PSK", "$PSK"):
    row("WI430", "N", [("put", "secret", masked)], ("value", "secret"), ("WI412",), when=has("secret"))
row("WI701", "W", [("put", "version", "1")], ("word", "version"), ("WI308", "WI312", "WI313", "WI706") + OUTER)
for action in ("trap", "restart"):
    row("WI702", "E", [("put", "dpd-action", action)], ("value", "dpd-action"), ("WI703",),
        when=lambda i: i.responder)
row("WI703", "N", [("put", "dpd-action", "trap")], ("value", "dpd-action"), when=lambda i: i.initiator)
row("WI704", "W", [("put", "dpd-timeout", "100")], ("word", "dpd-timeout"), ("WI705",), when=lambda i: i.v2)
for name in ("dpd-delay", "dpd-timeout"):
    row("WI705", "W", [("drop", "dpd-action", None), ("put", name, "40"), ("no", "dpd-action", None)],
        ("word", name), ("WI704", "WI705"))
row("WI706", "W", [("drop", "dpd-action", None), ("put", "version", "1"), ("put", "dpd-delay", "60"),
                   ("put", "dpd-timeout", "119")], ("value", "dpd-timeout"),
    ("WI701", "WI308", "WI312", "WI313") + OUTER)
row("WI706", "W", [("drop", "dpd-action", None), ("put", "version", "1"), ("put", "dpd-delay", "61"),
                   ("drop", "dpd-timeout", None)], ("value", "dpd-delay"),
    ("WI701", "WI308", "WI312", "WI313") + OUTER)
for rekey, reauth in (("1h", "1h"), ("2h", "30m"), ("3600", "3600s"), ("1d", "24h")):
    row("WI707", "N", [("put", "sa-rekey-time", rekey), ("put", "reauth-time", reauth)], ("value", "reauth-time"))
row("WI707", "N", [("drop", "sa-rekey-time", None), ("put", "reauth-time", "60m")], ("value", "reauth-time"))
