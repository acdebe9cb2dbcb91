/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections that come in. */
#include "conditions.h"

#include <sys/socket.h>
#include <unistd.h>

static void connect_many(int n)
{
	for (int i = 0; i < n; i++)
		connect_to(PORT);
}

static void backlog_of_3(int n)
{
	listen_at(PORT, 3);
	connect_many(n);
}

static void somaxconn_of_3(int n)
{
	setting("net/core/somaxconn", "3");
	listen_at(PORT, 100);
	connect_many(n);
}

/* n requests meet a full queue, and then the listener is gone. */
static void overflows_of_the_past(int n)
{
	int listener = listen_at(PORT, 0);

	connect_to(PORT);
	for (int i = 0; i < n; i++)
		close(connect_deaf(PORT));
	wait_for_counter("TcpExt:", "ListenOverflows", (uint64_t)n);
	close(listener);
}

/* A listener with n drops of the past, and room now. */
static void healthy_again(uint16_t port, int n)
{
	int listener = listen_at(port, 0);

	connect_to(port);
	for (int i = 0; i < n; i++)
		close(connect_deaf(port));
	wait_for_counter("TcpExt:", "ListenOverflows", (uint64_t)n);
	accept_from(listener);
}

static void full_queue(uint16_t port, int n)
{
	(void)n;
	listen_at(port, 0);
	connect_to(port);
}

static void one_more(uint16_t port)
{
	close(connect_deaf(port));
	wait_a_little();
}

/* ... while another listener overflows all the time. */
static void another_overflows(int n)
{
	healthy_again(PORT + 1, n);
	in_process(full_queue, one_more, PORT, n);
}

/* It asked for more than 128 and got so many; n clients wait. */
static void raised_from_128_after_listen(int n)
{
	setting("net/core/somaxconn", "128");
	listen_at(PORT, MANY);
	setting("net/core/somaxconn", "4096");
	connect_many(n);
}

static void raised_from_127_after_listen(int n)
{
	(void)n;
	setting("net/core/somaxconn", "127");
	listen_at(PORT, MANY);
	setting("net/core/somaxconn", "4096");
	connect_many(128);
}

static void raised_after_listen(int n)
{
	for (int i = 0; i < n; i++)
		listen_at((uint16_t)(PORT + i), MANY * 4);
	setting("net/core/somaxconn", "16384");
}

static void raised_and_listened_again(int n)
{
	int listener = listen_at(PORT, MANY * 4);

	(void)n;
	setting("net/core/somaxconn", "16384");
	if (listen(listener, MANY * 4))
		give_up("listen");
}

/* The listener has n. */
static void lowered_to_128_after_listen(int n)
{
	listen_at(PORT, n);
	setting("net/core/somaxconn", "128");
}

/* Requests that are never completed; whoever sent them has gone. */
static void half_open(int n, int backlog)
{
	listen_at(PORT, backlog);
	for (int i = 0; i < n; i++)
		close(connect_deaf(PORT));
}

/* Whoever asks does not wait for the answer, and the kernel says so: RST. */
static void scanned(int n)
{
	half_open(n, n);
	wait_for_counter("TcpExt:", "EmbryonicRsts", (uint64_t)n);
}

/* Requests of clients to which there is no way back. */
static void no_way_back(int n, int backlog)
{
	setting("net/ipv4/conf/all/rp_filter", "0");
	setting("net/ipv4/conf/lo/rp_filter", "0");
	go_abroad();
	listen_at(PORT, backlog);
	for (int i = 0; i < n; i++)
		forge_request(0xcb007105, PORT); /* 203.0.113.5 */
	wait_for_counter("TcpExt:", "ListenDrops", (uint64_t)n);
}

/* Half of them wait for a SYN-ACK, half for the last ACK, and the kernel sends again. */
static void shaking_hands(int n)
{
	listen_at(PORT, n);
	for (int i = 0; i < n; i++)
		connect_deaf(PORT);
	wait_for_counter("TcpExt:", "TCPSynRetrans", (uint64_t)n);
}

static void unroutable_clients(int n)
{
	setting("net/ipv4/tcp_syncookies", "0");
	setting("net/ipv4/tcp_max_syn_backlog", "2048");
	no_way_back(n, 1024);
}

static void flood(int n)
{
	half_open(n, 8);
}

static void flood_without_cookies(int n)
{
	setting("net/ipv4/tcp_syncookies", "0");
	half_open(n, 8);
}

static void flood_before_cookies(int n)
{
	flood_without_cookies(n);
	setting("net/ipv4/tcp_syncookies", "1");
}

static void small_syn_backlog(int n)
{
	setting("net/ipv4/tcp_syncookies", "0");
	setting("net/ipv4/tcp_max_syn_backlog", "8");
	half_open(n, 256);
}

static void small_syn_backlog_with_cookies(int n)
{
	setting("net/ipv4/tcp_max_syn_backlog", "8");
	half_open(n, 256);
}

/* The queue of requests is full, and n clients come all the same. */
static void clients_during_a_flood(int n)
{
	int listener = listen_at(PORT, 8);

	for (int i = 0; i < 9; i++)
		connect_deaf(PORT);
	for (int i = 0; i < n; i++) {
		connect_to(PORT);
		accept_from(listener);
	}
}

static void clients_without_a_flood(int n)
{
	int listener = listen_at(PORT, 8);

	for (int i = 0; i < n; i++) {
		connect_to(PORT);
		accept_from(listener);
	}
}

static const struct condition rows[] = {
	{"backlog-of-3", backlog_of_3},
	{"somaxconn-of-3", somaxconn_of_3},
	{"overflows-of-the-past", overflows_of_the_past},
	{"another-overflows", another_overflows},
	{"raised-from-128-after-listen", raised_from_128_after_listen},
	{"raised-from-127-after-listen", raised_from_127_after_listen},
	{"raised-after-listen", raised_after_listen},
	{"raised-and-listened-again", raised_and_listened_again},
	{"lowered-to-128-after-listen", lowered_to_128_after_listen},
	{"scanned", scanned},
	{"shaking-hands", shaking_hands},
	{"unroutable-clients", unroutable_clients},
	{"flood", flood},
	{"flood-without-cookies", flood_without_cookies},
	{"flood-before-cookies", flood_before_cookies},
	{"small-syn-backlog", small_syn_backlog},
	{"small-syn-backlog-with-cookies", small_syn_backlog_with_cookies},
	{"clients-during-a-flood", clients_during_a_flood},
	{"clients-without-a-flood", clients_without_a_flood},
};

const struct conditions conditions_accept = {rows, sizeof(rows) / sizeof(*rows)};
