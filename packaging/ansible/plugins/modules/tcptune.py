#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright: The tcptune authors
# SPDX-License-Identifier: GPL-2.0-or-later
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), at your option

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
---
module: tcptune
short_description: Bring a host's TCP settings and open-file limits to a tcptune profile
version_added: 0.1.0
author:
  - The tcptune authors (!UNKNOWN)
description:
  - Runs C(tcptune) on the host and reports what it did, setting by setting.
  - A change is one transaction. If a step fails, everything is put back, the task fails, and
    C(changes) says what became of each step.
  - C(tcptune) changes only what differs, so a task that is run again changes nothing.
requirements:
  - tcptune on the host
options:
  state:
    description:
      - With C(applied), the host is as I(profile) wants it, now and after the next boot.
      - With C(absent), what tcptune has set is taken back. Values go back to what they were
        before it, its files go, its records stay.
      - With C(checked), the host is only compared. This never changes anything, and does not
        fail when the host differs; C(compliant) tells.
      - With C(confirmed), a change that I(confirm) made for a time is kept. Where no change
        awaits that, nothing is done, but see I(transaction).
    type: str
    choices: [applied, absent, checked, confirmed]
    default: applied
  profile:
    description:
      - The name of a profile, or the full path of a profile file on the host.
      - Without it, the one that C(/etc/tcptune/tcptune.conf) names, else C(server).
    type: str
  only:
    description: Only settings whose key matches one of these globs.
    type: list
    elements: str
    default: []
  except:
    description: Leave out settings whose key matches one of these globs.
    type: list
    elements: str
    default: []
  layers:
    description:
      - C(runtime) is what the kernel runs now, and gone after a boot. C(persist) is what the
        next boot will set.
    type: str
    choices: [both, runtime, persist]
    default: both
  confirm:
    description:
      - Apply for this time only, for example C(2min), unless a task with I(state=confirmed)
        follows. If the change cuts the host off, it comes back by itself.
    type: str
  transaction:
    description:
      - With I(state=confirmed), the change to keep, C(transaction.id) of the task that made it.
      - The task fails if that change is gone already, so that a late confirmation is noticed.
    type: str
  comment_out:
    description: Comment out lines of other files below C(/etc) that would win over the profile.
    type: bool
    default: false
  strict:
    description: Refuse where others may change these settings later, instead of warning.
    type: bool
    default: false
  root:
    description: Work on the files below this directory, an image that is not running.
    type: path
  netns:
    description: Work in this network namespace, a name or a path.
    type: str
  executable:
    description: The program, if it is not in the path.
    type: path
    default: tcptune
attributes:
  check_mode:
    description: The program tells what it would do and does nothing.
    support: full
  diff_mode:
    description: Running values before and after, and unified diffs of the files.
    support: full
notes:
  - Needs to run as root (C(become)), except for I(state=checked).
  - An empty I(profile), I(root), I(netns) or I(confirm) is refused, so that a variable without
    a value does not change another host than was meant, or for good. C(default(omit)) leaves
    an option out.
"""

EXAMPLES = r"""
- name: Tune as a general TCP server
  tcptune.tcptune.tcptune:
    profile: server

- name: Tune a proxy, but leave connection tracking to the firewall's role
  tcptune.tcptune.tcptune:
    profile: proxy
    except:
      - net.netfilter.*

- name: Tune for two minutes, and for good once a new connection gets through
  block:
    - name: Apply for two minutes
      tcptune.tcptune.tcptune:
        profile: proxy
        confirm: 2min
      register: tuned
    - name: Connect anew
      ansible.builtin.meta: reset_connection
    - name: Keep it
      tcptune.tcptune.tcptune:
        state: confirmed
        transaction: "{{ tuned.transaction.id | default(omit) }}"

- name: Fail on a host that has drifted
  tcptune.tcptune.tcptune:
    profile: server
    state: checked
  register: tuned
  failed_when: not tuned.compliant
"""

RETURN = r"""
status:
  description:
    - The exit status of the program, the same for every state. 1 is refused or failed with
      nothing changed. 3 is failed on the way with everything restored. 4 is a host that a person
      must look at. 5 is busy with another change or one that awaits confirmation.
  returned: when the program ran
  type: int
  sample: 0
transaction:
  description:
    - What C(tcptune history) knows the change as.
    - C(state) is one word of the program, C(committed) or C(pending) for example.
    - C(confirm_until) is when a change goes away that is not confirmed, in seconds since the
      epoch, else null.
  returned: when something was changed, or was to be
  type: dict
  sample: {"id": "20260101T120000-1", "state": "committed", "confirm_until": null}
changes:
  description: Each step, with what became of it. In check mode, what would be done.
  returned: I(state) is not C(checked)
  type: list
  elements: dict
  contains:
    kind:
      description: What was changed.
      type: str
      sample: sysctl
    key:
      description: The setting; a file has C(file) in its place.
      type: str
      sample: net.core.somaxconn
    before:
      description: What the host had.
      type: str
      sample: "128"
    after:
      description: What it was to have.
      type: str
      sample: "4096"
    result:
      description:
        - C(changed), C(kept), C(restored), C(foreign), C(failed) or C(skipped). In check mode
          C(planned).
      type: str
      sample: changed
    message:
      description: Why, where there is more to say.
      type: str
conflicts:
  description:
    - Lines of other files that would win over the profile at the next boot, because of which
      nothing was changed, each with a C(command) that mends it.
  returned: I(state) is C(applied) or C(absent)
  type: list
  elements: dict
left_alone:
  description: Settings that were not touched, and why. In the program's own words C(skipped).
  returned: I(state) is C(applied) or C(absent)
  type: list
  elements: dict
afterwards:
  description: Commands that make the change take effect where it has not yet.
  returned: I(state) is C(applied) or C(absent)
  type: list
  elements: str
  sample: [systemctl daemon-reload]
unchecked:
  description: What a dry run could not find out.
  returned: in check mode
  type: list
  elements: str
compliant:
  description: Whether the host is as the profile wants it; null if nothing could be compared.
  returned: I(state=checked)
  type: bool
differing:
  description: The settings that are not as wanted, as C(tcptune check --json) describes them.
  returned: I(state=checked)
  type: list
  elements: dict
findings:
  description: What sockets, counters and files tell, as C(tcptune check --json) describes it.
  returned: I(state=checked)
  type: list
  elements: dict
error:
  description: What the program said, with the file and the line it means.
  returned: on failure
  type: dict
  sample: {"code": "EINVAL", "message": "unknown key", "file": "/etc/tcptune/profiles/web.conf", "line": 3}
"""

import json

from ansible.module_utils.basic import AnsibleModule

MEANING = {
    1: "Nothing was changed",
    3: "A change failed on the way, and everything was restored",
    4: "Restoring failed or met somebody else's change, a person must look (tcptune history)",
    5: "Another change is running or awaits confirmation, nothing was changed",
}

COMMAND = {
    "applied": ["apply"],
    "absent": ["apply", "--none"],
    "checked": ["check"],
    "confirmed": ["confirm"],
}


class Failed(Exception):
    def __init__(self, message, **facts):
        super(Failed, self).__init__(message)
        self.message = message
        self.facts = facts


def options_of(params):
    """Options as words.  An empty one was given, too: the program refuses it."""
    words = []
    if params["profile"] is not None and params["state"] in ("applied", "checked"):
        words += ["--profile", params["profile"]]
    if params["state"] != "confirmed":
        for name in ("only", "except"):
            for glob in params[name]:
                words += ["--" + name, glob]
        if params["layers"] != "both":
            words.append("--" + params["layers"])
        for name in ("root", "netns"):
            if params[name] is not None:
                words += ["--" + name, params[name]]
    if params["state"] in ("applied", "absent"):
        for name in ("comment_out", "strict"):
            if params[name]:
                words.append("--" + name.replace("_", "-"))
    return words


def call(module, words):
    words = [module.get_bin_path(module.params["executable"], required=True)] + words
    return (words,) + module.run_command(words, environ_update={"LC_ALL": "C.UTF-8"})


def run(module, words):
    """The exit status and the document of one call.  A call without a document has failed."""
    words, status, out, err = call(module, words + ["--json"])
    try:
        document = json.loads(out)
    except ValueError:
        document = None

    facts = {"status": status, "cmd": words}
    if not isinstance(document, dict):
        what = "ended by signal %d" % -status if status < 0 else "exit status %d" % status
        raise Failed("tcptune told nothing (%s): %s" % (what, (err or out).strip()),
                     stdout=out, stderr=err, **facts)

    facts.update(facts_of(document))
    # Of a dry run and the run itself one tells them.
    if "apply" not in words or ("--dry-run" in words) == module.check_mode:
        for warning in document.get("warnings", []):
            module.warn(warning)
    if document.get("error") or status not in (0, 2):
        raise Failed(message_of(status, document.get("error")), **facts)
    return status, document, facts


def message_of(status, error):
    error = error or {}
    where = error.get("file") or ""
    if where and error.get("line"):
        where += ":%d" % error["line"]
    said = ": ".join(word for word in (where, error.get("message")) if word)
    return ": ".join(word for word in (MEANING.get(status, "Exit status %d" % status), said) if word)


def facts_of(document):
    facts = {}
    if document.get("id"):
        facts["transaction"] = dict((name, document.get(name))
                                    for name in ("id", "state", "confirm_until"))
    for name in ("changes", "conflicts", "afterwards", "unchecked", "findings", "compliant"):
        if name in document:
            facts[name] = document[name]
    # Ansible takes a result with "skipped" in it for a task that did not run.
    if "skipped" in document:
        facts["left_alone"] = document["skipped"]
    if document.get("error"):
        facts["error"] = document["error"]
    # What was put back counts as unchanged, what could not be put back does not.
    facts["changed"] = bool(document.get("changed"))
    return facts


def sysctl_lines(changes, side):
    return "".join("%s = %s\n" % (c["key"], c[side]) for c in changes if c[side] is not None)


def diff_of(changes):
    """Settings as lines of before and after; files as the unified diffs the program makes."""
    done = [c for c in changes if c["result"] in ("planned", "changed")]
    keys = [c for c in done if c.get("key")]
    parts = []
    if keys:
        parts.append({"before_header": "settings", "after_header": "settings",
                      "before": sysctl_lines(keys, "before"), "after": sysctl_lines(keys, "after")})
    parts += [{"prepared": c["diff"]} for c in done if c.get("diff")]
    return parts


def pending(module):
    """The change that awaits confirmation, or None.  Fails if the one meant is not there."""
    document = run(module, ["history"])[1]
    meant = module.params["transaction"]
    states = dict((t["id"], t["state"]) for t in document["transactions"])
    waiting = [name for name, state in states.items() if state == "pending"]
    if meant is None:
        return waiting[0] if waiting else None
    if meant in waiting:
        return meant
    if states.get(meant) == "committed":
        return None
    raise Failed("The change %s can no longer be confirmed: it is %s" %
                 (meant, states.get(meant, "not known here")), changed=False)


def confirmed(module):
    name = pending(module)
    if name is None:
        return {"changed": False, "changes": []}
    if module.check_mode:
        return {"changed": True, "changes": []}
    return run(module, ["confirm", name])[2]


def counts(setting, privileged):
    """Whether a setting makes the host differ: not one that cannot be had or seen there."""
    if setting["verdict"] == "absent":
        return setting["because"] == "module"
    if setting["verdict"] == "unreadable":
        return privileged
    return setting["verdict"] != "ok"


def checked(module):
    document, facts = run(module, COMMAND["checked"] + options_of(module.params))[1:]
    privileged = document["host"]["privileged"]
    facts["differing"] = [s for s in document["settings"] if counts(s, privileged)]
    facts["changed"] = False
    return facts


def judge_confirm(module):
    """A dry run takes no --confirm, but the program reads its options before it helps."""
    words, status, out, err = call(module, ["apply", "--confirm=" + module.params["confirm"], "--help"])
    if status:
        raise Failed(message_of(status, {"message": err.strip()}), status=status, cmd=words)


def applied(module):
    words = COMMAND[module.params["state"]] + options_of(module.params)
    on_trial = module.params["confirm"] is not None
    dry = {}

    # Only a dry run has the files' text.
    if module.check_mode or module._diff:
        if on_trial:
            judge_confirm(module)
        status, document, dry = run(module, words + ["--dry-run"])
        dry["changed"] = status == 2
        dry["diff"] = diff_of(document["changes"])
    if module.check_mode or dry.get("changed") is False:
        return dry

    if on_trial:
        words += ["--confirm=" + module.params["confirm"]]
    facts = run(module, words)[2]
    if dry:
        facts["diff"] = dry["diff"]
    return facts


def main():
    module = AnsibleModule(
        argument_spec={
            "state": {"type": "str", "default": "applied",
                      "choices": ["applied", "absent", "checked", "confirmed"]},
            "profile": {"type": "str"},
            "only": {"type": "list", "elements": "str", "default": []},
            "except": {"type": "list", "elements": "str", "default": []},
            "layers": {"type": "str", "default": "both", "choices": ["both", "runtime", "persist"]},
            "confirm": {"type": "str"},
            "transaction": {"type": "str"},
            "comment_out": {"type": "bool", "default": False},
            "strict": {"type": "bool", "default": False},
            "root": {"type": "path"},
            "netns": {"type": "str"},
            "executable": {"type": "path", "default": "tcptune"},
        },
        supports_check_mode=True,
    )
    states = {"checked": checked, "confirmed": confirmed}

    try:
        facts = states.get(module.params["state"], applied)(module)
    except Failed as failure:
        module.fail_json(msg=failure.message, **failure.facts)
    module.exit_json(**facts)


if __name__ == "__main__":
    main()
