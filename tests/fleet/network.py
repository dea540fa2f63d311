#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Makes the files of a network, and what is to be said of them.

    network.py SHAPE COUNT DIR [--seed N] [--faults K] [--degree D] [--hubs H] [--tunnels T] [--one-identity]
               [--certified FILE]

COUNT gateways: `hub' has spokes of H hubs, each with a tunnel of its own there (up to 25), `train' spokes with
one private address behind a carrier's NAT, with T tunnels each, which a hub with any peer and a wildcard takes all, and `mesh' gateways with D
neighbours each.  K faults of each kind that the shape can have are put in, each into a pair of
its own.  DIR gets the files; standard output has, of each fault, `OUTCOME<TAB>RULE<TAB>SEVERITY<TAB>FILE:LINE<TAB>FILE ID'
with the place that is to be named and the other end of its tunnel, `-' where there is none (and a line without an outcome for what
only many show).

With --certified each tunnel has certificates, and the faults are those of certificates: FILE gets, of each gateway,
`NAME<TAB>CA<TAB>IDENTITY', the certificate `own' that it is to have, which CA is to sign it, and for whom."""
import argparse
import base64
import os
import random

ORDER = ["initiator", "enable", "version", "peer", "local-address", "local-id", "remote-id", "local-subnet",
         "remote-subnet", "method", "secret", "certificate", "ca", "ike", "esp", "dpd-action", "dpd-delay"]


# of what is no error
SEVERITIES = {"WI1010": "warning", "WI1012": "warning", "WI1013": "warning", "WI1016": "note", "WI1017": "note",
              "WI1102": "warning", "WI1103": "warning", "WI1104": "note"}


def severity(rule, shape):
    # that many devices have one private address is as it should be
    return "note" if (rule, shape) == ("WI1105", "train") else SEVERITIES.get(rule, "error")


class End:
    """One end of a tunnel: its settings, None for `no SETTING', and the file that it is in."""

    def __init__(self, gateway, **settings):
        self.gateway, self.settings, self.id = gateway, settings, None
        gateway.ends.append(self)

    def set(self, name, value):
        self.settings[name.replace("_", "-")] = value

    def line(self, name=None):
        """The line that NAME stands on, or the one that opens the tunnel."""
        line = self.gateway.start(self)
        if name is None:
            return line
        return line + 1 + [key for key in ORDER if key in self.settings].index(name)


class Gateway:
    def __init__(self, name):
        self.name, self.ends, self.hostname = name, [], name

    @property
    def file(self):
        return self.name + ".cfg"

    def start(self, wanted):
        line = 5
        for end in self.ends:
            if end is wanted:
                return line
            line += len(end.settings) + 2
        raise KeyError(wanted)

    def text(self):
        lines = ["system", f"        hostname {self.hostname}", "        end", "tunnel"]
        for number, end in enumerate(self.ends, 1):
            end.id = number
            lines.append(f"        ipsec {number}")
            for key in ORDER:
                if key in end.settings:
                    value = end.settings[key]
                    lines.append(" " * 16 + (f"no {key}" if value is None else f"{key} {value}".rstrip()))
            lines.append(" " * 16 + "end")
        return "\n".join(lines + ["        end", ""])


class Network:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.gateways, self.pairs, self.truth = [], [], []
        self.signers = {}  # of the certificates that gateways are to have, where there are some
        self.further = 0

    def secret(self):
        return "0s" + base64.b64encode(self.random.randbytes(32)).decode()

    def add(self, name):
        self.gateways.append(Gateway(name))
        return self.gateways[-1]

    def pair(self, starter, other, addresses, ids, nets):
        """A tunnel that comes up and stays up, between two gateways."""
        secret = self.secret()
        ends = []
        for side, gateway in enumerate((starter, other)):
            settings = {"peer": addresses[1 - side], "local-address": addresses[side],
                        "local-id": f"name {ids[side]}", "remote-id": f"name {ids[1 - side]}",
                        "local-subnet": nets[side], "remote-subnet": nets[1 - side], "secret": secret,
                        "ike": "cipher aes256 auth sha256 dh ecp256", "esp": "cipher aes128gcm16 dh ecp256",
                        "dpd-delay": "20"}
            if side == 0:
                settings["initiator"] = ""
            ends.append(End(gateway, **settings))
        self.pairs.append(ends)
        return ends

    def counterparts(self):
        """Of each end the other one, as `FILE ID', or `-' where that is in no file."""
        others = {}
        for pair in self.pairs:
            for end, other in zip(pair, reversed(pair)):
                is_there = other.gateway in self.gateways and other in other.gateway.ends
                others[end] = f"{other.gateway.file} {other.id}" if is_there else "-"
        return others

    def write(self, folder):
        os.makedirs(folder, exist_ok=True)
        for gateway in self.gateways:
            with open(os.path.join(folder, gateway.file), "w", encoding="ascii") as file:
                file.write(gateway.text())


def number_address(base, number):
    return f"{base}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def site_net(number):
    return f"{10 + (number >> 16)}.{number >> 8 & 255}.{number & 255}.0/24"


# ---- shapes ----

def make_mesh(network, count, degree):
    gateways = [network.add(f"g{i:05}") for i in range(count)]
    for i in range(count):
        for step in range(1, degree // 2 + 1):
            j = (i + step) % count
            if i == j or (count <= degree and step > (count - 1) // 2):
                continue
            network.pair(gateways[i], gateways[j], [number_address("198", (18 << 16) + n) for n in (i, j)],
                         [f"g{n}.example.net" for n in (i, j)], [site_net(n) for n in (i, j)])


def make_hub(network, count, hubs):
    """Spokes have numbers behind those of the hubs."""
    centres = [network.add(f"hub{i}") for i in range(hubs)]
    for i in range(count):
        spoke = network.add(f"spoke{i:05}")
        hub = i % hubs
        network.pair(spoke, centres[hub], [number_address("198", (18 << 16) + i), number_address("203", hub + 1)],
                     [f"spoke{i}.example.net", f"hub{hub}.example.net"], [site_net(i), f"172.16.{hub}.0/24"])


def make_train(network, count, tunnels, one_identity):
    """One tunnel of the hub takes all; they have one secret, which is a finding of its own."""
    hub = network.add("hub")
    secret = network.secret()
    common = {"secret": secret, "ike": "cipher aes256 auth sha256 dh ecp256", "esp": "cipher aes128gcm16 dh ecp256",
              "dpd-delay": "20"}
    centre = End(hub, **{"local-address": "203.0.113.1", "local-id": "name hub.example.net",
                         "remote-id": "name *.train.example.net", "local-subnet": "172.16.0.0/16",
                         "remote-subnet": "10.0.0.0/8"}, **common)
    for i in range(count * tunnels):
        if i % tunnels == 0:
            train = network.add(f"train{i // tunnels:05}")
        end = End(train, **{"initiator": "", "peer": "203.0.113.1", "local-address": "10.255.0.2",
                            "local-id": f"name t{0 if one_identity else i}.train.example.net",
                            "remote-id": "name hub.example.net",
                            "local-subnet": site_net(i), "remote-subnet": "172.16.0.0/16"}, **common)
        network.pairs.append([end, centre])
    network.truth.append((None, "WI1103", centre, "secret"))
    if count > 1:
        network.truth.append((None, "WI1105", network.pairs[tunnels][0], "local-address"))


# ---- faults: each changes one pair, and says what is to be said of it ----

def says(outcome, rule, setting, first=None, side=None):
    """A fault for which SETTING of the end that is first by name (or of SIDE) is named."""
    def add(network, pair):
        ends = sorted(pair, key=lambda end: end.gateway.file)
        end = pair[side] if side is not None else ends[0 if first is None else first]
        network.truth.append((outcome, rule, end, setting))
    return add


def fault_version(network, pair):
    pair[1].set("version", "1")
    pair[0].set("version", "2")
    says("no-ike", "WI1002", "version")(network, pair)


def fault_ike(network, pair):
    pair[1].set("ike", "cipher aes128 auth sha384 dh modp3072")
    says("no-ike", "WI1003", "ike")(network, pair)


def fault_secret(network, pair):
    pair[0].set("secret", network.secret())
    says("no-ike", "WI1005", "secret")(network, pair)


def fault_form(network, pair):
    pair[1].set("secret", "0s" + pair[0].settings["secret"][2:].swapcase())
    says("no-ike", "WI1005", "secret")(network, pair)


def fault_identity(network, pair):
    pair[0].set("local-id", "name typo." + pair[0].settings["local-id"].split()[1])
    says("no-ike", "WI1006", "remote-id", side=1)(network, pair)


def fault_esp(network, pair):
    pair[0].set("esp", "cipher aes256 auth sha384 dh ecp256")
    says("no-child", "WI1008", "esp")(network, pair)


def fault_subnet(network, pair):
    net = network.random.randrange(1, 250)
    pair[1].set("remote-subnet", f"192.0.{net}.0/24")
    ends = sorted(pair, key=lambda end: end.gateway.file)
    setting = "local-subnet" if ends[0] is pair[0] else "remote-subnet"
    network.truth.append(("no-child", "WI1009", ends[0], setting))


def fault_pfs(network, pair):
    pair[1].set("esp", "cipher aes128gcm16 dh x25519")
    says("lost-at-rekey", "WI1011", "esp")(network, pair)


def fault_both(network, pair):
    pair[1].set("initiator", "")
    says("up", "WI1012", "initiator")(network, pair)


def fault_nobody(network, pair):
    del pair[0].settings["initiator"]
    says("on-traffic", "WI1013", None)(network, pair)


def fault_method(network, pair):
    """The other end wants certificates, of which it has none that anybody knows."""
    del pair[1].settings["secret"]
    for name, value in (("method", "cert"), ("certificate", "own"), ("ca", "plant")):
        pair[1].set(name, value)
    first = min(pair, key=lambda end: end.gateway.file)
    network.truth.append(("no-ike", "WI1004", first, "method" if first is pair[1] else None))


def fault_unknown(network, pair):
    """Certificates at both ends, in no folder."""
    for end in pair:
        del end.settings["secret"]
        for name, value in (("method", "cert"), ("certificate", "own"), ("ca", "plant")):
            end.set(name, value)
    says("unknown", "WI1017", "certificate")(network, pair)
    says(None, "WI1017", "certificate", first=1)(network, pair)


def fault_narrowed(network, pair):
    pair[0].set("local-subnet", pair[0].settings["local-subnet"].replace("/24", "/25"))
    says("up", "WI1010", "remote-subnet", side=1)(network, pair)


def fault_blind(network, pair):
    pair[1].set("dpd-action", None)
    says("up", "WI1016", "dpd-action", side=1)(network, pair)


def fault_gone(network, pair):
    """The other gateway is there, and has no tunnel for this end."""
    pair[1].gateway.ends.remove(pair[1])
    network.truth.append(("unmatched", "WI1001", pair[0], None))


def fault_missing(network, pair):
    """The other end's file is not there: the whole gateway goes."""
    network.gateways.remove(pair[0].gateway)
    network.truth.append(("unmatched", "WI1104", pair[1], "peer"))


def fault_shared(network, pair, other):
    """One secret for two pairs; the first place of the four is named."""
    for end in other:
        end.set("secret", pair[0].settings["secret"])
    first = min(pair + other, key=lambda end: (end.gateway.file, end.gateway.ends.index(end)))
    network.truth.append((None, "WI1103", first, "secret"))


def fault_clone(network, pair, other):
    """OTHER's device has a copy of what PAIR's has but for its address: it shows the identity of that."""
    ends = sorted((pair[0], other[0]), key=lambda end: end.gateway.file)
    for name in ("local-id", "local-subnet"):
        other[0].set(name, pair[0].settings[name])
    network.truth.append((None, "WI1101", ends[1], "local-id"))
    network.truth.append((None, "WI1102", ends[1], "local-subnet"))


def fault_taken(network, pair):
    """The other gateway has one more tunnel with this one, which fits its address and takes any identity."""
    network.further += 1
    own, there = pair
    nets = [f"100.{64 + side}.{network.further}.0/24" for side in range(2)]
    names = [end.settings["local-id"].split()[1] for end in pair]
    addresses = [end.settings["local-address"] for end in pair]
    ends = network.pair(own.gateway, there.gateway, addresses, ["further." + names[0], names[1]], nets)
    for end in ends:  # before all others
        end.gateway.ends.insert(0, end.gateway.ends.pop())
    del ends[1].settings["remote-id"], there.settings["peer"]
    network.truth.append(("no-child", "WI1014", own, None))


def fault_foreign(network, pair):
    """The certificate of who starts is of a CA that the other end does not trust."""
    network.signers[pair[0].gateway] = "foreign"
    says("no-ike", "WI1007", "certificate", side=0)(network, pair)


def fault_address(network, pair, other):
    """Two files have one public address; whoever answers OTHER notices."""
    other[0].set("local-address", pair[0].settings["local-address"])
    ends = sorted((pair[0], other[0]), key=lambda end: end.gateway.file)
    network.truth.append((None, "WI1105", ends[1], "local-address"))
    network.truth.append(("no-ike", "WI1015", other[1], "peer"))


SINGLE = [fault_version, fault_ike, fault_secret, fault_form, fault_identity, fault_esp, fault_subnet, fault_pfs,
          fault_both, fault_nobody, fault_method, fault_unknown, fault_narrowed, fault_blind]
FAULTS = {"mesh": SINGLE, "hub": SINGLE + [fault_missing], "train": []}
DOUBLE = {"mesh": [fault_shared], "hub": [fault_shared, fault_address], "train": [fault_clone]}
# of several that have nobody left one may be the counterpart of another; and of two tunnels of one gateway that take any
# identity nobody could tell whose secret is whose
ONCE = {"mesh": [fault_gone, fault_taken], "hub": [fault_taken], "train": []}


def certify(network):
    """Certificates instead of secrets, signed by one CA."""
    for gateway in network.gateways:
        network.signers[gateway] = "plant"
        for end in gateway.ends:
            del end.settings["secret"]
            for name, value in (("method", "cert"), ("certificate", "own"), ("ca", "plant")):
                end.set(name, value)


def write_certificates(network, path):
    with open(path, "w", encoding="ascii") as file:
        for gateway, signer in network.signers.items():
            file.write(f"{gateway.name}\t{signer}\t{gateway.ends[0].settings['local-id'].split()[1]}\n")


def put_foreign(network, count):
    """Each into a pair whose starter has no other tunnel."""
    for pair in network.random.sample([pair for pair in network.pairs if len(pair[0].gateway.ends) == 1], count):
        fault_foreign(network, pair)


def put_faults(network, shape, count):
    free = list(network.pairs)
    network.random.shuffle(free)
    for _ in range(count):
        for fault in FAULTS[shape]:
            fault(network, free.pop())
        for fault in DOUBLE[shape]:
            fault(network, free.pop(), free.pop())
    for fault in ONCE[shape] if count else ():
        fault(network, free.pop())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("shape", choices=sorted(FAULTS))
    parser.add_argument("count", type=int)
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=int, default=0)
    parser.add_argument("--degree", type=int, default=4)
    parser.add_argument("--hubs", type=int, default=2)
    parser.add_argument("--tunnels", type=int, default=1)
    parser.add_argument("--one-identity", action="store_true")
    parser.add_argument("--certified", metavar="FILE")
    words = parser.parse_args()
    network = Network(words.seed)
    if words.shape == "mesh":
        make_mesh(network, words.count, words.degree)
    elif words.shape == "hub":
        make_hub(network, words.count, words.hubs)
    else:
        make_train(network, words.count, words.tunnels, words.one_identity)
    if words.certified:
        certify(network)
        put_foreign(network, words.faults)
        write_certificates(network, words.certified)
    else:
        put_faults(network, words.shape, words.faults)
    network.write(words.folder)
    others = network.counterparts()
    for outcome, rule, end, setting in network.truth:
        place = f"{end.gateway.file}:{end.line(setting)}"
        print(outcome or "-", rule, severity(rule, words.shape), place, others[end], sep="\t")


main()
