/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections that come in: the queues of a listener, and SYN cookies. */
#include "advise/rules_settings.h"

enum {
	LISTEN_QUEUE_SMALL = 128, /* the default of the oldest kernels */
};

static bool listen_queue_is_small(struct trial *t)
{
	t->numbers[0] = trial_number(t, 0) + 1; /* the kernel tests with > */
	return trial_number(t, 0) < LISTEN_QUEUE_SMALL;
}

static bool cookies_are_always_sent(struct trial *t)
{
	return trial_number(t, 0) == 2;
}

static bool syn_backlog_is_set_in_vain(struct trial *t)
{
	int64_t backlog = trial_number(t, 0);

	return trial_number(t, 1) != 0 && backlog != trial_default(t, 0, backlog);
}

static const struct rule rows[] = {
	{
		.id = "somaxconn-small",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.core.somaxconn"},
		.holds = listen_queue_is_small,
		.summary = "No listener can queue more connections than {a}: net.core.somaxconn "
			   "is {0}.",
		.remedy = "Set net.core.somaxconn to 4096. Then restart the daemons: a listener "
			  "keeps the limit it had when it called listen().",
	},
	{
		.id = "abort-on-overflow",
		.severity = SEVERITY_INFO,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_abort_on_overflow"},
		.holds = setting_is_not_zero,
		.summary = "A full accept queue resets clients instead of letting them try "
			   "again.",
		.remedy = "Set net.ipv4.tcp_abort_on_overflow to 0 unless clients must fail at "
			  "once. An application that accepts too slowly is not cured by either "
			  "value.",
	},
	{
		.id = "syncookies-off",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_syncookies"},
		.holds = setting_is_zero,
		.summary = "SYN cookies are off: a flood of connection requests shuts everybody "
			   "out.",
		.remedy = "Set net.ipv4.tcp_syncookies to 1. Cookies are then sent only while a "
			  "listener's queue of half-open connections is full.",
	},
	{
		.id = "syncookies-always",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_syncookies"},
		.holds = cookies_are_always_sent,
		.summary = "Every connection is accepted by SYN cookie: clients without "
			   "timestamps lose window scaling and SACK.",
		.remedy = "Set net.ipv4.tcp_syncookies to 1. The value 2 is for tests only.",
	},
	{
		.id = "syn-backlog-void",
		.severity = SEVERITY_INFO,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_max_syn_backlog", "net.ipv4.tcp_syncookies"},
		.holds = syn_backlog_is_set_in_vain,
		.summary = "net.ipv4.tcp_max_syn_backlog was set to {0}, which does nothing while "
			   "SYN cookies are on.",
		.remedy = "Leave out net.ipv4.tcp_max_syn_backlog: since Linux 4.4 it is read "
			  "only with net.ipv4.tcp_syncookies 0. Half-open connections are limited "
			  "by the backlog of the application and net.core.somaxconn.",
	},
	{
		.id = "synack-retries-low",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_synack_retries"},
		.holds = setting_is_below_two,
		.summary = "A client that loses a packet or two cannot connect: the answer to a "
			   "connection request is repeated {0} times.",
		.remedy = "Set net.ipv4.tcp_synack_retries to at least 2; the default is 5. "
			  "Against floods SYN cookies are the means.",
	},
};

const struct rules rules_settings_accept = {rows, ARRAY_LEN(rows)};
