/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections that end, or should. */
#include "conditions.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static struct pair pairs[MANY];

static void descriptors(rlim_t n)
{
	struct rlimit limit = {n, n};

	if (setrlimit(RLIMIT_NOFILE, &limit))
		give_up("setrlimit");
}

static void close_wait(int n)
{
	make_pairs(pairs, n);
	for (int i = 0; i < n; i++)
		close(pairs[i].client);
}

/* The client and the server take two each while they are made. */
static void close_wait_near_the_limit(int n)
{
	close_wait(n);
	descriptors((rlim_t)n + 10);
}

static void leak(uint16_t port, int n)
{
	make_pairs_at(port, pairs, n);
	for (int i = 0; i < n; i++)
		close(pairs[i].client);
	descriptors((rlim_t)n + 20);
}

/* One process leaks n, with about as many descriptors; the others work as they should. */
static void leak_among_many(int n)
{
	in_process(leak, NULL, PORT, n);
	make_pairs_at(PORT + 1, pairs, MANY);
}

/* ... and it has much else open. */
static void busy_leak(uint16_t port, int n)
{
	while (fcntl(0, F_DUPFD_CLOEXEC, 0) < 20 * n)
		;
	make_pairs_at(port, pairs, n);
	for (int i = 0; i < n; i++)
		close(pairs[i].client);
}

static void few_among_many(int n)
{
	in_process(busy_leak, NULL, PORT, n);
	make_pairs_at(PORT + 1, pairs, MANY);
}

/* Each of seven workers leaks n. */
static void leaking_workers(int n)
{
	for (uint16_t i = 0; i < 7; i++)
		in_process(leak, NULL, (uint16_t)(PORT + i), n);
}

static void few_descriptors_left(int n)
{
	while (fcntl(0, F_DUPFD_CLOEXEC, 0) < n - 1)
		;
	descriptors(100);
}

static void few_descriptors_left_to_listen(int n)
{
	listen_at(PORT, 10);
	few_descriptors_left(n);
}

static void gave_up_in_the_queue(int n)
{
	listen_at(PORT, MANY);
	for (int i = 0; i < n; i++)
		close(connect_to(PORT));
}

static void server_closes_first(int n)
{
	make_pairs(pairs, n);
	for (int i = 0; i < n; i++) {
		close(pairs[i].server);
		close(pairs[i].client);
	}
}

static void client_closes_first(int n)
{
	make_pairs(pairs, n);
	for (int i = 0; i < n; i++) {
		close(pairs[i].client);
		close(pairs[i].server);
	}
}

static void ten_tw_buckets(int n)
{
	setting("net/ipv4/tcp_max_tw_buckets", "10");
	client_closes_first(n);
}

/* Closed here, and the other end is kept. */
static void peer_does_not_close(int n)
{
	setting("net/ipv4/tcp_max_tw_buckets", "1000");
	close_wait(n);
	/* The peer's ACK may be delayed: each counts when it has come (FIN_WAIT_2). */
	wait_for_counter("TcpExt:", "TW", (uint64_t)n);
}

static void only_shut_down(int n)
{
	make_pairs(pairs, n);
	for (int i = 0; i < n; i++)
		shutdown(pairs[i].client, SHUT_WR);
}

static void peer_does_not_acknowledge(int n)
{
	make_pairs(pairs, n);
	for (int i = 0; i < n; i++) {
		make_deaf(pairs[i].server);
		close(pairs[i].client);
	}
}

static void lingers_zero(int n)
{
	make_pairs(pairs, n);
	for (int i = 0; i < n; i++) {
		linger_zero(pairs[i].client);
		close(pairs[i].client);
	}
}

static void send_a_byte(int n)
{
	make_pairs(pairs, n);
	for (int i = 0; i < n; i++) {
		if (write(pairs[i].client, "x", 1) != 1)
			give_up("write");
	}
}

static void leaves_data(int n)
{
	send_a_byte(n);
	for (int i = 0; i < n; i++)
		close(pairs[i].server);
}

static void reads_before_it_closes(int n)
{
	char byte;

	send_a_byte(n);
	for (int i = 0; i < n; i++) {
		if (read(pairs[i].server, &byte, 1) != 1)
			give_up("read");
		close(pairs[i].server);
	}
}

static void times_out(int n)
{
	make_pairs(pairs, n);
	for (int i = 0; i < n; i++) {
		make_deaf(pairs[i].server);
		option(pairs[i].client, IPPROTO_TCP, TCP_USER_TIMEOUT, 100);
		if (write(pairs[i].client, "x", 1) != 1)
			give_up("write");
	}
	wait_for_counter("TcpExt:", "TCPAbortOnTimeout", (uint64_t)n);
}

/* Whom nobody has accepted yet is reset. */
static void listener_closes(int n)
{
	int listener = listen_at(PORT, MANY);

	for (int i = 0; i < n; i++)
		connect_to(PORT);
	close(listener);
}

static const struct condition rows[] = {
	{"close-wait", close_wait},
	{"close-wait-near-the-limit", close_wait_near_the_limit},
	{"leak-among-many", leak_among_many},
	{"few-among-many", few_among_many},
	{"leaking-workers", leaking_workers},
	{"few-descriptors-left", few_descriptors_left},
	{"few-descriptors-left-to-listen", few_descriptors_left_to_listen},
	{"gave-up-in-the-queue", gave_up_in_the_queue},
	{"server-closes-first", server_closes_first},
	{"client-closes-first", client_closes_first},
	{"ten-tw-buckets", ten_tw_buckets},
	{"peer-does-not-close", peer_does_not_close},
	{"only-shut-down", only_shut_down},
	{"peer-does-not-acknowledge", peer_does_not_acknowledge},
	{"lingers-zero", lingers_zero},
	{"leaves-data", leaves_data},
	{"reads-before-it-closes", reads_before_it_closes},
	{"times-out", times_out},
	{"listener-closes", listener_closes},
};

const struct conditions conditions_close = {rows, sizeof(rows) / sizeof(*rows)};
