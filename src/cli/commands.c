/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of commands, from which dispatch, --help and the manual are made.
 * Apart from main(), so that what makes the manual can link it.
 */
#include "apply/guardian.h"
#include "cli/cmd.h"
#include "cli/session.h"

const struct command commands[] = {
	{.name = "check",
	 .summary = "compare this host with a profile, and say why each difference matters",
	 .needs = NEEDS_PROFILE,
	 .options = OPT_COMMON | OPT_HOST | OPT_NETNS | OPT_PROFILE | OPT_FILTER | OPT_LAYERS |
		    OPT_WALK | OPT_READER | OPT_MONITOR | OPT_EVIDENCE | OPT_SOCKETS,
	 .help = "For monitoring, --format prometheus prints metrics and exits 0 if all of them "
		 "are there; --format nagios prints one line and exits 0 if all is well, 1 if "
		 "settings differ, 2 if a finding is critical, 3 if it could not check.",
	 .run = cmd_check},
	{.name = "apply",
	 .summary = "make the difference to a profile go away, or change nothing",
	 .needs = NEEDS_ROOT,
	 .writes = true,
	 .options = OPT_COMMON | OPT_HOST | OPT_NETNS | OPT_PROFILE | OPT_FILTER | OPT_LAYERS |
		    OPT_READER | OPT_APPLY | OPT_FORCE,
	 .run = cmd_apply},
	{.name = "confirm",
	 .args = "ID",
	 .takes = TAKES_TRIAL,
	 .summary = "keep a change that apply --confirm made",
	 .needs = NEEDS_ROOT,
	 .writes = true,
	 .options = OPT_COMMON | OPT_NETNS,
	 .max_args = 1,
	 .run = cmd_confirm},
	{.name = GUARDIAN_COMMAND,
	 .args = "ID",
	 .summary = "take a change back when its time is over",
	 .hidden = true,
	 .needs = NEEDS_ROOT,
	 .writes = true,
	 .options = OPT_COMMON,
	 .min_args = 1,
	 .max_args = 1,
	 .run = cmd_guard},
	{.name = "rollback",
	 .args = "ID",
	 .takes = TAKES_TRANSACTION,
	 .summary = "take a transaction back: the last, or the one named",
	 .needs = NEEDS_ROOT,
	 .writes = true,
	 .options = OPT_COMMON | OPT_HOST | OPT_NETNS | OPT_FORCE | OPT_ROLLBACK,
	 .max_args = 1,
	 .help = "What somebody else changed since is reported and left as it is, unless --force "
		 "is given, which also takes a network namespace of which one cannot tell for "
		 "gone. A rollback is a transaction, too: naming its ID takes it back. One "
		 "that awaits confirmation is reverted at once.",
	 .run = cmd_rollback},
	{.name = "recover",
	 .summary = "finish or undo what a crash left behind",
	 .needs = NEEDS_ROOT,
	 .writes = true,
	 .options = OPT_COMMON | OPT_HOST | OPT_NETNS | OPT_FORCE | OPT_RECOVER,
	 .help = "Every command that changes the host does so first, by itself. Running values "
		 "are written only in the boot and the network namespace they belong to. From a "
		 "container one cannot tell whether another namespace is gone: --force says so.",
	 .run = cmd_recover},
	{.name = "history",
	 .args = "ID",
	 .takes = TAKES_TRANSACTION,
	 .summary = "list the transactions, or show one",
	 .needs = NEEDS_ROOT,
	 .options = OPT_COMMON | OPT_HOST | OPT_HISTORY,
	 .max_args = 1,
	 .run = cmd_history},
	{.name = "explain",
	 .args = "TERM",
	 .takes = TAKES_TERM,
	 .summary = "what a key, TCP state or socket error means, and what this host has",
	 .needs = NEEDS_HOST,
	 .options = OPT_COMMON | OPT_HOST | OPT_NETNS | OPT_READER | OPT_WHOSE,
	 .min_args = 1,
	 .max_args = 16,
	 .help = "TERM is a sysctl key, whole or short (tw_reuse), a TCP state (close-wait), a "
		 "socket error by name or message (EMFILE, too many open files), a socket option, "
		 "an idea (half-close, 2MSL) or a finding of check (close-wait-leak). For a key it "
		 "tells what the next boot sets it to, and every line about it. For nofile it "
		 "tells who gets how many open files: every session and service, or those --user "
		 "and --unit name.",
	 .run = cmd_explain},
	{.name = "profiles",
	 .args = "NAME",
	 .takes = TAKES_PROFILE,
	 .summary = "list the profiles, or show one with the values for this host",
	 .needs = NEEDS_HOST,
	 .options = OPT_COMMON | OPT_HOST | OPT_NETNS | OPT_VALIDATE,
	 .max_args = 1,
	 .help = "With --validate FILE it reports every mistake of a profile file, with its line; "
		 "the status is then 1. tcptune-profile(5) describes the format.",
	 .run = cmd_profiles},
	{.name = "export",
	 .summary = "print a profile as configuration files, with the values for this host",
	 .needs = NEEDS_PROFILE,
	 .options = OPT_COMMON | OPT_HOST | OPT_NETNS | OPT_PROFILE | OPT_FILTER | OPT_READER |
		    OPT_EXPORT,
	 .help = "--format sysctl (the default), limits or systemd prints a file as apply "
		 "writes it, but with every setting of the profile, also those the host has "
		 "already. apply takes it for its own only in the place it would give it. "
		 "ansible prints variables for Ansible's own modules. Where this host has more "
		 "than the profile asks for, what it has is printed. What cannot be had here is "
		 "said on standard error.",
	 .run = cmd_export},
	{.name = "sockets",
	 .summary = "the live TCP sockets by state, peer, listener, port, unit or process",
	 .needs = NEEDS_HOST,
	 .options = OPT_COMMON | OPT_HOST | OPT_NETNS | OPT_SOCKETS | OPT_TABLES,
	 .help = "Who leaks: `--by process --state close-wait`. Who has the most connections: "
		 "`--by peer`. Which queue is full: `--by listener`. For those who would rather "
		 "look than read: `--diagram`.",
	 .run = cmd_sockets},
	{.name = "capture",
	 .summary = "write what --root reads as a tar archive to standard output",
	 .needs = NEEDS_HOST,
	 .options = OPT_COMMON | OPT_HOST | OPT_NETNS | OPT_CAPTURE,
	 .help = "Unpacked into DIR, `check --root DIR` says what `check` says on this host, but "
		 "for accept queues: their limits and drops are in no file. "
		 "Secrets are left out or masked, and so are comments. Who reads it can tell what "
		 "runs here, so give it to nobody you would not tell; --anonymize replaces the host's name, "
		 "users and addresses.",
	 .run = cmd_capture},
	{.name = "complete",
	 .args = "WHAT",
	 .summary = "the words of a kind, for completion by shells",
	 .hidden = true,
	 .needs = NEEDS_ROOT,
	 .min_args = 1,
	 .max_args = 1,
	 .run = cmd_complete},
	{0},
};
