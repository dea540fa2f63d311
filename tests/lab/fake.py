# SPDX-License-Identifier: ISC
"""What a test of the supervisor pretends to be: systemd, a broken charon, a rude client.

fake.py notify SOCKET            prints each datagram that comes to SOCKET, a line each
fake.py garbage SOCKET           sends every client noise, and hangs up on it
fake.py ask SOCKET TEXT          sends TEXT (- is standard input) to SOCKET and prints the answer
fake.py silent SOCKET COUNT      connects COUNT times, says so, and waits until all are hung up on
fake.py rude SOCKET              bothers SOCKET: noise, halves, silence, too much
"""
import json
import os
import socket
import sys


def connect(path):
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    client.connect(path)
    client.settimeout(20)
    return client


def receive(client):
    answer = b""
    while part := client.recv(65536):
        answer += part
    return answer


def notify(path):
    server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    server.bind(path)
    while True:
        print(server.recv(4096).decode(), flush=True)


def garbage(path):
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(path)
    server.listen(8)
    noises = [b"\xff" * 64, b"\0\0\0\1\7", b"\0\0\0\5\1\3\0\xff\xff", os.urandom(4096), b"\0\0\0\2\1\2", b""]
    while True:
        client, _ = server.accept()
        noise = noises.pop(0)
        noises.append(noise)
        try:
            client.sendall(noise)
            client.recv(4096)
        except OSError:
            pass
        client.close()


def ask(path, text):
    client = connect(path)
    try:
        client.sendall((sys.stdin.read() if text == "-" else text).encode())
        client.shutdown(socket.SHUT_WR)
    except BrokenPipeError:
        pass
    sys.stdout.write(receive(client).decode())


def rude(path):
    texts = ["", "x", "[]", "{}", "{\"command\":", "[" * 100000, "{\"command\":7}", "\0" * 5000,
             json.dumps({"command": "apply", "document": "<ipsec"}),
             json.dumps({"command": "apply", "document": None, "confirm": 1 << 40}),
             json.dumps({"command": "apply", "document": "x", "file": "relative"}),
             json.dumps({"command": "restart", "tunnel": -1}),
             json.dumps({"command": "restart", "tunnel": "1"})]
    for text in texts:
        client = connect(path)
        client.sendall(text.encode())
        client.shutdown(socket.SHUT_WR)
        answer = receive(client)
        assert not answer or json.loads(answer)["result"] != "done", (text, answer)
    huge = connect(path)
    try:
        for _ in range(200):
            huge.sendall(b"x" * 65536)
        raise AssertionError("13 MB were taken")
    except (BrokenPipeError, ConnectionResetError):
        pass
    silent(path, 40)


def silent(path, count):
    # they take all places there are; each is hung up on when its time is over
    clients = [connect(path) for _ in range(int(count))]
    print("connected", flush=True)
    for client in clients:
        assert receive(client) == b""


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
