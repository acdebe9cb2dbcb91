/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Connections that go out.  The kernel counts no failed search for a port, so
 * ports that run out are seen in the sockets alone: one local port for each
 * connection from one address to one server, TIME_WAIT included.
 */
#include "advise/threshold.h"

enum {
	PORTS_NEAR_PERMILLE = 800,
	TIME_WAIT_PERMILLE = 500, /* of the usable ports (judgement) */
	WITHOUT_ANSWER = 20,      /* connects that wait at one time (judgement) */
};

static void note_destination(struct trial *t, const struct socket_destination *d, unsigned usable)
{
	char from[ADDRESS_SIZE], to[ENDPOINT_SIZE];

	address_print(&d->from, from);
	endpoint_print(&d->to, d->port, to);
	trial_note(t, "from %s to %s: %u of %u usable ports, %u of them in TIME_WAIT%s", from, to,
		   d->ports, usable, d->time_wait, d->missed ? " (at least)" : "");
}

/* Beyond the usable ones are ports that programs chose themselves. */
static bool ports_run_out(struct trial *t)
{
	const struct sockets *s = t->evidence->sockets;
	unsigned usable = trial_usable_ports(t, 0, 1);
	char to[ENDPOINT_SIZE];

	for (size_t i = 0; usable && i < s->destinations.len; i++) {
		const struct socket_destination *d = &s->destinations.items[i];
		uint64_t share = trial_permille(d->ports, usable);

		if (share < PORTS_NEAR_PERMILLE)
			continue;
		note_destination(t, d, usable);
		if (share >= 1000)
			t->severity = SEVERITY_CRITICAL;
		if ((int64_t)share / 10 <= t->numbers[0])
			continue;
		t->numbers[0] = (int64_t)share / 10;
		trial_subject(t, "%s", endpoint_print(&d->to, d->port, to));
	}
	return t->numbers[0] > 0;
}

/* tcp_twsk_unique(): 2 reuses only between loopback addresses, and never without timestamps. */
static bool is_reused_already(const struct trial *t, const struct socket_destination *d)
{
	int64_t reuse = trial_number(t, 0);

	return reuse == 1 ||
	       (reuse == 2 && (address_is_loopback(&d->from) || address_is_loopback(&d->to)));
}

static bool time_wait_holds_ports(struct trial *t)
{
	const struct sockets *s = t->evidence->sockets;
	unsigned usable = trial_usable_ports(t, 2, 3);
	char to[ENDPOINT_SIZE];

	for (size_t i = 0; i < s->destinations.len && trial_number(t, 1) != 0; i++) {
		const struct socket_destination *d = &s->destinations.items[i];

		if (trial_permille(d->time_wait, usable) < TIME_WAIT_PERMILLE ||
		    is_reused_already(t, d))
			continue;
		note_destination(t, d, usable);
		if (!t->numbers[0]++)
			trial_subject(t, "%s", endpoint_print(&d->to, d->port, to));
	}
	return t->numbers[0] > 0;
}

static bool connects_wait_in_vain(struct trial *t)
{
	const struct sockets *s = t->evidence->sockets;
	char to[ENDPOINT_SIZE];

	for (size_t i = 0; i < s->destinations.len; i++) {
		const struct socket_destination *d = &s->destinations.items[i];

		if (d->syn_sent < WITHOUT_ANSWER || d->syn_sent * 2 < d->ports)
			continue;
		endpoint_print(&d->to, d->port, to);
		trial_note(t, "to %s: %u connects wait for an answer", to, d->syn_sent);
		if (!t->numbers[0])
			trial_subject(t, "%s", to);
		t->numbers[0] += d->syn_sent;
	}
	return t->numbers[0] > 0;
}

/*
 * AttemptFails counts connects, and the half-open connections to our listeners
 * that a scanner resets or takes back.  Those are in EmbryonicRsts as well, with
 * what tcp_abort_on_overflow resets.
 */
static bool connects_fail(struct trial *t)
{
	uint64_t all = trial_count(t, COUNTER_ATTEMPT_FAILS);
	uint64_t incoming = trial_count(t, COUNTER_EMBRYONIC_RSTS);
	uint64_t fails = all > incoming ? all - incoming : 0;

	if (!trial_is_much(t, MUCH_CONNECTS_FAILED, fails))
		return false;
	trial_note_count(t, COUNTER_ATTEMPT_FAILS);
	if (incoming)
		trial_note_count(t, COUNTER_EMBRYONIC_RSTS);
	trial_note_whole(t, MUCH_CONNECTS_FAILED);
	t->numbers[0] = (int64_t)fails;
	t->numbers[1] = (int64_t)trial_count(t, COUNTER_ACTIVE_OPENS);
	return true;
}

static const struct rule rows[] = {
	{
		.id = "ports-running-out",
		.severity = SEVERITY_WARNING, /* critical when none is left */
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports"},
		.needs = 1,
		.facts = FACT_EACH_SOCKET,
		.holds = ports_run_out,
		.summary = "{a} % of the local ports for connections to {s} are taken; at 100 % "
			   "connect() fails with EADDRNOTAVAIL.",
		.remedy = "Keep connections open and share them (a pool, HTTP keep-alive): that "
			  "cures it. net.ipv4.ip_local_port_range can be widened to 10240 65535; "
			  "each further address, of this host or of the server, gives as many "
			  "ports again.",
	},
	{
		.id = "time-wait-holds-ports",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_tw_reuse", "net.ipv4.tcp_timestamps",
			 "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports"},
		.needs = 3,
		.facts = FACT_EACH_SOCKET,
		.holds = time_wait_holds_ports,
		.summary = "TIME_WAIT holds half or more of the local ports for connections to "
			   "{s}.",
		.remedy = "Keep connections open, or let the other side close first. "
			  "net.ipv4.tcp_tw_reuse 1 lets new connections to the same server take "
			  "over such ports after a second. No setting shortens TIME_WAIT.",
	},
	{
		.id = "connects-unanswered",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_NETWORK,
		.keys = {"net.ipv4.tcp_syn_retries"},
		.needs = NEEDS_NO_KEY,
		.facts = FACT_EACH_SOCKET,
		.holds = connects_wait_in_vain,
		.summary = "{a} connects wait for an answer that does not come, most of them from "
			   "{s}.",
		.remedy = "Look at the server and the firewalls on the way: requests are dropped, "
			  "or its accept queue is full. A timeout in the application gives up "
			  "sooner; net.ipv4.tcp_syn_retries does so for the whole host.",
	},
	{
		.id = "connects-fail",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_NETWORK,
		.facts = FACT_COUNTERS,
		.holds = connects_fail,
		.summary = "Connects fail: {a} did, and {b} were begun.",
		.remedy = "Find the service that is not there: refused means that nobody listens, "
			  "a timeout that packets are dropped. No setting of this host helps.",
	},
};

const struct rules rules_connect = {rows, ARRAY_LEN(rows)};
