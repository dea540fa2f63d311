#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Pairs of WeOS files on two live charons, alice and bob of the lab (LAB_DIR): what becomes of them.

live.py PKI RESULTS < LIST
	Takes lines of drawn.py, and appends to RESULTS, for each end of each tunnel that can start, a line of what
	was seen: `from' with the columns of tests/calls/foretell.c. Knows nothing of what was foretold.
"""
import os
import re
import select
import shutil
import struct
import subprocess
import sys
import time

import vici

LAB = os.environ['LAB_DIR']
GATEWAYS = {'a': 'alice', 'b': 'bob'}
WAIT = 8  # seconds until a state that is to come has not
SOON = 1  # seconds until one that is to go has

# --- charon ----------------------------------------------------------------------------------------------


def message(values):
    data = b''
    for key, value in values.items():
        data += b'\x03' + bytes([len(key)]) + key.encode() + struct.pack('>H', len(value)) + value.encode()
    return data


def ask(gateway, command, **values):
    """A connection where COMMAND has been asked for."""
    sock = vici.connect(f'{LAB}/{gateway}/vici')
    vici.send_packet(sock, b'\x00' + bytes([len(command)]) + command.encode() + message(values))
    return sock


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


def words(value):
    if isinstance(value, dict):
        return {key: words(inner) for key, inner in value.items()}
    return [words(one) for one in value] if isinstance(value, list) else value.decode()


def sas(gateway):
    """Each IKE_SA as a dictionary of strings, and its children."""
    return [{'name': name, **words(sa)} for event in call(gateway, 'list-sas', 'list-sa')[1] for name, sa in event.items()]


def children(gateway):
    return [child for sa in sas(gateway) for child in sa['child-sas'].values() if child['state'] == 'INSTALLED']


def established(gateway):
    return [sa for sa in sas(gateway) if sa['state'] == 'ESTABLISHED']


def wait_for(condition, seconds=None):
    end = time.monotonic() + (seconds or WAIT)
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


class Log:
    """What a gateway logs from now on."""

    def __init__(self, gateway):
        self.path = f'{LAB}/{gateway}/log'
        self.size = os.path.getsize(self.path)

    def text(self):
        with open(self.path, encoding='utf-8', errors='replace') as file:
            file.seek(self.size)
            return file.read()


# --- configuration ---------------------------------------------------------------------------------------

def install_pki(folder, pki, weos):
    """What of the folder PKI a device would load: the certificates that are named, and all CAs and CRLs."""
    for name in ('x509', 'x509ca', 'x509crl', 'private'):
        shutil.rmtree(f'{folder}/{name}')
        os.mkdir(f'{folder}/{name}')
    labels = re.findall(r'(?m)^certificate (.*)$', weos)
    for name in ('x509ca', 'x509crl') if labels else ():
        if os.path.isdir(f'{pki}/{name}'):
            shutil.copytree(f'{pki}/{name}', f'{folder}/{name}', dirs_exist_ok=True)
    for label in labels:
        for name in ('x509', 'private'):
            shutil.copy(f'{pki}/{name}/{label}.pem', f'{folder}/{name}')


ADDRESSES = {'alice': ('bob', '192.168.0.1', '192.168.0.11'), 'bob': ('wan', '192.168.0.2', '192.168.0.12')}
absent = set()


def have_addresses(gateway, weos):
    """A gateway has those addresses that an enabled tunnel has."""
    device, *addresses = ADDRESSES[gateway]
    enabled = ''.join(tunnel for _, tunnel in tunnels_of(weos) if '\nno enable' not in tunnel)
    for address in addresses:
        is_absent = f'\nlocal-address {address}\n' not in enabled
        if is_absent == (address in absent):
            continue
        subprocess.run(['ip', '-n', f'{os.environ["LAB_NS"]}-{gateway[0]}', 'route', 'del' if is_absent else 'add', 'local',
                        address, 'dev', device, 'table', 'local', 'proto', 'kernel', 'scope', 'host'], check=True)
        (absent.add if is_absent else absent.remove)(address)


def tunnels_of(weos):
    """ID and lines of each."""
    return re.findall(r'(?ms)^ipsec (\d+)$(.*?)^end$', weos)


def as_weos(weos, text):
    """WeOS's own daemon has `default' for what is automatic."""
    for i, tunnel in tunnels_of(weos):
        for word, key in (('ike', 'proposals'), ('esp', 'esp_proposals')):
            if f'\n{word} ' not in tunnel:
                text = re.sub(rf'(?ms)^(\t(?:ipsec{i}) {{.*?^\t+{key} = )[^\n]*', r'\1default', text)
    return text


def unload(gateway):
    """A connection that is replaced keeps its place among the others: none is there before they are loaded."""
    for name in call(gateway, 'get-conns')[0]['conns']:
        call(gateway, 'unload-conn', name=name.decode())


def load(gateway, path, automatic, pki, action='none'):
    """What our backend writes, but for how it starts."""
    with open(path, encoding='ascii') as file:
        weos = file.read()
    folder = f'{LAB}/{gateway}'
    target = f'{folder}/swanctl.conf'
    unload(gateway)
    install_pki(folder, pki, weos)
    have_addresses(gateway, weos)
    if os.path.exists(target):
        os.unlink(target)
    done = subprocess.run([os.environ['WEIPSEC'], 'compile', '--to', 'swanctl', '-o', target, path],
                          stderr=subprocess.DEVNULL, check=False)
    if done.returncode:
        return False
    with open(target, encoding='ascii') as file:
        text = re.sub(r'start_action = .*', f'start_action = {action}', file.read())
    with open(target, 'w', encoding='ascii') as file:
        file.write(as_weos(weos, text) if automatic == 'weos' else text)
    done = subprocess.run([f'{LAB}/swanctl', '--load-all', '--noprompt', '--clear'], check=False, capture_output=True,
                          env={**os.environ, 'STRONGSWAN_CONF': f'{folder}/strongswan.conf', 'SWANCTL_DIR': folder})
    return done.returncode == 0  # a file of its certificates may not be there


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


UNDECRYPTED = re.compile('decryption failed|message parsing failed')


def reason(own, answer):
    """Why it did not come up, from the logs of who started and of who answered."""
    if 'no shared key found' in own or 'no private key found' in own:
        return 'REFUSED_BY_STARTER'
    if 'received NO_PROPOSAL_CHOSEN' in own:
        return 'NO_PROPOSAL_CHOSEN'
    if 'received AUTHENTICATION_FAILED' in own:
        return 'AUTHENTICATION_FAILED'
    if 'TS_UNACCEPTABLE' in own:
        return 'TS_UNACCEPTABLE'
    if 'INVALID_ID_INFORMATION' in own:
        return 'INVALID_ID_INFORMATION'
    if UNDECRYPTED.search(answer) or UNDECRYPTED.search(own):
        return 'UNDECRYPTABLE'
    if re.search(r'generating .*N\(AUTH_FAILED\)|constraint check failed|no trusted .* public key found|IDir ', own):
        return 'REFUSED_BY_STARTER'
    return 'NO_ANSWER'


def number_of(name):
    return re.sub('^[a-z]*', '', name)


def initiate(starter, answerer, number):
    """Until it has come to an end, or can no more be read."""
    log = Log(answerer)
    sock = ask(starter, 'initiate', child=f'tunnel{number}', ike=f'ipsec{number}', timeout='9000')
    while not select.select([sock], [], [], 0.03)[0]:
        if UNDECRYPTED.search(log.text()):
            break
    sock.close()


REFUSED = re.compile('NO_PROPOSAL_CHOSEN|INVALID_ID')


def rekey(who, child):
    """The suite of the new CHILD_SA, `refused', or `nothing' where no answer is in the log."""
    before = {one['uniqueid'] for one in children(who)}
    log = Log(who)
    call(who, 'rekey', child=child)
    wait_for(lambda: any(one['uniqueid'] not in before for one in children(who)) or REFUSED.search(log.text()))
    new = [one for one in children(who) if one['uniqueid'] not in before]
    if new:
        return suite(new[0])
    return 'refused' if REFUSED.search(log.text()) else 'nothing'


def rekey_ike(who):
    """The suite of the new IKE_SA of version 2, or `nothing'; the old one may have gone with a CHILD_SA's rekeying."""
    before = {sa['uniqueid'] for sa in sas(who)}
    old = established(who)
    if not old:
        return 'nothing'
    call(who, 'rekey', **{'ike-id': old[-1]['uniqueid']})
    new = wait_for(lambda: [sa for sa in established(who) if sa['uniqueid'] not in before])
    return suite(new[0]) if new else 'nothing'


def shown(gateway):
    """What WeOS shows of the one tunnel that was tried."""
    if children(gateway):
        return 'Up(Installed)'
    states = {sa['state'] for sa in sas(gateway) if sa['name'].startswith('ipsec')}
    if 'ESTABLISHED' in states:
        return 'Down(IKE Established)'
    return 'Down(Connecting)' if states & {'CREATED', 'CONNECTING'} else 'Down(Unknown)'


def settle(seen, starter, answerer):
    """States of both, when those of a failure have gone."""
    if seen['outcome'] == 'no-ike' and seen['reason'] not in ('NO_ANSWER', 'UNDECRYPTABLE'):
        wait_for(lambda: not sas(starter) and not sas(answerer), SOON)
    seen['starter'], seen['answerer'] = shown(starter), shown(answerer)
    if seen['reason'] in ('NO_ANSWER', 'UNDECRYPTABLE'):
        seen['starter'] = 'Down(Connecting)'  # for 165 s elsewhere, which are 2 here
        seen['answerer'] = '?'


def observe_child(seen, starter, answerer, carries):
    child = wait_for(lambda: children(starter) and children(answerer) and children(starter)[-1])
    if not child:  # it went before the other end had it
        seen.update(outcome='no-child', reason='NO_ANSWER')
        return
    there = children(answerer)[-1]
    seen.update(outcome='up', reason='-', answer=number_of(there['name']), esp=suite(child),
                selectors=','.join(child['local-ts']) + '=' + ','.join(child['remote-ts']))
    settle(seen, starter, answerer)
    if not carries(starter, answerer):
        seen['outcome'] = 'carries-nothing'
    seen['rekey'] = rekey(starter, child['name'])
    wait_for(lambda: len(children(answerer)) == 1 or seen['rekey'] == 'refused', SOON)
    seen['rekey_there'] = rekey(answerer, there['name'])
    seen['ike_rekey'] = rekey_ike(starter) if seen['version'] == '2' else '-'


def observe(start, number, begin=initiate, carries=lambda *_: True):
    """What becomes of it when BEGIN has had that end start the tunnel; CARRIES tells whether it then carries anything."""
    starter, answerer = GATEWAYS[start], GATEWAYS['a' if start == 'b' else 'b']
    own, answer = Log(starter), Log(answerer)
    seen = dict.fromkeys(COLUMNS, '-')
    begin(starter, answerer, number)
    sa = established(starter)
    if sa:
        seen['ike'] = suite(sa[0])
        seen['version'] = sa[0]['version']
    if children(starter):
        observe_child(seen, starter, answerer, carries)
    else:
        seen['outcome'] = 'no-child' if sa else 'no-ike'
        seen['reason'] = reason(own.text(), answer.text())
        if sa and established(answerer):
            seen['answer'] = number_of(established(answerer)[0]['name'])
        settle(seen, starter, answerer)
    seen['heard'] = 'received packet' in answer.text()
    clear()
    return seen


COLUMNS = ('outcome', 'reason', 'answer', 'ike', 'esp', 'selectors', 'rekey', 'rekey_there', 'ike_rekey', 'starter',
           'answerer')


def starters(path):
    """The IDs of what is enabled and has a peer."""
    with open(path, encoding='ascii') as file:
        tunnels = tunnels_of(file.read())
    return [number for number, text in tunnels if '\nno enable' not in text and '\npeer ' in text]


def is_silence(seen):
    return seen['reason'] == 'NO_ANSWER' or 'nothing' in seen.values()


def try_end(side, number, look=observe):
    """What did not come may be late on a busy machine: it is silence if it stays so, once more where nothing was heard."""
    for again in range(3):
        seen = look(side, number)
        if not is_silence(seen) or (again and not seen['heard']):
            break
    return seen


def row(folder, side, number, seen):
    return '\t'.join(['from', folder, side, number] + [seen[key] for key in COLUMNS]) + '\n'


def try_pair(folder, automatic, pkis):
    """The lines of a pair."""
    ends = [load(GATEWAYS[side], f'{folder}/{side}.cfg', automatic, pki) for side, pki in zip('ab', pkis)]
    if not all(ends):
        return [f'invalid\t{folder}\n']
    lines = []
    for side in 'ab':
        for number in starters(f'{folder}/{side}.cfg'):
            seen = try_end(side, number)
            lines.append(row(folder, side, number, seen))
    return lines or [f'nobody\t{folder}\n']


if __name__ == '__main__':
    with open(sys.argv[1], 'a', encoding='ascii') as out:
        for line in sys.stdin:
            where, kind, *folders = line.rstrip('\n').split('\t')
            out.writelines(try_pair(where, kind, folders))  # all of a pair, or nothing
            out.flush()
    for gateway, (_, *addresses) in ADDRESSES.items():  # for who comes next
        have_addresses(gateway, ''.join(f'ipsec 1\nlocal-address {address}\nend\n' for address in addresses))
