/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much of what the kernel counts is worth a word.  A number alone proves
 * little: ten drops are a disaster in a second and nothing in a year.  So each
 * is judged as a share of what it happened to (facts: the denominators of the
 * counters), by one table, and by other rows of it since boot than in an
 * interval.
 *
 * What newcomers get wrong: a total since boot cannot tell whether it still
 * happens.  A large share says that it is a habit of this host; where there is
 * no whole to be a share of, it is history, and said as information only.
 */
#ifndef TCPTUNE_ADVISE_THRESHOLD_H
#define TCPTUNE_ADVISE_THRESHOLD_H

#include "advise/rule.h"

enum threshold {
	MUCH_OVERFLOWS,        /* of accept queues */
	MUCH_REQUESTS_DROPPED, /* with a full queue of requests, and without cookies */
	MUCH_REQUESTS_REFUSED, /* before that queue was full */
	MUCH_COOKIES_ANSWERED, /* by clients */
	MUCH_COOKIES_IN_VAIN,  /* not answered by anybody */
	MUCH_CONNECTS_FAILED,
	MUCH_TIME_WAITS_REFUSED,
	MUCH_ABORTS,   /* by a program here */
	MUCH_TIMEOUTS, /* clients that vanish are usual */
	MUCH_PEER_RESETS,
	MUCH_ORPHANS_KILLED,
	MUCH_RETRANSMITTED, /* more than a path that is fit for use */
	MUCH_ZERO_WINDOWS,
	MUCH_RECEIVED_DROPPED,
	MUCH_BACKLOG_DROPPED,
	MUCH_MEMORY_PRESSURES,
	MUCH_SOFTNET_DROPPED,
	MUCH_SOFTNET_SQUEEZED,
	MUCH_CONNTRACK_DROPPED,
	THRESHOLDS,
};

/*
 * Are n of them worth a word, in the interval or, where there is none, since
 * boot?  What is history makes t->severity SEVERITY_INFO.
 */
bool trial_is_much(struct trial *t, enum threshold which, uint64_t n);

/* The counters it is a share of, each as a line of evidence. */
void trial_note_whole(struct trial *t, enum threshold which);

#endif
