/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the whole host runs short of; to be tried on one that is only a test's. */
#include "conditions.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

static struct pair pairs[MANY];

static void open_files(int n)
{
	for (int i = 0; i < n; i++) {
		if (open("/dev/null", O_RDONLY | O_CLOEXEC) < 0)
			give_up("open a file");
	}
}

/* n connections with as much on its way as their buffers take, several packets at a time. */
static void full_buffers(int n)
{
	make_pairs(pairs, n);
	for (int i = 0; i < n; i++)
		fill(pairs[i].client);
}

/* To n ports of nobody's: for a firewall each is a connection that was never answered. */
static void datagrams(int n)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int s;

	for (int i = 0; i < n; i++) {
		s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		to.sin_port = htons((uint16_t)(PORT + i));
		/* EPERM: the firewall has no room for it. */
		if (s < 0 || (sendto(s, "x", 1, 0, (struct sockaddr *)&to, sizeof(to)) != 1 &&
			      errno != EPERM))
			give_up("send a datagram");
		close(s);
	}
}

static struct pair talkers;

static void begin_to_talk(uint16_t port, int n)
{
	(void)n;
	make_pairs_at(port, &talkers, 1);
}

static void say_a_byte(uint16_t port)
{
	char byte;

	(void)port;
	if (write(talkers.client, "x", 1) != 1 || read(talkers.server, &byte, 1) != 1)
		give_up("talk");
}

/* n connections on which bytes come one after the other, as fast as may be. */
static void talking(int n)
{
	for (int i = 0; i < n; i++)
		in_process(begin_to_talk, say_a_byte, (uint16_t)(PORT + i), 1);
}

static const struct condition rows[] = {
	{"open-files", open_files},
	{"full-buffers", full_buffers},
	{"datagrams", datagrams},
	{"talking", talking},
};

const struct conditions conditions_host = {rows, sizeof(rows) / sizeof(*rows)};
