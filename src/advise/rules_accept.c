/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Connections that come in: the accept queue of each listener, and the queue
 * of half-open connections before it.  Whose limit it is decides what helps:
 * a queue holds min(backlog, somaxconn at listen()) + 1, and an application
 * that is too slow fills any queue.
 */
#include "advise/rule.h"

enum {
	DROPS_FEW = 10,   /* fewer were a burst of a moment (judgement) */
	COOKIES_FEW = 10, /* a scan or two (judgement) */
	COOKIES_FLOOD = 100,
	OVERFLOWS_PERMILLE = 1, /* of all handshakes (judgement) */
};

/* Drops that are older than the interval are no news. */
static bool drops_are_news(const struct trial *t)
{
	return trial_count(t, COUNTER_LISTEN_OVERFLOWS) > 0 || !t->evidence->counters;
}

static bool queue_overflows(const struct trial *t, const struct socket_listener *l)
{
	return l->full || (l->drops_known && l->drops >= DROPS_FEW && drops_are_news(t));
}

static void note_queue(struct trial *t, const struct socket_listener *l)
{
	char who[WHO_SIZE];

	listener_who(l, who);
	if (l->drops_known)
		trial_note(t, "%s: %u wait, at most %u can; %llu dropped since listen()", who,
			   l->queue, l->limit + 1, (unsigned long long)l->drops);
	else
		trial_note(t, "%s: %u wait, at most %u can", who, l->queue, l->limit + 1);
	if (!t->numbers[0]++)
		trial_subject(t, "%s", who);
}

/* Those listeners that overflow and that `capped` is true of. */
static bool any_overflows(struct trial *t, bool (*capped)(uint32_t limit, int64_t somaxconn))
{
	const struct sockets *s = t->evidence->sockets;

	for (size_t i = 0; i < s->listeners.len; i++) {
		const struct socket_listener *l = &s->listeners.items[i];

		if (l->limit != LISTENER_UNKNOWN && capped(l->limit, trial_number(t, 0)) &&
		    queue_overflows(t, l))
			note_queue(t, l);
	}
	return t->numbers[0] > 0;
}

static bool is_below(uint32_t limit, int64_t somaxconn)
{
	return (int64_t)limit < somaxconn;
}

static bool is_not_below(uint32_t limit, int64_t somaxconn)
{
	return !is_below(limit, somaxconn);
}

static bool backlog_is_short(struct trial *t)
{
	return any_overflows(t, is_below);
}

static bool somaxconn_is_short(struct trial *t)
{
	return any_overflows(t, is_not_below);
}

static const struct socket_listener *same_listener(const struct sockets *s,
						   const struct socket_listener *l)
{
	for (size_t i = 0; i < s->listeners.len; i++) {
		if (s->listeners.items[i].inode == l->inode)
			return &s->listeners.items[i];
	}
	return NULL;
}

/* Full at both ends of the interval: no burst, and a longer queue would fill as well. */
static bool accepting_is_slow(struct trial *t)
{
	const struct evidence *e = t->evidence;

	for (size_t i = 0; e->before && i < e->sockets->listeners.len; i++) {
		const struct socket_listener *l = &e->sockets->listeners.items[i];
		const struct socket_listener *before = same_listener(e->before, l);

		if (l->full && before && before->full)
			note_queue(t, l);
	}
	return t->numbers[0] > 0;
}

static uint64_t drops_of_listeners(const struct sockets *s)
{
	uint64_t n = 0;

	for (size_t i = 0; s && i < s->listeners.len; i++)
		n += s->listeners.items[i].drops + s->listeners.items[i].full;
	return n;
}

/* Only what no listener of now accounts for: the others are named one by one. */
static bool overflows_have_no_owner(struct trial *t)
{
	uint64_t n = trial_count(t, COUNTER_LISTEN_OVERFLOWS);
	uint64_t handshakes = trial_count(t, COUNTER_PASSIVE_OPENS);

	if (n < DROPS_FEW || trial_permille(n, n + handshakes) < OVERFLOWS_PERMILLE ||
	    drops_of_listeners(t->evidence->sockets))
		return false;
	trial_note_count(t, COUNTER_LISTEN_OVERFLOWS);
	trial_note_count(t, COUNTER_PASSIVE_OPENS);
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
 * application may have asked for that very number; the remedy says so.
 */
static bool listener_keeps_the_old_limit(struct trial *t)
{
	const struct sockets *s = t->evidence->sockets;
	int64_t now = trial_number(t, 0), usual = trial_default(t, 0, now);

	for (size_t i = 0; now > usual && i < s->listeners.len; i++) {
		if (s->listeners.items[i].limit == usual)
			note_limit(t, &s->listeners.items[i]);
	}
	t->numbers[1] = usual;
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
	t->numbers[0] = (int64_t)trial_count(t, COUNTER_REQ_Q_FULL_DROP);
	if (trial_number(t, 0) != 0 || !t->numbers[0])
		return false;
	trial_note_count(t, COUNTER_REQ_Q_FULL_DROP);
	return true;
}

/*
 * Dropped at a listener, but neither for a full accept queue nor for a full
 * queue of requests: without cookies that is the rule that refuses new ones
 * from three quarters of tcp_max_syn_backlog on (tcp_conn_request()).
 */
static bool three_quarters_are_full(struct trial *t)
{
	uint64_t all = trial_count(t, COUNTER_LISTEN_DROPS);
	uint64_t known =
		trial_count(t, COUNTER_LISTEN_OVERFLOWS) + trial_count(t, COUNTER_REQ_Q_FULL_DROP);

	if (trial_number(t, 1) != 0 || all < known + DROPS_FEW)
		return false;
	t->numbers[0] = (int64_t)(all - known);
	trial_note_count(t, COUNTER_LISTEN_DROPS);
	trial_note_count(t, COUNTER_LISTEN_OVERFLOWS);
	return true;
}

static void note_cookies(struct trial *t)
{
	trial_note_count(t, COUNTER_SYNCOOKIES_SENT);
	trial_note_count(t, COUNTER_SYNCOOKIES_RECV);
	t->numbers[0] = (int64_t)trial_count(t, COUNTER_SYNCOOKIES_SENT);
	t->numbers[1] = (int64_t)trial_count(t, COUNTER_SYNCOOKIES_RECV);
}

/* Who answers a cookie is a client, and had to do without a place in the queue. */
static bool clients_needed_cookies(struct trial *t)
{
	note_cookies(t);
	return trial_number(t, 0) != 2 && t->numbers[0] >= COOKIES_FEW &&
	       t->numbers[1] * 2 >= t->numbers[0];
}

static bool cookies_are_not_answered(struct trial *t)
{
	note_cookies(t);
	return trial_number(t, 0) != 2 && t->numbers[0] >= COOKIES_FLOOD &&
	       t->numbers[1] * 2 < t->numbers[0];
}

static const struct rule rows[] = {
	{
		.id = "accept-queue-backlog",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_APPLICATION,
		.keys = {"net.core.somaxconn"},
		.facts = FACT_SOCKETS,
		.holds = backlog_is_short,
		.summary = "Clients meet a full accept queue at {s}; the application's own backlog "
			   "is the limit.",
		.remedy = "Raise the backlog in the application's configuration and restart it; "
			  "net.core.somaxconn allows more already. If the queue stays full, the "
			  "application accepts too slowly and no setting helps.",
	},
	{
		.id = "accept-queue-somaxconn",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.core.somaxconn"},
		.facts = FACT_SOCKETS,
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
		.facts = FACT_SOCKETS | FACT_INTERVAL,
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
		.summary = "{a} times a client met a full accept queue; of the listeners there are "
			   "now, none says it was his.",
		.remedy = "Look while it happens: `tcptune check --interval 10s` names the "
			  "listener. Then raise the application's backlog, or "
			  "net.core.somaxconn where that is the limit.",
	},
	{
		.id = "listener-before-somaxconn",
		.severity = SEVERITY_INFO,
		.fixed_by = FIXED_BY_APPLICATION,
		.keys = {"net.core.somaxconn"},
		.facts = FACT_SOCKETS,
		.holds = listener_keeps_the_old_limit,
		.summary = "{a} listeners, such as {s}, may still have the limit from before "
			   "net.core.somaxconn was raised: {b}.",
		.remedy = "Restart these applications: the limit is taken when listen() is called. "
			  "If it is the same afterwards, the application asks for that number "
			  "itself.",
	},
	{
		.id = "listener-above-somaxconn",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.core.somaxconn"},
		.facts = FACT_SOCKETS,
		.holds = listener_has_more_than_it_will_get,
		.summary = "{a} listeners have a longer accept queue than they will get at their "
			   "next restart: {0}.",
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
		.facts = FACT_COUNTERS,
		.holds = three_quarters_are_full,
		.summary = "{a} connection requests were dropped before any queue was full: "
			   "net.ipv4.tcp_max_syn_backlog is {0}.",
		.remedy =
			"Set net.ipv4.tcp_syncookies to 1: net.ipv4.tcp_max_syn_backlog then does "
			"nothing any more. Without cookies, raise it to four thirds of the "
			"backlog of the busiest listener.",
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
		.severity = SEVERITY_WARNING,
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
