#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What was foretold of drawn pairs against what was seen of them.

oracle.py compare LIST FORETOLD SEEN...
	Compares field by field, prints what differs, and a table of what the pairs came to. Fails if anything differs.
oracle.py record SEED COUNT SEEN...
	Prints what was seen of the first COUNT pairs, in a few bytes: testdata/pair/seen.tsv and traffic.tsv.
oracle.py replay FORETOLD FIRST RECORD
	Compares what was foretold with the first FIRST pairs of that, and says how many exchanges that were.
oracle.py seed RECORD
	Prints the seed, and how many pairs it is about.
"""
import collections
import os
import re
import sys
import zlib

import drawn

COLUMNS = ('outcome', 'reason', 'answer', 'ike', 'esp', 'selectors', 'rekey', 'rekey_there', 'ike_rekey', 'starter',
           'answerer')
# of what is as often as not the same as another column
SAME = {'rekey_there': 'rekey', 'ike_rekey': 'ike', 'answerer': 'starter'}
OUTCOMES = ('up', 'on-traffic', 'lost-at-rekey', 'no-child', 'no-ike', 'unmatched', 'disabled', 'invalid', 'unknown')


# --- reading -------------------------------------------------------------------------------------------------

def number_of(folder):
    return int(os.path.basename(folder))


def read_rows(paths):
    """Rows of `from' by number, side and ID; those of `pair' by number; numbers: what cannot be loaded, what nobody can start."""
    rows, pairs, kinds = {}, collections.defaultdict(list), {'invalid': set(), 'nobody': set()}
    for path in paths:
        with open(path, encoding='ascii') as file:
            for line in file:
                kind, folder, *cells = line.rstrip('\n').split('\t')
                if kind == 'from':
                    rows[number_of(folder), cells[0], cells[1]] = dict(zip(COLUMNS, cells[2:]))
                elif kind == 'pair':
                    pairs[number_of(folder)].append(cells)
                else:
                    kinds[kind].add(number_of(folder))
    return rows, pairs, kinds['invalid'], kinds['nobody']


def read_record(path, first):
    with open(path, encoding='ascii') as file:
        head = next(file).split()
        rows = {}
        for line in file:
            number, side, tunnel, *cells = line.rstrip('\n').split('\t')
            row = dict(zip(COLUMNS, cells))
            for key, other in SAME.items():
                row[key] = row[other] if row[key] == '=' else row[key]
            if int(number) < first:
                rows[int(number), side, tunnel] = row
    return head, rows


# --- comparing -----------------------------------------------------------------------------------------------

def differences(said, seen):
    """Fields that differ. Whether a refused rekeying is a loss rests on times, which are not waited for."""
    found = {}
    for key in COLUMNS:
        one, two = said.get(key), seen.get(key)
        if said['outcome'] == 'lost-at-rekey' and key in ('outcome', 'reason'):
            one = {'outcome': 'up', 'reason': '-'}[key]
        if key in ('answer', 'ike') and seen['outcome'] == 'no-ike':
            continue  # of what never was there is nothing to see
        if two != '?' and one != two:
            found[key] = (one, two)
    return found


def compare_all(said, seen, pairs, counts):
    """How many rows differ, which are printed. What nothing is said of must not come up, unless it cannot be told."""
    wrong = 0
    for key, row in sorted(seen.items()):
        told = said.get(key)
        if told and told['outcome'] == 'unknown':
            counts['cannot be told'] += 1
        elif told:
            counts['exchanges'] += 1
            found = differences(told, row)
            wrong += bool(found)
            if found:
                print(f'pair {key[0]} from {key[1]} ipsec {key[2]}: foretold and seen differ in {found}')
        elif row['outcome'] == 'up' and not is_left_out(pairs[key[0]], key):
            wrong += 1
            print(f'pair {key[0]} from {key[1]} ipsec {key[2]}: comes up, and nothing is foretold')
        else:
            counts['without a counterpart'] += 1
    return wrong


def is_left_out(pairs, key):
    """An end that `check' finds an error in is not judged."""
    return any(cells['ab'.index(key[1])] == key[2] and cells[2] == 'invalid' for cells in pairs)


def lacks_file(folder, pkis):
    """One end has a CA that is not in its folder: swanctl does not load it then, whatever it comes to."""
    for side, pki in zip('ab', pkis):
        with open(f'{folder}/{side}.cfg', encoding='ascii') as file:
            if any(not os.path.exists(f'{pki}/x509ca/{ca}.pem') for ca in re.findall(r'(?m)^ca (.*)$', file.read())):
                return True
    return False


def compare_invalid(pairs, tried, invalid):
    """TRIED: lines of the list, by number. How many pairs with something invalid were loaded; or were not, though nothing is
    that, or may be without being told: an end that is disabled, or has nobody, or lacks a file."""
    wrong = 0
    for number, (folder, _, *pkis) in sorted(tried.items()):
        outcomes = {cells[2] for cells in pairs[number]}
        said = 'invalid' in outcomes
        if said != (number in invalid) and (said or not (outcomes & {'disabled', 'unmatched'} or lacks_file(folder, pkis))):
            wrong += 1
            print(f'pair {number}: {"is loaded, and invalid" if said else "cannot be loaded, and nothing invalid"} was foretold')
    return wrong


# --- what they were ------------------------------------------------------------------------------------------

def lines_of(path):
    with open(path, encoding='ascii') as file:
        return [line.rstrip('\n').split('\t') for line in file]


def kinds_of(folder):
    """What a pair is beside its outcome."""
    texts = []
    for side in 'ab':
        with open(f'{folder}/{side}.cfg', encoding='ascii') as file:
            texts.append(file.read())
    kinds = {'pairs'}
    if any('\nversion 1\n' in text for text in texts):
        kinds.add('version 1')
    if any('\nmethod cert\n' in text for text in texts):
        kinds.add('certificates')
    if any(len(re.findall(r'(?m)^ipsec ', text)) > 1 for text in texts):
        kinds.add('two tunnels or more')
    return kinds


def print_table(counts):
    for key in ('pairs', 'version 1', 'certificates', 'two tunnels or more', 'exchanges', 'cannot be told',
                'without a counterpart') + OUTCOMES:
        print(f'{counts[key]:8} {key}')


def compare(listed, foretold, *seen):
    said, pairs, _, _ = read_rows([foretold])
    rows, _, invalid, nobody = read_rows(seen)
    counts = collections.Counter()
    numbers = {key[0] for key in rows} | invalid | nobody
    tried = {number_of(line[0]): line for line in lines_of(listed) if number_of(line[0]) in numbers}
    wrong = compare_all(said, rows, pairs, counts) + compare_invalid(pairs, tried, invalid)
    for number, line in tried.items():
        counts.update(kinds_of(line[0]))
        # of what cannot be loaded no other tunnel was tried
        counts.update(cells[2] for cells in pairs[number] if number not in invalid or cells[2] == 'invalid')
    print_table(counts)
    print(f'{wrong:8} disagreements')
    return wrong or not rows


# --- the record ----------------------------------------------------------------------------------------------

def digest(seed, count):
    """Tells whether what a seed draws is still what it drew."""
    value = 0
    for number in range(count):
        value = zlib.crc32(repr(drawn.draw(seed, number)).encode(), value)
    return f'{value:08x}'


def record(seed, count, *seen):
    rows, *_ = read_rows(seen)
    print(seed, count, digest(seed, int(count)))
    for key, row in sorted(one for one in rows.items() if one[0][0] < int(count)):
        cells = {name: '=' if name in SAME and row[name] == row[SAME[name]] else row[name] for name in COLUMNS}
        print('\t'.join([str(key[0]), *key[1:], *(cells[name] for name in COLUMNS)]))
    return 0


def replay(foretold, first, path):
    head, rows = read_record(path, int(first))
    if digest(head[0], int(head[1])) != head[2]:
        print(f'what {path} was seen of is no more what drawn.py draws: record it anew')
        return 1
    said, pairs, _, _ = read_rows([foretold])
    counts = collections.Counter()
    wrong = compare_all(said, rows, pairs, counts)
    print(f'{counts["exchanges"]} exchanges, {wrong} disagreements')
    return wrong or not rows


def seed_of(path):
    with open(path, encoding='ascii') as file:
        print(' '.join(next(file).split()[:2]))
    return 0


if __name__ == '__main__':
    COMMANDS = {'compare': compare, 'record': record, 'replay': replay, 'seed': seed_of}
    sys.exit(1 if COMMANDS[sys.argv[1]](*sys.argv[2:]) else 0)
