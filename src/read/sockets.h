/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The live TCP sockets of this network namespace, or those of a captured host,
 * counted as they pass by.  By netlink; where that is refused, and below the
 * root of a capture, by /proc/net/tcp{,6}.
 *
 * What newcomers get wrong: a dump is no snapshot.  While a million sockets
 * are listed thousands come and go, so counts of one run may differ by those.
 * The summary takes its two largest numbers from sockstat, read before and
 * after; .approximate says that it did not hold still.
 */
#ifndef TCPTUNE_READ_SOCKETS_H
#define TCPTUNE_READ_SOCKETS_H

#include "base/error.h"
#include "model/sockets.h"

enum sockets_group {
	GROUP_PEERS = 1 << 0,
	GROUP_DESTINATIONS = 1 << 1,
	GROUP_PORTS = 1 << 2,
	GROUP_UNITS = 1 << 3,  /* and the units of the listeners */
	GROUP_OWNERS = 1 << 4, /* (with the cgroups, which tell where to look first) */
};

struct sockets_options {
	enum sockets_method method;
	unsigned groups;      /* GROUP_*: the tables wanted */
	uint32_t states;      /* TCP_STATE_BIT()s that all tables but destinations count; 0: all */
	uint32_t quiet_ms;    /* ask a sample whether they were quiet for so long; 0: do not */
	size_t inodes_max;    /* GROUP_OWNERS: 8 bytes each; 0: as many as there are */
	unsigned deadline_ms; /* GROUP_OWNERS: bounds the walk through /proc; 0: none */
	uint16_t low, high;   /* ip_local_port_range for the destinations; 0, 0: any port */
};

/*
 * Into *ret, which is to be empty; sockets_done() frees it.  An offline host
 * has none, and SOCKETS_NOWHERE says so.  What could not be had though the
 * rest could is in .warnings.  ENOMEM, EACCES, EBADMSG (files with lines that
 * make no sense), and what netlink or the files answer.
 */
must_check int sockets_read(const struct host *h, int root, const struct sockets_options *options,
			    struct sockets *ret, struct error *err);

#endif
