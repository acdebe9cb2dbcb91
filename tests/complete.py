#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: tests/complete.py SHELL SCRIPT LINE...

Types each LINE at an interactive shell that has SCRIPT for tcptune, presses
Tab, and prints below "== LINE" what the shell then shows, last of all
"line: " and the line as it stands.
"""
import os
import pty
import re
import select
import signal
import sys
import tempfile

SETUP = {
    "bash": """bind 'set bell-style none' 'set completion-query-items 0' \
        'set page-completions off' 'set show-all-if-ambiguous on'
        bind -x '"\\C-xd": echo "line: $READLINE_LINE:"'; source '{script}'""",
    "zsh": """mkdir {home}/f; ln -s '{script}' {home}/f/_tcptune; fpath=({home}/f $fpath)
        autoload -Uz compinit; compinit -D -u; LISTMAX=0; unsetopt beep auto_menu
        tell() {{ print; print -r "line: $BUFFER:" }}; zle -N tell; bindkey '^Xd' tell""",
}
WORDS = {"bash": ["bash", "--norc", "--noprofile", "-i"], "zsh": ["zsh", "-f", "-i"]}
PATIENCE = 60  # seconds; only a shell that hangs needs them


def read_until(fd, end):
    seen = ""
    while not re.search(end, seen):
        if not select.select([fd], [], [], PATIENCE)[0]:
            sys.exit(f"the shell does not answer: {seen!r}")
        seen += os.read(fd, 65536).decode(errors="replace")
    return seen


def plain(text):
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\x07", "", text)
    return re.sub(r"[\r\n]+", "\n", text)


def main(shell, script, *lines):
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(TERM="dumb", PS1="")
        os.execvp(WORDS[shell][0], WORDS[shell])
    with tempfile.TemporaryDirectory() as home:
        setup = SETUP[shell].format(script=script, home=home)
        os.write(fd, f"stty rows 500 cols 200\n{setup}\necho rea''dy\n".encode())
        read_until(fd, "ready\r\n")
        for line in lines:
            os.write(fd, f"{line}\t\x18d".encode())  # Tab, and the key that tells
            shown = plain(read_until(fd, "line: [^\n]*:\r*\n"))
            print(f"== {line}\n{shown}")
            os.write(fd, b"\x15")  # forget the line
        os.kill(pid, signal.SIGHUP)


main(*sys.argv[1:])
