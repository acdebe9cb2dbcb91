/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings of `check` that no table of rules and no kind of bad line has.
 */
#include "model/term_rows.h"

const char remedy_login_refused[] =
	"Correct the line before the next login. Keep a root shell open, and try a second login "
	"before you close it.";
const char remedy_service_fails[] =
	"Remove the line that lowers fs.nr_open, or raise its value to at least the hard limit of "
	"every service.";

static const struct term rows[] = {
	{
		.name = "drift",
		.kind = TERM_DIAGNOSIS,
		.summary = "A setting runs with one value and will have another after the next "
			   "boot.",
		.means = "Somebody wrote the running value by hand, or changed a file and did not "
			 "load it. Which of the two is right, only people know; the profile judges "
			 "each by itself. What was rounded by the kernel is no drift.",
		.remedy = "Put what is right into a file of /etc/sysctl.d, or set the running "
			  "value back. tcptune explain KEY names the line that decides.",
		.look = LIST("tcptune check -v", "tcptune explain KEY"),
		.see_also = LIST("fs.file-max", "nofile"),
		.source = "systemd-sysctl(8); sysctl(8)",
	},
	{
		.name = "nofile-login-refused",
		.kind = TERM_DIAGNOSIS,
		.summary = "Logins will be refused: pam_limits ends the session before it begins.",
		.means = "It does so when the kernel does not grant a hard limit, as none above "
			 "fs.nr_open; when it cannot open one of its files; when maxlogins allows "
			 "no login; and when the soft limit leaves PAM without a free descriptor. "
			 "The finding says which.",
		.remedy = remedy_login_refused,
		.look = LIST("tcptune explain nofile --user NAME"),
		.see_also = LIST("nofile", "fs.nr_open"),
		.source = "pam_limits(8); setrlimit(2)",
	},
	{
		.name = "nofile-limit-ignored",
		.kind = TERM_DIAGNOSIS,
		.summary = "A limit on open files is asked for and not granted.",
		.means = "The hard limit is above fs.nr_open, or above what PID 1 has where it "
			 "lacks CAP_SYS_RESOURCE. Sessions and services go on with a lower one, "
			 "and nothing says so but this.",
		.remedy = "Ask for at most fs.nr_open and at most the inherited hard limit.",
		.look = LIST("tcptune explain nofile --user NAME"),
		.see_also = LIST("nofile", "fs.nr_open"),
		.source = "setrlimit(2); pam_limits(8); systemd.exec(5)",
	},
	{
		.name = "nofile-service-fails",
		.kind = TERM_DIAGNOSIS,
		.summary = "Services will not start: their hard limit is above fs.nr_open.",
		.means = "systemd cannot set the limit before it starts the program, and gives up "
			 "with the status 205/LIMITS.",
		.remedy = remedy_service_fails,
		.look = LIST("tcptune explain nofile --unit UNIT"),
		.see_also = LIST("nofile", "fs.nr_open"),
		.source = "systemd.exec(5); setrlimit(2)",
	},
};

const struct term_rows term_findings = {rows, ARRAY_LEN(rows)};
