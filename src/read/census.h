/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counting sockets as they pass by, into the tables of model/sockets.h.  Where
 * they come from, and what each of them is, others say (read/sockets.h); here a
 * socket is a few facts, and gone after the call.
 *
 * What newcomers get wrong: this runs once for each of a million sockets.  So
 * nothing is allocated in it but for the inodes of GROUP_OWNERS, and what it
 * touches fits the second-level cache.
 */
#ifndef TCPTUNE_READ_CENSUS_H
#define TCPTUNE_READ_CENSUS_H

#include "base/heavy.h"
#include "read/descriptors.h"
#include "read/listeners.h"
#include "read/sockets.h"

/* idiag_timer of sock_diag(7), and the column "tr" of /proc/net/tcp. */
enum socket_timer {
	TIMER_NONE,
	TIMER_RETRANSMIT,
	TIMER_KEEPALIVE, /* ... or that of an orphan in FIN_WAIT_2 */
	TIMER_TIME_WAIT, /* the socket is a mini-socket */
	TIMER_PROBE,     /* of a closed window */
};

struct socket_facts {
	struct address local, remote;
	uint16_t local_port, remote_port;
	uint32_t device;         /* it is bound to, by index; 0: none */
	uint8_t state;           /* enum tcp_state */
	uint8_t timer;           /* enum socket_timer */
	bool whole;              /* a socket proper: no request, no mini-socket */
	bool retried;            /* what the timer waits for has been sent again */
	uint32_t timer_ms;       /* until the timer fires */
	uint32_t unread, unsent; /* bytes in the queues */
	uint32_t inode;          /* 0: no descriptor holds it */
	uint64_t cgroup;         /* 0: not known */
};

/* What the tag of a wanted inode says. */
#define WANTED_STATE(tag) ((tag)&15U)

#define CGROUP_OTHERS UINT64_MAX /* all past UNITS_MAX */

struct census {
	const struct sockets_options *options; /* borrowed */
	struct sockets *out;                   /* borrowed */
	struct heavy listeners, peers, destinations, ports, cgroups;
	struct wanted_inodes wanted;  /* those of GROUP_OWNERS */
	uint8_t listening[65536 / 8]; /* a bit a port */
	uint64_t whole;               /* sockets proper */
	uint64_t fin_wait_2_minis;
};

/* What the cgroup table has. */
struct cgroup_count {
	struct heavy_entry entry;
	uint64_t id; /* 0: all that have none */
	struct tally tally;
};

/* Both borrowed until census_done().  -ENOMEM, or what getrandom(2) says. */
must_check int census_init(struct census *c, const struct sockets_options *options,
			   struct sockets *out);
void census_done(struct census *c);

/* All listeners come first; -ENOMEM. */
must_check int census_listener(struct census *c, const struct listener *l);

/* Any other socket; -ENOMEM. */
must_check int census_socket(struct census *c, const struct socket_facts *s);

/* One of them again, and whether it has been quiet; only those without a timer count. */
void census_quiet(struct census *c, const struct socket_facts *s, bool quiet);
void census_forget_quiet(struct census *c);

/* All of them, from one process to another that has the same tables. */
struct quiet_answers {
	struct quiet peers[PEERS_MAX], listeners[LISTENERS_MAX];
};
void census_give_quiet(const struct census *c, struct quiet_answers *to);
void census_take_quiet(struct census *c, const struct quiet_answers *from);

/* Forget the listeners; forget all others. */
void census_forget_listeners(struct census *c);
void census_forget_sockets(struct census *c);

/* The tables to .out, sorted; the units' names are read/units.h's.  -ENOMEM. */
must_check int census_finish(struct census *c);

#endif
