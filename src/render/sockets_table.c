/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "render/sockets_parts.h"

enum {
	STATES_MIN = 1, /* columns of states; what is left is called others */
	STATES_MAX = 6,
	GAP = 2, /* blanks before each column */
	FILES_SIZE = 64,
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

/* A row of any table: its numbers, and what they are of. */
struct row {
	const struct tally *tally;
	const struct process *process; /* BY_PROCESS */
	char name[ENDPOINT_SIZE];
	const char *text; /* in place of name where it is longer */
};

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

static void put_name(struct screen *s, const struct row *row)
{
	const struct process *p = row->process;

	if (!p) {
		screen_mark(s, s->style->bold, row->text ? row->text : row->name);
		return;
	}
	screen_putf(s, "%d ", p->pid);
	screen_mark(s, s->style->bold, p->comm ? p->comm : "(ended)");
	if (p->unit)
		screen_putf(s, " (%s)", p->unit);
}

/* ---- columns ---- */

/* Numbers of columns that are of no state. */
enum { TOTAL = 0, OTHERS = TCP_STATES, FILES, COLUMNS };

/* Each as wide as what is in it. */
struct columns {
	bool shown[COLUMNS];
	size_t places[COLUMNS];
};

static const char *head_of(unsigned column)
{
	return column == TOTAL    ? "total"
	       : column == OTHERS ? "others"
	       : column == FILES  ? "descriptors"
				  : short_names[column];
}

static uint64_t number_in(const struct columns *c, const struct tally *t, unsigned column)
{
	uint64_t rest = t->total;

	if (column != OTHERS)
		return column == TOTAL ? t->total : t->states[column];
	for (unsigned i = 1; i < TCP_STATES; i++)
		rest -= c->shown[i] ? t->states[i] : 0;
	return rest;
}

/* "31 of 20000" */
static void print_files(const struct process *p, char ret[static FILES_SIZE])
{
	if (p->used == UINT64_MAX || !p->limit.known)
		snprintf(ret, FILES_SIZE, "-");
	else if (p->limit.soft == UINT64_MAX)
		snprintf(ret, FILES_SIZE, "%llu", (unsigned long long)p->used);
	else
		snprintf(ret, FILES_SIZE, "%llu of %llu", (unsigned long long)p->used,
			 (unsigned long long)p->limit.soft);
}

/* A column of zeros would hide the few numbers in it. */
static void print_cell(const struct columns *c, const struct row *row, unsigned column,
		       char ret[static FILES_SIZE])
{
	uint64_t n;

	if (column == FILES) {
		print_files(row->process, ret);
		return;
	}
	n = number_in(c, row->tally, column);
	snprintf(ret, FILES_SIZE, n ? "%llu" : "-", (unsigned long long)n);
}

static void widen(const struct sockets_view *v, struct columns *c, unsigned column)
{
	c->places[column] = strlen(head_of(column));
	for (size_t i = 0; i < sockets_shown(v); i++) {
		struct row row = row_at(v, i);
		char text[FILES_SIZE];
		size_t n;

		print_cell(c, &row, column, text);
		n = strlen(text);
		if (n > c->places[column])
			c->places[column] = n;
	}
}

static size_t widest_name(const struct sockets_view *v)
{
	size_t most = 0;

	for (size_t i = 0; i < sockets_shown(v); i++) {
		auto_screen struct screen s = SCREEN_INIT(&style_none);
		struct row row = row_at(v, i);

		put_name(&s, &row);
		most = s.column > most ? s.column : most;
	}
	return most;
}

/* The states that matter most in the rows shown. */
static struct columns choose_columns(const struct sockets_view *v, const struct tally *sum,
				     unsigned states)
{
	/* Of one state, its number is the total. */
	struct columns c = {.shown = {[TOTAL] = !v->state, [FILES] = v->by == BY_PROCESS}};

	while (states--) {
		unsigned most = 0;

		for (unsigned i = 1; i < TCP_STATES; i++) {
			if (!c.shown[i] && sum->states[i] > sum->states[most])
				most = i;
		}
		if (most)
			c.shown[most] = true;
	}
	c.shown[OTHERS] = number_in(&c, sum, OTHERS) != 0;
	for (unsigned i = 0; i < COLUMNS; i++) {
		if (c.shown[i])
			widen(v, &c, i);
	}
	return c;
}

static size_t width_of(const struct columns *c)
{
	size_t n = GAP;

	for (unsigned i = 0; i < COLUMNS; i++)
		n += c->shown[i] ? GAP + c->places[i] : 0;
	return n;
}

/* As many as leave the names room in the line. */
static struct columns fit_columns(const struct sockets_view *v, size_t width)
{
	size_t name = widest_name(v);
	struct tally sum = {0};
	struct columns c;
	unsigned states = STATES_MAX;

	for (size_t i = 0; i < sockets_shown(v); i++)
		tally_add(&sum, row_at(v, i).tally);
	do {
		c = choose_columns(v, &sum, states);
	} while (width_of(&c) + name > width && --states >= STATES_MIN);
	return c;
}

/* ---- rows ---- */

static void put_heading(struct screen *s, const struct sockets_view *v, const struct columns *c)
{
	for (unsigned i = 0; i < COLUMNS; i++) {
		if (c->shown[i])
			screen_right(s, GAP + c->places[i], head_of(i));
	}
	screen_putf(s, "  %s", sockets_by_name(v->by));
	screen_newline(s);
}

static void put_row(struct screen *s, const struct columns *c, const struct row *row)
{
	char text[FILES_SIZE];

	for (unsigned i = 0; i < COLUMNS; i++) {
		if (!c->shown[i])
			continue;
		print_cell(c, row, i, text);
		screen_right(s, GAP + c->places[i], text);
	}
	screen_put(s, "  ");
	put_name(s, row);
	screen_newline(s);
}

void sockets_put_table(struct screen *s, const struct sockets_view *v)
{
	struct columns c = fit_columns(v, s->width);

	put_heading(s, v, &c);
	for (size_t i = 0; i < sockets_shown(v); i++) {
		struct row row = row_at(v, i);

		put_row(s, &c, &row);
	}
}
