/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections that are there, and do not work. */
#include "conditions.h"

#include <errno.h>
#include <netinet/in.h>
#include <linux/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct pair pairs[MANY];

static void idle(int n)
{
	make_pairs(pairs, n);
}

static void idle_abroad(int n)
{
	go_abroad();
	make_pairs(pairs, n);
}

static void keep_alive(int n)
{
	make_pairs(pairs, n);
	for (int i = 0; i < n; i++) {
		option(pairs[i].client, SOL_SOCKET, SO_KEEPALIVE, 1);
		option(pairs[i].server, SOL_SOCKET, SO_KEEPALIVE, 1);
	}
}

static void keep_alive_abroad(int n)
{
	go_abroad();
	keep_alive(n);
}

/* The host says the opposite of what the sockets do. */
static void own_keepalive(int n, int seconds, const char *of_host)
{
	keep_alive_abroad(n);
	for (int i = 0; i < n; i++) {
		option(pairs[i].client, IPPROTO_TCP, TCP_KEEPIDLE, seconds);
		option(pairs[i].server, IPPROTO_TCP, TCP_KEEPIDLE, seconds);
	}
	setting("net/ipv4/tcp_keepalive_time", of_host);
}

static void keep_alive_late(int n)
{
	own_keepalive(n, 600, "60");
}

static void keep_alive_early(int n)
{
	own_keepalive(n, 60, "600");
}

/* The setting was lowered, but timers that run stay as they are. */
static void lowered_keepalive(int n)
{
	keep_alive_abroad(n);
	setting("net/ipv4/tcp_keepalive_time", "60");
}

static struct tcp_info info_of(int fd)
{
	struct tcp_info info = {0};
	socklen_t n = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &n))
		give_up("TCP_INFO");
	return info;
}

static bool is_quiet(int fd)
{
	struct tcp_info i = info_of(fd);

	return i.tcpi_last_data_sent >= 1000 && i.tcpi_last_data_recv >= 1000 &&
	       i.tcpi_last_ack_recv >= 1000;
}

/* For as long as keepalive would wait, which therefore is short here. */
static void wait_until_quiet(int n)
{
	setting("net/ipv4/tcp_keepalive_time", "1");
	while (!is_quiet(pairs[n - 1].client) || !is_quiet(pairs[n - 1].server))
		wait_a_little();
}

static void quiet_abroad(int n)
{
	idle_abroad(n);
	wait_until_quiet(n);
}

static void quiet_at_home(int n)
{
	idle(n);
	wait_until_quiet(n);
}

static int talkers;

static void make_talkers(uint16_t port, int n)
{
	make_pairs_at(port, pairs, n);
	talkers = n;
}

/* A byte there and one back, a few times a second: at most moments all queues are empty. */
static void talk(uint16_t port)
{
	const struct timespec pause = {.tv_nsec = 200 * 1000 * 1000};
	char byte = 'x';

	(void)port;
	for (int i = 0; i < talkers; i++) {
		if (write(pairs[i].client, &byte, 1) != 1 || read(pairs[i].server, &byte, 1) != 1 ||
		    write(pairs[i].server, &byte, 1) != 1 || read(pairs[i].client, &byte, 1) != 1)
			give_up("talk");
	}
	nanosleep(&pause, NULL);
}

/* They have been there for longer than keepalive would wait. */
static void talking_abroad(int n)
{
	setting("net/ipv4/tcp_keepalive_time", "1");
	go_abroad();
	in_process(make_talkers, talk, PORT, n);
	wait_for_counter("Tcp:", "InSegs", 30 * (uint64_t)n);
}

static void silent_peers(int n)
{
	make_pairs(pairs, n);
	for (int i = 0; i < n; i++) {
		make_deaf(pairs[i].server);
		if (write(pairs[i].client, "x", 1) != 1)
			give_up("write");
	}
	for (int i = 0; i < n; i++) {
		while (!info_of(pairs[i].client).tcpi_retransmits)
			wait_a_little();
	}
}

static const char bytes[10000];

/*
 * Neither end reads, and both ends are here.  The number of probes is back at
 * 0 after each answer, so it is the backoff that tells of them.
 */
static void nobody_reads(int n)
{
	make_pairs(pairs, n);
	for (int i = 0; i < n; i++)
		fill(pairs[i].client);
	for (int i = 0; i < n; i++) {
		while (!info_of(pairs[i].client).tcpi_backoff)
			wait_a_little();
	}
}

/* More arrives than there is room for: it was promised before the buffer became small. */
static void shrunk_buffers(int n)
{
	make_pairs(pairs, n);
	for (int i = 0; i < n; i++) {
		option(pairs[i].client, IPPROTO_TCP, TCP_NODELAY, 1);
		option(pairs[i].server, SOL_SOCKET, SO_RCVBUF, 1);
		for (int k = 0; k < 10; k++)
			send(pairs[i].client, bytes, 10000, MSG_DONTWAIT);
	}
	wait_for_counter("TcpExt:", "RcvPruned", (uint64_t)n);
}

/* n arrive for a socket that has more than it should, and nobody keeps it busy. */
static void send_to_the_full(int n)
{
	struct pair *p = &pairs[0];

	option(p->client, IPPROTO_TCP, TCP_NODELAY, 1);
	for (int i = 0; i < n; i++)
		send(p->client, bytes, 1000, MSG_DONTWAIT);
}

/* 80,000 bytes unread, and a buffer that was made small afterwards. */
static void fill_and_shrink(void)
{
	struct pair *p = &pairs[0];

	make_pairs(pairs, 1);
	for (int i = 0; i < 8; i++) {
		if (send(p->client, bytes, 10000, MSG_DONTWAIT) != 10000)
			give_up("send");
	}
	wait_for_counter("Tcp:", "InSegs", 10);
	option(p->server, SOL_SOCKET, SO_RCVBUF, 1);
	option(p->server, SOL_SOCKET, SO_SNDBUF, 1);
}

static void not_stalled(int n)
{
	fill_and_shrink();
	send_to_the_full(n);
}

/* ... while its owner holds the lock. */
static void stalled(int n)
{
	fill_and_shrink();
	stall(pairs[0].server);
	send_to_the_full(n);
	wait_for_counter("TcpExt:", "TCPBacklogDrop", (uint64_t)n);
}

/* ... beside many that do nothing. */
static void stalled_among_many(int n)
{
	static struct pair others[MANY];

	make_pairs_at(PORT + 1, others, n);
	stalled(12);
}

/* A thousand segments arrive. */
static void chat(void)
{
	struct pair p = {.server = listen_at(PORT + 1, 1)};
	char byte;

	p.client = connect_to(PORT + 1);
	p.server = accept_from(p.server);
	for (int i = 0; i < 1000; i++) {
		if (write(p.client, "x", 1) != 1 || read(p.server, &byte, 1) != 1)
			give_up("chat");
	}
}

static void lossy_path(int n)
{
	chat();
	silent_peers(n);
	wait_for_counter("Tcp:", "RetransSegs", (uint64_t)n);
}

static const struct condition rows[] = {
	{"idle", idle},
	{"idle-abroad", idle_abroad},
	{"quiet-abroad", quiet_abroad},
	{"quiet-at-home", quiet_at_home},
	{"talking-abroad", talking_abroad},
	{"keep-alive", keep_alive},
	{"keep-alive-abroad", keep_alive_abroad},
	{"keep-alive-early", keep_alive_early},
	{"keep-alive-late", keep_alive_late},
	{"lowered-keepalive", lowered_keepalive},
	{"silent-peers", silent_peers},
	{"nobody-reads", nobody_reads},
	{"shrunk-buffers", shrunk_buffers},
	{"stalled", stalled},
	{"not-stalled", not_stalled},
	{"stalled-among-many", stalled_among_many},
	{"lossy-path", lossy_path},
};

const struct conditions conditions_peers = {rows, sizeof(rows) / sizeof(*rows)};
