/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asking the kernel for TCP sockets over netlink (sock_diag(7)): the request,
 * the answer's many messages, and what can go wrong between them.  Sockets are
 * handed on one by one and never kept, because a host may have a million.
 *
 * What newcomers get wrong: a dump is not a snapshot, and it can break half
 * way.  Then it begins again, and the receiver is told to forget what it got.
 * The states asked for decide the cost: only for TCP_LISTEN alone does the
 * kernel leave the table of established connections untouched.
 */
#ifndef TCPTUNE_READ_SOCKDIAG_H
#define TCPTUNE_READ_SOCKDIAG_H

#include <linux/inet_diag.h>
#include <linux/netlink.h>

#include "base/error.h"

struct sockdiag_query {
	uint8_t family;     /* AF_INET or AF_INET6: one dump each */
	uint8_t extensions; /* 1 << (INET_DIAG_x - 1): attributes wanted */
	uint32_t states;    /* 1 << state: see enum in tcp(7) */
};

struct sockdiag_socket {
	const struct inet_diag_msg *msg;
	const struct nlattr *attrs[INET_DIAG_MAX + 1]; /* NULL: not sent */
};

/* The attribute's payload when it has at least `size` bytes, else NULL. */
const void *sockdiag_attr(const struct sockdiag_socket *s, unsigned type, size_t size);

struct sockdiag_sink {
	/* What is given is gone after the call.  0; -errno ends the dump. */
	int (*socket)(const struct sockdiag_socket *s, void *arg);
	void (*restart)(void *arg); /* the dump begins again: forget all of it */
	void *arg;
};

/*
 * All sockets of this network namespace that the query asks for.  -errno of
 * the kernel's refusal (EPERM, EPROTONOSUPPORT, ENOENT: no such module), of
 * an answer that makes no sense (EBADMSG), that was broken off too often
 * (ENOBUFS, EINTR), or of the sink.  After an error part may have been given.
 */
must_check int sockdiag_dump(const struct sockdiag_query *query, const struct sockdiag_sink *sink,
			     struct error *err);

/*
 * One datagram of the answer to request number seq.  1: more must follow,
 * 0: that was the end, or -errno as above.
 */
must_check int sockdiag_parse(const void *bytes, size_t n, unsigned seq,
			      const struct sockdiag_sink *sink);

#endif
