#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Traffic for many tunnels: talk.py OWN THERE COUNT

In each second a packet from 10.OWN.N.1 to 10.THERE.N.1 for each N from 1 to COUNT, and whatever comes is taken.
"""
import socket
import sys
import time

own, there, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
sockets = []
for n in range(1, count + 1):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((f'10.{own}.{n}.1', 9009))
    sock.setblocking(False)
    sockets.append(sock)
while True:
    for n, sock in enumerate(sockets, 1):
        try:
            sock.sendto(b'.' * 64, (f'10.{there}.{n}.1', 9009))
        except OSError:
            pass  # no tunnel, no route
        try:
            while True:
                sock.recv(2048)
        except OSError:
            pass
    time.sleep(1)
