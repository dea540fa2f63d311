#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Two supervised gateways through weather and calm, and whether they are then as they were.

soak.py SECONDS SEED
	In rounds: weather (weather.py), then calm, until each of 25 tunnels is up at both ends with one IKE_SA and one
	CHILD_SA (or two of both, where it is authenticated anew), is said to be, and carries packets. In each second
	`status' of both is compared with charon (truth.py); in each calm the memory, descriptors, SAs, routes and files
	that are there are noted. At the end a line of figures, and
	a verdict: no state was untrue, nothing has grown, both supervisors are the processes that they were, and their
	logs have no secret. Exit status 0 if all of that holds.
"""
import os
import re
import sys
import time

import live
import truth
import weather

LEAST = 3  # rounds, however slow the machine is
ROUND = 180  # seconds of weather and calm
CALM = 300  # seconds until calm has to come
TOLERATED = {'kB': 320, 'descriptors': 0, 'routes': 0, 'files': 0}  # by which a calm may have more than those of the beginning
GATEWAYS = ('alice', 'bob')


# --- what a supervisor has -------------------------------------------------------------------------------

def anonymous(pid):
    with open(f'/proc/{pid}/smaps_rollup', encoding='ascii') as file:
        return int(re.search(r'(?m)^Anonymous: +(\d+) kB', file.read())[1])


def measure(gateway, pid):
    """What must not grow; generations are kept up to a number, so that files are counted beside them."""
    folder = f'{live.LAB}/{gateway}/state'
    namespace = f'{os.environ["LAB_NS"]}-{gateway[0]}'
    with os.popen(f'ip -n {namespace} route show table 220') as routes:
        count = len(routes.readlines())
    return {'kB': anonymous(pid), 'descriptors': len(os.listdir(f'/proc/{pid}/fd')), 'routes': count,
            'files': sum(name != 'gen' for name in os.listdir(folder)),
            'generations': len(os.listdir(f'{folder}/gen'))}


def grown(noted):
    """What the last third of the calms always had more of than each of the first third, without the one before any
    weather."""
    noted = noted[1:]
    third = max(1, len(noted) // 3)
    if len(noted) < 2:
        return ['calm came less than twice']
    found = []
    for key, more in TOLERATED.items():
        first, last = max(one[key] for one in noted[:third]), min(one[key] for one in noted[-third:])
        if last > first + more:
            found.append(f'{key} grew from {first} to {last}')
    if max(one['generations'] for one in noted) > 17:
        found.append('generations are kept for ever')
    return found


# --- calm ------------------------------------------------------------------------------------------------

def most_sas(number):
    """When both ends have made an IKE_SA after an outage, charon authenticates both anew for ever."""
    return 2 if number in weather.REAUTHENTICATED else 1


def is_whole(sa):
    return sa['state'] == 'ESTABLISHED' and [one['state'] for one in sa['children']] == ['INSTALLED']


def unrest(gateway, reading, said):
    """Why it is not calm there yet, or None."""
    wanted = list(range(1, weather.TUNNELS + 1))
    if not reading or sorted(reading.tunnels) != wanted:
        return f'{gateway}: charon has {sorted(reading.tunnels) if reading else "nothing to say"}'
    for number, sas in reading.tunnels.items():
        if len(sas) > most_sas(number) or not all(is_whole(sa) for sa in sas):
            return f'{gateway}: ipsec{number} has {sas}'
    if not said or sorted(tunnel['id'] for tunnel in said['tunnels']) != wanted:
        return f'{gateway}: status has other tunnels'
    for tunnel in said['tunnels']:  # what it warns of is of some time ago
        if tunnel['state'] != 'Up(Installed)' or tunnel['why']:
            return f'{gateway}: ipsec{tunnel["id"]} is {tunnel["state"]}: {tunnel["why"]}'
    if said['config']['success'] is not True:
        return f'{gateway}: what was applied last did not go well'
    return None


class Calm:
    """From the moment when the weather has ended until all is well."""

    def __init__(self, now):
        self.since, self.received, self.why = now, {}, 'it has just begun'

    def has_come(self, witnesses, readings):
        """Also that each tunnel has received packets since it was first seen so."""
        for witness in witnesses.values():
            self.why = unrest(witness.gateway, readings[witness.gateway], witness.said)
            if self.why:
                self.received = {}
                return False
        now = {(gateway, tunnel['id']): tunnel['totals']['received_packets']
               for gateway, witness in witnesses.items() for tunnel in witness.said['tunnels']}
        if not self.received:
            self.received = now
        silent = [key for key, value in now.items() if value <= self.received[key]]
        self.why = f'{silent} receive nothing' if silent else None
        return not silent


# --- rounds ----------------------------------------------------------------------------------------------

class Soak:
    def __init__(self, seconds, seed):
        self.seconds, self.seed = seconds, seed
        self.round_length = min(ROUND, seconds / 3)
        self.started = time.monotonic()
        self.weather = weather.Weather(weather.Site())
        self.witnesses = {gateway: truth.Witness(gateway) for gateway in GATEWAYS}
        self.pids = {gateway: self.pid(gateway) for gateway in GATEWAYS}
        self.noted = {gateway: [] for gateway in GATEWAYS}
        self.faults, self.rounds, self.most = [], 0, {gateway: 0 for gateway in GATEWAYS}
        self.rekeyed, self.last_rekeyed = {}, 0

    def now(self):
        return time.monotonic() - self.started

    @staticmethod
    def pid(gateway):
        with open(f'{live.LAB}/{gateway}/supervisor', encoding='ascii') as file:
            return int(file.read())

    def say(self, text):
        print(f'# {self.now():7.1f} s: {text}', flush=True)

    def second(self):
        """Status is compared once; what charon has now."""
        begun, readings = time.monotonic(), {}
        for witness in self.witnesses.values():
            witness.look_before(self.now())
        time.sleep(0.6)
        for gateway, witness in self.witnesses.items():
            readings[gateway] = witness.look_after(self.now())
            try:
                self.most[gateway] = max(self.most[gateway], anonymous(self.pids[gateway]))
            except (OSError, TypeError):  # TypeError: one that has ended, and is not waited for
                self.faults.append(f'{self.now():.1f} s: the supervisor of {gateway} has ended')
        self.rekey()
        time.sleep(max(0, 1 - (time.monotonic() - begun)))
        return readings

    def rekey(self):
        """charon rekeys CHILD_SAs itself every minute; and here each IKE_SA of version 2 is, by one end or the other."""
        number = int(self.now() / 60 * weather.TUNNELS)
        if number > self.last_rekeyed:
            self.last_rekeyed = number
            tunnel = number % weather.TUNNELS + 1
            if tunnel not in weather.VERSION_1:
                self.weather.ask(GATEWAYS[number // weather.TUNNELS % 2], 'rekey', ike=f'ipsec{tunnel}')

    def storm(self):
        """The events of this round."""
        begun, length = self.now(), self.round_length * 0.7
        events = [(begun + at, kind, pick) for at, kind, pick in weather.schedule(self.seed, self.rounds, length)]
        while events or self.now() < begun + length:
            while events and events[0][0] <= self.now():
                _, kind, pick = events.pop(0)
                self.say(kind)
                self.weather.happen(self.now(), kind, pick)
            self.weather.work(self.now())
            self.second()
            if self.faults:
                return

    def calm_down(self):
        """True if calm has come; then it is noted what there is."""
        self.weather.clear(self.now())
        calm = Calm(self.now())
        self.say('calm')
        while self.now() < calm.since + CALM and not self.faults:
            if calm.has_come(self.witnesses, self.second()):
                for gateway in GATEWAYS:
                    self.noted[gateway].append(measure(gateway, self.pids[gateway]))
                self.say(f'it is calm after {self.now() - calm.since:.0f} s: {self.noted["alice"][-1]} {self.noted["bob"][-1]}')
                return True
        self.faults.append(f'{self.now():.1f} s: no calm comes: {calm.why}')
        return False

    def run(self):
        self.calm_down()
        while not self.faults and (self.rounds < LEAST or self.now() < self.seconds):
            self.storm()
            self.rounds += 1
            if not self.faults:
                self.calm_down()
        self.judge()

    def judge(self):
        for gateway, witness in self.witnesses.items():
            self.faults += witness.untrue
            self.faults += [f'{gateway}: {what}' for what in grown(self.noted[gateway])]
            with open(f'{live.LAB}/{gateway}/said', encoding='utf-8', errors='replace') as file:
                if re.search('A-secret-', file.read()):
                    self.faults.append(f'{gateway}: the supervisor says a secret')
        if not sum(witness.compared for witness in self.witnesses.values()):
            self.faults.append('nothing was compared')

    def figures(self):
        seen = self.witnesses.values()
        events = ', '.join(f'{count} {kind}' for kind, count in sorted(self.weather.counts.items()))
        rekeyed = sum((tunnel['totals'] or {'rekeys': 0})['rekeys'] for one in seen if one.said for tunnel in one.said['tunnels'])
        states = {}
        for witness in seen:
            for state, count in witness.states.items():
                states[state] = states.get(state, 0) + count
        has = '; '.join(f'{gateway} {noted[0]["kB"]} to {noted[-1]["kB"]} kB of memory (most {self.most[gateway]}), '
                        f'{noted[0]["descriptors"]} to {noted[-1]["descriptors"]} descriptors, {weather.TUNNELS} SAs, '
                        f'{noted[-1]["routes"]} routes' for gateway, noted in self.noted.items() if noted)
        return (f'{self.now():.0f} s, seed {self.seed}, {self.rounds} rounds: {events}; {rekeyed} rekeyings; '
                f'{sum(one.compared for one in seen)} states compared ('
                + ', '.join(f'{count} {state}' for state, count in sorted(states.items())) +
                f'), {sum(len(one.untrue) for one in seen)} untrue, {sum(one.changing for one in seen)} changing, '
                f'{sum(one.passing for one in seen)} passing; {sum(one.counters for one in seen)} counters; {has}')


if __name__ == '__main__':
    soak = Soak(float(sys.argv[1]), int(sys.argv[2]))
    soak.run()
    for fault in soak.faults[:40]:
        print(fault)
    print(soak.figures())
    print('failed' if soak.faults else 'held')
    sys.exit(1 if soak.faults else 0)
