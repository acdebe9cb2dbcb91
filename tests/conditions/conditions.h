/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The troubles that sockets can have, made on purpose: real sockets on the
 * loopback interface of a network namespace of the test's own.
 *
 * A condition is there when its function returns; nothing waits for a time,
 * only for the kernel to say so.  What goes wrong ends the program.
 */
#ifndef TCPTUNE_TESTS_CONDITIONS_H
#define TCPTUNE_TESTS_CONDITIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PORT = 8080, MANY = 4096 };

struct condition {
	const char *name;
	void (*make)(int n); /* n: how many of whatever it is */
};

struct conditions {
	const struct condition *rows;
	size_t n;
};

extern const struct conditions conditions_accept, conditions_connect, conditions_close,
	conditions_peers, conditions_host;

_Noreturn void give_up(const char *what);

/* "net/core/somaxconn" */
void setting(const char *path, const char *value);

/* Until the counter ("TcpExt:", "ListenOverflows") is at least n; long after that it gives up. */
void wait_for_counter(const char *group, const char *name, uint64_t n);

/* Wait a little between two looks; too many of them give up. */
void wait_a_little(void);

/* Until now all was 127.0.0.1; from now on it is 192.0.2.1, on this host as well. */
void go_abroad(void);

int listen_at(uint16_t port, int backlog);
int connect_to(uint16_t port); /* and be connected */
int accept_from(int listener);

/* Begin to connect, and see no answer: every packet that comes in is dropped. */
int connect_deaf(uint16_t port);

/* A SYN from this address, which is not ours, to a port of ours. */
void forge_request(uint32_t from, uint16_t port);

/* Read from this socket into memory that never comes, and hold its lock meanwhile. */
void stall(int fd);

/* Send until nothing more fits into the buffers. */
void fill(int fd);

/* Drop every packet that comes for this socket. */
void make_deaf(int fd);

void option(int fd, int level, int name, int value);
void linger_zero(int fd);

/* A connection of which we hold both ends. */
struct pair {
	int client, server;
};

/* n of them to one listener, which is made at PORT; all are accepted. */
void make_pairs(struct pair *list, int n);
void make_pairs_at(uint16_t port, struct pair *list, int n);

/*
 * Call make(port, n) in a process of its own, which then stays until we end, and
 * does again and again what go_on says, if it is not NULL.
 */
void in_process(void (*make)(uint16_t port, int n), void (*go_on)(uint16_t port), uint16_t port,
		int n);

#endif
