/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asking the kernel for TCP sockets over netlink (sock_diag(7)): the request,
 * the answer's many messages, and what can go wrong between them.  Sockets are
 * handed on one by one and never kept, because a host may have a million.
 *
 * What newcomers get wrong: a dump is not a snapshot, and it can break half
 * way.  Then it begins again, and the receiver is told to forget what it got.
 * The states asked for decide the cost: only for TCP_LISTEN alone does the
 * kernel leave the table of established connections untouched.  And that table
 * holds both address families, so it is walked once, by the request from
 * before there were families in it (TCPDIAG_GETSOCK); two requests take twice
 * the time.
 */
#ifndef TCPTUNE_READ_SOCKDIAG_H
#define TCPTUNE_READ_SOCKDIAG_H

#include <linux/inet_diag.h>
#include <linux/netlink.h>

#include "base/error.h"

struct sockdiag_query {
	uint8_t extensions; /* 1 << (INET_DIAG_x - 1): attributes wanted */
	uint32_t states;    /* 1 << state: see enum in tcp(7) */
	/* Ask by families at once: for kernels and filters that refuse the old request. */
	bool by_family;
};

struct sockdiag_socket {
	const struct inet_diag_msg *msg;
	const struct nlattr *attrs[INET_DIAG_MAX + 1]; /* NULL: not sent */
};

/* The attribute's payload when it has at least `size` bytes, else NULL. */
const void *sockdiag_attr(const struct sockdiag_socket *s, unsigned type, size_t size);

/* The cgroup of the socket's creator; 0 where it has none or the kernel does not tell (< 5.7). */
uint64_t sockdiag_cgroup(const struct sockdiag_socket *s);

struct sockdiag_sink {
	/* What is given is gone after the call.  0; 1: it is enough; -errno ends the dump. */
	int (*socket)(const struct sockdiag_socket *s, void *arg);
	void (*restart)(void *arg); /* the dump begins again: forget all of it */
	void *arg;
};

/*
 * All sockets of this network namespace that the query asks for, both families.
 * 1: the kernel broke each of several dumps off, and of the last one all was
 * given that it had: some sockets are missing, or were given twice.  -errno of
 * the kernel's refusal (EPERM, EPROTONOSUPPORT, ENOENT: no such module), of an
 * answer that makes no sense (EBADMSG) or never comes to its end (ENOBUFS), or of
 * the sink.  After an error part may have been given.
 */
must_check int sockdiag_dump(const struct sockdiag_query *query, const struct sockdiag_sink *sink,
			     struct error *err);

/* How an answer is to be read. */
struct sockdiag_answer {
	unsigned seq;  /* number of the request */
	bool tolerant; /* go on where the kernel says that it lost some */
	bool broken;   /* ... and it said so */
};

/*
 * One datagram of an answer.  1: more must follow, 0: that was the end, or
 * -errno as above, with ENOBUFS and EINTR for a dump that was broken off.
 */
must_check int sockdiag_parse(const void *bytes, size_t n, struct sockdiag_answer *answer,
			      const struct sockdiag_sink *sink);

#endif
