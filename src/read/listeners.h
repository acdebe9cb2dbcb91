/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The listening TCP sockets of this network namespace, one after the other.
 * However many connections the host has, this touches the listeners only: by
 * netlink; where that is refused by /proc/net/tcp{,6}, whose listeners come
 * first.  Below the root of a captured host it is always the files.
 */
#ifndef TCPTUNE_READ_LISTENERS_H
#define TCPTUNE_READ_LISTENERS_H

#include "base/error.h"
#include "model/host.h"
#include "model/sockets.h"

struct listener {
	uint32_t inode;      /* what /proc/PID/fd/N calls it: socket:[inode] */
	uint32_t uid;        /* who made it */
	uint64_t cgroup;     /* ... in which cgroup; 0 where not known */
	uint8_t family;      /* AF_INET or AF_INET6 */
	uint16_t port;       /* in host byte order */
	uint8_t address[16]; /* in network byte order; AF_INET: the first 4 bytes */
	uint32_t device;     /* it is bound to, by index; 0: none, or not known (the files) */
	uint32_t queue;      /* connections waiting for accept(2) */
	/* LISTENER_UNKNOWN from the files: */
	uint32_t limit; /* of the queue: min(backlog, somaxconn) when listen(2) was called */
	uint32_t drops; /* connections dropped for whatever reason; INET_DIAG_SKMEMINFO */
};

struct listener_sink {
	/* 0; -errno ends the walk with it. */
	int (*listener)(const struct listener *l, void *arg);
	void (*restart)(void *arg); /* it begins again: forget all of them */
	void *arg;
};

/*
 * A kernel without IPv6 has no IPv6 listeners, a captured host without the
 * files has none, and one that is offline has none either.  EACCES, EBADMSG (a
 * file with lines that make no sense), ENOMEM, and what the sink returned.
 */
must_check int listeners_read(const struct host *h, int root, const struct listener_sink *sink,
			      struct error *err);

#endif
