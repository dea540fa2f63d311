# SPDX-License-Identifier: ISC
"""What `status' said of a gateway's tunnels, against what its charon said just before and just after.

charon is read (list-sas over VICI, and its log), then `status', then charon again; between the first two lies more
than the 500 ms for which a supervisor shows again what it saw. A tunnel is compared where both readings of charon
are the same: nothing of it began, ended or went over into another state meanwhile. What came and went within that
time shows by its number, which is higher than all of the first reading.
"""
import json
import os
import re
import subprocess

import live

CARRIES = ('INSTALLED', 'REKEYING', 'UPDATING')
COUNTS = ('bytes-in', 'packets-in', 'bytes-out', 'packets-out')
SUMS = {'received_bytes': 'bytes-in', 'received_packets': 'packets-in', 'transmitted_bytes': 'bytes-out',
        'transmitted_packets': 'packets-out'}
SILENT = 3  # seconds without a packet, of a peer that may be said not to answer a probe of version 1
SETTLES = 4  # seconds that a supervisor may take to find that charon is back


class Log:
    """Which IKE_SAs wait in vain, as charon's log has it.

    >>> log = Log('alice')
    >>> log.take('15[IKE] <ipsec24|7> sending retransmit 1 of response message ID 1784117253, seq 2147483649')
    >>> log.take('10[IKE] <ipsec1|8> received retransmit of request with ID 3, retransmitting response')
    >>> log.take('15[IKE] <ipsec24|7> sending DPD request')
    >>> log.unanswered, log.probed
    (set(), {7})
    >>> log.take('15[IKE] <ipsec24|7> sending retransmit 1 of request message ID 1881311391, seq 6')
    >>> log.take('11[IKE] <ipsec1|8> retransmit 1 of request with message ID 3')
    >>> log.take('14[ENC] <ipsec24|7> parsed INFORMATIONAL_V1 request 2528498785 [ HASH N(DPD_ACK) ]')
    >>> sorted(log.unanswered), log.probed
    ([7, 8], set())
    >>> log.take('09[ENC] <ipsec24|7> parsed QUICK_MODE response 1881311391 [ HASH SA No KE ID ID ]')
    >>> log.take('09[ENC] <ipsec1|8> parsed INFORMATIONAL response 3 [ ]')
    >>> log.unanswered
    set()
    """

    LINE = re.compile(r'<ipsec\d+\|(\d+)> (.*)')

    def __init__(self, gateway):
        self.path = f'{live.LAB}/{gateway}/log'
        self.begin()

    def begin(self):
        """A new charon counts its IKE_SAs from 1, in a log of its own."""
        self.at, self.unanswered, self.probed = 0, set(), set()

    def read(self):
        if os.path.getsize(self.path) < self.at:
            self.begin()
        with open(self.path, 'rb') as file:
            file.seek(self.at)
            whole = file.read().rpartition(b'\n')[0]
        self.at += len(whole) + 1 if whole else 0
        for line in whole.decode(errors='replace').split('\n'):
            self.take(line)

    def take(self, line):
        found = self.LINE.search(line)
        if found:
            self.note(int(found[1]), found[2])

    def note(self, number, text):
        """Version 1 repeats answers, too, and acknowledges probes with what is called a request."""
        if re.match(r'(sending )?retransmit \d+ of request ', text):
            self.unanswered.add(number)
        elif text.startswith('sending DPD request'):
            self.probed.add(number)
        elif text.startswith('parsed ') and ' response ' in text:
            self.unanswered.discard(number)
            self.probed.discard(number)
        elif text.startswith('parsed ') and ' [ HASH ' in text:
            self.probed.discard(number)


class Reading:
    """charon at one moment: a Tunnel by ID."""

    def __init__(self, gateway, log):
        self.tunnels, self.last = {}, 0
        log.read()
        for sa in live.sas(gateway):
            number = int(sa['uniqueid'])
            self.last = max(self.last, number)
            if re.fullmatch(r'ipsec\d+', sa['name']):
                self.tunnels.setdefault(int(sa['name'][5:]), []).append(
                    {'number': number, 'state': sa['state'], 'version': sa['version'], 'waits': bool(sa.get('tasks-active')),
                     'unanswered': number in log.unanswered, 'children': list(sa['child-sas'].values()),
                     'probed': number in log.probed and not any(0 <= int(child.get('use-in', -1)) < SILENT
                                                                for child in sa['child-sas'].values())})

    def of(self, tunnel):
        return self.tunnels.get(tunnel, [])

    def mark(self, tunnel):
        """What is the same as long as nothing has changed."""
        return [(sa['number'], sa['state'], sa['waits'], sa['unanswered'], sa['probed'],
                 sorted((child['uniqueid'], child['state'], child.get('spi-in'), child.get('spi-out')) for child in sa['children']))
                for sa in self.of(tunnel)]


def carries(sa):
    return any(child['state'] in CARRIES for child in sa['children'])


def is_established(sa):
    return sa['state'] in ('ESTABLISHED', 'REKEYING')


def states_of(sas):
    """The states that are true of these IKE_SAs."""
    waiting = [sa for sa in sas if is_established(sa) and sa['waits']]
    unanswered = [sa for sa in waiting if sa['unanswered']]
    if waiting and not any(carries(sa) and sa not in waiting for sa in sas) and len(unanswered) == len(waiting):
        return {'Down(Retransmission)'}
    said = {'Down(Retransmission)'} if any(sa['probed'] and sa['version'] == '1' for sa in sas) else set()
    if any(map(carries, sas)):
        return said | {'Up(Installed)'}
    if any(map(is_established, sas)):
        return said | {'Down(IKE Established)'}
    return {'Down(Connecting)' if any(sa['state'] in ('CREATED', 'CONNECTING') for sa in sas) else 'Down(Unknown)'}


def status(gateway):
    """The document, or None where there is none."""
    done = subprocess.run([os.environ['WEIPSEC_APPLY'], 'status', '--json', '--vici', f'unix://{live.LAB}/{gateway}/vici',
                           '--state-dir', f'{live.LAB}/{gateway}/state'], capture_output=True, check=False, timeout=60)
    return json.loads(done.stdout) if done.stdout else None


class Witness:
    """Compares, once a second, and keeps what was untrue."""

    def __init__(self, gateway):
        self.gateway, self.log = gateway, Log(gateway)
        self.compared = self.changing = self.passing = self.counters = 0
        self.untrue, self.states = [], {}
        self.before, self.away_at, self.said, self.sums = None, None, None, {}

    def read(self, now):
        try:
            return Reading(self.gateway, self.log)
        except (OSError, TypeError):  # a connection that ends
            self.away_at = now
            self.log.begin()
            return None

    def lies(self, now, what):
        self.untrue.append(f'{now:.1f} s: {self.gateway}: {what}')

    def look_before(self, now):
        self.before = self.read(now)

    def look_after(self, now, name='status'):
        """Whatever `status' says now, and charon after it."""
        said = status(self.gateway)
        after = self.read(now)
        if said is None:
            self.lies(now, f'{name} says nothing')
        elif not self.before and not after:
            self.is_told_away(now, said)
        elif self.before and after and (self.away_at is None or now - self.away_at > SETTLES):
            self.compare(now, said, after)
        self.said = said
        return after

    def is_told_away(self, now, said):
        shown = {tunnel['state'] for tunnel in said['tunnels']}
        if said['charon'] is None and shown <= {'Down(Unknown)'}:
            self.compared += len(said['tunnels'])
        elif self.away_at is not None:
            self.lies(now, f'charon is away, and {said["charon"]} with {sorted(shown)} is said')

    def compare(self, now, said, after):
        if said['charon'] is None:
            self.lies(now, 'charon is there, and is said to be out of reach')
            return
        for tunnel in said['tunnels']:
            number = tunnel['id']
            self.check_sums(now, tunnel)
            if self.before.mark(number) != after.mark(number):
                self.changing += 1
            elif self.came_and_went(tunnel):
                self.passing += 1
            else:
                self.compare_tunnel(now, tunnel, after)

    def came_and_went(self, tunnel):
        return int((tunnel['ike'] or {}).get('uniqueid', 0)) > self.before.last

    def compare_tunnel(self, now, tunnel, after):
        self.compared += 1
        sas = after.of(tunnel['id'])
        self.states[tunnel['state']] = self.states.get(tunnel['state'], 0) + 1
        if tunnel['state'] not in states_of(sas):
            self.lies(now, f'ipsec{tunnel["id"]} is said to be {tunnel["state"]} ({tunnel["why"]}), and charon has {sas}')
        elif tunnel['ike_sas'] != len(sas):
            self.lies(now, f'ipsec{tunnel["id"]} is said to have {tunnel["ike_sas"]} IKE_SAs, and charon has {sas}')
        else:
            self.compare_counters(now, tunnel, after)

    def compare_counters(self, now, tunnel, after):
        """Each counter lies between those of charon before and after."""
        ends = [{child['uniqueid']: child for sa in reading.of(tunnel['id']) for child in sa['children']}
                for reading in (self.before, after)]
        for child in tunnel['children']:
            for key in COUNTS:
                low, value, high = (int(one.get(key, 0)) for one in (ends[0].get(child['uniqueid'], {}), child,
                                                                      ends[1].get(child['uniqueid'], {})))
                self.counters += 1
                if not low <= value <= high:
                    self.lies(now, f'ipsec{tunnel["id"]}: {key} of {child["uniqueid"]} is {value}, and in charon {low} to {high}')

    def check_sums(self, now, tunnel):
        """The sums never fall, and while the CHILD_SAs are the same they grow as these count, or more: of what came and
        went meanwhile."""
        spis = sorted((child['uniqueid'], child.get('spi-in', ''), child.get('spi-out', '')) for child in tunnel['children'])
        counted = {key: sum(int(child.get(key, 0)) for child in tunnel['children']) for key in COUNTS}
        before = self.sums.get(tunnel['id'])
        self.sums[tunnel['id']] = (tunnel['totals'], spis, counted)
        if not before or not before[0] or not tunnel['totals'] or self.begins_anew(before[0], tunnel['totals'], counted):
            return
        for key, counter in SUMS.items():
            grown = tunnel['totals'][key] - before[0][key]
            if grown < 0 or (spis and spis == before[1] and grown < counted[counter] - before[2][counter]):
                self.lies(now, f'ipsec{tunnel["id"]}: {key} grew by {grown}, and {counter} by {counted[counter] - before[2][counter]}')

    @staticmethod
    def begins_anew(before, totals, counted):
        """A tunnel that was removed has no sums: when it comes back, they are of the SAs that it has then."""
        return any(totals[key] < before[key] for key in SUMS) and all(totals[key] <= counted[SUMS[key]] for key in SUMS)
