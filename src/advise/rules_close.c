/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Connections that end, or should: who does not close, and who resets.  Which
 * state piles up tells whose fault it is; most of the time no setting's.
 */
#include "advise/threshold.h"

enum {
	PILE_PERMILLE = 20,   /* of the descriptors of one that runs out of them (judgement) */
	OWNER_PERMILLE = 100, /* of the descriptors one process has open (judgement) */
	OWNERS_NAMED = 5,
	UNACCEPTED_FEW = 10, /* (judgement) */
	FILES_NEAR_PERMILLE = 800,
	TIME_WAIT_MANY = 1000,       /* that people begin to ask about (judgement) */
	ORPHANS_MANY = 1000,         /* in FIN_WAIT_2 (judgement) */
	ORPHANS_FEW = 100,           /* ... where the limit they share is small */
	ORPHANS_PERMILLE = 100,      /* ... of that limit */
	STUCK_FEW = 100,             /* in FIN_WAIT_1, LAST_ACK, CLOSING (judgement) */
	ORPHANS_NEAR_PERMILLE = 250, /* tcp_out_of_resources() counts stalled ones fourfold */
};

static uint64_t kind(const struct trial *t, enum socket_kind k)
{
	return t->evidence->sockets->kinds[k];
}

static uint64_t state(const struct trial *t, enum tcp_state s)
{
	return t->evidence->sockets->states[s];
}

static bool is_pile(const struct trial *t, uint64_t n, uint64_t few)
{
	return sockets_are_a_pile(t->evidence->sockets, n, few);
}

static bool knows_files(const struct process *p)
{
	return p->limit.known && p->used != UINT64_MAX && p->limit.soft != UINT64_MAX;
}

static bool runs_out(const struct process *p)
{
	return knows_files(p) && trial_permille(p->used, p->limit.soft) >= FILES_NEAR_PERMILLE;
}

/* Few of all connections of a busy host can be many of what one process has open. */
static bool leaks(const struct socket_owner *o, enum tcp_state which)
{
	const struct process *p = &o->process;
	uint64_t permille = runs_out(p) ? PILE_PERMILLE : OWNER_PERMILLE;

	return o->tally.states[which] >= SOCKETS_HELD_FEW && knows_files(p) &&
	       trial_permille(o->tally.states[which], p->used) >= permille;
}

static bool anybody_leaks(const struct sockets *s, enum tcp_state which)
{
	for (size_t i = 0; i < s->owners.len; i++) {
		if (leaks(&s->owners.items[i], which))
			return true;
	}
	return false;
}

static bool comes_before(const struct socket_owner *a, const struct socket_owner *b,
			 enum tcp_state which)
{
	uint32_t x = a->tally.states[which], y = b->tally.states[which];

	return x != y ? x > y : a->process.pid < b->process.pid;
}

/* Who has most of them after `last`; NULL: nobody. */
static const struct socket_owner *owner_after(const struct sockets *s,
					      const struct socket_owner *last, enum tcp_state which)
{
	const struct socket_owner *next = NULL;

	for (size_t i = 0; i < s->owners.len; i++) {
		const struct socket_owner *o = &s->owners.items[i];

		if (o->tally.states[which] && (!last || comes_before(last, o, which)) &&
		    (!next || comes_before(o, next, which)))
			next = o;
	}
	return next;
}

/* How many it holds, and how long its descriptors last. */
static void note_owner(struct trial *t, const struct socket_owner *o, enum tcp_state which)
{
	const struct process *p = &o->process;
	char who[WHO_SIZE];
	uint64_t left = knows_files(p) && p->used < p->limit.soft ? p->limit.soft - p->used : 0;

	process_who(p, who);
	if (knows_files(p))
		trial_note(t,
			   "%s holds %u of them; %llu of its %llu descriptors are left until "
			   "EMFILE",
			   who, o->tally.states[which], (unsigned long long)left,
			   (unsigned long long)p->limit.soft);
	else
		trial_note(t, "%s holds %u of them", who, o->tally.states[which]);
}

/* Those that were not named. */
static void note_others(struct trial *t, const struct socket_owner *last, enum tcp_state which)
{
	const struct sockets *s = t->evidence->sockets;
	unsigned long long processes = 0, held = 0;

	for (size_t i = 0; last && i < s->owners.len; i++) {
		const struct socket_owner *o = &s->owners.items[i];

		if (o->tally.states[which] && comes_before(last, o, which)) {
			processes++;
			held += o->tally.states[which];
		}
	}
	if (processes)
		trial_note(t, "%llu more processes hold %llu of them", processes, held);
}

/* What of the holders is not known. */
static void note_unseen(struct trial *t)
{
	const struct sockets *s = t->evidence->sockets;

	if (s->inodes_kept < s->inodes_wanted)
		trial_note(t, "a sample: the holders of %llu of %llu sockets were looked for",
			   (unsigned long long)s->inodes_kept,
			   (unsigned long long)s->inodes_wanted);
	if (s->owners.len && s->inodes_unseen)
		trial_note(t, "the holders of %llu sockets could not be seen",
			   (unsigned long long)s->inodes_unseen);
}

static void name_owners(struct trial *t, const struct socket_owner *most, enum tcp_state which)
{
	const struct sockets *s = t->evidence->sockets;
	char who[WHO_SIZE];
	size_t n = 0;

	for (size_t i = 0; i < s->owners.len; i++)
		n += s->owners.items[i].tally.states[which] != 0;
	if (!most && s->processes_left_out)
		trial_subject(t, "a program that was not found in time (--full-walk looks on)");
	else if (!most)
		trial_subject(t, "a program that could not be seen");
	else if (n == 1)
		trial_subject(t, "%s", process_who(&most->process, who));
	else
		trial_subject(t, "%s and %zu more processes", process_who(&most->process, who),
			      n - 1);
}

static void note_owners(struct trial *t, enum tcp_state which)
{
	const struct sockets *s = t->evidence->sockets;
	const struct socket_owner *o = owner_after(s, NULL, which), *last = NULL;

	name_owners(t, o, which);
	for (unsigned i = 0; o && i < OWNERS_NAMED; i++) {
		note_owner(t, o, which);
		last = o;
		o = owner_after(s, o, which);
	}
	note_others(t, last, which);
	note_unseen(t);
	for (size_t i = 0; i < s->owners.len; i++) {
		if (runs_out(&s->owners.items[i].process) && leaks(&s->owners.items[i], which))
			t->severity = SEVERITY_CRITICAL;
	}
}

static bool program_holds(struct trial *t, enum socket_kind k, enum tcp_state which)
{
	t->numbers[0] = (int64_t)kind(t, k);
	if (!is_pile(t, kind(t, k), SOCKETS_HELD_FEW) &&
	    !anybody_leaks(t->evidence->sockets, which))
		return false;
	note_owners(t, which);
	return true;
}

static bool program_does_not_close(struct trial *t)
{
	return program_holds(t, SOCKET_CLOSE_WAIT_HELD, TCP_STATE_CLOSE_WAIT);
}

static bool clients_gave_up_in_the_queue(struct trial *t)
{
	const struct sockets *s = t->evidence->sockets;
	char who[WHO_SIZE];

	t->numbers[0] = (int64_t)kind(t, SOCKET_CLOSE_WAIT_QUEUED);
	for (size_t i = 0; i < s->listeners.len; i++) {
		const struct socket_listener *l = &s->listeners.items[i];

		if (l->close_wait_queued)
			trial_note(t, "%s: %u such clients", listener_who(l, who),
				   l->close_wait_queued);
	}
	return t->numbers[0] >= UNACCEPTED_FEW;
}

/* Of connections to our listeners: they take no port that anybody else could want. */
static bool time_wait_is_the_server_s(struct trial *t)
{
	const struct sockets *s = t->evidence->sockets;

	for (size_t i = 0; i < s->listeners.len; i++)
		t->numbers[0] += s->listeners.items[i].tally.states[TCP_STATE_TIME_WAIT];
	t->numbers[1] = (int64_t)state(t, TCP_STATE_TIME_WAIT);
	return t->numbers[0] >= TIME_WAIT_MANY;
}

/* The limit is that of now; whether it was the same then nobody knows. */
static bool time_wait_overflows(struct trial *t)
{
	uint64_t n = trial_count(t, COUNTER_TIME_WAIT_OVERFLOW);

	t->numbers[0] = (int64_t)n;
	if (!trial_is_much(t, MUCH_TIME_WAITS_REFUSED, n))
		return false;
	trial_note_count(t, COUNTER_TIME_WAIT_OVERFLOW);
	trial_note_whole(t, MUCH_TIME_WAITS_REFUSED);
	trial_note(t, "now in TIME_WAIT: %llu",
		   (unsigned long long)trial_now(t, COUNTER_SOCKETS_TW));
	return true;
}

/* They share the limit of TIME_WAIT. */
static bool orphans_wait_for_peers(struct trial *t)
{
	uint64_t n = kind(t, SOCKET_FIN_WAIT_2_ORPHAN);
	int64_t limit = trial_has(t, 1) ? trial_number(t, 1) : 0;

	t->numbers[0] = (int64_t)n;
	return is_pile(t, n, ORPHANS_MANY) ||
	       (n >= ORPHANS_FEW && limit > 0 &&
		trial_permille(n, (uint64_t)limit) >= ORPHANS_PERMILLE);
}

static bool program_waits_for_peers(struct trial *t)
{
	return program_holds(t, SOCKET_FIN_WAIT_2_HELD, TCP_STATE_FIN_WAIT_2);
}

static bool peers_do_not_acknowledge(struct trial *t)
{
	static const enum tcp_state stuck[] = {TCP_STATE_FIN_WAIT_1, TCP_STATE_LAST_ACK,
					       TCP_STATE_CLOSING};

	for (size_t i = 0; i < ARRAY_LEN(stuck); i++) {
		t->numbers[0] += (int64_t)state(t, stuck[i]);
		trial_note(t, "%s: %llu", tcp_state_name(stuck[i]),
			   (unsigned long long)state(t, stuck[i]));
	}
	return is_pile(t, (uint64_t)t->numbers[0], STUCK_FEW);
}

/* So many of c that it is a habit and no accident. */
static bool is_habit(struct trial *t, enum counter c, enum threshold which)
{
	uint64_t n = trial_count(t, c);

	if (!trial_is_much(t, which, n))
		return false;
	trial_note_count(t, c);
	trial_note_whole(t, which);
	t->numbers[0] = (int64_t)n;
	return true;
}

static bool program_lingers_zero(struct trial *t)
{
	return is_habit(t, COUNTER_ABORT_ON_DATA, MUCH_ABORTS);
}

static bool program_leaves_data(struct trial *t)
{
	return is_habit(t, COUNTER_ABORT_ON_CLOSE, MUCH_ABORTS);
}

static bool connections_time_out(struct trial *t)
{
	if (!is_habit(t, COUNTER_ABORT_ON_TIMEOUT, MUCH_TIMEOUTS))
		return false;
	trial_note_count(t, COUNTER_KEEPALIVE);
	trial_note_count(t, COUNTER_SYN_RETRANS);
	return true;
}

/*
 * Resets that nothing here accounts for.  Both ends of a connection on this
 * host are counted, so each of our own can be there twice.
 */
static bool peers_reset(struct trial *t)
{
	uint64_t all = trial_count(t, COUNTER_ESTAB_RESETS);
	uint64_t ours =
		trial_count(t, COUNTER_ABORT_ON_DATA) + trial_count(t, COUNTER_ABORT_ON_CLOSE) +
		trial_count(t, COUNTER_ABORT_ON_TIMEOUT) + trial_count(t, COUNTER_ABORT_ON_MEMORY);

	return all > ours * 2 && is_habit(t, COUNTER_ESTAB_RESETS, MUCH_PEER_RESETS);
}

static bool orphans_are_killed(struct trial *t)
{
	return is_habit(t, COUNTER_ABORT_ON_MEMORY, MUCH_ORPHANS_KILLED);
}

static bool orphans_are_many(struct trial *t)
{
	uint64_t n = trial_now(t, COUNTER_SOCKETS_ORPHAN);
	int64_t limit = trial_number(t, 0);

	t->numbers[0] = (int64_t)n;
	return limit > 0 && trial_permille(n, (uint64_t)limit) >= ORPHANS_NEAR_PERMILLE;
}

static const struct rule rows[] = {
	{
		.id = "close-wait-leak",
		.severity = SEVERITY_WARNING, /* critical when descriptors run out */
		.fixed_by = FIXED_BY_APPLICATION,
		.facts = FACT_SOCKETS,
		.holds = program_does_not_close,
		.summary = "{a} connections whose peer has closed are held open (CLOSE_WAIT) by "
			   "{s}.",
		.remedy = "No setting cures this: the application must close them, and restarting "
			  "it only gives it time. More descriptors put the day off when accept() "
			  "fails with EMFILE.",
	},
	{
		.id = "close-wait-unaccepted",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_APPLICATION,
		.keys = {"net.core.somaxconn"},
		.needs = NEEDS_NO_KEY,
		.facts = FACT_SOCKETS,
		.holds = clients_gave_up_in_the_queue,
		.summary =
			"{a} clients gave up while they waited to be accepted (CLOSE_WAIT in the "
			"accept queue).",
		.remedy = "The application accepts too slowly, or has stopped. A longer queue lets "
			  "clients wait longer, and more of them give up.",
	},
	{
		.id = "time-wait-harmless",
		.severity = SEVERITY_INFO,
		.fixed_by = FIXED_BY_APPLICATION,
		.keys = {"net.ipv4.tcp_tw_reuse", "net.ipv4.tcp_fin_timeout",
			 "net.ipv4.tcp_max_tw_buckets"},
		.needs = NEEDS_NO_KEY,
		.facts = FACT_EACH_SOCKET,
		.holds = time_wait_is_the_server_s,
		.summary = "{a} of {b} sockets in TIME_WAIT are of connections to this host's "
			   "listeners, and harmless.",
		.remedy = "Nothing to do: each costs about 300 bytes for 60 seconds and holds no "
			  "port that anybody wants. No setting shortens it, and "
			  "net.ipv4.tcp_tw_reuse does nothing for connections that come in.",
	},
	{
		.id = "tw-buckets-overflow",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_max_tw_buckets"},
		.facts = FACT_COUNTERS,
		.holds = time_wait_overflows,
		.summary = "{a} connections ended without TIME_WAIT, because the kernel had no "
			   "place for more.",
		.remedy = "Raise net.ipv4.tcp_max_tw_buckets, unless somebody has done so since "
			  "(--interval tells): an entry takes about 300 bytes. Without TIME_WAIT "
			  "old packets can reach new connections. Orphans in FIN_WAIT_2 share the "
			  "limit.",
	},
	{
		.id = "fin-wait-2-orphans",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_max_tw_buckets"},
		.needs = 1,
		.facts = FACT_SOCKETS,
		.holds = orphans_wait_for_peers,
		.summary = "{a} connections closed here wait for a peer that does not close "
			   "(FIN_WAIT_2), each for {0} seconds.",
		.remedy = "The peers hold them in CLOSE_WAIT: the fault is theirs. A lower "
			  "net.ipv4.tcp_fin_timeout, not below 15, ends them sooner; slow clients "
			  "are cut off then.",
	},
	{
		.id = "fin-wait-2-held",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_APPLICATION,
		.keys = {"net.ipv4.tcp_fin_timeout"},
		.needs = NEEDS_NO_KEY,
		.facts = FACT_SOCKETS,
		.holds = program_waits_for_peers,
		.summary = "{a} connections were shut down but not closed (FIN_WAIT_2) by {s}; "
			   "nothing ends them.",
		.remedy = "The application must close() them, or read with a timeout after "
			  "shutdown(). net.ipv4.tcp_fin_timeout counts only from close() on.",
	},
	{
		.id = "closing-stuck",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_PEER,
		.keys = {"net.ipv4.tcp_orphan_retries"},
		.needs = NEEDS_NO_KEY,
		.facts = FACT_SOCKETS,
		.holds = peers_do_not_acknowledge,
		.summary = "{a} connections cannot finish closing: their peers acknowledge nothing "
			   "any more.",
		.remedy = "Peers or a firewall on the way have forgotten them, or a peer reads "
			  "nothing. net.ipv4.tcp_orphan_retries (0 means 8) bounds how long they "
			  "are kept; few retries cut responses off on bad paths.",
	},
	{
		.id = "resets-linger-zero",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_APPLICATION,
		.facts = FACT_COUNTERS,
		.holds = program_lingers_zero,
		.summary = "An application resets its connections in place of closing them: {a} "
			   "times (SO_LINGER 0, or data after close).",
		.remedy = "Take SO_LINGER with 0 out of the application, or let it read to the end "
			  "before it closes. What was not sent yet is lost, and the peer sees "
			  "ECONNRESET. No setting changes it.",
	},
	{
		.id = "resets-unread-data",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_APPLICATION,
		.facts = FACT_COUNTERS,
		.holds = program_leaves_data,
		.summary = "An application closes connections with data it has not read, which "
			   "resets them: {a} times.",
		.remedy = "The application should read to the end before close(), or call "
			  "shutdown() first and then read. The peer loses what is still on its "
			  "way and sees ECONNRESET. No setting changes it.",
	},
	{
		.id = "connections-time-out",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_PEER,
		.keys = {"net.ipv4.tcp_retries2", "net.ipv4.tcp_keepalive_time",
			 "net.ipv4.tcp_syn_retries"},
		.needs = NEEDS_NO_KEY,
		.facts = FACT_COUNTERS,
		.holds = connections_time_out,
		.summary = "{a} connections were given up because the peer did not answer.",
		.remedy =
			"Find the peers that vanish, or what forgets connections on the way: a "
			"firewall, a load balancer. Many keepalive probes among the evidence mean "
			"idle ones, many SYN retransmissions connects.",
	},
	{
		.id = "resets-from-peers",
		.severity = SEVERITY_INFO,
		.fixed_by = FIXED_BY_PEER,
		.facts = FACT_COUNTERS,
		.holds = peers_reset,
		.summary = "Peers reset established connections: {a} times, and no reason is on "
			   "this host.",
		.remedy = "Look at the peers: a crash, a restart, an idle timeout, SO_LINGER 0. "
			  "A process that dies here, or a listener closed with clients in its "
			  "queue, is counted as well.",
	},
	{
		.id = "orphans-killed",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_max_orphans", "net.ipv4.tcp_mem"},
		.needs = NEEDS_NO_KEY,
		.facts = FACT_COUNTERS,
		.holds = orphans_are_killed,
		.summary = "{a} closed connections were reset before their data had arrived: too "
			   "many orphans, or TCP memory was short.",
		.remedy =
			"Raise net.ipv4.tcp_max_orphans if memory allows. If TCP memory was short "
			"(see net.ipv4.tcp_mem), find out which connections hold it.",
	},
	{
		.id = "orphans-near-limit",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_max_orphans", "net.ipv4.tcp_orphan_retries"},
		.needs = 1,
		.facts = FACT_COUNTERS,
		.holds = orphans_are_many,
		.summary = "{a} closed connections still have data to send; from a quarter of {0} "
			   "on the kernel resets some.",
		.remedy = "Raise net.ipv4.tcp_max_orphans, or lower net.ipv4.tcp_orphan_retries so "
			  "that dead peers are given up sooner. Each can hold up to 64 KiB of "
			  "memory that cannot be swapped.",
	},
};

const struct rules rules_close = {rows, ARRAY_LEN(rows)};
