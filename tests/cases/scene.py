#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: scene.py COMMAND...

Brings lo up in the network namespace it is in, makes sockets in many states
over loopback, waits until they have settled, and runs the command while they
stand.  Its exit status is the command's.
"""
import fcntl
import os
import socket
import struct
import subprocess
import sys
import time

V4, V6 = socket.AF_INET, socket.AF_INET6
kept = []


def bring_lo_up():
    with socket.socket(V4, socket.SOCK_DGRAM) as s:
        request = struct.pack("16sh14x", b"lo", 0x1 | 0x40)  # IFF_UP, IFF_RUNNING
        fcntl.ioctl(s, 0x8914, request)  # SIOCSIFFLAGS


def listen(family, address, port, backlog):
    s = socket.socket(family)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((address, port))
    s.listen(backlog)
    kept.append(s)
    return s


def connect(family, address, port, source=None):
    s = socket.socket(family)
    if source:
        s.bind((source, 0))
    s.connect((address, port))
    kept.append(s)
    return s


def pair(listener, source):
    client = connect(V4, "127.0.0.1", listener.getsockname()[1], source)
    server, _ = listener.accept()
    kept.append(server)
    return client, server


def drop(s):
    kept.remove(s)
    s.close()


def scene():
    web = listen(V4, "127.0.0.1", 8080, 32)
    both = listen(V6, "::", 8443, 2)
    listen(V4, "0.0.0.0", 9000, 5)

    for n in range(6):
        _, server = pair(web, "127.0.0.2")
        if n < 2:
            server.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for _ in range(3):  # the client closes, the server does not
        client, _ = pair(web, "127.0.0.3")
        drop(client)
    for _ in range(2):
        client, _ = pair(web, "127.0.0.4")
        client.shutdown(socket.SHUT_WR)
    for _ in range(4):  # TIME_WAIT at the client's end
        client, server = pair(web, "127.0.0.5")
        drop(client)
        server.recv(1)
        drop(server)
    for _ in range(3):  # a full accept queue, and IPv4 to an IPv6 socket
        connect(V4, "127.0.0.1", both.getsockname()[1], "127.0.0.6")
    try:
        more = socket.socket(V4)
        kept.append(more)
        more.settimeout(0.3)
        more.connect(("127.0.0.1", 8443))  # dropped: SYN_SENT, and counted by the listener
    except OSError:
        pass


def settled():
    out = subprocess.run(["ss", "-Htan"], capture_output=True, text=True, check=True).stdout
    return not any(line.startswith(("FIN-WAIT-1", "LAST-ACK")) for line in out.splitlines())


bring_lo_up()
scene()
for _ in range(100):
    if settled():
        break
    time.sleep(0.05)
else:
    sys.exit("scene.py: the sockets do not settle")
sys.exit(subprocess.run(sys.argv[1:], check=False).returncode)
