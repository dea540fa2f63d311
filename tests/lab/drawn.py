#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Random pairs of WeOS files, for the lab.

drawn.py draw N SEED FOLDER
	Writes FOLDER/NUMBER/a.cfg, b.cfg and as (weos or weipsec) for pairs 0 to N - 1: each is one that comes up
	with up to three faults.
drawn.py try FOLDER
	Brings each of them up on alice and bob of the lab (LAB_DIR), from either end that knows the other, forces a
	rekeying, and compares with FOLDER/NUMBER/said.json, which `weipsec pair' wrote before. Prints a line a pair
	that differs, and at last how many outcomes there were; fails if one differs.
"""
import collections
import json
import os
import random
import re
import struct
import subprocess
import sys
import time

import vici

LAB = os.environ.get('LAB_DIR', '')
GATEWAYS = {'a': 'alice', 'b': 'bob'}
WAIT = 8  # seconds until a state that is to come has not

# --- drawing ---------------------------------------------------------------------------------------------

GROUPS = ['modp2048', 'modp3072', 'ecp256', 'ecp384', 'x25519']
CBC = ['aes128', 'aes256']
HASHES = ['sha1', 'sha256', 'sha384', 'sha512']
AEAD = ['aes128gcm16', 'aes128gcm12', 'aes128ccm16', 'aes128ccm12']


def draw_suite(pick, word, version):
    if word == 'ike' and version == 2 and pick.random() < 0.4:
        return f'cipher {pick.choice(AEAD)} prf prf{pick.choice(HASHES[1:])} dh {pick.choice(GROUPS)}'
    if word == 'esp' and pick.random() < 0.4:
        return f'cipher {pick.choice(AEAD)} dh {pick.choice(GROUPS)}'
    ciphers = CBC if version == 1 else CBC + ['aes128ctr', 'aes256ctr']
    return f'cipher {pick.choice(ciphers)} auth {pick.choice(HASHES)} dh {pick.choice(GROUPS)}'


def draw_ids(pick):
    """What a shows and b expects, of any type."""
    kinds = [('name alice.example.com', ['name alice.example.com', 'name *.example.com', 'name ALICE.example.com']),
             ('email alice@example.com', ['email alice@example.com', 'email *@example.com']),
             ('key alice', ['key alice']), ('inet 192.0.2.77', ['inet 192.0.2.77'])]
    shown, wanted = pick.choice(kinds)
    return shown, pick.choice(wanted)


def draw_good(pick):
    version = pick.choice([1, 2, 2])
    shown_a, wanted_a = draw_ids(pick)
    shown_b, wanted_b = (one.replace('alice', 'bob').replace('ALICE', 'BOB').replace('.77', '.78')
                         for one in draw_ids(pick))
    suites = {word: draw_suite(pick, word, version) for word in ('ike', 'esp')}
    if version == 1:  # whoever has an automatic suite offers the group of phase 1 only
        suites['esp'] = re.sub('dh .*', 'dh ' + suites['ike'].split()[-1], suites['esp'])
    secret = f'A secret of {pick.randrange(10 ** 12)} parts'.replace(' ', '-')
    both = {'version': str(version), 'secret': secret, 'sa-rekey-time': '3600', **suites}
    a = {**both, 'peer': '192.168.0.2', 'local-address': '192.168.0.1', 'local-id': shown_a, 'remote-id': wanted_b,
         'local-subnet': '10.1.0.0/24', 'remote-subnet': '10.2.0.0/24'}
    b = {**both, 'initiator': '', 'peer': '192.168.0.1', 'local-address': '192.168.0.2', 'local-id': shown_b,
         'remote-id': wanted_a, 'local-subnet': '10.2.0.0/24', 'remote-subnet': '10.1.0.0/24'}
    return a, b


def fault(pick, end, version):
    kind = pick.choice(['version', 'ike', 'esp', 'auto-ike', 'auto-esp', 'auto-both', 'secret', 'local-id', 'remote-id',
                        'type', 'any-id', 'local-subnet', 'remote-subnet', 'any-peer', 'responder', 'initiator', 'peer',
                        'group'])
    if kind == 'version':
        end['version'] = str(3 - version)
        end['ike'] = draw_suite(pick, 'ike', 1)
    elif kind in ('ike', 'esp'):
        end[kind] = draw_suite(pick, kind, int(end['version']))
    elif kind.startswith('auto-'):
        for word in ('ike', 'esp') if kind == 'auto-both' else (kind[5:],):
            end.pop(word, None)
    elif kind == 'secret':
        end['secret'] = end['secret'].swapcase() if pick.random() < 0.3 else 'Another-secret-of-somebody-else'
    elif kind in ('local-id', 'remote-id'):
        end[kind] = pick.choice(['name carol', 'email carol@example.org', 'key carol', 'inet 192.0.2.9'])
    elif kind == 'type':
        end['local-id'] = 'key ' + end['local-id'].split(' ')[1]
    elif kind == 'any-id':
        end.pop('remote-id', None)
    elif kind == 'local-subnet':
        net = end[kind].split('.')[1]
        end[kind] = pick.choice([f'10.{net}.0.0/16', f'10.{net}.0.0/25', f'10.{net}.0.0/23'])
    elif kind == 'remote-subnet':
        net = end[kind].split('.')[1]
        end[kind] = pick.choice([f'10.{net}.0.0/16', f'10.{net}.0.0/25', f'10.{net}.7.0/24', '0.0.0.0/0'][:3])
    elif kind == 'any-peer' and 'initiator' not in end:
        end.pop('peer', None)
    elif kind == 'responder':
        end.pop('initiator', None)
    elif kind == 'initiator' and 'peer' in end:
        end['initiator'] = ''
    elif kind == 'peer' and 'peer' in end:
        end['peer'] = '192.168.0.9'
    elif kind == 'group' and 'esp' in end:
        end['esp'] = re.sub(r'dh .*', 'dh ' + pick.choice(GROUPS), end['esp'])


def write_end(path, end):
    with open(path, 'w', encoding='ascii') as file:
        file.write('tunnel\nipsec 1\n' + ''.join(f'{word} {value}'.rstrip() + '\n' for word, value in end.items()) +
                   'end\nend\n')


def draw(number, seed, folder):
    for i in range(int(number)):
        pick = random.Random(f'{seed}/{i}')
        ends = draw_good(pick)
        for _ in range(pick.choice([0, 0, 1, 1, 1, 2, 3])):
            fault(pick, pick.choice(ends), int(ends[0]['version']))
        os.makedirs(f'{folder}/{i}')
        for name, end in zip('ab', ends):
            write_end(f'{folder}/{i}/{name}.cfg', end)
        with open(f'{folder}/{i}/as', 'w', encoding='ascii') as file:
            file.write(pick.choice(['weos', 'weipsec']))


# --- charon ----------------------------------------------------------------------------------------------


def message(values):
    data = b''
    for key, value in values.items():
        data += b'\x03' + bytes([len(key)]) + key.encode() + struct.pack('>H', len(value)) + value.encode()
    return data


def call(gateway, command, stream=None, **values):
    """The answer, and the events of STREAM that came before it."""
    sock, events = vici.connect(f'{LAB}/{gateway}/vici'), []
    if stream:
        vici.send_packet(sock, b'\x03' + bytes([len(stream)]) + stream.encode())
        vici.read_packet(sock)
    vici.send_packet(sock, b'\x00' + bytes([len(command)]) + command.encode() + message(values))
    while True:
        packet = vici.read_packet(sock)
        if packet[0] != 7:
            sock.close()
            return vici.parse(packet[1:]), events
        events.append(vici.parse(packet[2 + packet[1]:]))


def sas(gateway):
    """Each IKE_SA as a dictionary of strings, and its children."""
    def words(value):
        if isinstance(value, dict):
            return {key: words(inner) for key, inner in value.items()}
        return [words(one) for one in value] if isinstance(value, list) else value.decode()
    return [{'name': name, **words(sa)} for event in call(gateway, 'list-sas', 'list-sa')[1] for name, sa in event.items()]


def children(gateway):
    return [child for sa in sas(gateway) for child in sa['child-sas'].values() if child['state'] == 'INSTALLED']


def wait_for(condition, seconds=WAIT):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    return condition()


def clear():
    for gateway in GATEWAYS.values():
        for sa in sas(gateway):
            call(gateway, 'terminate', **{'ike-id': sa['uniqueid'], 'force': 'yes', 'timeout': '-1'})
    wait_for(lambda: not any(sas(gateway) for gateway in GATEWAYS.values()))


def log_size(gateway):
    return os.path.getsize(f'{LAB}/{gateway}/log')


def log_from(gateway, size):
    with open(f'{LAB}/{gateway}/log', encoding='utf-8', errors='replace') as file:
        file.seek(size)
        return file.read()


def load(gateway, path, is_weos):
    """What our backend writes; WeOS's own daemon has `default' for what is automatic."""
    target = f'{LAB}/{gateway}/swanctl.conf'
    if os.path.exists(target):
        os.unlink(target)
    subprocess.run([os.environ['WEIPSEC'], 'compile', '--to', 'swanctl', '-o', target, path], check=True,
                   stderr=subprocess.DEVNULL)
    with open(path, encoding='ascii') as file:
        weos = file.read()
    with open(target, encoding='ascii') as file:
        text = re.sub(r'start_action = .*', 'start_action = none', file.read())
    for word, key in (('ike', 'proposals'), ('esp', 'esp_proposals')):
        if is_weos and f'\n{word} ' not in weos:
            text = re.sub(f'(?m)^(\\s+){key} = .*', f'\\1{key} = default', text)
    with open(target, 'w', encoding='ascii') as file:
        file.write(text)
    folder = f'{LAB}/{gateway}'
    subprocess.run([f'{LAB}/swanctl', '--load-all', '--noprompt', '--clear'], check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, 'STRONGSWAN_CONF': f'{folder}/strongswan.conf', 'SWANCTL_DIR': folder})


# --- what becomes of it ----------------------------------------------------------------------------------

WORDS = {'AES_CBC': 'aes{}', 'AES_CTR': 'aes{}ctr', 'AES_GCM_16': 'aes{}gcm16', 'AES_GCM_12': 'aes{}gcm12',
         'AES_CCM_16': 'aes{}ccm16', 'AES_CCM_12': 'aes{}ccm12', 'HMAC_SHA1_96': 'sha1', 'HMAC_SHA2_256_128': 'sha256',
         'HMAC_SHA2_384_192': 'sha384', 'HMAC_SHA2_512_256': 'sha512', 'PRF_HMAC_SHA1': 'prfsha1',
         'PRF_HMAC_SHA2_256': 'prfsha256', 'PRF_HMAC_SHA2_384': 'prfsha384', 'PRF_HMAC_SHA2_512': 'prfsha512',
         'MODP_2048': 'modp2048', 'MODP_3072': 'modp3072', 'MODP_4096': 'modp4096', 'ECP_256': 'ecp256',
         'ECP_384': 'ecp384', 'ECP_521': 'ecp521', 'CURVE_25519': 'x25519'}


def suite(sa):
    parts = [WORDS[sa['encr-alg']].format(sa['encr-keysize'])]
    if 'integ-alg' in sa:
        parts.append(WORDS[sa['integ-alg']])
    elif 'prf-alg' in sa:
        parts.append(WORDS[sa['prf-alg']])
    if sa.get('dh-group'):
        parts.append(WORDS[sa['dh-group']])
    return '-'.join(parts)


def reason(own, other):
    """Why it did not come up, from the logs of who started and of who answered."""
    if 'no shared key found' in own:
        return 'REFUSED_BY_STARTER'
    if 'received NO_PROPOSAL_CHOSEN' in own:
        return 'NO_PROPOSAL_CHOSEN'
    if 'received AUTHENTICATION_FAILED' in own:
        return 'AUTHENTICATION_FAILED'
    if 'constraint check failed' in own or 'IDir ' in own:
        return 'REFUSED_BY_STARTER'
    if 'TS_UNACCEPTABLE' in own:
        return 'TS_UNACCEPTABLE'
    if 'INVALID_ID_INFORMATION' in own:
        return 'INVALID_ID_INFORMATION'
    if 'decryption failed' in other or 'message parsing failed' in other or 'decryption failed' in own:
        return 'UNDECRYPTABLE'
    return 'NO_ANSWER'


def rekey(starter):
    """The new CHILD_SA, or None if it was refused."""
    before = {child['uniqueid'] for child in children(starter)}
    size = log_size(starter)
    call(starter, 'rekey', child='tunnel1')
    wait_for(lambda: any(child['uniqueid'] not in before for child in children(starter)) or
             re.search('NO_PROPOSAL_CHOSEN|rekeying failed|INVALID_ID', log_from(starter, size)))
    new = [child for child in children(starter) if child['uniqueid'] not in before]
    return new[0] if new else None


def observe_up(seen, own, other):
    child = wait_for(lambda: children(own) and children(other) and children(own)[-1])
    seen.update(esp=suite(child), selectors=[child['local-ts'][0], child['remote-ts'][0]])
    is_first = [one for one in sas(own) if one['state'] == 'ESTABLISHED'][0]['version'] == '1'
    rekeyed = rekey(own)
    if not is_first:
        seen['outcome'] = 'up' if rekeyed else 'lost-at-rekey'
        seen['reason'] = None if rekeyed else 'NO_PROPOSAL_CHOSEN'
        if rekeyed:
            seen['esp_after_rekey'] = suite(rekeyed)


def observe(starter):
    own, other = GATEWAYS[starter], GATEWAYS['a' if starter == 'b' else 'b']
    sizes = log_size(own), log_size(other)
    call(own, 'initiate', child='tunnel1', ike='ipsec1', timeout='6000')
    established = [sa for sa in sas(own) if sa['state'] == 'ESTABLISHED']
    seen = {'outcome': 'up', 'reason': None}
    if established:
        seen['ike'] = suite(established[0])
    if children(own):
        observe_up(seen, own, other)
    else:
        seen['outcome'] = 'no-child' if established else 'no-ike'
        seen['reason'] = reason(log_from(own, sizes[0]), log_from(other, sizes[1]))
    clear()
    return seen


def expected(tunnel, starter):
    """What was said of one that STARTER starts; details are there of the one that decides."""
    said = dict(tunnel['from_' + starter])
    deciding = {'a': 'a', 'b': 'b'}.get(tunnel['starts'])
    if deciding == starter and said['outcome'] != 'no-ike':
        said.update({key: tunnel[key] for key in ('ike', 'esp', 'esp_after_rekey') if tunnel[key]})
        if tunnel['selectors']:
            own, other = (tunnel['selectors'][end] for end in ('ab' if starter == 'a' else 'ba'))
            said['selectors'] = [own, other]
    return said


def differences(said, seen):
    keys = set(said) & set(seen) if 'ike' not in said else set(said)
    return {key: (said.get(key), seen.get(key)) for key in keys | {'outcome', 'reason'}
            if said.get(key) != seen.get(key) and not (key == 'esp_after_rekey' and key not in seen)}


def try_from(starter, said):
    """What differs. Silence may be that of a busy machine: it is silence only if it stays so."""
    for _ in range(3):
        seen = observe(starter)
        wrong = differences(said, seen)
        if seen['reason'] != 'NO_ANSWER' or not wrong:
            break
    return wrong


def try_pair(folder, counts):
    with open(f'{folder}/said.json', encoding='ascii') as file:
        tunnel = json.load(file)['tunnels'][0]
    with open(f'{folder}/as', encoding='ascii') as file:
        is_weos = file.read() == 'weos'
    counts[tunnel['outcome']] += 1
    if tunnel['outcome'] in ('invalid', 'unmatched', 'disabled', 'unknown'):
        return True
    for end, gateway in GATEWAYS.items():
        load(gateway, f'{folder}/{end}.cfg', is_weos)
    good = True
    for starter in 'ab':
        if not tunnel['from_' + starter]:
            continue
        wrong = try_from(starter, expected(tunnel, starter))
        counts['exchanges'] += 1
        if wrong:
            print(f'{folder} from {starter}: said and seen differ in {wrong}', flush=True)
            good = False
    return good


def try_all(folder):
    counts = collections.Counter()
    good = [try_pair(f'{folder}/{i}', counts) for i in sorted(os.listdir(folder), key=int)]
    print(dict(counts))
    return all(good) and len(good) > 0


if __name__ == '__main__':
    if sys.argv[1] == 'draw':
        draw(*sys.argv[2:])
    elif not try_all(sys.argv[2]):
        sys.exit(1)
