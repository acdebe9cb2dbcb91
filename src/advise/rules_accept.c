/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Connections that come in: the accept queue of each listener, and the queue
 * of half-open connections before it.  Whose limit it is decides what helps:
 * a queue holds min(backlog, somaxconn at listen()) + 1, and an application
 * that is too slow fills any queue.
 */
#include "advise/threshold.h"

#include <string.h>

enum {
	DROPS_SIZE = 160,
	UNOWNED_PERMILLE = 100, /* of all overflows (judgement) */
};

/* An inode is not used again while the socket of the first sample is there. */
static bool has_the_same_sockets(const struct socket_listener *first,
				 const struct socket_listener *l)
{
	return first->sockets == l->sockets && first->inodes == l->inodes;
}

/*
 * Full at both ends of the interval, and it was the same queue: of several that
 * share an address one can fill while another is emptied.
 */
static bool stayed_full(const struct socket_listener *first, const struct socket_listener *l)
{
	if (!first || !first->full || !l->full)
		return false;
	return first->inode == l->inode ||
	       (first->full == first->sockets && has_the_same_sockets(first, l));
}

/*
 * What it has dropped in the interval; without one, since listen(2).  False
 * where that cannot be told: the kernel does not say, or of the sockets that
 * share the address some have come or gone since the first sample.
 */
static bool dropped(const struct trial *t, const struct socket_listener *l, uint64_t *ret)
{
	const struct sockets *before = t->evidence->before;
	const struct socket_listener *first = before ? sockets_same_address(before, l) : NULL;

	*ret = l->drops;
	if (!l->drops_known || !before)
		return l->drops_known;
	if (!first) /* all it has dropped is of the interval */
		return !before->listeners_missed;

	if (!has_the_same_sockets(first, l) || l->drops < first->drops)
		return false;
	*ret = l->drops - first->drops;
	return true;
}

/* At least as much, where it cannot be told. */
static uint64_t dropped_at_most(const struct trial *t, const struct socket_listener *l)
{
	uint64_t n;

	return dropped(t, l, &n) ? n : l->drops;
}

/*
 * A listener counts whatever it drops: for a full accept queue, without a route
 * or memory (tcp_listendrop()), but also what a client in SYN_RECV resets or
 * sends again (discard_and_relse of tcp_v4_rcv()).  How many met a full accept
 * queue is only known of all listeners together.
 */
struct overflows {
	uint64_t all;    /* of accept queues, in the interval or since boot */
	uint64_t drops;  /* of all listeners of now, whatever the reason */
	uint64_t others; /* ... of these surely so many have another reason */
};

static struct overflows overflows_of_all(const struct trial *t)
{
	const struct sockets *s = t->evidence->sockets;
	uint64_t drops = trial_count(t, COUNTER_LISTEN_DROPS);
	struct overflows o = {.all = trial_count(t, COUNTER_LISTEN_OVERFLOWS)};

	o.others = trial_count(t, COUNTER_EMBRYONIC_RSTS) + (drops > o.all ? drops - o.all : 0);
	for (size_t i = 0; s && o.all && i < s->listeners.len; i++)
		o.drops += dropped_at_most(t, &s->listeners.items[i]);
	return o;
}

/* Of one listener: those that the others cannot have had, nor another reason. */
static uint64_t overflows_of(const struct trial *t, const struct overflows *o,
			     const struct socket_listener *l)
{
	uint64_t elsewhere, n;

	if (!o->all || !dropped(t, l, &n))
		return 0;
	elsewhere = o->drops > n ? o->drops - n : 0;
	if (n <= o->others || o->all <= elsewhere)
		return 0;
	return n - o->others < o->all - elsewhere ? n - o->others : o->all - elsewhere;
}

/* "; 30 dropped in 5.0 seconds, at least 20 of them for a full queue" */
static void say_drops(const struct trial *t, const struct overflows *o,
		      const struct socket_listener *l, char ret[static DROPS_SIZE])
{
	unsigned long long sure = overflows_of(t, o, l);
	char period[PERIOD_SIZE], part[64] = "";
	uint64_t n;

	ret[0] = '\0';
	if (!dropped(t, l, &n))
		return;
	if (sure && sure < n)
		snprintf(part, sizeof(part), ", at least %llu of them for a full queue", sure);
	snprintf(ret, DROPS_SIZE, "; %llu dropped %s%s", (unsigned long long)n,
		 t->evidence->before ? trial_period(t, period) : "since listen()", part);
}

static void note_queue(struct trial *t, const struct overflows *o, const struct socket_listener *l)
{
	char who[WHO_SIZE], drops[DROPS_SIZE], share[48] = "";

	listener_who(l, who);
	say_drops(t, o, l, drops);
	if (l->sockets > 1)
		snprintf(share, sizeof(share), "; %u of %u queues full", l->full, l->sockets);
	trial_note(t, "%s: %u wait, at most %u can%s%s", who, l->queue, l->limit + 1, share, drops);
	if (!t->numbers[0]++)
		trial_subject(t, "%s", who);
}

static struct somaxconn somaxconn(struct trial *t)
{
	return (struct somaxconn){trial_number(t, 0), trial_default(t, 0, -1)};
}

/* Those listeners that overflow and whose limit is one of these: 1 << LIMIT_*. */
static bool any_overflows(struct trial *t, unsigned limits)
{
	const struct sockets *s = t->evidence->sockets;
	const struct overflows o = overflows_of_all(t);
	const struct somaxconn here = somaxconn(t);

	for (size_t i = 0; i < s->listeners.len; i++) {
		const struct socket_listener *l = &s->listeners.items[i];

		if (!(limits & 1U << listener_limit(l, here)))
			continue;
		if (l->full || trial_is_much(t, MUCH_OVERFLOWS, overflows_of(t, &o, l)))
			note_queue(t, &o, l);
	}
	return t->numbers[0] > 0;
}

static bool backlog_is_short(struct trial *t)
{
	return any_overflows(t, 1U << LIMIT_APPLICATION);
}

static bool limit_may_be_old(struct trial *t)
{
	return any_overflows(t, 1U << LIMIT_EITHER);
}

static bool somaxconn_is_short(struct trial *t)
{
	return any_overflows(t, 1U << LIMIT_SOMAXCONN | 1U << LIMIT_EARLIER);
}

/* Full at both ends of the interval: no burst, and a longer queue would fill as well. */
static bool accepting_is_slow(struct trial *t)
{
	const struct evidence *e = t->evidence;
	const struct overflows o = overflows_of_all(t);

	for (size_t i = 0; e->before && i < e->sockets->listeners.len; i++) {
		const struct socket_listener *l = &e->sockets->listeners.items[i];

		if (stayed_full(sockets_same_address(e->before, l), l))
			note_queue(t, &o, l);
	}
	return t->numbers[0] > 0;
}

/*
 * Only what no listener of now surely had: the others are named one by one.
 * Counters and listeners are not read in the same instant, so a few of many
 * prove nothing.
 */
static bool overflows_have_no_owner(struct trial *t)
{
	const struct sockets *s = t->evidence->sockets;
	const struct overflows o = overflows_of_all(t);
	uint64_t n = o.all;

	for (size_t i = 0; s && n && i < s->listeners.len; i++)
		n -= overflows_of(t, &o, &s->listeners.items[i]);
	if (!trial_is_much(t, MUCH_OVERFLOWS, n) || trial_permille(n, o.all) < UNOWNED_PERMILLE)
		return false;
	trial_note_count(t, COUNTER_LISTEN_OVERFLOWS);
	trial_note_whole(t, MUCH_OVERFLOWS);
	t->numbers[0] = (int64_t)n;
	return true;
}

static void note_limit(struct trial *t, const struct socket_listener *l)
{
	char who[WHO_SIZE];

	trial_note(t, "%s: limit %u", listener_who(l, who), l->limit);
	if (!t->numbers[0]++)
		trial_subject(t, "%s", who);
}

/*
 * The limit is exactly what somaxconn was before somebody raised it.  An
 * application may have asked for that very number; the remedy says so.  Many do
 * for 128, sshd(8) among them: of these only one that needs a longer queue is
 * worth a word.
 */
static bool listener_keeps_the_old_limit(struct trial *t)
{
	const struct sockets *s = t->evidence->sockets;
	const struct somaxconn limits = somaxconn(t);

	for (size_t i = 0; i < s->listeners.len; i++) {
		const struct socket_listener *l = &s->listeners.items[i];

		if (listener_limit(l, limits) == LIMIT_EITHER &&
		    (l->limit == limits.usual || l->queue > l->limit / 2))
			note_limit(t, l);
	}
	return t->numbers[0] > 0;
}

static bool listener_has_more_than_it_will_get(struct trial *t)
{
	const struct sockets *s = t->evidence->sockets;

	for (size_t i = 0; i < s->listeners.len; i++) {
		const struct socket_listener *l = &s->listeners.items[i];

		if (l->limit != LISTENER_UNKNOWN && (int64_t)l->limit > trial_number(t, 0))
			note_limit(t, l);
	}
	return t->numbers[0] > 0;
}

static bool requests_are_dropped_without_cookies(struct trial *t)
{
	uint64_t n = trial_count(t, COUNTER_REQ_Q_FULL_DROP);

	t->numbers[0] = (int64_t)n;
	if (trial_number(t, 0) != 0 || !trial_is_much(t, MUCH_REQUESTS_DROPPED, n))
		return false;
	trial_note_count(t, COUNTER_REQ_Q_FULL_DROP);
	trial_note_whole(t, MUCH_REQUESTS_DROPPED);
	return true;
}

/* Dropped at a listener, but neither for a full accept queue nor for a full queue of requests. */
static uint64_t drops_of_no_queue(const struct trial *t)
{
	uint64_t all = trial_count(t, COUNTER_LISTEN_DROPS);
	uint64_t known =
		trial_count(t, COUNTER_LISTEN_OVERFLOWS) + trial_count(t, COUNTER_REQ_Q_FULL_DROP);

	return all > known ? all - known : 0;
}

/*
 * Without cookies the kernel refuses requests from three quarters of
 * tcp_max_syn_backlog on (tcp_conn_request()), and counts that like a missing
 * route to the client or missing memory.  It can only be where a listener's own
 * limit, which bounds its queue of requests as well, lets it come so far.
 */
static bool three_quarters_are_full(struct trial *t)
{
	const struct sockets *s = t->evidence->sockets;
	int64_t most = trial_number(t, 0);
	uint64_t n = drops_of_no_queue(t), theirs = 0, drops;
	char who[WHO_SIZE];

	for (size_t i = 0; i < s->listeners.len; i++) {
		const struct socket_listener *l = &s->listeners.items[i];

		if (l->limit == LISTENER_UNKNOWN || l->limit <= most - most / 4 ||
		    !dropped(t, l, &drops) || !drops)
			continue;
		theirs += drops;
		trial_note(t, "%s: limit %u, %llu half-open now", listener_who(l, who), l->limit,
			   (unsigned long long)l->tally.states[TCP_STATE_SYN_RECV]);
	}
	t->numbers[0] = (int64_t)(n < theirs ? n : theirs);
	if (trial_number(t, 1) != 0 ||
	    !trial_is_much(t, MUCH_REQUESTS_REFUSED, (uint64_t)t->numbers[0]))
		return false;
	trial_note_count(t, COUNTER_LISTEN_DROPS);
	trial_note_count(t, COUNTER_LISTEN_OVERFLOWS);
	trial_note_whole(t, MUCH_REQUESTS_REFUSED);
	return true;
}

static void note_cookies(struct trial *t)
{
	trial_note_count(t, COUNTER_SYNCOOKIES_SENT);
	trial_note_count(t, COUNTER_SYNCOOKIES_RECV);
	trial_note_whole(t, MUCH_COOKIES_ANSWERED);
	t->numbers[0] = (int64_t)trial_count(t, COUNTER_SYNCOOKIES_SENT);
	t->numbers[1] = (int64_t)trial_count(t, COUNTER_SYNCOOKIES_RECV);
}

/* Who answers a cookie is a client, and had to do without a place in the queue. */
static bool clients_needed_cookies(struct trial *t)
{
	note_cookies(t);
	return trial_number(t, 0) != 2 && t->numbers[1] * 2 >= t->numbers[0] &&
	       trial_is_much(t, MUCH_COOKIES_ANSWERED, (uint64_t)t->numbers[1]);
}

static bool cookies_are_not_answered(struct trial *t)
{
	note_cookies(t);
	return trial_number(t, 0) != 2 && t->numbers[1] * 2 < t->numbers[0] &&
	       trial_is_much(t, MUCH_COOKIES_IN_VAIN, (uint64_t)(t->numbers[0] - t->numbers[1]));
}

static const struct rule rows[] = {
	{
		.id = "accept-queue-backlog",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_APPLICATION,
		.keys = {"net.core.somaxconn"},
		.facts = FACT_SOCKETS | FACT_QUEUES,
		.holds = backlog_is_short,
		.summary = "Clients meet a full accept queue at {s}; the application's own backlog "
			   "is the limit.",
		.remedy = "Raise the backlog in the application's configuration and restart it; "
			  "net.core.somaxconn allows more already. If the queue stays full, the "
			  "application accepts too slowly and no setting helps.",
	},
	{
		.id = "accept-queue-old-limit",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_APPLICATION,
		.keys = {"net.core.somaxconn"},
		.facts = FACT_SOCKETS | FACT_QUEUES,
		.holds = limit_may_be_old,
		.summary = "Clients meet a full accept queue at {s}; the limit is the "
			   "application's own backlog, or an earlier net.core.somaxconn.",
		.remedy = "Restart it first: a listener keeps the limit it had when it called "
			  "listen(), and net.core.somaxconn allows more by now. If the limit is "
			  "the same afterwards, raise the backlog in the application's "
			  "configuration. If the queue stays full, the application accepts too "
			  "slowly and no setting helps.",
	},
	{
		.id = "accept-queue-somaxconn",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.core.somaxconn"},
		.facts = FACT_SOCKETS | FACT_QUEUES,
		.holds = somaxconn_is_short,
		.summary = "Clients meet a full accept queue at {s}; net.core.somaxconn is the "
			   "limit.",
		.remedy = "Raise net.core.somaxconn, see that the application asks for as long a "
			  "backlog, and restart it: a listener keeps the limit it had when it "
			  "called listen(). If the queue stays full, the application accepts too "
			  "slowly.",
	},
	{
		.id = "accept-loop-slow",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_APPLICATION,
		.keys = {"net.core.somaxconn"},
		.needs = NEEDS_NO_KEY,
		.facts = FACT_SOCKETS | FACT_QUEUES | FACT_INTERVAL,
		.holds = accepting_is_slow,
		.summary = "The application accepts too slowly at {s}: its queue was full at both "
			   "ends of the interval.",
		.remedy = "Find out why it does not call accept(): no threads, no descriptors, a "
			  "lock, a slow backend. A longer queue only lets clients wait longer.",
	},
	{
		.id = "accept-queue-overflows",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_APPLICATION,
		.keys = {"net.core.somaxconn"},
		.needs = NEEDS_NO_KEY,
		.facts = FACT_COUNTERS,
		.holds = overflows_have_no_owner,
		.summary =
			"{a} times a client met a full accept queue; none of the listeners there "
			"are now accounts for it.",
		.remedy = "Look while it happens: `tcptune check --interval 10s` names the "
			  "listener. Then raise the application's backlog, or "
			  "net.core.somaxconn where that is the limit.",
	},
	{
		.id = "listener-before-somaxconn",
		.severity = SEVERITY_INFO,
		.fixed_by = FIXED_BY_APPLICATION,
		.keys = {"net.core.somaxconn"},
		.facts = FACT_SOCKETS | FACT_QUEUES,
		.holds = listener_keeps_the_old_limit,
		.summary = "Listeners that may still have the limit from before "
			   "net.core.somaxconn was raised: {a}, such as {s}.",
		.remedy = "Restart these applications: the limit is taken when listen() is called. "
			  "If it is the same afterwards, the application asks for that number "
			  "itself.",
	},
	{
		.id = "listener-above-somaxconn",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.core.somaxconn"},
		.facts = FACT_SOCKETS | FACT_QUEUES,
		.holds = listener_has_more_than_it_will_get,
		.summary = "Listeners with a longer accept queue than they will get at their next "
			   "restart, {0}: {a}.",
		.remedy = "Set net.core.somaxconn back to what it was when they were started; "
			  "somebody has lowered it since.",
	},
	{
		.id = "syn-queue-drops",
		.severity = SEVERITY_CRITICAL,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_syncookies"},
		.facts = FACT_COUNTERS,
		.holds = requests_are_dropped_without_cookies,
		.summary = "{a} connection requests were dropped because a listener's queue was "
			   "full and SYN cookies are off.",
		.remedy = "Set net.ipv4.tcp_syncookies to 1. If the clients are real, raise the "
			  "backlog of the application as well.",
	},
	{
		.id = "syn-backlog-drops",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_max_syn_backlog", "net.ipv4.tcp_syncookies"},
		.facts = FACT_COUNTERS | FACT_SOCKETS,
		.holds = three_quarters_are_full,
		.summary = "{a} connection requests were dropped before any queue was full, most "
			   "likely because net.ipv4.tcp_max_syn_backlog is {0}.",
		.remedy =
			"Set net.ipv4.tcp_syncookies to 1: net.ipv4.tcp_max_syn_backlog then does "
			"nothing any more. Without cookies, raise it to four thirds of the "
			"backlog of the busiest listener. If it goes on, there is no route back "
			"to these clients.",
	},
	{
		.id = "syn-queue-short",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_APPLICATION,
		.keys = {"net.ipv4.tcp_syncookies", "net.core.somaxconn"},
		.needs = 1,
		.facts = FACT_COUNTERS,
		.holds = clients_needed_cookies,
		.summary = "Real clients had to be let in by SYN cookie: {a} were sent, {b} came "
			   "back.",
		.remedy =
			"Raise the backlog of the application and net.core.somaxconn, which bound "
			"the queue of half-open connections, and restart it. Connections made "
			"by cookie lose options unless the client sends timestamps.",
	},
	{
		.id = "syn-flood",
		.severity = SEVERITY_WARNING, /* information when it was at some time */
		.fixed_by = FIXED_BY_NETWORK,
		.keys = {"net.ipv4.tcp_syncookies", "net.ipv4.tcp_synack_retries"},
		.needs = 1,
		.facts = FACT_COUNTERS,
		.holds = cookies_are_not_answered,
		.summary = "A flood of connection requests: {a} SYN cookies were sent, {b} were "
			   "answered.",
		.remedy =
			"SYN cookies let clients in meanwhile; keep net.ipv4.tcp_syncookies at 1. "
			"Stop the flood before it reaches this host. A longer queue or fewer "
			"net.ipv4.tcp_synack_retries help little.",
	},
};

const struct rules rules_accept = {rows, ARRAY_LEN(rows)};
