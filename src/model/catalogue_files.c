/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Descriptors: the host's limits and each process's.
 */
#include "model/catalogue_rows.h"

static const struct tunable rows[] = {
	{
		.key = "fs.file-max",
		.topic = TOPIC_FILES,
		.type = TYPE_INT,
		.scope = SCOPE_HOST,
		.unit = "files",
		SANE(65536, INT64_MAX),
		ACCEPTS(0, INT64_MAX),
		DEFAULT_ALWAYS_UNKNOWN,
		.scales = "about a tenth of the memory in KiB; systemd sets it to the largest "
			  "number at boot",
		.effect = EFFECT_NOW,
		.what = "How many files all processes together may have open. Processes with "
			"CAP_SYS_ADMIN are exempt.",
		.why = "Raise it only where it is nearly reached: then every program fails to "
		       "open files and sockets with ENFILE.",
		.myth = "It is not the limit one process meets (\"too many open files\" is "
			"usually EMFILE): that is nofile.",
		.evidence = "First field of fs.file-nr near it; \"VFS: file-max limit\" in the "
			    "log.",
		.links = "The open files of all processes must fit below it.",
		.risk = RISK_LOW,
		.risk_why = "it bounds the memory for open files",
		.source = "fs/file_table.c:alloc_empty_file",
	},
	{
		.key = "fs.file-nr",
		.topic = TOPIC_FILES,
		.type = TYPE_INT,
		.scope = SCOPE_HOST,
		.fields = 3,
		.field_names = "allocated unused max",
		.unit = "files",
		.read_only = true,
		.effect = EFFECT_NEVER,
		.effect_note = "it is read-only",
		.what = "Open files of the whole host: allocated, always 0, and fs.file-max.",
		.why = "Compare the first number with the third.",
		.risk = RISK_LOW,
		.risk_why = "it is read-only",
		.source = "Documentation/admin-guide/sysctl/fs.rst",
	},
	{
		.key = "fs.nr_open",
		.topic = TOPIC_FILES,
		.type = TYPE_INT,
		.scope = SCOPE_HOST,
		.unit = "files",
		SANE(524288, 2147483584),
		ACCEPTS(64, 2147483584),
		DEFAULT_ALWAYS("1048576"),
		.scales = "systemd raises it at boot unless built without that (Debian 11 and 12)",
		.effect = EFFECT_NOW,
		.what = "The highest open-file limit any process can be given, root included.",
		.why = "Raise it only for programs that need more than a million descriptors. A "
		       "hard limit above it makes logins and services fail.",
		.evidence = "setrlimit() failing with EPERM for root; a login or service refused "
			    "after its limit was raised.",
		.links = "Every hard nofile limit must stay at or below it; never set it below "
			 "524288, the hard limit systemd gives to services.",
		.risk = RISK_HIGH,
		.risk_why = "below a configured hard limit logins are refused and services do not "
			    "start",
		.source = "kernel/sys.c:do_prlimit; experiment E10",
	},
	{
		.key = "nofile",
		.topic = TOPIC_FILES,
		.type = TYPE_INT,
		.scope = SCOPE_PROCESS,
		.fields = 2,
		.field_names = "soft hard",
		.unit = "files",
		SANE(1024, 2147483584),
		ACCEPTS(0, 2147483584),
		DEFAULT_ALWAYS_UNKNOWN,
		.scales = "1024 and 524288 under systemd 240 and later, 1024 and 4096 from the "
			  "kernel alone",
		.effect = EFFECT_NEW_PROCESS,
		.effect_note = "through limits.conf for login sessions, LimitNOFILE= for services",
		.what = "RLIMIT_NOFILE: how many descriptors one process may have open. The soft "
			"limit acts; a program may raise it up to the hard one.",
		.why = "A server needs one descriptor a connection, a proxy two. At the limit "
		       "accept() fails with EMFILE and clients wait. Programs that use select() "
		       "break at 1024 and above, so raise the soft limit only where it is needed.",
		.myth = "limits.conf does not reach systemd services, and \"ulimit -n\" in "
			"/etc/profile reaches only login shells.",
		.evidence = "Descriptors in use above 70 % of the soft limit; EMFILE in logs.",
		.links = "soft <= hard <= fs.nr_open. Only CAP_SYS_RESOURCE may raise a hard "
			 "limit.",
		.risk = RISK_LOW,
		.risk_why = "a program that leaks descriptors can take more",
		.source = "getrlimit(2); kernel/sys.c:do_prlimit; experiment E10",
	},
};

const struct catalogue_rows catalogue_files = {rows, ARRAY_LEN(rows)};
