#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Between weipsec-apply and charon, for the lab.

vici.py run SOCKET RECORD N WHOM COMMAND...
	Runs COMMAND with the environment's VICI set to the URI of a socket of ours, whose packets go to
	charon's SOCKET and back. At the Nth packet that COMMAND sends, which still reaches charon, it kills
	WHOM (`client', or a process ID) with SIGKILL; N 0: never; N may be a command of VICI, whose first
	packet that is. With `refuse' for WHOM charon does not get the packet, and if it changes something the
	answer is a refusal; with `stop-ID' process ID is stopped before the packet; with `end' COMMAND gets a SIGTERM; with `close' the connection ends; with `keep' its
	packets are in RECORD.sent. With `hide' the Nth packet that asks for certificates or private keys is
	answered as if there were none. RECORD, JSON, is kept true to what charon was given: digests of connections
	and secrets by name, and what it waited for in vain. Exit status: 99 when COMMAND was killed, else COMMAND's.
	With N 0 what `show' prints then is in RECORD.shows, and how many packets it sent in RECORD.packets.
vici.py show SOCKET RECORD
	Prints what charon lists, and the digests of what it was given of that.
vici.py call SOCKET COMMAND [KEY=VALUE | KEY=@FILE]...
	Sends a command to charon, and prints its reply; fails when that says no success.
vici.py play SOCKET garbage|silence|close COMMAND...
	Runs COMMAND with such a charon.
"""
import hashlib
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading

LOADS = {'load-conn': 'conn', 'load-shared': 'shared'}
CHANGES = ('load', 'unload', 'terminate')
HIDDEN = ('get-keys', 'list-certs')
REFUSAL = b'\x01\x03\x07success\x00\x02no\x03\x06errmsg\x00\x07because'
UNLOADS = {'unload-conn': 'conn', 'unload-shared': 'shared'}


def read_packet(sock):
    head = read_exactly(sock, 4)
    return head and read_exactly(sock, struct.unpack('>I', head)[0])


def read_exactly(sock, size):
    data = b''
    while len(data) < size:
        try:
            more = sock.recv(size - len(data))
        except OSError:
            return None
        if not more:
            return None
        data += more
    return data


def send_packet(sock, packet):
    try:
        sock.sendall(struct.pack('>I', len(packet)) + packet)
    except OSError:
        pass


def parse(data):
    """A message as nested dictionaries and lists."""
    stack, at = [{}], 0
    while at < len(data):
        kind, at = data[at], at + 1
        if kind in (1, 3, 4):
            name = data[at + 1:at + 1 + data[at]].decode()
            at += 1 + data[at]
        if kind in (3, 5):
            size = struct.unpack('>H', data[at:at + 2])[0]
            value, at = data[at + 2:at + 2 + size], at + 2 + size
        if kind == 1:
            stack.append(stack[-1].setdefault(name, {}))
        elif kind == 3:
            stack[-1][name] = value
        elif kind == 4:
            stack.append(stack[-1].setdefault(name, []))
        elif kind == 5:
            stack[-1].append(value)
        else:
            stack.pop()
    return stack[0]


class Record:
    """What charon was given, kept in a file."""

    def __init__(self, path):
        self.path = path
        self.packets = 0
        try:
            with open(path) as file:
                self.loaded = json.load(file)
        except FileNotFoundError:
            self.loaded = {}

    def note(self, command, body, reply):
        message, answer = parse(body), parse(reply)
        if answer.get('matches') != answer.get('terminated'):
            self.loaded['waited for ' + message['ike'].decode()] = ''
        elif answer.get('success') != b'yes':
            return
        if command in LOADS:
            name = message['id'].decode() if command == 'load-shared' else next(iter(message))
            self.loaded[LOADS[command] + ' ' + name] = hashlib.sha256(body).hexdigest()
        elif command in UNLOADS:
            name = message.get('name') or message.get('id')
            self.loaded.pop(UNLOADS[command] + ' ' + name.decode(), None)
        with open(self.path, 'w') as file:
            json.dump(self.loaded, file)


def connect(path):
    sock = socket.socket(socket.AF_UNIX)
    sock.connect(path)
    return sock


def listen(path):
    if os.path.exists(path):
        os.unlink(path)
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen(4)
    return server


def start(command, path):
    return subprocess.Popen(command, env={**os.environ, 'VICI': 'unix://' + path})


def split(packet):
    name = packet[2:2 + packet[1]].decode()
    return name, packet[2 + packet[1]:]


def forward(client, charon, record, at, act, hides=False, keep=None):
    """Packets of one connection. charon answers each of the client's with one that is no event."""
    count, asked, acted, ends = 0, 0, False, False
    while True:
        packet = read_packet(client)
        if packet is None:
            return
        count += 1
        record.packets = count
        command = split(packet)[0] if packet[0] == 0 else ''
        hidden = hides and command in HIDDEN
        asked += hidden
        hidden = hidden and asked == int(at)
        if keep:
            keep.write(struct.pack('>I', len(packet)) + packet)
        if not acted and not hides and at in (str(count), command):
            acted = True
            if act:
                ends = act()
            elif command.split('-')[0] in CHANGES:
                send_packet(client, REFUSAL)
                continue
        send_packet(charon, packet)
        if ends:
            client.close()
            return
        while True:
            reply = read_packet(charon)
            if reply is None:
                client.close()
                return
            if packet[0] == 0 and reply[0] == 1:
                record.note(*split(packet), reply[1:])
            if not hidden:
                send_packet(client, reply)
            elif reply[0] != 7:
                send_packet(client, reply[:1])
            if reply[0] != 7:
                break


def run(target, record, number, whom, *command):
    path = record + '.socket'
    server = listen(path)
    process = start(command, path)
    killed = []
    given = Record(record)

    def act():
        """True if the connection is to end."""
        if whom == 'close':
            return True
        if whom == 'end':
            process.terminate()
            return False
        if whom.startswith('stop-'):
            os.kill(int(whom[5:]), signal.SIGSTOP)
            return False
        killed.append(True)
        if whom == 'client':
            process.kill()
            process.wait()
        else:
            os.kill(int(whom), signal.SIGKILL)
        return False

    def serve():
        client, _ = server.accept()
        with open(record + '.sent' if whom == 'keep' else os.devnull, 'wb') as keep:
            forward(client, connect(target), given, number,
                    None if whom in ('refuse', 'hide') else act, whom == 'hide', keep)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    status = process.wait()
    try:  # whoever still waits for a client gets one that goes
        connect(path).close()
    except OSError:
        pass
    thread.join(5)
    os.unlink(path)
    if number == '0' and status == 0:
        with open(record + '.shows', 'w') as file:
            file.write(listing(target, record))
        with open(record + '.packets', 'w') as file:
            print(given.packets, file=file)
    return 99 if status == -signal.SIGKILL else status


def pair(word):
    key, value = word.split('=', 1)
    if value.startswith('@'):
        with open(value[1:], 'rb') as file:
            value = file.read()
    else:
        value = value.encode()
    return bytes([3, len(key)]) + key.encode() + struct.pack('>H', len(value)) + value


def ask(sock, command, stream=None, body=b''):
    parts = []
    if stream:
        send_packet(sock, bytes([3, len(stream)]) + stream.encode())
        read_packet(sock)
    send_packet(sock, bytes([0, len(command)]) + command.encode() + body)
    while True:
        packet = read_packet(sock)
        if packet[0] != 7:
            return parts, parse(packet[1:])
        parts.append(parse(packet[2 + packet[1]:]))


def listing(target, record):
    sock = connect(target)
    loaded = Record(record).loaded
    lines = []
    for name in ask(sock, 'get-shared')[1].get('keys', []):
        key = 'shared ' + name.decode()
        lines.append(key + ' ' + loaded.get(key, 'unknown'))
    for name in ask(sock, 'get-keys')[1].get('keys', []):
        lines.append('key ' + name.decode())
    for part in ask(sock, 'list-conns', 'list-conn')[0]:
        for name, conn in part.items():
            key = 'conn ' + name
            lines.append(key + ' ' + loaded.get(key, 'unknown') + ' ' + repr(conn))
    return ''.join(line + '\n' for line in sorted(lines))


def show(target, record):
    print(listing(target, record), end='')
    return 0


def call(target, command, *words):
    reply = ask(connect(target), command, body=b''.join(map(pair, words)))[1]
    for key, value in reply.items():
        for item in value if isinstance(value, list) else [value]:
            print(key + ' ' + item.decode())
    return 0 if reply.get('success', b'yes') == b'yes' else 1


def play(path, role, *command):
    server = listen(path)

    def serve():
        client, _ = server.accept()
        if role == 'close':
            client.close()
        if role == 'garbage':
            client.sendall(b'HTTP/1.0 400 What\r\n\r\n' * 50)
        while role == 'silence' and client.recv(65536):
            pass

    threading.Thread(target=serve, daemon=True).start()
    status = start(command, path).wait()
    os.unlink(path)
    return status


if __name__ == '__main__':
    sys.exit({'run': run, 'show': show, 'call': call, 'play': play}[sys.argv[1]](*sys.argv[2:]))
