#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A supervisor to which the system says no: refused.py HINDER LIBRARY STRIDE OLD NEW

	HINDER (tests/faults/hinder.c) runs alice's `supervise', whose charon has tunnel 1 up, with one system call
	refused: each one in turn, with each errno that it can have, and some with all of its name behind it; of these
	runs one in STRIDE. In each the supervisor finds charon, applies the file NEW over OLD, is asked for its status,
	finds that the file is OLD again, and is told to end.

	What is refused alone costs nothing: it gets there, and ends with 0; or it ends by itself, with 1 or 2 and a last
	line that says why, and one that is started anew gets there. What is refused for ever costs no more than that: it
	ends, by itself or when it is told to. In no case tunnel 1 is made anew, nor does it ask the system without end.
"""
import errno
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

import live

GATEWAY = 'alice'
FOLDER = f'{live.LAB}/{GATEWAY}'
STATE, FILE = f'{FOLDER}/state', f'{FOLDER}/weos.cfg'
WAIT = 40  # seconds, for what comes within 2 on a quiet machine
AWHILE = 2  # seconds in which one that cannot get there may ask without end
OFTEN = 1000  # calls in each second: nobody makes so many who waits

FAULTS = {'sendto': ['EPIPE', 'ECONNRESET', 'ENOBUFS', 'EAGAIN', 'half'], 'recvfrom': ['ECONNRESET', 'ENOMEM', 'EAGAIN', 'half'],
          'read': ['EIO', 'EINTR', 'half'], 'write': ['ENOSPC', 'EIO', 'EINTR', 'half'], 'poll': ['ENOMEM', 'EINTR'],
          'accept4': ['EMFILE', 'ENOMEM', 'ECONNABORTED', 'EINTR'], 'connect': ['ECONNREFUSED', 'EACCES', 'EAGAIN'],
          'epoll_wait': ['EINTR'], 'epoll_pwait': ['EINTR'], 'epoll_create1': ['EMFILE', 'ENOMEM'], 'epoll_ctl': ['ENOMEM', 'ENOSPC'],
          'timerfd_create': ['EMFILE', 'ENOMEM'], 'signalfd4': ['EMFILE', 'ENOMEM'], 'socket': ['EMFILE', 'ENOMEM', 'EACCES'],
          'openat': ['EACCES', 'EMFILE', 'EIO', 'ENOSPC', 'EROFS', 'EINTR'], 'fsync': ['EIO', 'ENOSPC'], 'flock': ['ENOLCK', 'EINTR'],
          'fcntl': ['EMFILE'], 'close': ['EIO', 'EINTR'], 'bind': ['EACCES', 'EADDRINUSE', 'ENOMEM'], 'listen': ['EADDRINUSE'],
          'getdents64': ['EIO'], 'getcwd': ['EACCES', 'ENOMEM'], 'fstat': ['EIO']}
OTHERS = ['EACCES', 'EIO', 'ENOSPC', 'EROFS']  # of what makes, renames, removes or looks at a name
PASSES = ('EINTR', 'EAGAIN', 'half', 'ECONNABORTED')  # what comes alone


class Wrong(Exception):
    pass


# --- what there is -------------------------------------------------------------------------------------------

def ask(command):
    """The answer of whoever supervises, or None."""
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(15)
    try:
        folder = os.open(STATE, os.O_RDONLY)
        try:
            sock.connect(f'/proc/self/fd/{folder}/control')
        finally:
            os.close(folder)
        sock.sendall(json.dumps({'command': command}).encode())
        sock.shutdown(socket.SHUT_WR)
        answer = b''.join(iter(lambda: sock.recv(65536), b''))
        return json.loads(answer) if answer else None
    except OSError:
        return None
    finally:
        sock.close()


def rekeying():
    """That of tunnel 2, which tells which file it is of."""
    events = live.call(GATEWAY, 'list-conns', 'list-conn')[1]
    found = [live.words(event['ipsec2']) for event in events if 'ipsec2' in event]
    return found[0]['children']['tunnel2']['rekey_time'] if found else None


def wanted(path):
    with open(path, encoding='ascii') as file:
        return re.search(r'(?s)ipsec 2\n.*?sa-rekey-time (\d+)', file.read())[1]


def is_there(path):
    """charon has what PATH says, and whoever supervises says so."""
    said = ask('status')
    return bool(said and said['charon'] and said['config']['success'] is not False and rekeying() == wanted(path) and
                [tunnel['id'] for tunnel in said['tunnels']] == [1, 2] and said['tunnels'][0]['state'] == 'Up(Installed)')


def first_sa():
    return [(sa['uniqueid'], sorted(sa['child-sas'])) for sa in live.established(GATEWAY) if sa['name'] == 'ipsec1']


def put(path):
    """The file is PATH from now on."""
    shutil.copy(path, FILE + '.new')
    os.rename(FILE + '.new', FILE)


# --- a run ---------------------------------------------------------------------------------------------------

class Supervisor:
    def __init__(self, before=()):
        self.got = False
        with open(f'{FOLDER}/said', 'w', encoding='ascii') as out:
            self.process = subprocess.Popen(
                ['ip', 'netns', 'exec', f'{os.environ["LAB_NS"]}-{GATEWAY[0]}', *before, os.environ['WEIPSEC_APPLY'], 'supervise',
                 '--vici', f'unix://{FOLDER}/vici', '--state-dir', STATE, '--metrics', f'{FOLDER}/metrics', FILE],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    def has_ended(self):
        return self.process.poll() is not None

    def reaches(self, path, seconds=WAIT):
        """It may be there for a moment, and end in the next."""
        live.wait_for(lambda: self.has_ended() or is_there(path) and self.note(), seconds)
        gets, self.got = self.got, False
        return gets

    def note(self):
        self.got = True
        return True

    def end(self):
        """Its exit status."""
        if not self.has_ended():
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(WAIT)
        except subprocess.TimeoutExpired:
            subprocess.run(['pkill', '-KILL', '-P', str(self.process.pid)], check=False)
            self.process.kill()
            self.process.wait()
            raise Wrong('it does not end') from None

    @staticmethod
    def said():
        with open(f'{FOLDER}/said', encoding='utf-8', errors='replace') as file:
            return file.read()


class Trial:
    def __init__(self, hinder, library, old, new):
        self.hinder, self.library, self.old, self.new = hinder, library, old, new
        self.runs = self.ended = 0
        self.first = None

    def begin(self, at, what):
        put(self.new)
        return Supervisor([self.hinder, self.library, f'{FOLDER}/calls', str(at), what])

    @staticmethod
    def calls():
        with open(f'{FOLDER}/calls', encoding='ascii') as file:
            return file.read().split()

    def whole(self):
        """One to which nothing is refused, and back; the names of its calls."""
        supervisor = self.begin(0, '0')
        if not supervisor.reaches(self.new):
            raise Wrong('it never gets there')
        put(self.old)
        if not supervisor.reaches(self.old):
            raise Wrong('it does not see that the file is another one')
        if supervisor.end() != 0:
            raise Wrong('it does not end well')
        return self.calls()

    def go(self, at, what):
        """A run; what it ended with, and whether that was by itself."""
        begun = time.monotonic()
        for_ever = what.endswith('+')
        supervisor = self.begin(at, what)
        gets = supervisor.reaches(self.new, AWHILE if for_ever else WAIT)
        if gets:
            put(self.old)
            gets = supervisor.reaches(self.old, AWHILE if for_ever else WAIT)
        by_itself = supervisor.has_ended()
        status = supervisor.end()
        if len(self.calls()) > 3 * self.length + OFTEN * (time.monotonic() - begun):
            raise Wrong(f'{len(self.calls())} calls')
        if not gets and not by_itself and not for_ever:
            raise Wrong('it stays, and does not get there')
        return status, by_itself

    def judge(self, status, by_itself):
        said = Supervisor.said()
        if by_itself and status not in (1, 2):
            raise Wrong(f'it ends by itself with {status}')
        if status not in (0, 2) and not by_itself:
            raise Wrong(f'it was told to end, and does with {status}')
        if status != 0 and 'weipsec-apply: ' not in said.rstrip('\n').rpartition('\n')[2]:
            raise Wrong('it does not say why it ends')
        if live.LAB and os.environ['DEVICE_SECRET'] in said:
            raise Wrong('it says a secret')

    def recover(self):
        """One that is started behind it gets to OLD, and tunnel 1 is as it was."""
        put(self.old)
        supervisor = Supervisor()
        gets = supervisor.reaches(self.old)
        status = supervisor.end()
        if not gets or status != 0:
            raise Wrong(f'the next one does not get there: {status}')
        if first_sa() != self.first:
            raise Wrong(f'tunnel 1 was {self.first}, and is {first_sa()}')

    def refuse(self, at, what):
        self.runs += 1
        status, by_itself = self.go(at, what)
        self.judge(status, by_itself)
        self.ended += by_itself
        self.recover()


def pairs_of(names):
    """Each call and what it can meet; for ever from the first one of a name on, and from the one in the middle."""
    pairs, places = [], {}
    for at, name in enumerate(names, 1):
        places.setdefault(name, []).append(at)
        pairs += [(len(places[name]), name, fault) for fault in FAULTS.get(name, OTHERS)]
    for name, ats in places.items():
        pairs += [(at, name, fault + '+') for at in sorted({1, (len(ats) + 1) // 2})
                  for fault in FAULTS.get(name, OTHERS) if fault not in PASSES]
    return pairs


def number_of(fault):
    word = fault.rstrip('+')
    return fault if word == 'half' else f'{getattr(errno, word)}{fault[len(word):]}'


def main(hinder, library, stride, old, new):
    trial = Trial(hinder, library, old, new)
    put(old)
    supervisor = Supervisor()
    if not supervisor.reaches(old):
        print('there is nothing to begin with:', Supervisor.said())
        return 1
    supervisor.end()
    trial.first = first_sa()
    names = trial.whole()
    trial.length = len(names)
    pairs = pairs_of(names)
    wrong = 0
    for at, name, fault in pairs[stride // 2::stride]:
        try:
            trial.refuse(f'{name}:{at}', number_of(fault))
        except Wrong as why:
            wrong += 1
            print(f'{fault} at {name} {at}: {why}\n{Supervisor.said()}', flush=True)
            try:
                trial.recover()
            except Wrong:
                trial.first = first_sa()
    print(f'{len(names)} calls, {trial.runs} of {len(pairs)} refusals, {trial.ended} ends by itself, {wrong} wrong')
    return 1 if wrong or not trial.runs or not trial.first else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5]))
