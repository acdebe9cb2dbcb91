/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/catalogue_rows.h"

static const struct tunable rows[] = {
	{
		.key = "net.core.somaxconn",
		.topic = TOPIC_ACCEPT,
		.type = TYPE_INT,
		.scope = SCOPE_NETNS,
		.unit = "connections",
		.min = 128,
		.max = 65535,
		.kernel_min = 0,
		.kernel_max = INT32_MAX,
		.bounded = KERNEL(4, 4),
		.defaults =
			{
				{.rule = DEFAULT_TEXT, .text = "128"},
				{.since = KERNEL(5, 4), .rule = DEFAULT_TEXT, .text = "4096"},
			},
		.effect = EFFECT_LISTEN,
		.what = "Ceiling on the accept queue of every listening socket. The queue is the "
			"smaller of this and the backlog the application gave to listen().",
		.why = "A full accept queue drops handshakes that clients believe complete. A "
		       "longer one absorbs bursts and costs memory and staler connections.",
		.myth = "\"Raise somaxconn\" alone does nothing: the application must ask for "
			"more as well.",
		.evidence = "ListenOverflows rising while a listener's limit equals this value.",
		.links = "Also caps the SYN queue of each listener since 4.4.",
		.risk = RISK_LOW,
		.risk_why = "memory, and connections that wait longer before they are served",
		.source = "net/socket.c:__sys_listen_socket; experiment E4",
	},
};

const struct catalogue_rows catalogue_accept = {rows, ARRAY_LEN(rows)};
