/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections that go out. */
#include "conditions.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct pair pairs[MANY];

static void a_hundred_ports(int n)
{
	setting("net/ipv4/ip_local_port_range", "40000 40099");
	make_pairs(pairs, n);
}

/* The client closes first and keeps the ports. */
static void time_wait_at_the_client(int n)
{
	a_hundred_ports(n);
	for (int i = 0; i < n; i++) {
		close(pairs[i].client);
		close(pairs[i].server);
	}
}

static void time_wait_without_reuse(int n)
{
	setting("net/ipv4/tcp_tw_reuse", "0");
	time_wait_at_the_client(n);
}

static void no_answer(int n)
{
	listen_at(PORT, MANY);
	for (int i = 0; i < n; i++)
		connect_deaf(PORT);
}

static void refuse(int n)
{
	struct sockaddr_in a = {
		.sin_family = AF_INET,
		.sin_port = htons(9),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	for (int i = 0; i < n; i++) {
		int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (!connect(s, (struct sockaddr *)&a, sizeof(a)) || errno != ECONNREFUSED)
			give_up("be refused");
		close(s);
	}
}

static void refused_among_many(int n)
{
	refuse(n);
	make_pairs(pairs, n + 1);
}

static const struct condition rows[] = {
	{"a-hundred-ports", a_hundred_ports},
	{"time-wait-at-the-client", time_wait_at_the_client},
	{"time-wait-without-reuse", time_wait_without_reuse},
	{"no-answer", no_answer},
	{"refused", refuse},
	{"refused-among-many", refused_among_many},
};

const struct conditions conditions_connect = {rows, sizeof(rows) / sizeof(*rows)};
