#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: tests/on_terminal.py TEXT:ANSWER... -- COMMAND...

Run a command on a terminal of its own.  Each time TEXT appears, type ANSWER
(with its escapes: '\\x03' is ^C, '\\n' Enter; before TEXT '' at once).  Prints
what the terminal showed; the status is the command's.
"""
import os
import pty
import select
import sys
import time

LIMIT = 60  # seconds


def main():
    split = sys.argv.index("--")
    talk = [word.split(":", 1) for word in sys.argv[1:split]]
    command = sys.argv[split + 1:]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)

    shown, seen, end = b"", 0, time.monotonic() + LIMIT
    while time.monotonic() < end:
        while talk and (not talk[0][0] or talk[0][0].encode() in shown[seen:]):
            text, answer = talk.pop(0)
            if text:
                seen += shown[seen:].index(text.encode()) + len(text)
            os.write(terminal, answer.encode().decode("unicode_escape").encode("latin-1"))
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            data = os.read(terminal, 4096)
        except OSError:
            break
        if not data:
            break
        shown += data
    os.close(terminal)
    sys.stdout.write(shown.decode(errors="replace"))
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


if __name__ == "__main__":
    main()
