/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the live TCP sockets of one network namespace say, counted and grouped:
 * by state, listener, peer, destination, unit and process.  Never the sockets
 * themselves, of which a host may have a million.  Owns everything in it.
 *
 * What newcomers get wrong:
 *   - Not every socket is a file.  One that waits for accept(2), a half-open
 *     request, TIME_WAIT and what its program has closed have no inode, and
 *     then nobody can be blamed for it.
 *   - A timer hides another: while data is under way keepalive cannot be seen.
 *     So "no keepalive" is judged on idle connections only (facts: idiag_timer).
 *   - The tables of what strangers choose (peers, destinations, ports) have a
 *     fixed size.  Past it the heaviest stay, and each count may be short of
 *     the truth by what the row's `missed` says, never over it.
 */
#ifndef TCPTUNE_MODEL_SOCKETS_H
#define TCPTUNE_MODEL_SOCKETS_H

#include "base/strings.h"
#include "model/snapshot.h"

/* The kernel's numbers (include/net/tcp_states.h); half-open requests are SYN_RECV. */
enum tcp_state {
	TCP_STATE_ESTABLISHED = 1,
	TCP_STATE_SYN_SENT,
	TCP_STATE_SYN_RECV,
	TCP_STATE_FIN_WAIT_1,
	TCP_STATE_FIN_WAIT_2,
	TCP_STATE_TIME_WAIT,
	TCP_STATE_CLOSED,
	TCP_STATE_CLOSE_WAIT,
	TCP_STATE_LAST_ACK,
	TCP_STATE_LISTEN,
	TCP_STATE_CLOSING,
	TCP_STATES /* how many, number 0 being none */
};

#define TCP_STATE_BIT(state) (UINT32_C(1) << (state))

/* "ESTABLISHED", "FIN_WAIT_1", ...: as in JSON; "?" for what is none. */
const char *tcp_state_name(unsigned state);

/* By name, as ss(8), netstat(8) or we write it: "close-wait", "CLOSE_WAIT", "estab". */
must_check int tcp_state_parse(const char *name, enum tcp_state *ret);

enum sockets_method {
	SOCKETS_AUTO,    /* to ask for: full up to SOCKETS_FULL_MAX sockets, summary above */
	SOCKETS_SUMMARY, /* the states, and what is in a state that means trouble */
	SOCKETS_FULL,    /* every socket was looked at */
	SOCKETS_METHODS
};

enum { SOCKETS_FULL_MAX = 200000 };

const char *sockets_method_name(enum sockets_method m); /* "summary", "full" */

/* Where they were read. */
enum sockets_source {
	SOCKETS_NOWHERE, /* offline: there is nothing to read */
	SOCKETS_NETLINK,
	SOCKETS_FILES, /* /proc/net/tcp{,6}: no limit or drops of a listener, no unit */
	SOCKETS_SOURCES
};

const char *sockets_source_name(enum sockets_source s); /* "nowhere", "netlink", "files" */

/*
 * What single sockets are, beside their state.  Of sockets in ESTABLISHED and
 * TIME_WAIT a summary has seen none: see sockets_knows().
 */
enum socket_kind {
	SOCKET_CLOSE_WAIT_HELD,   /* the program has a descriptor of it and does not close */
	SOCKET_CLOSE_WAIT_QUEUED, /* the client gave up before it was accepted */
	SOCKET_FIN_WAIT_1_HELD,   /* shutdown(2), and the peer does not acknowledge */
	SOCKET_FIN_WAIT_1_ORPHAN, /* closed by the program */
	SOCKET_FIN_WAIT_2_HELD,   /* the program has shut down and waits; for ever */
	SOCKET_FIN_WAIT_2_ORPHAN, /* closed by the program: tcp_fin_timeout ends it */
	SOCKET_RETRANSMITTING,    /* connected once: the retransmission timer has fired */
	SOCKET_PROBING,           /* much is to be sent, and the peer's window is closed */
	SOCKET_UNREAD,            /* ESTABLISHED with bytes that our program has not read */
	SOCKET_UNACCEPTED,        /* ESTABLISHED, waits in an accept queue */
	SOCKET_IDLE_ARMED,        /* ESTABLISHED, nothing under way, keepalive is on */
	SOCKET_IDLE_LATE,         /* ... and its next probe far off; not on loopback */
	SOCKET_IDLE_BARE,         /* ... and no timer: a dead peer is never noticed */
	SOCKET_KINDS
};

/* The shortest time after which clouds publish that they forget an idle connection. */
enum { SOCKET_LATE_SECONDS = 240 };

const char *socket_kind_name(enum socket_kind k); /* "close_wait_held", ...: as in JSON */

/* Counts of one group of sockets; 64 bytes, one line of cache. */
struct tally {
	uint32_t states[TCP_STATES];
	uint32_t total;
	uint32_t armed; /* ESTABLISHED with keepalive on */
	uint32_t bare;  /* ESTABLISHED, idle, without any timer */
	uint32_t busy;  /* ESTABLISHED with data under way, where keepalive cannot be seen */
};

/*
 * Empty queues at one moment are no idleness: a client that asks ten times a
 * second has them nine times of ten.  So of those in tally.bare a sample is
 * asked for how long they have carried nothing.
 */
struct quiet {
	uint32_t asked;
	uint32_t quiet; /* ... of them, for sockets.quiet_ms or longer */
};

/* Where fewer have empty queues and no timer, nobody is asked: no rule judges so few. */
enum { QUIET_FEW = 50 };

/* How many of n are quiet, by the sample; 0 where none was asked. */
uint32_t quiet_of(const struct quiet *q, uint32_t n);

void tally_add(struct tally *to, const struct tally *from);

/* IPv4 always in its mapped form, ::ffff:a.b.c.d, so that equal peers are equal bytes. */
struct address {
	uint8_t bytes[16]; /* network byte order */
};

bool address_is_ipv4(const struct address *a);
bool address_is_any(const struct address *a); /* 0.0.0.0 or :: */
/* 127.0.0.0/8 or ::1: the other end is on this host, and cannot vanish. */
bool address_is_loopback(const struct address *a);

/* "192.0.2.1", "2001:db8::1"; enough is ADDRESS_SIZE. */
enum { ADDRESS_SIZE = 48 };
const char *address_print(const struct address *a, char ret[static ADDRESS_SIZE]);

/* "192.0.2.1:80", "[2001:db8::1]:80". */
enum { ENDPOINT_SIZE = ADDRESS_SIZE + 8 };
const char *endpoint_print(const struct address *a, uint16_t port, char ret[static ENDPOINT_SIZE]);

#define LISTENER_UNKNOWN UINT32_MAX

enum { DEVICE_SIZE = 16 }; /* the kernel's IFNAMSIZ */

/*
 * An address and port somebody listens at, on any device or on one: one socket,
 * or several that share it (SO_REUSEPORT), each with a queue of its own.
 */
struct socket_listener {
	struct address address;
	uint16_t port;
	uint32_t device; /* by index: SO_BINDTODEVICE, or a link-local address; 0: any */
	char device_name[DEVICE_SIZE]; /* raw bytes; the index where it is gone; "": any */
	uint32_t sockets;              /* how many share it */
	uint32_t full;   /* ... of them with queue > limit: the next client is dropped */
	uint64_t inodes; /* a number of their inodes: equal for the same sockets */
	/* Of the socket whose queue is the fullest, and the unit and process below with it: */
	uint32_t inode;
	uint32_t uid;
	uint64_t cgroup; /* of its creator; 0: not known */
	uint32_t queue;  /* connections that wait for accept(2) */
	uint32_t limit;  /* min(backlog, somaxconn) when it called listen(2); LISTENER_UNKNOWN */
	uint32_t limit_min, limit_max; /* of all of them, when known */
	/* Of all of them: */
	uint64_t drops;   /* of connections, since listen(2); 0 where not known */
	bool drops_known; /* ... and whether it is */
	struct tally
		tally; /* connections to it in the states asked for, its own LISTEN not counted */
	struct quiet quiet;
	uint32_t close_wait_queued;
	char *unit; /* owned; NULL: not known or in none */
	int pid;    /* a process that holds it; 0: not looked for, or not to be seen */
	char *comm; /* owned, raw bytes; NULL where pid is 0 */
};

/* Whose number the limit of an accept queue is. */
enum listener_limit {
	LIMIT_UNKNOWN,
	LIMIT_APPLICATION, /* it asked listen(2) for no more */
	LIMIT_SOMAXCONN,   /* it asked for as many or more, and more it would get only by that */
	LIMIT_EARLIER,     /* net.core.somaxconn has been lowered since */
	/* It may have asked for no more; or somaxconn has been raised since, from a default. */
	LIMIT_EITHER,
	LISTENER_LIMITS
};

/* net.core.somaxconn as it is now, and the kernel's default of it; -1: not known. */
struct somaxconn {
	int64_t now, usual;
};

enum listener_limit listener_limit(const struct socket_listener *l, struct somaxconn s);

/* "application", ..., as the table and JSON have it; NULL: not known. */
const char *listener_limit_name(enum listener_limit limit);

/* "192.0.2.1:80", "192.0.2.1%eth0:80", "[fe80::1]%eth0:80": as ss(8) does; raw bytes. */
enum { LISTENER_SIZE = ENDPOINT_SIZE + DEVICE_SIZE };
const char *listener_print(const struct socket_listener *l, char ret[static LISTENER_SIZE]);

/* All sockets whose other end has this address, whoever connected. */
struct socket_peer {
	struct address address;
	uint32_t incoming; /* ... of them to one of our listeners */
	uint32_t missed;   /* so many at most are not in tally.total */
	struct tally tally;
	struct quiet quiet;
};

/* Connections we made from one address to one server: each takes a port of ours. */
struct socket_destination {
	struct address from, to;
	uint16_t port;      /* of `to` */
	uint32_t ports;     /* local ports in use, those of TIME_WAIT with them */
	uint32_t time_wait; /* ... of them */
	uint32_t syn_sent;  /* ... of them */
	uint32_t missed;    /* so many at most are not in `ports` */
};

struct socket_port {
	uint16_t port; /* local */
	bool listening;
	uint32_t missed;
	struct tally tally;
};

/* Sockets by the cgroup of their creator. */
struct socket_unit {
	char *name; /* owned: "nginx.service", "(gone)", "(unknown)", "(none)" */
	struct tally tally;
};

/* Sockets by the process that holds them; a shared one counts for each. */
struct socket_owner {
	struct process process;
	struct tally tally;
};

struct sockets {
	enum sockets_source source;
	enum sockets_method method; /* SUMMARY or FULL */
	bool approximate;           /* the numbers changed while they were read, twice */
	uint64_t total;             /* listeners with them */
	uint64_t states[TCP_STATES];
	uint64_t kinds[SOCKET_KINDS];
	uint64_t unread_bytes, unsent_bytes; /* of ESTABLISHED; full only */
	uint32_t quiet_ms;                   /* see struct quiet; 0: nobody was asked */

	struct {
		VEC(struct socket_listener);
	} listeners;               /* by port, address, device, until they are ranked */
	uint32_t listeners_missed; /* listening sockets past LISTENERS_MAX */

	/* Each sorted by tally.total, the heaviest first; empty unless asked for. */
	struct {
		VEC(struct socket_peer);
	} peers;
	struct {
		VEC(struct socket_destination);
	} destinations; /* by ports */
	struct {
		VEC(struct socket_port);
	} ports;
	struct {
		VEC(struct socket_unit);
	} units;
	struct {
		VEC(struct socket_owner);
	} owners;
	/* How many sockets a row of the table can be short of; 0: it is exact and whole. */
	uint32_t peers_missed, destinations_missed, ports_missed;
	uint64_t inodes_wanted;    /* sockets whose holder was asked for */
	uint64_t inodes_kept;      /* ... and looked for: fewer is a sample */
	uint64_t inodes_unseen;    /* ... of these no visible process holds */
	size_t processes_left_out; /* not looked at, for want of time */
	struct strings warnings;   /* what is missing and why, for people */
};

enum {
	LISTENERS_MAX = 4096,
	PEERS_MAX = 4096, /* exact up to so many different addresses */
	DESTINATIONS_MAX = 2048,
	PORTS_MAX = 4096,
	UNITS_MAX = 4096,
	INODES_SAMPLE = 65536, /* as many as a finding needs */
};

void sockets_done(struct sockets *s);

/* Were all sockets of this state looked at one by one, or are they only counted? */
bool sockets_knows(const struct sockets *s, enum tcp_state state);

/* All but listeners and TIME_WAIT. */
uint64_t sockets_connections(const struct sockets *s);

/*
 * Are n of them a pile, none of them below `few`?  On a busy host some are always
 * about to be closed: it takes 2 % of all connections, or 5,000, which is more than
 * any program has under way at a time (judgement).
 */
bool sockets_are_a_pile(const struct sockets *s, uint64_t n, uint64_t few);

/*
 * The listeners that need a look first: by how many of their queues are full,
 * how full (in tenths), drops, who waits, connections; then by port and address.
 * by_connections: these before all.
 */
void sockets_rank_listeners(struct sockets *s, bool by_connections);

/* For qsort(3), of struct socket_listener: by port, address and device, as they are read. */
int sockets_compare_addresses(const void *a, const void *b);

/* Who listens where l does, in sockets as they were read, not ranked; NULL. */
const struct socket_listener *sockets_same_address(const struct sockets *s,
						   const struct socket_listener *l);

#endif
