# SPDX-License-Identifier: ISC
"""What happens to two gateways in a soak: their files, and a schedule of events that a seed decides.

Alice and bob of the lab have 25 tunnels: most of version 2 with secrets, two each with certificates, with
reauthentication and of version 1, and three whose peer is anywhere, for alice; of some she starts, of the others bob.
"""
import base64
import hashlib
import os
import random
import subprocess

import live
import vici

TUNNELS = 25
CERTIFIED, HERS, REAUTHENTICATED, ROAMING, VERSION_1 = (9, 10), range(11, 17), (19, 20), (21, 22, 23), (24, 25)
BOBS = ('192.168.0.2', '192.168.0.12')
IKE = 'cipher aes256 auth sha256 dh ecp256'
ESP = ['cipher aes128 auth sha256 dh ecp256', 'cipher aes128gcm16 dh x25519', 'cipher aes256 auth sha512 dh ecp384']


def secret(of):
    return 'A-secret-' + base64.b64encode(hashlib.sha256(str(of).encode()).digest()).decode()


def other(gateway):
    return 'bob' if gateway == 'alice' else 'alice'


# --- files -----------------------------------------------------------------------------------------------

class Site:
    """What both files say. Each time that it is written the text is another one."""

    def __init__(self):
        self.address, self.written = BOBS[0], 0
        self.begin()

    def begin(self):
        """As it is in calm weather, but for the address."""
        self.ids = list(range(1, TUNNELS + 1))
        self.both = {}  # by ID: settings of both ends
        self.own = {'alice': {}, 'bob': {}}

    def tunnel(self, gateway, number):
        net, there = ('1', '2') if gateway == 'alice' else ('2', '1')
        addresses = {'alice': '192.168.0.1', 'bob': self.address}
        lines = {'peer': addresses[other(gateway)], 'local-address': addresses[gateway],
                 'local-id': f'name {gateway}{number}.example.com', 'remote-id': f'name {other(gateway)}{number}.example.com',
                 'local-subnet': f'10.{net}.{number}.0/24', 'remote-subnet': f'10.{there}.{number}.0/24',
                 'secret': secret(number), 'ike': IKE, 'esp': ESP[0], 'sa-rekey-time': '60',
                 'dpd-delay': '5'}
        if (gateway == 'alice') == (number in HERS):
            lines['initiator'] = ''
        if number in ROAMING and gateway == 'alice':
            del lines['peer']
        if number in CERTIFIED:
            del lines['secret']
            lines.update({'method': 'cert', 'certificate': gateway, 'ca': 'root'})
        if number in REAUTHENTICATED:
            lines['reauth-time'] = '90'
        if number in VERSION_1:  # there it goes by addresses
            lines.update({'version': '1', 'secret': secret('old'), 'dpd-timeout': '15'})
        lines.update(self.both.get(number, {}))
        lines.update(self.own[gateway].get(number, {}))
        return ''.join(f'\t\t{word} {value}'.rstrip() + '\n' for word, value in lines.items())

    def write(self, gateway, tail=''):
        self.written += 1
        text = f'# {self.written}\ntunnel\n' + ''.join(
            f'\tipsec {number}\n{self.tunnel(gateway, number)}\t\tend\n' for number in self.ids) + '\tend\n' + tail
        path = f'{live.LAB}/{gateway}/weos.cfg'
        with open(path + '.new', 'w', encoding='ascii') as file:
            file.write(text)
        os.rename(path + '.new', path)

    def write_both(self):
        for gateway in ('alice', 'bob'):
            self.write(gateway)


# --- the schedule ----------------------------------------------------------------------------------------

# Each kind, and how often it comes.
KINDS = {'loss': 4, 'outage': 2, 'kill': 4, 'move': 2, 'away': 2, 'describe': 2, 'secret': 2, 'suite': 2, 'times': 2,
         'remove': 2, 'add': 2, 'disable': 1, 'broken': 2, 'restart': 2, 'restart_all': 1, 'apply': 2, 'rollback': 1,
         'confirm': 1, 'hup': 1, 'end': 3, 'unload': 2}
EVERY = 7  # seconds, on average, between two of them


def schedule(seed, number, seconds):
    """The events of round NUMBER: (second, kind, random numbers of its own), in their order. The first ones are of all
    kinds in turn, so that none is left out."""
    pick = random.Random(f'{seed}/{number}')
    turn = list(KINDS)
    random.Random(f'{seed}').shuffle(turn)
    count = max(3, round(seconds / EVERY))
    kinds = [turn[(number * count + i) % len(turn)] if i % 2 else pick.choices(list(KINDS), KINDS.values())[0]
             for i in range(count)]
    times = sorted(pick.uniform(0, seconds * 0.9) for _ in kinds)
    return [(at, kind, random.Random(f'{seed}/{number}/{i}')) for i, (at, kind) in enumerate(zip(times, kinds))]


# --- what they do ----------------------------------------------------------------------------------------

class Weather:
    """Carries events out; what belongs to one and comes later is in `later'."""

    def __init__(self, site):
        self.site, self.counts, self.later, self.processes = site, {}, [], []
        self.killed = set()

    def happen(self, now, kind, pick):
        self.counts[kind] = self.counts.get(kind, 0) + 1
        getattr(self, kind)(now, pick)

    def work(self, now):
        """What is due."""
        due = sorted((one for one in self.later if one[0] <= now), key=lambda one: one[0])
        self.later = [one for one in self.later if one[0] > now]
        for _, action, *words in due:
            action(*words)
        self.processes = [one for one in self.processes if one.poll() is None]

    def clear(self, now):
        """It is calm from now on."""
        self.work(now + 1e9)
        self.drop(0)
        self.site.begin()
        self.site.write_both()

    # --- means

    def network(self, gateway, *command):
        subprocess.run(['nsenter', f'--net=/run/netns/{os.environ["LAB_NS"]}-{gateway[0]}', *command], check=True)

    def drop(self, percent):
        """That many of a hundred packets of IKE and ESP that arrive, at either end."""
        for gateway in live.GATEWAYS.values():
            dice = f'numgen random mod 100 < {percent}' if percent < 100 else ''
            rule = f'add rule ip soak input udp dport {{ 500, 4500 }} {dice} drop' if percent else ''
            self.network(gateway, 'nft', 'add table ip soak; add chain ip soak input { type filter hook input priority 0; };'
                         f'flush chain ip soak input; {rule}')

    def lab(self, *words):
        folder = os.path.dirname(os.path.abspath(__file__))
        return subprocess.Popen(['bash', '-c', f'. {folder}/lab.bash; . {folder}/supervisor.bash; "$@"', 'lab', *words],
                                stdin=subprocess.DEVNULL)

    def control(self, gateway, *words):
        """A command of weipsec-apply, which is not waited for."""
        path = f'{live.LAB}/{gateway}'
        with open(f'{path}/controls', 'ab') as out:
            self.processes.append(subprocess.Popen(
                ['timeout', '100', os.environ['WEIPSEC_APPLY'], words[0], '--vici', f'unix://{path}/vici', '--state-dir',
                 f'{path}/state', *words[1:]], stdin=subprocess.DEVNULL, stdout=out, stderr=out))

    def ask(self, gateway, command, **values):
        try:
            sock = live.ask(gateway, command, **values)
            vici.read_packet(sock)
            sock.close()
        except OSError:
            pass  # it was killed

    # --- kinds

    def loss(self, now, pick):
        self.drop(pick.choice([5, 15, 30, 50]))
        self.later.append((now + pick.uniform(8, 25), self.drop, 0))

    def outage(self, now, pick):
        self.drop(100)
        self.later.append((now + pick.uniform(5, 20), self.drop, 0))

    def kill(self, now, pick):
        gateway = pick.choice(['alice', 'bob'])
        if gateway in self.killed:
            return
        self.killed.add(gateway)
        self.lab('kill_charon', gateway).wait()
        self.later.append((now + pick.uniform(1, 8), self.start, gateway))

    def start(self, gateway):
        with open(f'{live.LAB}/{gateway}/log', 'w', encoding='ascii'):
            pass
        self.lab('lab_start', gateway).wait()
        self.killed.discard(gateway)

    def set_address(self, before, after):
        interface = ['ip', 'addr']
        self.network('bob', *interface, 'flush', 'dev', 'wan', 'to', before)
        if after:
            self.network('bob', *interface, 'replace', f'{after}/24', 'dev', 'wan')

    def move(self, now, pick):
        """Bob gets another address; the files follow, each at its own time."""
        before = self.site.address
        self.site.address = BOBS[1 - BOBS.index(before)]
        self.set_address(before, self.site.address)
        for gateway in ('alice', 'bob'):
            self.later.append((now + pick.uniform(0, 6), self.site.write, gateway))

    def away(self, now, pick):
        self.set_address(self.site.address, None)
        self.later.append((now + pick.uniform(3, 15), self.come))

    def come(self):
        self.set_address(BOBS[1 - BOBS.index(self.site.address)], self.site.address)

    def some(self, pick):
        return pick.sample(self.site.ids, pick.randint(1, 4))

    def change_both(self, now, pick, word, values):
        """One end has it some seconds before the other."""
        for number in self.some(pick):
            if number not in CERTIFIED and number not in VERSION_1:
                self.site.both.setdefault(number, {})[word] = pick.choice(values)
        gateway = pick.choice(['alice', 'bob'])
        self.site.write(gateway)
        self.later.append((now + pick.uniform(0, 8), self.site.write, other(gateway)))

    def secret(self, now, pick):
        self.change_both(now, pick, 'secret', [secret(pick.randrange(10 ** 6))])

    def suite(self, now, pick):
        self.change_both(now, pick, 'esp', ESP)

    def change_own(self, pick, word, value):
        gateway = pick.choice(['alice', 'bob'])
        for number in self.some(pick):
            self.site.own[gateway].setdefault(number, {})[word] = value
        self.site.write(gateway)

    def describe(self, _now, pick):
        self.change_own(pick, 'description', f'of {pick.randrange(1000)}')

    def times(self, _now, pick):
        self.change_own(pick, 'sa-rekey-time', str(pick.choice([60, 70, 3600])))

    def disable(self, _now, pick):
        self.change_own(pick, 'no enable', '')

    def remove(self, now, pick):
        for number in self.some(pick):
            self.site.ids.remove(number)
        gateway = pick.choice(['alice', 'bob'])
        self.site.write(gateway)
        self.later.append((now + pick.uniform(0, 8), self.site.write, other(gateway)))

    def add(self, now, pick):
        if TUNNELS + 1 not in self.site.ids:
            self.site.ids.append(TUNNELS + 1)
        gateway = pick.choice(['alice', 'bob'])
        self.site.write(gateway)
        self.later.append((now + pick.uniform(0, 8), self.site.write, other(gateway)))

    def broken(self, now, pick):
        """A file with an error, and one that ends in the middle."""
        gateway = pick.choice(['alice', 'bob'])
        self.site.write(gateway, pick.choice(['tunnel\n\tipsec 1\n\t\tsa-rekey-time 3x\n\t\tend\n\tend\n', 'tunnel\n\tipsec 1\n\t\tpe']))
        self.later.append((now + pick.uniform(2, 8), self.site.write, gateway))

    def restart(self, _now, pick):
        self.control(pick.choice(['alice', 'bob']), 'restart', str(pick.choice(self.site.ids)))

    def restart_all(self, _now, pick):
        self.control(pick.choice(['alice', 'bob']), 'restart')

    def apply(self, now, pick):
        gateway = pick.choice(['alice', 'bob'])
        self.site.write(gateway)
        self.control(gateway, 'apply', f'{live.LAB}/{gateway}/weos.cfg')

    def rollback(self, _now, pick):
        self.control(pick.choice(['alice', 'bob']), 'rollback')

    def confirm(self, now, pick):
        """One is confirmed, or goes back by itself."""
        gateway = pick.choice(['alice', 'bob'])
        self.site.own[gateway].setdefault(pick.choice(self.site.ids), {})['sa-rekey-time'] = '80'
        self.site.write(gateway)
        self.control(gateway, 'apply', '--confirm', '10', f'{live.LAB}/{gateway}/weos.cfg')
        if pick.random() < 0.5:
            self.later.append((now + 5, self.control, gateway, 'confirm'))

    def hup(self, _now, pick):
        with open(f'{live.LAB}/{pick.choice(["alice", "bob"])}/supervisor', encoding='ascii') as file:
            os.kill(int(file.read()), 1)

    def end(self, _now, pick):
        """Somebody ends IKE_SAs."""
        gateway = pick.choice(['alice', 'bob'])
        for number in self.some(pick):
            self.ask(gateway, 'terminate', ike=f'ipsec{number}', force=pick.choice(['yes', 'no']), timeout='-1')

    def unload(self, _now, pick):
        """Somebody else takes connections away."""
        gateway = pick.choice(['alice', 'bob'])
        for number in self.some(pick):
            self.ask(gateway, 'unload-conn', name=f'ipsec{number}')
