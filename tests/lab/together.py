#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""All tunnels of drawn pairs up at the same time, on the two live charons of the lab.

together.py FORETOLD < LIST
	Takes lines of drawn.py and what foretell.c made of them. Of each pair with several tunnels whatever an end is to
	start by itself is started in one moment, and at the end each gateway must have just those tunnels that were
	foretold of one after the other. Prints what differs, and a line of how many pairs and tunnels there were.
"""
import sys
import time

import live
import oracle


def starters(path):
    """The IDs of what starts by itself."""
    with open(path, encoding='ascii') as file:
        tunnels = live.tunnels_of(file.read())
    return {number for number, text in tunnels if '\nno enable' not in text and '\ninitiator' in text}


def expected(rows, number, starting):
    """Which tunnels are to be up, as (side, ID); None: it cannot be told."""
    up = set()
    for (at, side, tunnel), row in rows.items():
        if at != number or tunnel not in starting[side]:
            continue
        if row['outcome'] == 'unknown':
            return None
        if row['outcome'] in ('up', 'lost-at-rekey'):
            up |= {(side, tunnel), ('b' if side == 'a' else 'a', row['answer'])}
    return up


def seen_up():
    return {(side, live.number_of(child['name'])) for side, gateway in live.GATEWAYS.items()
            for child in live.children(gateway)}


def is_settled():
    return not any(sa['state'] in ('CREATED', 'CONNECTING') for gateway in live.GATEWAYS.values() for sa in live.sas(gateway))


def start_all(starting, wanted):
    """Starts them, waits for what is wanted, and then for the end of what is not."""
    held = [live.ask(live.GATEWAYS[side], 'initiate', child=f'tunnel{n}', ike=f'ipsec{n}', timeout='9000')
            for side in 'ab' for n in sorted(starting[side])]
    live.wait_for(lambda: seen_up() == wanted and is_settled())
    time.sleep(0.2)
    found = seen_up()
    for sock in held:
        sock.close()
    live.clear()
    return found


def try_pair(folder, automatic, pkis, rows):
    """What was to be up and what was; None for a pair that is not tried."""
    paths = {side: f'{folder}/{side}.cfg' for side in 'ab'}
    starting = {side: starters(path) for side, path in paths.items()}
    wanted = expected(rows, oracle.number_of(folder), starting)
    if wanted is None or len(starting['a'] | starting['b']) < 2:
        return None
    if not all(live.load(live.GATEWAYS[side], paths[side], automatic, pki) for side, pki in zip('ab', pkis)):
        return None
    for _ in range(3):  # what did not come may be late on a busy machine
        found = start_all(starting, wanted)
        if found == wanted:
            break
    return wanted, found


def have_all_addresses():
    """As it was before: each gateway has all of its addresses."""
    for gateway, (_, *addresses) in live.ADDRESSES.items():
        live.have_addresses(gateway, ''.join(f'ipsec 1\nlocal-address {address}\nend\n' for address in addresses))


def main():
    rows, *_ = oracle.read_rows([sys.argv[1]])
    pairs = tunnels = wrong = 0
    for line in sys.stdin:
        folder, automatic, *pkis = line.rstrip('\n').split('\t')
        tried = try_pair(folder, automatic, pkis, rows)
        if not tried:
            continue
        pairs += 1
        tunnels += len(tried[0])
        if tried[0] != tried[1]:
            wrong += 1
            print(f'{folder}: to be up {sorted(tried[0])}, up {sorted(tried[1])}')
    have_all_addresses()
    print(f'{pairs} pairs with {tunnels} ends up at the same time, {wrong} disagreements')
    return wrong or not pairs


if __name__ == '__main__':
    sys.exit(1 if main() else 0)
