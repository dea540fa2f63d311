#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Random pairs of WeOS files, each two gateways that suit each other, with some faults.

drawn.py N SEED FOLDER [PKI]
	Writes FOLDER/NUMBER/a.cfg and b.cfg for pairs 0 to N - 1, and prints a line a pair: its folder, what its
	automatic suites are (weos or weipsec), and the folders of certificates of both ends below PKI (oracle.bash),
	`-' for none. What is drawn is the same for the same SEED, wherever and whenever. Where SEED begins with
	`traffic' no end starts its one tunnel by itself, and the networks of one end or of both hold its outer address.
"""
import base64
import os
import random
import re
import sys

OWN = {'a': ['192.168.0.1', '192.168.0.11'], 'b': ['192.168.0.2', '192.168.0.12']}
NAMES = {'a': 'alice', 'b': 'bob'}
NETS = {'a': 1, 'b': 2}
PKI_KINDS = ['plain', 'plain', 'listed', 'short']

GROUPS = ['modp2048', 'modp3072', 'ecp256', 'ecp384', 'x25519']
RARE_GROUPS = ['modp4096', 'ecp521']
CBC = ['aes128', 'aes256']
HASHES = ['sha1', 'sha256', 'sha384', 'sha512']
AEAD = ['aes128gcm16', 'aes128gcm12', 'aes128ccm16', 'aes128ccm12']


def other(side):
    return 'b' if side == 'a' else 'a'


def draw_group(pick):
    return pick.choice(RARE_GROUPS if pick.random() < 0.05 else GROUPS)


def draw_suite(pick, word, version):
    if word == 'ike' and version == 2 and pick.random() < 0.4:
        return f'cipher {pick.choice(AEAD)} prf prf{pick.choice(HASHES[1:])} dh {draw_group(pick)}'
    if word == 'esp' and pick.random() < 0.4:
        return f'cipher {pick.choice(AEAD)} dh {draw_group(pick)}'
    ciphers = CBC if version == 1 and word == 'ike' else CBC + ['aes128ctr', 'aes256ctr']
    return f'cipher {pick.choice(ciphers)} auth {pick.choice(HASHES)} dh {draw_group(pick)}'


# --- identities ----------------------------------------------------------------------------------------------

def identities(side, number, address):
    """What an end shows, and what the other may expect of it, of each type."""
    name = NAMES[side] + (str(number) if number > 1 else '')
    return [
        (f'name {name}.example.com', [f'name {name}.example.com', 'name *.example.com', f'name {name.upper()}.example.com',
                                      f'{name}.example.com', 'name *.EXAMPLE.com']),
        (f'email {name}@example.com', [f'email {name}@example.com', 'email *@example.com', f'{name}@EXAMPLE.com']),
        (f'key {name}', [f'key {name}']),
        (f'inet {address}', [f'inet {address}', address, address.rsplit('.', 1)[0] + '.0/24']),
        (f'"C=SE, O=Example, CN={name}"', [f'"C=SE, O=Example, CN={name}"', '"C=SE, O=Example, CN=*"',
                                           f'"C=SE, O=example, CN={name}"', f'"/C=SE/O=Example/CN={name}"']),
    ]


def draw_ids(pick, side, number, address, certified):
    kinds = identities(side, number, address)
    if certified:
        # a key is no name in a certificate, and the address is of the first alone
        del kinds[2]
        if number > 1:
            kinds = kinds[:2]
    shown, wanted = pick.choice(kinds)
    return shown, wanted[0] if pick.random() < 0.6 else pick.choice(wanted)


# --- a good pair ---------------------------------------------------------------------------------------------

def secret_forms(secret):
    return [secret, '0x' + secret.encode().hex(), '0s' + base64.b64encode(secret.encode()).decode()]


def draw_tunnel(pick, number, common):
    """The settings of both ends of tunnel NUMBER."""
    version = common['version']
    address = {side: OWN[side][pick.randrange(2) if pick.random() < 0.3 else 0] for side in 'ab'}
    certified = common['certified']
    suites = {word: draw_suite(pick, word, version) for word in ('ike', 'esp')}
    if version == 1:
        if pick.random() < 0.8:
            suites = dict(common.setdefault('suites', suites))
        if pick.random() < 0.8:  # whoever has an automatic suite offers the group of phase 1 only
            suites['esp'] = re.sub('dh .*', 'dh ' + suites['ike'].split()[-1], suites['esp'])
    secret = f'A-secret-of-{pick.randrange(10 ** 12)}-parts'
    if version == 1 and pick.random() < 0.9:  # there it goes by addresses
        secret = common.setdefault('secret', secret)
    # all tunnels of one end may show the same identity, and the other end tells them apart by what it shows
    ids = {side: draw_ids(pick, side, 1 if common['same'] == side else number, address[side], certified) for side in 'ab'}
    if common['same'] in ids:
        ids[common['same']] = common.setdefault('same-ids', ids[common['same']])
    ends = {}
    for side in 'ab':
        peer = other(side)
        ends[side] = {'version': str(version), 'sa-rekey-time': '3600', **suites, 'peer': address[peer],
                      'local-address': address[side], 'local-id': ids[side][0], 'remote-id': ids[peer][1],
                      'local-subnet': f'10.{NETS[side]}.{number}.0/24', 'remote-subnet': f'10.{NETS[peer]}.{number}.0/24'}
        if certified:
            ends[side].update({'method': 'cert', 'certificate': f'{NAMES[side]}', 'ca': 'root'})
        else:
            ends[side]['secret'] = pick.choice(secret_forms(secret))
    ends['b']['initiator'] = ''
    if pick.random() < 0.08:  # a hub for whoever comes
        del ends['a'][pick.choice(['remote-id', 'peer'])]
    if pick.random() < 0.08:  # from host to host
        for side in 'ab':
            del ends[side]['local-subnet'], ends[side]['remote-subnet']
    if pick.random() < 0.15:
        del ends['b']['initiator']
        if pick.random() < 0.5:
            ends['a']['initiator'] = ''
    return ends


# --- faults --------------------------------------------------------------------------------------------------

def fault_version(pick, end, side):
    end['version'] = str(3 - int(end['version']))
    end['ike'] = draw_suite(pick, 'ike', 1)


def fault_suite(pick, end, side):
    word = pick.choice(['ike', 'esp'])
    end[word] = draw_suite(pick, word, int(end['version']))


def fault_automatic(pick, end, side):
    for word in pick.choice([['ike'], ['esp'], ['ike', 'esp']]):
        end.pop(word, None)


def fault_group(pick, end, side):
    if 'esp' in end:
        end['esp'] = re.sub(r'dh .*', 'dh ' + draw_group(pick), end['esp'])


def fault_secret(pick, end, side):
    if 'secret' in end:
        end['secret'] = end['secret'].swapcase() if pick.random() < 0.3 else 'Another-secret-of-somebody-else'
        if end['secret'].startswith(('0X', '0S')):  # what follows would be read otherwise
            end['secret'] = end['secret'].lower() if end['secret'].startswith('0X') else 'Not-a-form-of-it'


def fault_identity(pick, end, side):
    word = pick.choice(['local-id', 'remote-id'])
    end[word] = pick.choice(
        ['name carol', 'email carol@example.org', 'key carol', 'inet 192.0.2.9', '"C=SE, CN=carol"', 'name *',
         'name *.example.org', '192.168.0.0/24', '"C=SE, O=Example, CN=*"'][:5 if word == 'local-id' else 9])


def fault_type(pick, end, side):
    if 'local-id' in end:
        words = end['local-id'].split(' ', 1)
        value = words[-1].strip('"')
        if not re.search('[ ,]', value):
            end['local-id'] = pick.choice(['key ', 'name ', '']) + value


def fault_automatic_id(pick, end, side):
    end.pop(pick.choice(['local-id', 'remote-id', 'remote-id']), None)


def fault_local_subnet(pick, end, side):
    if 'local-subnet' in end:
        net = end['local-subnet'].split('.')
        end['local-subnet'] = pick.choice([f'10.{net[1]}.0.0/16', f'10.{net[1]}.{net[2]}.0/25', f'10.{net[1]}.{net[2]}.0/23'])


def fault_remote_subnet(pick, end, side):
    if 'remote-subnet' in end:
        net = end['remote-subnet'].split('.')
        end['remote-subnet'] = pick.choice([f'10.{net[1]}.0.0/16', f'10.{net[1]}.{net[2]}.0/25', f'10.{net[1]}.77.0/24',
                                            '192.168.0.0/24'])


def fault_no_subnet(pick, end, side):
    for word in pick.choice([['local-subnet'], ['remote-subnet'], ['local-subnet', 'remote-subnet']]):
        end.pop(word, None)


def fault_any_peer(pick, end, side):
    if 'initiator' not in end:
        end.pop('peer', None)


def fault_role(pick, end, side):
    if 'initiator' in end:
        del end['initiator']
    elif 'peer' in end:
        end['initiator'] = ''


def fault_peer(pick, end, side):
    if 'peer' in end:
        end['peer'] = '192.168.0.9' if pick.random() < 0.3 else pick.choice(OWN[other(side)])


def fault_local_address(pick, end, side):
    end['local-address'] = pick.choice(OWN[side])


def fault_disabled(pick, end, side):
    end['no enable'] = ''


def fault_times(pick, end, side):
    end['sa-rekey-time'] = pick.choice(['3000', '4000', '7200'])
    if pick.random() < 0.4:
        end['reauth-time'] = pick.choice(['1800', '10000'])


def fault_method(pick, end, side):
    if end.get('method') == 'cert':
        for word in ('method', 'certificate', 'ca', 'revocation'):
            end.pop(word, None)
        end['secret'] = 'A-secret-instead-of-a-certificate'
    else:
        end.pop('secret', None)
        end.update({'method': 'cert', 'certificate': NAMES[side], 'ca': 'root'})


def fault_certificate(pick, end, side):
    """Another certificate, or another CA, or more asked of it."""
    if end.get('method') != 'cert':
        return
    what = pick.choice(['certificate', 'certificate', 'certificate', 'ca', 'revocation', 'subject'])
    if what == 'certificate':
        end['certificate'] = NAMES[side] + pick.choice(['-old', '-foreign', '-revoked', '-sub', '-bare', '-rsa', '-young',
                                                          '-pointed'])
    elif what == 'ca':
        end['ca'] = pick.choice(['other', 'sub'])
    elif what == 'revocation':
        end['revocation'] = 'strict'
    else:
        end.pop('local-id', None)


FAULTS = [fault_version, fault_suite, fault_suite, fault_automatic, fault_automatic, fault_group, fault_group, fault_group, fault_secret,
          fault_secret, fault_identity, fault_identity, fault_type, fault_automatic_id, fault_automatic_id,
          fault_local_subnet, fault_remote_subnet, fault_remote_subnet, fault_no_subnet, fault_any_peer, fault_role,
          fault_role, fault_peer, fault_local_address, fault_disabled, fault_disabled, fault_times, fault_method, fault_certificate]
# where there are certificates, half of the faults are theirs
CERTIFIED_FAULTS = FAULTS + [fault_certificate] * (len(FAULTS) // 2)


def share_certificate(tunnels):
    """In version 1 charon takes any certificate that holds the identity: let there be one."""
    certified = [end for _, end in tunnels if 'certificate' in end]
    if any(end['version'] == '1' for end in certified):
        for end in certified:
            end['certificate'] = certified[0]['certificate']


# --- what traffic starts ---------------------------------------------------------------------------------------

# whoever starts by itself, or not at all, is not what this is about
TRAFFIC_FAULTS = [fault for fault in FAULTS if fault not in (fault_role, fault_disabled, fault_times, fault_any_peer)]
EVERYTHING = '0.0.0.0/0'


def holding(address):
    """Networks that hold an outer address: nothing set is that alone."""
    return [None, None, f'{address}/32', '192.168.0.0/24', '192.168.0.0/28', EVERYTHING]


def set_subnet(end, word, subnet):
    end.pop(word, None)
    if subnet:
        end[word] = subnet


def hold_outer(pick, ends):
    """The network of one end, or of both, holds the outer address: what both have of it is the same, or each its own."""
    for side in pick.choice(['a', 'b', 'ab', 'ab']):
        subnets = holding(ends[side]['local-address'])
        own = pick.choice(subnets)
        set_subnet(ends[side], 'local-subnet', own)
        set_subnet(ends[other(side)], 'remote-subnet', own if pick.random() < 0.5 else pick.choice(subnets))
    for end in ends.values():
        if end.get('local-subnet') == EVERYTHING and end.get('remote-subnet') == EVERYTHING:  # no gateway takes that
            del end['local-subnet']


def der(tag, *parts):
    body = b''.join(parts)
    return bytes([tag, len(body)]) + body


def der_name(name, kind):
    """C=SE, O=Example, CN=NAME, whose O and CN are PrintableStrings (0x13) or UTF8Strings (0x0c)."""
    parts = [(6, 0x13, 'SE'), (10, kind, 'Example'), (3, kind, name)]
    return 'dn 0x' + der(0x30, *(der(0x31, der(0x30, der(6, bytes([0x55, 4, arc])), der(tag, value.encode())))
                                 for arc, tag, value in parts)).hex()


def odd_identity(pick, ends):
    """What draw_ids() has not: an address within a range, or not, and names in DER."""
    side = pick.choice('ab')
    name = NAMES[side]
    ranges = [f'192.168.0.{first}-192.168.0.{last}' for first, last in ((1, 12), (3, 9))]
    kinds = [0x13, 0x0c]
    ends[side]['local-id'], ends[other(side)]['remote-id'] = pick.choice([
        (f'inet {ends[side]["local-address"]}', pick.choice(ranges)),
        (der_name(name, pick.choice(kinds)), der_name(pick.choice([name, name.upper()]), pick.choice(kinds))),
        (der_name(name, pick.choice(kinds)), f'"C=SE, O=Example, CN={pick.choice([name, name.upper(), "*", "carol"])}"'),
        (f'"C=SE, O=Example, CN={name}"', der_name(name, pick.choice(kinds)))])


def draw_traffic(pick):
    """As draw() has it."""
    ends = draw_tunnel(pick, 1, {'version': pick.choice([1, 2, 2]), 'certified': pick.random() < 0.15, 'same': ''})
    hold_outer(pick, ends)
    if 'secret' in ends['a'] and pick.random() < 0.25:
        odd_identity(pick, ends)
    for _ in range(pick.choice([0, 0, 0, 1, 1, 2])):
        side = pick.choice('ab')
        pick.choice(TRAFFIC_FAULTS)(pick, ends[side], side)
    for end in ends.values():
        end.pop('initiator', None)
    return {side: [(1, ends[side])] for side in 'ab'}, pick.choice(['weos', 'weipsec']), ['plain', 'plain']


# --- a pair --------------------------------------------------------------------------------------------------

def draw(seed, number):
    """The tunnels of both ends, a list of (ID, settings) each, what automatic suites are, and kinds of folders."""
    pick = random.Random(f'{seed}/{number}')
    if seed.startswith('traffic'):
        return draw_traffic(pick)
    count = pick.choice([1] * 7 + [2, 3, 5])
    common = {'version': pick.choice([1, 2, 2]), 'certified': pick.random() < 0.25, 'same': pick.choice('abcdefgh')}
    tunnels = {'a': [], 'b': []}
    for i in range(1, count + 1):
        if pick.random() < 0.1:
            common = {**common, 'version': pick.choice([1, 2, 2]), 'certified': pick.random() < 0.25}
        ends = draw_tunnel(pick, i, common)
        faults = CERTIFIED_FAULTS if common['certified'] else FAULTS
        for _ in range(pick.choice([0, 0, 1, 1, 1, 2, 3])):
            side = pick.choice('ab')
            pick.choice(faults)(pick, ends[side], side)
        for side in 'ab':
            tunnels[side].append((i, ends[side]))
    for side in 'ab':
        share_certificate(tunnels[side])
        if count > 1 and pick.random() < 0.15:  # one that the other end knows nothing of
            del tunnels[side][pick.randrange(count)]
    if pick.random() < 0.5:
        tunnels['b'] = [(len(tunnels['b']) + 10 - i, end) for i, end in reversed(tunnels['b'])]
    return tunnels, pick.choice(['weos', 'weipsec']), [pick.choice(PKI_KINDS) for _ in 'ab']


def write_text(tunnels):
    lines = ['tunnel']
    for i, end in tunnels:
        lines += [f'ipsec {i}'] + [f'{word} {value}'.rstrip() for word, value in end.items()] + ['end']
    return '\n'.join(lines + ['end']) + '\n'


def write_pair(seed, number, folder, pki):
    tunnels, automatic, kinds = draw(seed, number)
    os.makedirs(folder, exist_ok=True)
    for side in 'ab':
        with open(f'{folder}/{side}.cfg', 'w', encoding='ascii') as file:
            file.write(write_text(tunnels[side]))
    folders = [f'{pki}/{side}-{kind}' if pki else '-' for side, kind in zip('ab', kinds)]
    return '\t'.join([folder, automatic] + folders)


if __name__ == '__main__':
    for at in range(int(sys.argv[1])):
        print(write_pair(sys.argv[2], at, f'{sys.argv[3]}/{at}', sys.argv[4] if len(sys.argv) > 4 else None))
