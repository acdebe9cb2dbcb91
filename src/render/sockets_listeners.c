/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/sockets_parts.h"

enum { INDENT = 4 };

static void put_name(struct screen *s, const struct socket_listener *l)
{
	char text[LISTENER_SIZE];

	screen_mark(s, s->style->bold, listener_print(l, text));
	if (l->sockets > 1)
		screen_putf(s, "  %u sockets", l->sockets);
	if (l->unit)
		screen_putf(s, "  %s", l->unit);
	if (l->pid)
		screen_putf(s, "  %d %s", l->pid, l->comm ? l->comm : "");
	screen_newline(s);
}

static void put_queue(struct screen *s, const struct socket_listener *l,
		      const struct sockets_view *v)
{
	const char *by = listener_limit_name(listener_limit(l, v->somaxconn));
	auto_text struct text text = {0};

	screen_tab(s, INDENT);
	screen_put(s, "accept queue ");
	if (l->full)
		screen_mark(s, s->style->red, "full: ");
	text_addf(&text, "%u", l->queue);
	if (l->limit != LISTENER_UNKNOWN)
		text_addf(&text, " of %u", l->limit);
	if (by)
		text_addf(&text, " (limit: %s)", by);
	if (l->drops_known)
		text_addf(&text, ", %llu dropped", (unsigned long long)l->drops);
	text_add(&text, l->tally.total || v->state ? "" : "; no connections");
	s->out.failed |= text.failed;
	screen_wrap(s, INDENT, text.str ? text.str : "");
}

/* Above are the numbers of the fullest. */
static void put_share(struct screen *s, const struct socket_listener *l)
{
	bool alike = l->limit_min == l->limit_max;

	if (l->sockets < 2 || l->limit == LISTENER_UNKNOWN || (!l->full && alike))
		return;
	screen_tab(s, INDENT);
	screen_putf(s, "%u of %u queues full", l->full, l->sockets);
	if (!alike)
		screen_putf(s, "; limits %u to %u", l->limit_min, l->limit_max);
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
	screen_wrapf(s, INDENT, "connections: %s", text.len ? text.str : "");
}

static void put_keepalive(struct screen *s, const struct tally *t)
{
	const struct {
		uint32_t n;
		const char *what;
	} parts[] = {
		{t->armed, "on"},
		{t->bare, "off"},
		{t->busy, "not to be seen (data under way, or not yet accepted)"},
	};
	auto_text struct text text = {0};

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (parts[i].n)
			text_addf(&text, "%s%u %s", text.len ? ", " : "", parts[i].n,
				  parts[i].what);
	}
	s->out.failed |= text.failed;
	screen_tab(s, INDENT);
	screen_wrapf(s, INDENT, "keepalive: %s", text.len ? text.str : "");
}

static void put_listener(struct screen *s, const struct socket_listener *l,
			 const struct sockets_view *v)
{
	put_name(s, l);
	put_queue(s, l, v);
	put_share(s, l);
	if (l->tally.total)
		put_connections(s, &l->tally);
	if (l->tally.states[TCP_STATE_ESTABLISHED])
		put_keepalive(s, &l->tally);
}

void sockets_put_listeners(struct screen *s, const struct sockets_view *v)
{
	for (size_t i = 0; i < sockets_shown(v); i++)
		put_listener(s, &v->sockets->listeners.items[i], v);
}
