#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Pairs of WeOS files on two live charons whose kernel has ESP: traffic starts their tunnels, or does not.

traffic.py RESULTS < LIST
	As live.py, but each end has its trap, as `compile' writes it, and one ping of an address that the end selects to
	one that it selects of the other is what starts the tunnel. RESULTS: as those of live.py. An end without a peer is
	tried as well: its reason is NOT_STARTED, as that of each whose kernel asks for no SA. A tunnel that is up
	is `carries-nothing' unless both ends' SAs count pings between the addresses that it has come to select.
"""
import ipaddress
import os
import re
import subprocess
import sys

import live

# of both ends; the outer ones as far as the file has them
INNER = {'alice': ['10.1.1.1', '10.1.77.1'], 'bob': ['10.2.1.1', '10.2.77.1']}
PINGS = 2


def in_namespace(gateway, *command):
    """The exit status of COMMAND there."""
    namespace = f'/run/netns/{os.environ["LAB_NS"]}-{gateway[0]}'
    return subprocess.run(['nsenter', f'--net={namespace}', *command], check=False, capture_output=True).returncode


def ping(gateway, source, target, count, seconds):
    in_namespace(gateway, 'ping', '-q', '-c', str(count), '-i', '0.1', '-W', str(seconds), '-I', source, target)


# --- which packet ----------------------------------------------------------------------------------------

def addresses(gateway):
    return [one for one in live.ADDRESSES[gateway][1:] if one not in live.absent] + INNER[gateway]


def selected(tunnel):
    """The networks that TUNNEL selects here and there: what is set, or the outer addresses; None for nobody's."""
    words = dict(line.split(' ', 1) for line in tunnel.splitlines() if ' ' in line)
    there = words.get('remote-subnet', words.get('peer'))
    return ipaddress.ip_network(words.get('local-subnet', words['local-address'])), there and ipaddress.ip_network(there)


def within(network, candidates):
    return [one for one in candidates if ipaddress.ip_address(one) in network]


def packet(tunnel, starter, answerer):
    """Source and target of a packet that TUNNEL selects, from an address that the starter has: to an outer one, if it can."""
    here, there = selected(tunnel)
    targets = within(there, addresses(answerer)) if there else addresses(answerer)
    return within(here, addresses(starter))[0], targets[0] if targets else str(there[there.num_addresses > 1])


# --- starting it -----------------------------------------------------------------------------------------

INITIATES = re.compile('initiating (Main Mode )?IKE_SA')


def is_over(starter, answer):
    """The attempt has come to an end, or can no more be read."""
    own = live.sas(starter)
    busy = any(sa['state'] in ('CREATED', 'CONNECTING') or sa.get('tasks-active') or sa.get('tasks-queued') for sa in own)
    return not busy or live.UNDECRYPTED.search(answer.text())


class Start:
    """Starts tunnel after tunnel by a packet each."""

    def __init__(self, tunnel):
        self.tunnel = tunnel
        self.acquired = False

    def begin(self, starter, answerer, _number):
        log, answer = live.Log(starter), live.Log(answerer)
        for gateway in live.GATEWAYS.values():  # what it asked for before, it does not ask for again soon
            subprocess.run(['ip', '-n', f'{os.environ["LAB_NS"]}-{gateway[0]}', 'xfrm', 'state', 'flush'], check=True)
        ping(starter, *packet(self.tunnel, starter, answerer), 1, 1)
        self.acquired = 'creating acquire job' in log.text()
        if self.acquired:
            live.wait_for(lambda: INITIATES.search(log.text()))
            live.wait_for(lambda: is_over(starter, answer), 3 * live.WAIT)


# --- whether it carries anything -----------------------------------------------------------------------------

def counted(gateway):
    """Packets in and out of all CHILD_SAs."""
    return [sum(int(child[f'packets-{way}']) for child in live.children(gateway)) for way in ('in', 'out')]


def carries(starter, answerer):
    """Between outer addresses and between inner ones, as far as it selects them."""
    child = live.children(starter)[-1]
    own, other = ([one for network in child[key] for one in within(ipaddress.ip_network(network), addresses(gateway))]
                  for key, gateway in (('local-ts', starter), ('remote-ts', answerer)))
    for source, target in {(own[0], other[0]), (own[-1], other[-1])} if own and other else ():
        before = counted(starter) + counted(answerer)
        ping(starter, source, target, PINGS, live.WAIT)
        after = counted(starter) + counted(answerer)
        if [now - then for now, then in zip(after, before)] != [PINGS] * 4:
            print(f'{source} to {target}: {before} packets, then {after}')
            return False
    return True


# --- a pair ----------------------------------------------------------------------------------------------

def look(tunnel, side, number):
    start = Start(tunnel)
    seen = live.observe(side, number, start.begin, carries)
    if not start.acquired:
        seen['reason'] = 'NOT_STARTED'
    return seen


def try_pair(folder, automatic, pkis):
    """The lines of a pair."""
    paths = {side: f'{folder}/{side}.cfg' for side in 'ab'}
    if not all([live.load(live.GATEWAYS[side], paths[side], automatic, pki, 'trap') for side, pki in zip('ab', pkis)]):
        return [f'invalid\t{folder}\n']
    lines = []
    for side, path in paths.items():
        with open(path, encoding='ascii') as file:
            tunnels = live.tunnels_of(file.read())
        for number, tunnel in tunnels:
            seen = live.try_end(side, number, lambda *end, tunnel=tunnel: look(tunnel, *end))
            lines.append(live.row(folder, side, number, seen))
    return lines


if __name__ == '__main__':
    # to look at anything takes its time in the emulator
    live.WAIT, live.SOON = 40, 6
    live.ADDRESSES = {gateway: ('wan', *rest) for gateway, (_, *rest) in live.ADDRESSES.items()}
    with open(sys.argv[1], 'a', encoding='ascii') as out:
        for line in sys.stdin:
            where, kind, *folders = line.rstrip('\n').split('\t')
            out.writelines(try_pair(where, kind, folders))
            out.flush()
