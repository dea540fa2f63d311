#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Drawn tunnels, and what charon makes of each, whatever weipsec says of it.

taken.py N SEED FOLDER PKI
	Draws N files of one tunnel each, half of them with something odd. What `check' has no error in goes through
	weipsec-apply to alice of the lab, 25 at a time, and as what the guide says, made here and by nobody's backend, to
	bob's charon: both must list the same of each connection, field by field, and what charon does not list, suites
	among it, must have been sent to alice as it was to bob. What `check' calls an error goes
	to bob alone: if his charon takes it, the rule must be one of EXPLAINED. Exit status 0 if all of that holds.
"""
import base64
import collections
import json
import os
import random
import re
import struct
import subprocess
import sys
import threading

import live
import vici

AT_ONCE = 25
OF_APPLY = {'WI430', 'WI613'}  # what is no error of `check': a placeholder, and what charon would cut off
MANY = 2000  # files, in which each rule is met

# Errors about what charon takes, and why they are errors all the same: the rule catalogue has each.
EXPLAINED = {
    'WI102': 'a word that is no setting: what was meant by it would be missing',
    'WI104': 'a value that is not there, since # begins a comment',
    'WI105': 'words behind a value: what was meant by them would be missing',
    'WI112': 'a length in bits, which charon has beside that in bytes, and WeOS has not',
    'WI113': 'an algorithm that charon has and WeOS has not',
    'WI114': 'a setting of WeOS 4, which WeOS 5 has not',
    'WI118': 'a word that the setting does not have: WeOS would not take the line',
    'WI201': 'the range of the setting; charon takes any number',
    'WI202': 'the units of WeOS, and its range; charon takes any number, and what is behind it for nothing',
    'WI203': 'an address that cannot be used there, or that charon reads as the name of a host',
    'WI204': 'a prefix length, which is all that WeOS has; charon takes what is in front of it',
    'WI206': 'WeOS has IPsec for IPv4 only',
    'WI207': 'WeOS does not look up the peer by name',
    'WI209': 'charon knows no description',
    'WI210': 'the characters of a label, which is a file name',
    'WI303': 'a suite without a group: no PFS, or what charon puts in its place',
    'WI304': 'authentication that an AEAD cipher has no use for: charon leaves it out',
    'WI305': 'a PRF that ESP has no use for: charon leaves it out',
    'WI306': 'encryption without authentication, which charon takes',
    'WI308': 'version 1 with it is always refused by the peer, NO_PROPOSAL_CHOSEN',
    'WI401': 'a connection without its secret: it is loaded apart, and missing when the peer comes',
    'WI402': 'the lengths that WeOS takes; charon takes any',
    'WI403': 'the characters that WeOS takes; charon takes any byte',
    'WI404': 'charon decodes what is no encoding silently',
    'WI410': 'a connection without its certificate: charon takes any that it has, or fails when the peer comes',
    'WI411': 'any CA of the device would be trusted',
    'WI413': 'charon takes what does not fit its type for another type',
    'WI415': 'charon takes any bytes for a DN, and decodes what is no hex silently',
    'WI416': 'a local identity that matches anyone is nobody',
    'WI430': 'a placeholder in the place of the secret',
    'WI601': 'WeOS wants the own address; charon takes any',
    'WI603': 'nobody can be called without an address',
    'WI605': 'all traffic at both ends: the device is out of reach',
    'WI608': 'the peer would be the device itself',
    'WI613': 'charon cuts off the owner of a secret',
    'WI702': 'only clear is available to a responder of WeOS',
}


# --- drawing ---------------------------------------------------------------------------------------------

GROUPS = ['modp2048', 'modp3072', 'modp4096', 'ecp256', 'ecp384', 'ecp521', 'x25519']
HASHES = ['sha1', 'sha256', 'sha384', 'sha512']
CBC, CTR = ['aes128', 'aes256'], ['aes128ctr', 'aes256ctr']
AEAD = ['aes128gcm16', 'aes128gcm12', 'aes128ccm16', 'aes128ccm12']
TIMES = ['60', '60s', '61', '1m', '90m', '5m', '1h', '24h', '1d', '30d', '2592000', '3600s', '86399']
SECONDS = ['1', '2', '29', '30', '120', '3599', '3600']


def draw_suite(pick, word, version):
    group = f'dh {pick.choice(GROUPS)}'
    if pick.random() < 0.4 and (word == 'esp' or version == '2'):
        prf = f'prf prf{pick.choice(HASHES[1:])} ' if word == 'ike' else ''
        return f'cipher {pick.choice(AEAD)} {prf}{group}'
    ciphers = CBC if word == 'ike' and version == '1' else CBC + CTR
    return f'cipher {pick.choice(ciphers)} auth {pick.choice(HASHES)} {group}'


def draw_id(pick, number, side):
    dn = f'C=SE, O=Example, CN={side}{number}'
    return pick.choice([
        f'name {side}{number}.example.com', f'{side}{number}.example.com', f'name {side.upper()}-{number}', f'{side}{number}',
        f'email {side}{number}@example.com', f'{side}{number}@example.com', f'key {side}_{number}', f'key {number}:{side}',
        f'inet 203.0.{number >> 8}.{number & 255}', f'203.0.{number >> 8}.{number & 255}', f'"{dn}"', f'"/C=SE/O=Example/CN={side}{number}"',
        f'@{side}{number}.example.com', f'"C=SE, ST=X, L=Y, OU=a, OU=b, CN={side} {number}"', f'name {side}{"x" * 50}{number}.example.com'])


def draw_secret(pick):
    text = ''.join(pick.choice('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz23456789!"$%&/()=?+*,.;:-_<>|~^')
                   for _ in range(pick.choice([8, 20, 44, 63])))
    return pick.choice(['Z' + text[1:], '0x' + text.encode()[:30].hex(), '0s' + base64.b64encode(text.encode()[:45]).decode(),
                        '0X' + text.encode()[:30].hex()])


def draw_sound(pick, number):
    """Settings of tunnel NUMBER, as they stand in a file without an error."""
    version = pick.choice(['1', '2', '2', '2'])
    own, there = (f'{net}.{number >> 8}.{number & 255}' for net in ('172.16', '198.18'))
    said = {'version': version, 'local-address': own, 'peer': there, 'local-id': draw_id(pick, number, 'here'),
            'remote-id': draw_id(pick, number, 'there'), 'secret': draw_secret(pick), 'ike': draw_suite(pick, 'ike', version),
            'esp': draw_suite(pick, 'esp', version), 'sa-rekey-time': pick.choice(TIMES), 'reauth-time': pick.choice(TIMES),
            'dpd-delay': pick.choice(SECONDS), 'dpd-timeout': pick.choice(SECONDS), 'initiator': '',
            'dpd-action': pick.choice(['clear', 'trap', 'restart']), 'description': f'number {number}',
            'local-subnet': pick.choice([f'10.{number >> 8}.{number & 255}.0/24', f'10.0.{number & 255}.7/32', f'10.{number & 255}.0.0/16',
                                         '0.0.0.0/0', f'{own}/32', f'10.{number & 255}.0.0/15']),
            'remote-subnet': pick.choice([f'10.{number >> 8}.{number & 255}.128/25', f'10.128.0.0/{pick.choice([9, 12, 30, 31, 32])}',
                                          f'{there}/32', f'10.9.{number & 255}.3/24'])}
    if pick.random() < 0.2:
        said.update({'method': 'cert', 'certificate': 'own', 'ca': 'root', 'revocation': pick.choice(['relaxed', 'strict'])})
        del said['secret']
        said['local-id'] = pick.choice([f'name site{number % 8}.example.com', 'name own.example.com', '"C=SE, O=Example, CN=own"'])
    if pick.random() < 0.5:
        del said['initiator']
        said['dpd-action'] = 'clear'
    for word, chance in (('ike', 0.15), ('esp', 0.15), ('reauth-time', 0.5), ('sa-rekey-time', 0.2), ('dpd-delay', 0.2),
                         ('dpd-timeout', 0.5), ('dpd-action', 0.3), ('description', 0.5), ('local-subnet', 0.15),
                         ('remote-subnet', 0.15), ('local-id', 0.1), ('version', 0.2 if version == '2' else 0)):
        if pick.random() < chance:
            said.pop(word, None)
    if pick.random() < 0.1 and 'initiator' not in said:
        said['peer'] = pick.choice(['any', 'ANY'])
    if pick.random() < 0.1:
        said['no dpd-action'] = said.pop('dpd-action', '') and ''
    return said


# What makes a tunnel odd: a setting, and values that are legal at most now and then; None: it is left out.
ODD = [('peer', ['0.0.0.0', '255.255.255.255', '224.0.0.1', 'gw.example.com', '2001:db8::1', '192.0.2', '192.0.2.300', '192.0.2.01', None]),
       ('local-address', ['0.0.0.0', '2001:db8::2', '192.0.2.1/24', '10.1', '198.18.0.1', None]),
       ('local-subnet', ['10.0.0.0/33', '10.0.0.0/255.0.255.0', '10.0.0.0/255.255.0.0', '10.0.0.5/24', '2001:db8::/32', '10.0.0.0', '10.0/16', 'any', '224.0.0.0/4']),
       ('remote-subnet', ['10.0.0.0/33', '10.0.0.0/255.0.255.0', '0.0.0.0/0', '2001:db8::/32', '10.0.0.0/-1', '10.0.0.0/024']),
       ('local-id', ['*', '%any', 'name *', '0.0.0.0', 'inet 1.2.3', 'inet gw', 'email nobody', 'name ' + 'x' * 256, 'key ' + 'k' * 255,
                     'dn C=SE', 'dn 0x3000', 'dn 0x300d310b3009060355040613025345', 'a:b', 'foo=bar', '@@x', '""', 'inet 2001:db8::1',
                     '192.0.2.0/24', '#00', '"name"']),
       ('remote-id', ['*', '%any', 'name *.example.com', '*@example.com', '0.0.0.0', 'inet 1.2.3.4.5', 'email a', 'key a#b', '192.0.2.0/24',
                      'inet 192.0.2.1/24', '192.0.2.1-192.0.2.9', 'dn 0xzz', '"C=SE, CN=*"', '"C=SE, XX=y"', 'foo=bar', 'name ' + 'y' * 256]),
       ('secret', ['short', 'x' * 64, 'with#hash-in-it', '0sAAA', '0x123', '0xzz00zz00', '0s', '0x', 'pa\u00e4ssword', '****', '<secret>', None,
                   'quoted" word', '0sQUJDREVGRw']),
       ('ike', ['cipher aes128 dh modp2048', 'cipher aes128gcm16 dh modp2048', 'cipher aes128gcm16 auth sha256 dh ecp256',
                'cipher aes128 auth sha256', 'cipher aes128ctr auth sha256 dh modp2048', 'cipher aes128gcm16 prf prfsha256 dh ecp256',
                'cipher aes128 prf prfsha256 dh ecp256', 'cipher aes192 auth sha256 dh modp2048', 'cipher 3des auth md5 dh modp1024',
                'cipher aes256gcm16 prf prfsha384 dh ecp384', 'cipher aes128gcm128 prf prfsha256 dh ecp256',
                'cipher aes128 auth sha265 dh ecp256', 'cipher chacha20poly1305 prf prfsha256 dh x25519', 'cipher AES128 auth sha256 dh ecp256',
                'cipher aes128 auth sha256 dh modp1024', 'cipher aes128 auth sha256 dh x448', 'auth sha256 dh modp2048', 'aes128-sha256-modp2048']),
       ('esp', ['cipher aes128 dh modp2048', 'cipher aes128gcm16 auth sha256 dh ecp256', 'cipher aes128gcm16', 'cipher aes128 auth sha256',
                'cipher aes128gcm16 prf prfsha256 dh ecp256', 'cipher aes192 auth sha256 dh ecp256', 'cipher 3des auth md5 dh modp1024',
                'cipher null auth sha256 dh ecp256', 'cipher aes256gcm16 dh ecp256', 'cipher aes128gcm96 dh ecp256',
                'cipher aes128 auth sha1 dh modp1536', 'cipher blowfish256 auth sha256 dh modp2048']),
       ('sa-rekey-time', ['0', '59', '2592001', '31d', '1h30m', '5 m', '010', '-1', '1w', '1.5h', '99999999999', '1H']),
       ('reauth-time', ['0', '59', '2592001', '3x', '0x60', '12 h', '1y', '4294967296']),
       ('dpd-delay', ['0', '3601', '30s', '-1', '5m', '010', 'never']),
       ('dpd-timeout', ['0', '3601', '120s', '1e2', '2m']),
       ('dpd-action', ['clear', 'trap', 'restart', 'hold', 'none', 'start']),
       ('version', ['0', '1', '3', '2', 'ikev2']), ('method', ['psk', 'cert', 'rsa', 'eap', 'PSK']),
       ('revocation', ['ifuri', 'strict', 'none']), ('certificate', ['a b', '../own', None]), ('ca', ['root/ca', None]),
       ('description', ['d' * 64, 'd' * 65, 'a "b" c', 'tab\there']), ('initiator', ['', None]),
       ('mobike', ['no']), ('dh-group', ['2048']), ('aggressive', ['']), ('pfs', ['modp2048']), ('enable', [None, ''])]


ODD_VALUES = [(word, value) for word, values in ODD for value in values]


def make_odd(pick, said, number):
    """One setting is not as it should be, or at least as it seldom is: each in its turn."""
    word, value = ODD_VALUES[number // 2 % len(ODD_VALUES)]
    if word == 'dpd-action':
        said.pop('no dpd-action', None)
    if word in ('certificate', 'ca', 'revocation') and pick.random() < 0.7:
        said.pop('secret', None)
        said.update({'method': 'cert', 'certificate': 'own', 'ca': 'root', 'local-id': 'name own.example.com'})
    if word == 'local-address' and value == '198.18.0.1':
        value = said.get('peer')
    if word == 'enable' and value is None:
        word, value = 'no enable', ''
    if value is None:
        said.pop(word, None)
    else:
        said[word] = value
    if word == 'remote-subnet' and value == '0.0.0.0/0' and pick.random() < 0.5:
        said['local-subnet'] = '0.0.0.0/0'


def draw(seed, number):
    pick = random.Random(f'{seed}/{number}')
    said = draw_sound(pick, number)
    if number % 2:
        make_odd(pick, said, number)
    return said


def text_of(number, said):
    return f'ipsec {number}\n' + ''.join(f'{word} {value}'.rstrip() + '\n' for word, value in said.items()) + 'end\n'


# --- what the guide says of it, in charon's words -------------------------------------------------------------

def suite(words):
    return '-'.join(words.split()[1::2]) if words.startswith('cipher ') else words


def seconds(time):
    """What charon is given of a time: of what is none, that."""
    found = re.fullmatch(r'(\d+)([smhd]?)', time)
    return int(found[1]) * {'': 1, 's': 1, 'm': 60, 'h': 3600, 'd': 86400}[found[2]] if found else time


def identity(words):
    words = words.split('#')[0] if not words.startswith('#') else words  # a comment
    kind, _, value = words.partition(' ')
    value = value.strip('"')
    if kind == 'dn':
        return 'asn1dn:#' + value.removeprefix('0x')
    if value and kind in ('name', 'email', 'key', 'inet'):
        prefix = {'name': 'fqdn:', 'email': 'email:', 'key': 'keyid:', 'inet': ''}[kind]
        return prefix + value
    return words.strip('"')


def subnet(value, outer):
    if value is None or value == f'{outer}/32':
        return 'dynamic'
    return value


def ends(said, pki):
    """Sections `local' and `remote'."""
    cert = said.get('method') == 'cert'
    local, remote = {'auth': 'pubkey' if cert else 'psk'}, {'auth': 'pubkey' if cert else 'psk'}
    if 'local-id' in said:
        local['id'] = identity(said['local-id'])
    elif not cert:
        local['id'] = said.get('local-address', '%any')
    if 'remote-id' in said:
        remote['id'] = identity(said['remote-id'])
    else:
        remote['id'] = said['peer'] if 'initiator' in said and 'peer' in said else '%any'
    if cert:
        if said.get('certificate') == 'own':
            local['certs'] = [pki['own']]
        if said.get('ca') == 'root':
            remote['cacerts'] = [pki['root']]
        remote['revocation'] = said.get('revocation', 'relaxed')
    return {'local': local, 'remote': remote}


def connection(number, said, pki):
    """The message `load-conn' of a tunnel, which starts nothing."""
    rekey = seconds(said.get('sa-rekey-time', '1h'))
    peer = said.get('peer', 'any')
    child = {'local_ts': [subnet(said.get('local-subnet'), said.get('local-address'))], 'mode': 'tunnel',
             'remote_ts': [subnet(said.get('remote-subnet'), said.get('peer'))], 'rekey_time': f'{rekey}s',
             'dpd_action': said.get('dpd-action', 'restart' if 'initiator' in said else 'clear')}
    if 'no dpd-action' in said:
        child['dpd_action'] = 'clear'
    if isinstance(rekey, int):
        child['life_time'] = f'{rekey * 110 // 100}s'
    if 'esp' in said:
        child['esp_proposals'] = [suite(said['esp'])]
    conn = {'version': said.get('version', '2'), 'local_addrs': [said.get('local-address', '%any')],
            'remote_addrs': ['%any' if peer.lower() == 'any' else peer], 'unique': 'no', 'rekey_time': '14400s',
            'reauth_time': f'{seconds(said.get("reauth-time", "0"))}s',
            'dpd_delay': '0s' if 'no dpd-action' in said else f'{said.get("dpd-delay", "30")}s',
            **ends(said, pki), 'children': {f'tunnel{number}': child}}
    if said.get('version') == '1':
        conn['dpd_timeout'] = f'{said.get("dpd-timeout", "120")}s'
    if 'ike' in said:
        conn['proposals'] = [suite(said['ike'])]
    return {f'ipsec{number}': conn}


def encode(section):
    data = b''
    for key, value in section.items():
        name = bytes([len(key)]) + key.encode()
        if isinstance(value, dict):
            data += b'\x01' + name + encode(value) + b'\x02'
        elif isinstance(value, list):
            data += b'\x04' + name + b''.join(b'\x05' + packed(one) for one in value) + b'\x06'
        else:
            data += b'\x03' + name + packed(value)
    return data


def packed(value):
    value = value if isinstance(value, bytes) else value.encode()
    return struct.pack('>H', len(value)) + value


class Charon:
    """One of the two, asked over one connection."""

    def __init__(self, gateway):
        self.sock = vici.connect(f'{live.LAB}/{gateway}/vici')

    def ask(self, command, section, stream=None):
        parts, reply = vici.ask(self.sock, command, stream, encode(section))
        if stream:  # that was registered for this time only
            vici.send_packet(self.sock, bytes([4, len(stream)]) + stream.encode())
            vici.read_packet(self.sock)
        return parts, reply

    def listed(self):
        """Each connection as list-conns has it."""
        return {name: live.words(one) for part in self.ask('list-conns', {}, 'list-conn')[0] for name, one in part.items()}

    def names(self, command, key):
        return {name.decode() for name in self.ask(command, {})[1].get(key, [])}

    def load(self, section):
        """None, or why it does not take it."""
        reply = self.ask('load-conn', section)[1]
        return None if reply.get('success') == b'yes' else reply.get('errmsg', b'?').decode()

    def unload(self):
        for name in self.names('get-conns', 'conns'):
            self.ask('unload-conn', {'name': name})


class Tap:
    """Stands between weipsec-apply and alice's charon, and keeps what is loaded: `sent', a connection by name."""

    def __init__(self):
        self.path, self.sent, self.packets = f'{live.LAB}/alice/tap', {}, 0
        server = vici.listen(self.path)
        threading.Thread(target=self.serve, args=[server], daemon=True).start()

    def serve(self, server):
        while True:
            client, _ = server.accept()
            vici.forward(client, vici.connect(f'{live.LAB}/alice/vici'), self, '', None)
            client.close()

    def note(self, command, body, _reply):
        """As vici.Record has it."""
        if command == 'load-conn':
            self.sent.update(vici.parse(body))


NOT_COMPARED = ('id', 'certs', 'cacerts', 'local_ts', 'remote_ts')  # charon lists these; some may be spelled otherwise


def leaves(section, path=''):
    for key, value in section.items():
        if isinstance(value, dict):
            yield from leaves(value, f'{path}{key}.')
        elif key not in NOT_COMPARED:
            yield path + key, value


def starting(said):
    if 'initiator' in said:
        return 'trap|start'
    return 'trap' if said.get('peer', 'any').lower() != 'any' else 'none'


# --- trying ----------------------------------------------------------------------------------------------

class Trial:
    def __init__(self, folder, pki):
        self.folder = folder
        self.pki = {}
        for name, path in (('own', 'x509/own.pem'), ('root', 'x509ca/root.pem')):
            with open(f'{pki}/{path}', 'rb') as file:
                self.pki[name] = file.read()
        self.alice, self.bob, self.tap, self.pki_folder = Charon('alice'), Charon('bob'), Tap(), pki
        self.said, self.errors, self.wrong = {}, {}, []
        self.equal = self.fields = self.disabled = 0
        self.taken, self.refused = collections.Counter(), collections.Counter()

    def path(self, number):
        return f'{self.folder}/{number}.cfg'

    def draw(self, count, seed):
        os.makedirs(self.folder, exist_ok=True)
        for number in range(count):
            self.said[number] = draw(seed, number)
            with open(self.path(number), 'w', encoding='utf-8') as file:
                file.write('tunnel\n' + text_of(number, self.said[number]) + 'end\n')

    def check(self):
        """The rules of the errors of each file."""
        done = subprocess.run([os.environ['WEIPSEC'], 'check', '--format', 'json', '--fail-on', 'never', self.folder],
                              capture_output=True, check=True)
        for finding in json.loads(done.stdout)['diagnostics']:
            if finding['severity'] == 'error':
                number = int(os.path.basename(finding['file'])[:-4])
                self.errors.setdefault(number, set()).add(finding['rule'])

    def apply(self, numbers):
        path = f'{live.LAB}/alice/taken.cfg'
        tunnels = ''.join(text_of(number, self.said[number]) for number in numbers)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(f'tunnel\n{tunnels}end\n' if numbers else 'no tunnel\n')
        return subprocess.run([os.environ['WEIPSEC_APPLY'], 'apply', '--vici', f'unix://{self.tap.path}', '--state-dir',
                               f'{live.LAB}/alice/state', '--pki', self.pki_folder, path], capture_output=True, text=True,
                              check=False, timeout=120)

    def try_sound(self, numbers):
        """What has no error by itself; where some do not go together they go in halves."""
        done = self.apply(numbers)
        if done.returncode and len(numbers) > 1:
            self.try_sound(numbers[:len(numbers) // 2])
            self.try_sound(numbers[len(numbers) // 2:])
        elif done.returncode:
            errors = set(re.findall(r'\[(WI\d+)\]', ''.join(re.findall(r'(?m)^.*: error: .*$', done.stderr))))
            if errors and errors <= OF_APPLY:
                self.errors[numbers[0]] = errors
            else:
                self.wrong.append(f'{numbers[0]} has no error, and is refused with {done.returncode}: {done.stderr[-600:]}')
        else:
            self.compare(numbers)

    def compare(self, numbers):
        enabled = [number for number in numbers if 'no enable' not in self.said[number]]
        self.disabled += len(numbers) - len(enabled)
        for number in enabled:
            why = self.bob.load(connection(number, self.said[number], self.pki))
            if why:
                self.wrong.append(f'{number} has no error, and charon does not take it as it stands: {why}')
        theirs, ours = self.bob.listed(), self.alice.listed()
        wanted = {f'ipsec{number}' for number in enabled}
        if set(ours) != wanted or self.alice.names('get-conns', 'conns') != wanted:
            self.wrong.append(f'charon has {sorted(set(ours) ^ wanted)} more or less than what was applied')
        secrets = {f'ike-ipsec{number}' for number in enabled if self.said[number].get('method') != 'cert'}
        if self.alice.names('get-shared', 'keys') != secrets:
            self.wrong.append(f'charon has secrets {sorted(self.alice.names("get-shared", "keys") ^ secrets)} more or less')
        for name in wanted & set(ours) & set(theirs):
            self.compare_one(name, ours[name], theirs[name])
        for number in enabled:
            self.compare_sent(number)
        self.bob.unload()

    def compare_sent(self, number):
        mine = connection(number, self.said[number], self.pki)
        name = f'ipsec{number}'
        mine[name]['children'][f'tunnel{number}']['start_action'] = starting(self.said[number])
        theirs = {key: live.words(value) for key, value in leaves({name: self.tap.sent.get(name, {})})}
        for key, value in leaves(mine):
            self.fields += 1
            if theirs.get(key) != value:
                self.wrong.append(f'{key} was sent as {theirs.get(key)}, and should be {value}: {self.said[number]}')

    def compare_one(self, name, ours, theirs):
        self.equal += ours == theirs
        for key in sorted(set(ours) | set(theirs)):
            self.fields += 1
            if ours.get(key) != theirs.get(key):
                self.wrong.append(f'{name}: {key} is {ours.get(key)}, and should be {theirs.get(key)}: {self.said[int(name[5:])]}')

    def try_wrong(self, number, rules):
        """What charon says of it, had nobody said that it has errors."""
        why = self.bob.load(connection(number, self.said[number], self.pki))
        if why is None:
            self.bob.ask('unload-conn', {'name': f'ipsec{number}'})
        for rule in rules:
            (self.refused if why else self.taken)[rule] += 1
        if why is None and rules - set(EXPLAINED):
            self.wrong.append(f'{number} has errors {sorted(rules)}, and charon takes it: {self.said[number]}')

    def run(self):
        sound = [number for number in self.said if number not in self.errors]
        for at in range(0, len(sound), AT_ONCE):
            self.try_sound(sound[at:at + AT_ONCE])
        for number, rules in sorted(self.errors.items()):
            self.try_wrong(number, rules)
        self.apply([])

    def judge(self):
        """Each of EXPLAINED is seen, where there was enough to see it, and has a page."""
        pages = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../docs/rules')
        for rule in EXPLAINED:
            if not os.path.exists(f'{pages}/{rule}.md'):
                self.wrong.append(f'{rule} has no page')
            if len(self.said) >= MANY and not self.taken[rule]:
                self.wrong.append(f'{rule} is explained, and charon takes nothing of it')

    def figures(self):
        return (f'{len(self.said)} files: {self.equal} tunnels taken and read back equal, {self.fields} fields, {self.disabled} disabled; '
                f'{len(self.errors)} with errors: {sum(self.taken.values())} taken by charon by '
                f'{len(self.taken)} rules, {sum(self.refused.values())} refused')


if __name__ == '__main__':
    trial = Trial(sys.argv[3], sys.argv[4])
    trial.draw(int(sys.argv[1]), sys.argv[2])
    trial.check()
    trial.run()
    trial.judge()
    for rule in sorted(set(trial.taken) | set(trial.refused)):
        print(f'{rule}: {trial.taken[rule]} taken, {trial.refused[rule]} refused')
    for line in trial.wrong[:30]:
        print(line)
    print(f'{len(trial.wrong)} wrong')
    print(trial.figures())
    sys.exit(1 if trial.wrong or not trial.equal else 0)
