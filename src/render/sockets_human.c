/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "render/sockets_parts.h"

enum { PLACES = 9 }; /* of a number; TCP's largest has 7 digits on most hosts */

static const char *const by_names[BY_COUNT] = {
	[BY_STATE] = "state", [BY_PEER] = "peer", [BY_LISTENER] = "listener",
	[BY_PORT] = "port",   [BY_UNIT] = "unit", [BY_PROCESS] = "process",
};

const char *sockets_by_name(enum sockets_by by)
{
	return by_names[by];
}

static void put_number(struct screen *s, uint64_t n)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)n);
	screen_right(s, PLACES, text);
}

/* ---- by state ---- */

/* What is said of a state's sockets beside their number; a count of 0 says nothing. */
static const struct {
	enum tcp_state state;
	enum socket_kind kind;
	const char *text;
} notes[] = {
	{TCP_STATE_ESTABLISHED, SOCKET_IDLE_ARMED, "idle with keepalive"},
	{TCP_STATE_ESTABLISHED, SOCKET_IDLE_BARE, "idle without keepalive"},
	{TCP_STATE_ESTABLISHED, SOCKET_UNREAD, "with unread data"},
	{TCP_STATE_ESTABLISHED, SOCKET_UNACCEPTED, "not yet accepted"},
	{TCP_STATE_FIN_WAIT_1, SOCKET_FIN_WAIT_1_HELD, "shut down by a program"},
	{TCP_STATE_FIN_WAIT_1, SOCKET_FIN_WAIT_1_ORPHAN, "closed"},
	{TCP_STATE_FIN_WAIT_2, SOCKET_FIN_WAIT_2_HELD, "held open by a program"},
	{TCP_STATE_FIN_WAIT_2, SOCKET_FIN_WAIT_2_ORPHAN, "closed, end by tcp_fin_timeout"},
	{TCP_STATE_CLOSE_WAIT, SOCKET_CLOSE_WAIT_HELD, "held by a program that does not close"},
	{TCP_STATE_CLOSE_WAIT, SOCKET_CLOSE_WAIT_QUEUED, "gave up before they were accepted"},
};

static void put_notes(struct screen *s, const struct sockets *k, unsigned state)
{
	auto_text struct text t = {0};

	for (size_t i = 0; i < ARRAY_LEN(notes); i++) {
		if (notes[i].state == state && k->kinds[notes[i].kind])
			text_addf(&t, "%s%llu %s", t.len ? ", " : "",
				  (unsigned long long)k->kinds[notes[i].kind], notes[i].text);
	}
	s->out.failed |= t.failed;
	if (!t.len) {
		screen_newline(s);
		return;
	}
	screen_put(s, "  ");
	screen_wrap(s, 2 + 13 + PLACES + 2, t.str);
}

static void put_state(struct screen *s, const struct sockets *k, unsigned state)
{
	screen_tab(s, 2);
	screen_left(s, 13, tcp_state_name(state));
	put_number(s, k->states[state]);
	put_notes(s, k, state);
}

static void put_states(struct screen *s, const struct sockets_view *v)
{
	const struct sockets *k = v->sockets;

	for (unsigned i = 1; i < TCP_STATES; i++) {
		if (v->state ? i == v->state : k->states[i] != 0)
			put_state(s, k, i);
	}
	if (k->kinds[SOCKET_RETRANSMITTING] && !v->state) {
		screen_newline(s);
		screen_putf(s, "%llu wait for an acknowledgement and have sent again.",
			    (unsigned long long)k->kinds[SOCKET_RETRANSMITTING]);
		screen_newline(s);
	}
	if (k->kinds[SOCKET_PROBING] && !v->state) {
		screen_putf(s, "%llu wait for a peer that takes no more data.",
			    (unsigned long long)k->kinds[SOCKET_PROBING]);
		screen_newline(s);
	}
}

/* ---- how many rows ---- */

/* Of one state only those that have such a connection: they come first. */
static size_t count_listeners(const struct sockets_view *v)
{
	size_t n = 0;

	if (!v->state || v->state == TCP_STATE_LISTEN)
		return v->sockets->listeners.len;
	while (n < v->sockets->listeners.len && v->sockets->listeners.items[n].tally.total)
		n++;
	return n;
}

size_t sockets_groups(const struct sockets_view *v)
{
	const struct sockets *k = v->sockets;

	switch (v->by) {
	case BY_PEER:
		return k->peers.len;
	case BY_LISTENER:
		return count_listeners(v);
	case BY_PORT:
		return k->ports.len;
	case BY_UNIT:
		return k->units.len;
	case BY_PROCESS:
		return k->owners.len;
	case BY_STATE:
	case BY_COUNT:
		break;
	}
	return 0;
}

size_t sockets_shown(const struct sockets_view *v)
{
	size_t n = sockets_groups(v);

	return v->top && v->top < n ? v->top : n;
}

uint32_t sockets_missed(const struct sockets_view *v)
{
	return v->by == BY_PEER   ? v->sockets->peers_missed
	       : v->by == BY_PORT ? v->sockets->ports_missed
				  : 0;
}

/* ---- all of it ---- */

static const char *how(const struct sockets *k)
{
	if (k->source == SOCKETS_FILES)
		return "looked at one by one in /proc/net/tcp (full)";
	return k->method == SOCKETS_SUMMARY ? "counted by the kernel (summary)"
					    : "looked at one by one (full)";
}

void sockets_put_headline(struct screen *s, const struct sockets *k, const char *also)
{
	auto_text struct text t = {0};

	text_addf(&t, "%s%llu TCP socket%s", k->approximate ? "about " : "",
		  (unsigned long long)k->total, k->total == 1 ? "" : "s");
	s->out.failed |= t.failed;
	screen_mark(s, s->style->bold, t.str ? t.str : "");
	screen_wrapf(s, 0, ", %s%s", how(k), also);
	screen_newline(s);
}

static void put_what_is_missed(struct screen *s, const struct sockets_view *v)
{
	uint32_t n = sockets_missed(v);

	if (n)
		screen_wrapf(
			s, 0,
			"There are too many %ss to count each: one that was not counted has at "
			"most %u socket%s, and a count may lack as many.",
			sockets_by_name(v->by), n, n == 1 ? "" : "s");
}

static bool lacks_limits(const struct sockets_view *v)
{
	return v->by == BY_LISTENER && v->sockets->listeners.len &&
	       v->sockets->listeners.items[0].limit == LISTENER_UNKNOWN;
}

static void put_footer(struct screen *s, const struct sockets_view *v)
{
	const struct sockets *k = v->sockets;
	size_t left = sockets_groups(v) - sockets_shown(v);

	if (left) {
		screen_putf(s, "... and %zu more (--top 0 shows all)", left);
		screen_newline(s);
	}
	if (v->by == BY_LISTENER && k->listeners_missed)
		screen_wrapf(s, 0, "%u more listening socket%s not in the list.",
			     k->listeners_missed, k->listeners_missed == 1 ? " is" : "s are");
	if (lacks_limits(v))
		screen_wrapf(s, 0,
			     "The limits of the queues and what was dropped are not known: "
			     "/proc/net/tcp has neither.");
	put_what_is_missed(s, v);
	if (v->by == BY_PROCESS && k->inodes_unseen)
		screen_wrapf(s, 0, "%llu socket%s held by no process that can be seen here.",
			     (unsigned long long)k->inodes_unseen,
			     k->inodes_unseen == 1 ? " is" : "s are");
}

static bool is_empty(const struct sockets_view *v)
{
	return v->by == BY_STATE ? !v->sockets->total && !v->state : !sockets_groups(v);
}

/* Sockets in the state asked for, or of all connections: what the table could have had. */
static uint64_t count_asked_for(const struct sockets_view *v)
{
	uint64_t n = 0;

	for (unsigned i = 1; i < TCP_STATES; i++)
		n += i == v->state || (!v->state && i != TCP_STATE_LISTEN) ? v->sockets->states[i]
									   : 0;
	return n;
}

/* Those of them that a summary has only counted. */
static uint64_t count_not_looked_at(const struct sockets_view *v)
{
	uint64_t n = 0;

	for (unsigned i = 1; i < TCP_STATES; i++) {
		if ((i == v->state || !v->state) && !sockets_knows(v->sockets, (enum tcp_state)i))
			n += v->sockets->states[i];
	}
	return n;
}

/* An empty table is not an empty host: there are n, of which no group has any. */
static void put_ungrouped(struct screen *s, const struct sockets_view *v, uint64_t n)
{
	const char *why = v->by == BY_PROCESS    ? ", held by no process"
			  : v->by == BY_LISTENER ? ", of no listener here"
						 : "";
	char what[64];

	if (v->state)
		snprintf(what, sizeof(what), "in %s", tcp_state_name(v->state));
	else
		snprintf(what, sizeof(what), "connection%s", n == 1 ? "" : "s");
	if (count_not_looked_at(v))
		why = ", not looked at one by one (summary): --sockets full";
	screen_wrapf(s, 0, "%llu %s%s.", (unsigned long long)n, what, why);
}

static void put_nothing(struct screen *s, const struct sockets_view *v)
{
	bool listens = v->by == BY_LISTENER && (!v->state || v->state == TCP_STATE_LISTEN);
	uint64_t n = count_asked_for(v);

	if (v->by == BY_PROCESS && v->sockets->inodes_unseen)
		return; /* there are, and the footer says why they are not here */
	if (listens)
		screen_wrap(s, 0, "Nothing listens.");
	else if (n)
		put_ungrouped(s, v, n);
	else if (v->state)
		screen_wrapf(s, 0, "There are none in %s.", tcp_state_name(v->state));
	else
		screen_wrap(s, 0,
			    v->by == BY_STATE ? "There are none." : "There are no connections.");
}

void sockets_human(struct screen *s, const struct sockets_view *v)
{
	auto_text struct text only = {0};

	if (v->state && v->by != BY_STATE)
		text_addf(&only, "; below: %s only", tcp_state_name(v->state));
	s->out.failed |= only.failed;
	sockets_put_headline(s, v->sockets, only.str ? only.str : "");

	if (is_empty(v))
		put_nothing(s, v);
	else if (v->by == BY_STATE)
		put_states(s, v);
	else if (v->by == BY_LISTENER)
		sockets_put_listeners(s, v);
	else
		sockets_put_table(s, v);
	put_footer(s, v);
}
