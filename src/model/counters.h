/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel counts: one row a counter, with the file and the name it is
 * found by.  Columns differ from kernel to kernel, so they are looked up by
 * the names in the heading, never by position (but for softnet_stat, which has
 * no heading).
 *
 * What newcomers get wrong: a total says that something happened at some time
 * since the network namespace was made, perhaps a year ago.  Whether it happens
 * now only two samples tell.  And not all are the namespace's own: of sockstat
 * `orphan`, `alloc` and `mem`, and all of softnet_stat, are the whole host's.
 */
#ifndef TCPTUNE_MODEL_COUNTERS_H
#define TCPTUNE_MODEL_COUNTERS_H

#include "base/defs.h"

enum counter_file {
	COUNTER_SNMP,
	COUNTER_NETSTAT,
	COUNTER_SOCKSTAT,
	COUNTER_SOCKSTAT6,
	COUNTER_SOFTNET,   /* summed over the CPUs */
	COUNTER_CONNTRACK, /* summed over the CPUs */
	COUNTER_FILE_COUNT,
};

enum counter {
	/* /proc/net/snmp; TCP over IPv4 and IPv6 together */
	COUNTER_ACTIVE_OPENS,  /* connects begun */
	COUNTER_PASSIVE_OPENS, /* handshakes completed, whether accepted or not */
	COUNTER_ATTEMPT_FAILS,
	COUNTER_ESTAB_RESETS,
	COUNTER_IN_SEGS,
	COUNTER_OUT_SEGS, /* without pure retransmissions */
	COUNTER_RETRANS_SEGS,
	COUNTER_IN_ERRS,
	COUNTER_OUT_RSTS,
	COUNTER_IN_CSUM_ERRORS,

	/* /proc/net/netstat, in the order of the kernel */
	COUNTER_SYNCOOKIES_SENT,
	COUNTER_SYNCOOKIES_RECV,
	COUNTER_SYNCOOKIES_FAILED,
	COUNTER_EMBRYONIC_RSTS,
	COUNTER_PRUNE_CALLED,
	COUNTER_RCV_PRUNED,
	COUNTER_OFO_PRUNED,
	COUNTER_TW,
	COUNTER_TW_RECYCLED, /* taken over by connect(): tcp_tw_reuse at work */
	COUNTER_TW_KILLED,
	COUNTER_PAWS_ACTIVE,
	COUNTER_PAWS_ESTAB,
	COUNTER_LISTEN_OVERFLOWS, /* met a full accept queue */
	COUNTER_LISTEN_DROPS,     /* dropped at a listener for any reason, overflows included */
	COUNTER_LOST_RETRANSMIT,
	COUNTER_TIMEOUTS,
	COUNTER_ABORT_ON_DATA,  /* closed with SO_LINGER 0, or data came after close() */
	COUNTER_ABORT_ON_CLOSE, /* closed with unread data */
	COUNTER_ABORT_ON_MEMORY,
	COUNTER_ABORT_ON_TIMEOUT,
	COUNTER_ABORT_ON_LINGER,
	COUNTER_ABORT_FAILED,
	COUNTER_MEMORY_PRESSURES, /* of the host, booked in the namespace that met it */
	COUNTER_SPURIOUS_RTOS,
	COUNTER_BACKLOG_DROP,
	COUNTER_DEFER_ACCEPT_DROP,
	COUNTER_TIME_WAIT_OVERFLOW,
	COUNTER_REQ_Q_FULL_DO_COOKIES,
	COUNTER_REQ_Q_FULL_DROP,
	COUNTER_RETRANS_FAIL,
	COUNTER_RCV_Q_DROP,
	COUNTER_OFO_DROP,
	COUNTER_CHALLENGE_ACK,
	COUNTER_FASTOPEN_LISTEN_OVERFLOW,
	COUNTER_FROM_ZERO_WINDOW_ADV,
	COUNTER_TO_ZERO_WINDOW_ADV,
	COUNTER_WANT_ZERO_WINDOW_ADV,
	COUNTER_SYN_RETRANS, /* of SYN and of SYN-ACK */
	COUNTER_ORIG_DATA_SENT,
	COUNTER_KEEPALIVE, /* probes sent */
	COUNTER_MTUP_FAIL,
	COUNTER_MTUP_SUCCESS,
	COUNTER_WIN_PROBE, /* probes of a peer's closed window */
	COUNTER_ZERO_WINDOW_DROP,
	COUNTER_WQUEUE_TOO_BIG,
	COUNTER_MIGRATE_REQ_SUCCESS,
	COUNTER_MIGRATE_REQ_FAILURE,

	/* /proc/net/sockstat and sockstat6: what is now, not how often */
	COUNTER_SOCKETS_TCP,
	COUNTER_SOCKETS_ORPHAN, /* the host's */
	COUNTER_SOCKETS_TW,     /* of both families */
	COUNTER_SOCKETS_ALLOC,  /* the host's */
	COUNTER_SOCKETS_MEM,    /* the host's, in pages */
	COUNTER_SOCKETS_TCP6,

	/* /proc/net/softnet_stat: the host's */
	COUNTER_SOFTNET_PROCESSED,
	COUNTER_SOFTNET_DROPPED,
	COUNTER_SOFTNET_SQUEEZED,

	/* /proc/net/stat/nf_conntrack */
	COUNTER_CONNTRACK_INSERT_FAILED,
	COUNTER_CONNTRACK_DROP,
	COUNTER_CONNTRACK_EARLY_DROP,

	COUNTER_COUNT,
};

struct counter_row {
	const char *name; /* in JSON; of snmp and netstat as nstat(8) has it */
	enum counter_file file;
	const char *group;  /* first word of its line, "TcpExt:"; NULL: the file has none */
	const char *column; /* NULL: told by position */
	unsigned position;  /* softnet_stat: of the column, from 0 */
};

const struct counter_row *counter_row(enum counter c);

/* "/proc/net/netstat" */
const char *counter_file_path(enum counter_file f);

/* One sample. */
struct counters {
	uint64_t values[COUNTER_COUNT];
	bool known[COUNTER_COUNT]; /* false: this kernel does not count it, or it cannot be read */
	uint64_t taken_ms;         /* of a clock that only goes forward */
};

/* Does it count what happened, or (sockstat) what there is now? */
bool counter_is_total(enum counter c);

/*
 * By how much a total grew between two samples.  A counter that went round once (32
 * bits: each CPU's in softnet_stat, all on 32-bit hosts) grew all the same.
 * False where one of the two is not known, and of what is no total.
 */
bool counters_grown(const struct counters *earlier, const struct counters *now, enum counter c,
		    uint64_t *ret);

/* How long lies between two samples, in milliseconds. */
uint64_t counters_apart_ms(const struct counters *earlier, const struct counters *now);

/* Is anything known at all? */
bool counters_any(const struct counters *list);

#endif
