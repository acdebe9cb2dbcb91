/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Connections that are there but do not work: peers that are gone, that do not
 * read, that lose packets.  A timer of the kernel hides keepalive while data is
 * under way, so its absence is judged on connections with empty queues only; and
 * whether these are idle, a sample of them is asked.
 */
#include "advise/threshold.h"

enum {
	SUSPECTS_FEW = 100, /* of one peer (judgement) */
	SUSPECTS_PERMILLE = 900,
	BARE_FEW = QUIET_FEW, /* at one listener (judgement) */
	ARMED_PERMILLE = 100,
	LATE_FEW = 20,   /* (judgement) */
	SILENT_FEW = 20, /* (judgement) */
	SILENT_PERMILLE = 50,
	WINDOWS_FEW = 10,     /* (judgement) */
	UNREAD_PERMILLE = 20, /* of all connections (judgement) */
};

static bool looks_dead(const struct socket_peer *p)
{
	uint32_t quiet = quiet_of(&p->quiet, p->tally.bare);

	return !address_is_loopback(&p->address) && quiet >= SUSPECTS_FEW &&
	       trial_permille(quiet, p->tally.states[TCP_STATE_ESTABLISHED]) >= SUSPECTS_PERMILLE;
}

/* "...: 11 of the 12 looked at were quiet for 240 seconds or more" */
static void note_quiet(struct trial *t, const char *who, const struct quiet *q)
{
	trial_note(t, "%s: %u of the %u looked at were quiet for %lld seconds or more", who,
		   q->quiet, q->asked, (long long)t->numbers[1]);
}

static bool clients_look_dead(struct trial *t)
{
	const struct sockets *s = t->evidence->sockets;
	char text[ADDRESS_SIZE];

	t->numbers[1] = s->quiet_ms / 1000;
	for (size_t i = 0; i < s->peers.len; i++) {
		const struct socket_peer *p = &s->peers.items[i];

		if (!looks_dead(p))
			continue;
		address_print(&p->address, text);
		trial_note(t, "%s: %u of %u connections are without any timer", text, p->tally.bare,
			   p->tally.states[TCP_STATE_ESTABLISHED]);
		note_quiet(t, text, &p->quiet);
		if (!t->numbers[0])
			trial_subject(t, "%s", text);
		t->numbers[0] += quiet_of(&p->quiet, p->tally.bare);
	}
	return t->numbers[0] > 0;
}

static bool keepalive_is_not_asked_for(struct trial *t)
{
	const struct sockets *s = t->evidence->sockets;
	char who[WHO_SIZE];

	t->numbers[1] = s->quiet_ms / 1000;
	for (size_t i = 0; i < s->listeners.len; i++) {
		const struct socket_listener *l = &s->listeners.items[i];
		uint32_t idle = l->tally.bare + l->tally.armed;
		uint32_t quiet = quiet_of(&l->quiet, l->tally.bare);

		if (address_is_loopback(&l->address) || quiet < BARE_FEW ||
		    trial_permille(l->tally.armed, idle) >= ARMED_PERMILLE)
			continue;
		listener_who(l, who);
		trial_note(t, "%s: keepalive is on for %u of %u connections", who, l->tally.armed,
			   idle);
		note_quiet(t, who, &l->quiet);
		if (!t->numbers[0])
			trial_subject(t, "%s", who);
		t->numbers[0] += quiet;
	}
	return t->numbers[0] > 0;
}

/* Not the sysctl counts, which sockets override and timers that run do not follow. */
static bool keepalive_comes_late(struct trial *t)
{
	const struct sockets *s = t->evidence->sockets;

	t->numbers[0] = (int64_t)s->kinds[SOCKET_IDLE_LATE];
	t->numbers[1] = SOCKET_LATE_SECONDS;
	trial_note(t, "of %llu connections with keepalive, those on loopback included",
		   (unsigned long long)s->kinds[SOCKET_IDLE_ARMED]);
	return t->numbers[0] >= LATE_FEW;
}

static bool peers_are_silent(struct trial *t)
{
	const struct sockets *s = t->evidence->sockets;
	uint64_t n = s->kinds[SOCKET_RETRANSMITTING];
	uint64_t made = trial_connections(t) - s->states[TCP_STATE_SYN_SENT] -
			s->states[TCP_STATE_SYN_RECV];

	t->numbers[0] = (int64_t)n;
	t->numbers[1] = (int64_t)made;
	return n >= SILENT_FEW && trial_permille(n, made) >= SILENT_PERMILLE;
}

static bool peers_do_not_read(struct trial *t)
{
	const struct sockets *s = t->evidence->sockets;

	t->numbers[0] = (int64_t)s->kinds[SOCKET_PROBING];
	if (t->numbers[0] < WINDOWS_FEW)
		return false;
	if (s->unsent_bytes)
		trial_note(t, "%llu bytes of all connections wait to be sent",
			   (unsigned long long)s->unsent_bytes);
	return true;
}

/* Some have unread bytes at any moment: they have just come. */
static bool program_does_not_read(struct trial *t)
{
	const struct sockets *s = t->evidence->sockets;
	uint64_t stops = trial_count(t, COUNTER_TO_ZERO_WINDOW_ADV);
	uint64_t unread = s->kinds[SOCKET_UNREAD];

	t->numbers[0] = (int64_t)stops;
	t->numbers[1] = (int64_t)unread;
	if (unread < WINDOWS_FEW ||
	    trial_permille(unread, trial_connections(t)) < UNREAD_PERMILLE ||
	    !trial_is_much(t, MUCH_ZERO_WINDOWS, stops))
		return false;
	trial_note_count(t, COUNTER_TO_ZERO_WINDOW_ADV);
	trial_note_whole(t, MUCH_ZERO_WINDOWS);
	trial_note(t, "%llu bytes have arrived and were not read",
		   (unsigned long long)s->unread_bytes);
	return true;
}

/* RetransSegs counts SYN and SYN-ACK as well, and OutSegs no retransmissions. */
static bool segments_are_lost(struct trial *t)
{
	uint64_t all = trial_count(t, COUNTER_RETRANS_SEGS);
	uint64_t syns = trial_count(t, COUNTER_SYN_RETRANS);
	uint64_t data = all > syns ? all - syns : 0;

	if (!trial_is_much(t, MUCH_RETRANSMITTED, data))
		return false;
	t->numbers[0] = (int64_t)trial_permille(data, trial_count(t, COUNTER_OUT_SEGS) + data) / 10;
	trial_note_count(t, COUNTER_RETRANS_SEGS);
	trial_note_count(t, COUNTER_SYN_RETRANS);
	trial_note_whole(t, MUCH_RETRANSMITTED);
	trial_note_count(t, COUNTER_TIMEOUTS);
	return true;
}

static const struct rule rows[] = {
	{
		.id = "half-open-suspects",
		.severity = SEVERITY_INFO,
		.fixed_by = FIXED_BY_APPLICATION,
		.keys = {"net.ipv4.tcp_keepalive_time"},
		.needs = NEEDS_NO_KEY,
		.facts = FACT_EACH_SOCKET | FACT_QUIET,
		.holds = clients_look_dead,
		.summary = "{a} connections of single peers, such as {s}, quiet for {b} seconds or "
			   "more, may be dead: no timer would notice.",
		.remedy = "The application should set SO_KEEPALIVE, or close idle connections "
			  "itself; net.ipv4.tcp_keepalive_time alone does nothing for them. Seen "
			  "from the peer, they may be long gone.",
	},
	{
		.id = "keepalive-not-set",
		.severity = SEVERITY_INFO,
		.fixed_by = FIXED_BY_APPLICATION,
		.keys = {"net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_keepalive_intvl",
			 "net.ipv4.tcp_keepalive_probes"},
		.needs = NEEDS_NO_KEY,
		.facts = FACT_EACH_SOCKET | FACT_QUIET,
		.holds = keepalive_is_not_asked_for,
		.summary = "The keepalive settings do nothing for {a} connections quiet for {b} "
			   "seconds or more, such as those to {s}: SO_KEEPALIVE is not set.",
		.remedy =
			"Switch keepalive on in the application's configuration (so_keepalive in "
			"nginx, clitcpka in HAProxy, tcp-keepalive in Redis) if nothing else ends "
			"connections whose peer is gone.",
	},
	{
		.id = "keepalive-late",
		.severity = SEVERITY_INFO,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_keepalive_intvl",
			 "net.ipv4.tcp_keepalive_probes"},
		.needs = NEEDS_NO_KEY,
		.facts = FACT_EACH_SOCKET,
		.holds = keepalive_comes_late,
		.summary = "{a} connections have keepalive, but should they fall silent, the first "
			   "probe is more than {b} seconds off; clouds forget some by then.",
		.remedy = "Where a load balancer or NAT gateway is on the path, set "
			  "net.ipv4.tcp_keepalive_time below its limit: 240 seconds (Azure), 350 "
			  "(AWS), 600 (Google); connections follow when their old time is over. An "
			  "application that sets TCP_KEEPIDLE must be told itself.",
	},
	{
		.id = "peers-silent",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_NETWORK,
		.keys = {"net.ipv4.tcp_retries2"},
		.needs = NEEDS_NO_KEY,
		.facts = FACT_EACH_SOCKET,
		.holds = peers_are_silent,
		.summary = "{a} of {b} connections send again because nothing was acknowledged.",
		.remedy = "Peers are gone or the path to them fails; `tcptune sockets --by peer` "
			  "shows who. TCP_USER_TIMEOUT in the application, or "
			  "net.ipv4.tcp_retries2 for all, bounds how long it goes on.",
	},
	{
		.id = "zero-window-peer",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_PEER,
		.keys = {"net.ipv4.tcp_wmem"},
		.needs = NEEDS_NO_KEY,
		.facts = FACT_EACH_SOCKET,
		.holds = peers_do_not_read,
		.summary = "{a} connections wait for a peer that does not read: its window is "
			   "closed.",
		.remedy = "The program at the other end is too slow or hangs. A larger "
			  "net.ipv4.tcp_wmem only stores more for it.",
	},
	{
		.id = "zero-window-ours",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_APPLICATION,
		.keys = {"net.ipv4.tcp_rmem"},
		.needs = NEEDS_NO_KEY,
		.facts = FACT_EACH_SOCKET | FACT_COUNTERS,
		.holds = program_does_not_read,
		.summary = "Peers had to stop {a} times because an application here does not read; "
			   "{b} connections hold unread data now.",
		.remedy =
			"Find out why the application does not read. Only one that does read, and "
			"is slowed down over a long path, is helped by a larger last number of "
			"net.ipv4.tcp_rmem.",
	},
	{
		.id = "retransmissions",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_NETWORK,
		.facts = FACT_COUNTERS,
		.holds = segments_are_lost,
		.summary = "{a} % of what was sent had to be sent again.",
		.remedy = "Packets are lost on the way or at a full queue: look at interfaces, "
			  "switches, policers. No TCP setting mends a path. Without --interval it "
			  "is the average since boot, of all paths.",
	},
};

const struct rules rules_peers = {rows, ARRAY_LEN(rows)};
