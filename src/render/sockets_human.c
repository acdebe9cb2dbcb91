/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "render/sockets.h"

enum {
	PLACES = 9,       /* of a number; TCP's largest has 7 digits on most hosts */
	STATES_SHOWN = 5, /* columns of states: more do not fit beside a name */
	INDENT = 4,
};

static const char *const by_names[BY_COUNT] = {
	[BY_STATE] = "state", [BY_PEER] = "peer", [BY_LISTENER] = "listener",
	[BY_PORT] = "port",   [BY_UNIT] = "unit", [BY_PROCESS] = "process",
};

/* Heads of columns, 8 places at most. */
static const char *const short_names[TCP_STATES] = {
	[TCP_STATE_ESTABLISHED] = "estab",  [TCP_STATE_SYN_SENT] = "syn-sent",
	[TCP_STATE_SYN_RECV] = "syn-recv",  [TCP_STATE_FIN_WAIT_1] = "fin-w-1",
	[TCP_STATE_FIN_WAIT_2] = "fin-w-2", [TCP_STATE_TIME_WAIT] = "time-w",
	[TCP_STATE_CLOSED] = "closed",      [TCP_STATE_CLOSE_WAIT] = "close-w",
	[TCP_STATE_LAST_ACK] = "last-ack",  [TCP_STATE_LISTEN] = "listen",
	[TCP_STATE_CLOSING] = "closing",
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
	{TCP_STATE_ESTABLISHED, SOCKET_IDLE_BARE, "idle without"},
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

/* ---- groups ---- */

/* A row of any table: its numbers, and what they are of. */
struct row {
	const struct tally *tally;
	const struct process *process; /* BY_PROCESS */
	char name[ENDPOINT_SIZE];
	const char *text; /* in place of name where it is longer */
};

size_t sockets_groups(const struct sockets_view *v)
{
	const struct sockets *k = v->sockets;

	switch (v->by) {
	case BY_PEER:
		return k->peers.len;
	case BY_LISTENER:
		return k->listeners.len;
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

static struct row row_at(const struct sockets_view *v, size_t i)
{
	const struct sockets *k = v->sockets;
	struct row row = {0};

	switch (v->by) {
	case BY_PEER:
		row.tally = &k->peers.items[i].tally;
		address_print(&k->peers.items[i].address, row.name);
		break;
	case BY_PORT:
		row.tally = &k->ports.items[i].tally;
		snprintf(row.name, sizeof(row.name), "%u%s", k->ports.items[i].port,
			 k->ports.items[i].listening ? " (listening)" : "");
		break;
	case BY_UNIT:
		row.tally = &k->units.items[i].tally;
		row.text = k->units.items[i].name;
		break;
	case BY_PROCESS:
		row.tally = &k->owners.items[i].tally;
		row.process = &k->owners.items[i].process;
		break;
	case BY_STATE:
	case BY_LISTENER:
	case BY_COUNT:
		break;
	}
	return row;
}

/* The states that matter most in the rows shown. */
struct columns {
	bool state[TCP_STATES];
	bool rest; /* there are others */
};

static struct columns choose_columns(const struct sockets_view *v)
{
	struct columns c = {0};
	struct tally sum = {0};

	for (size_t i = 0; i < sockets_shown(v); i++)
		tally_add(&sum, row_at(v, i).tally);
	for (unsigned n = 0; n < STATES_SHOWN; n++) {
		unsigned most = 0;

		for (unsigned i = 1; i < TCP_STATES; i++) {
			if (!c.state[i] && sum.states[i] && sum.states[i] > sum.states[most])
				most = i;
		}
		if (most)
			c.state[most] = true;
	}
	for (unsigned i = 1; i < TCP_STATES; i++)
		c.rest |= sum.states[i] && !c.state[i];
	return c;
}

static void put_heading(struct screen *s, const struct sockets_view *v, const struct columns *c)
{
	screen_right(s, PLACES, "total");
	for (unsigned i = 1; i < TCP_STATES; i++) {
		if (c->state[i])
			screen_right(s, PLACES, short_names[i]);
	}
	if (c->rest)
		screen_right(s, PLACES, "others");
	screen_put(s, "  ");
	screen_put(s, by_names[v->by]);
	screen_newline(s);
}

static void put_numbers(struct screen *s, const struct tally *t, const struct columns *c)
{
	uint32_t rest = t->total;

	put_number(s, t->total);
	for (unsigned i = 1; i < TCP_STATES; i++) {
		if (!c->state[i])
			continue;
		put_number(s, t->states[i]);
		rest -= t->states[i];
	}
	if (c->rest)
		put_number(s, rest);
	screen_put(s, "  ");
}

static void put_process(struct screen *s, const struct process *p)
{
	screen_putf(s, "%d ", p->pid);
	screen_mark(s, s->style->bold, p->comm ? p->comm : "(ended)");
	if (p->unit)
		screen_putf(s, " (%s)", p->unit);
	if (p->used == UINT64_MAX || !p->limit.known)
		return;

	screen_newline(s);
	screen_tab(s, INDENT);
	if (p->limit.soft == UINT64_MAX)
		screen_putf(s, "%llu open descriptors, no limit", (unsigned long long)p->used);
	else
		screen_putf(s, "%llu of %llu descriptors are open", (unsigned long long)p->used,
			    (unsigned long long)p->limit.soft);
}

static void put_table(struct screen *s, const struct sockets_view *v)
{
	struct columns c = choose_columns(v);

	if (!sockets_groups(v)) {
		screen_put(s, "There are none.");
		screen_newline(s);
		return;
	}
	put_heading(s, v, &c);
	for (size_t i = 0; i < sockets_shown(v); i++) {
		struct row row = row_at(v, i);

		put_numbers(s, row.tally, &c);
		if (row.process)
			put_process(s, row.process);
		else
			screen_mark(s, s->style->bold, row.text ? row.text : row.name);
		screen_newline(s);
	}
}

/* ---- listeners ---- */

const char *listener_limit_by(const struct socket_listener *l, int64_t somaxconn)
{
	if (l->limit == LISTENER_UNKNOWN || somaxconn < 0)
		return NULL;
	/* Equal: it asked for as many or more, and more it would get only by somaxconn. */
	if (l->limit == (uint64_t)somaxconn)
		return "somaxconn";
	return l->limit < (uint64_t)somaxconn ? "application" : "earlier somaxconn";
}

static void put_queue(struct screen *s, const struct socket_listener *l, int64_t somaxconn)
{
	const char *by = listener_limit_by(l, somaxconn);

	screen_tab(s, INDENT);
	screen_put(s, "accept queue ");
	if (l->full)
		screen_mark(s, s->style->red, "full: ");
	screen_putf(s, "%u", l->queue);
	if (l->limit != LISTENER_UNKNOWN)
		screen_putf(s, " of %u", l->limit);
	if (by)
		screen_putf(s, " (limit: %s)", by);
	if (l->drops_known)
		screen_putf(s, ", %llu dropped", (unsigned long long)l->drops);
	screen_newline(s);
}

static void put_connections(struct screen *s, const struct tally *t)
{
	auto_text struct text text = {0};

	for (unsigned i = 1; i < TCP_STATES; i++) {
		if (t->states[i])
			text_addf(&text, "%s%u %s", text.len ? ", " : "", t->states[i],
				  tcp_state_name(i));
	}
	s->out.failed |= text.failed;
	screen_tab(s, INDENT);
	screen_wrapf(s, INDENT, "connections: %s", text.len ? text.str : "none");
	if (!(t->armed + t->bare + t->busy))
		return;

	screen_tab(s, INDENT);
	screen_wrapf(s, INDENT, "keepalive: on for %u, idle without %u, busy %u", t->armed, t->bare,
		     t->busy);
}

static void put_listener(struct screen *s, const struct socket_listener *l, int64_t somaxconn)
{
	char text[ENDPOINT_SIZE];

	screen_mark(s, s->style->bold, endpoint_print(&l->address, l->port, text));
	if (l->sockets > 1)
		screen_putf(s, "  %u sockets", l->sockets);
	if (l->unit)
		screen_putf(s, "  %s", l->unit);
	if (l->pid)
		screen_putf(s, "  %d %s", l->pid, l->comm ? l->comm : "");
	screen_newline(s);
	put_queue(s, l, somaxconn);
	put_connections(s, &l->tally);
}

static void put_listeners(struct screen *s, const struct sockets_view *v)
{
	for (size_t i = 0; i < sockets_shown(v); i++)
		put_listener(s, &v->sockets->listeners.items[i], v->somaxconn);
}

/* ---- all of it ---- */

static void put_headline(struct screen *s, const struct sockets_view *v)
{
	const struct sockets *k = v->sockets;
	static const char *const how[SOCKETS_METHODS] = {
		[SOCKETS_AUTO] = "",
		[SOCKETS_SUMMARY] = "counted by the kernel (summary)",
		[SOCKETS_FULL] = "looked at one by one (full)",
	};
	auto_text struct text t = {0};

	text_addf(&t, "%s%llu TCP socket%s", k->approximate ? "about " : "",
		  (unsigned long long)k->total, k->total == 1 ? "" : "s");
	s->out.failed |= t.failed;
	screen_mark(s, s->style->bold, t.str ? t.str : "");
	screen_putf(s, ", %s", how[k->method]);
	if (v->state && v->by != BY_STATE && v->by != BY_LISTENER)
		screen_putf(s, "; below: %s only", tcp_state_name(v->state));
	screen_newline(s);
	screen_newline(s);
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
		screen_wrapf(s, 0, "%u more listening sockets are not in the list.",
			     k->listeners_missed);
	if (sockets_missed(v))
		screen_wrapf(s, 0,
			     "There are too many to count each: who is not in the list has at most "
			     "%u, and a count may lack as many.",
			     sockets_missed(v));
	if (v->by == BY_PROCESS && k->inodes_unseen)
		screen_wrapf(s, 0, "%llu sockets are held by no process that can be seen here.",
			     (unsigned long long)k->inodes_unseen);
}

void sockets_human(struct screen *s, const struct sockets_view *v)
{
	put_headline(s, v);
	if (v->by == BY_STATE)
		put_states(s, v);
	else if (v->by == BY_LISTENER)
		put_listeners(s, v);
	else
		put_table(s, v);
	put_footer(s, v);
}
