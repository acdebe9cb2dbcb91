/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "render/sockets_parts.h"

enum { SLOT = 12 }; /* places for a number in a box */

/*
 * As ASCII draws it; where characters for lines can be shown, each '-', '|'
 * and '+' becomes the one that fits its neighbours.  "0_" and the letter of a
 * state take up the SLOT places of its number.
 */
static const char *const drawing[] = {
	"     connect(): SYN                                   listen()",
	"    +--------------+                              +--------------+",
	"    |   SYN_SENT   |                              |    LISTEN    |",
	"    | B___________ |                              | J___________ |",
	"    +-------+------+                              +-------+------+",
	"            |                                             | SYN",
	"            |                                             v",
	"            | SYN+ACK                             +--------------+",
	"            |                                     |   SYN_RECV   |",
	"            |                                     | C___________ |",
	"            |                                     +-------+------+",
	"            |           +---------------+                 | ACK",
	"            +---------->|  ESTABLISHED  |<----------------+",
	"                        |  A___________ |",
	"                        +---+-------+---+",
	"    close() or shutdown():  |       |  the peer closes first:",
	"            +----- FIN -----+       +------ its FIN ------+",
	"            v                                             v",
	"    +--------------+                              +--------------+",
	"    |  FIN_WAIT_1  |                              |  CLOSE_WAIT  |",
	"    | D___________ |                              | H___________ |",
	"    +---+------+---+                              +-------+------+",
	"    ACK |      | FIN           close() or shutdown(): FIN |",
	"        v      +-----------------+                        v",
	"    +--------------+     +-------v------+         +--------------+",
	"    |  FIN_WAIT_2  |     |   CLOSING    |         |   LAST_ACK   |",
	"    | E___________ |     | K___________ |         | I___________ |",
	"    +-------+------+     +-------+------+         +-------+------+",
	"        FIN |                    | ACK                    | ACK",
	"            v                    |                        v",
	"    +--------------+             |                       gone",
	"    |  TIME_WAIT   |<------------+",
	"    | F___________ |",
	"    +--------------+  after 60 seconds: gone",
};

struct diagram {
	const struct sockets *sockets;
	const struct findings *findings;
	bool ascii;
};

/* The states of which it says that they are unhealthy, and in which anything is. */
static uint32_t states_marked_by(const struct finding *f, const struct sockets *k)
{
	uint32_t states = f->severity >= SEVERITY_WARNING ? f->states : 0;

	for (unsigned i = 1; i < TCP_STATES; i++) {
		if (!k->states[i])
			states &= ~TCP_STATE_BIT(i);
	}
	return states;
}

static bool is_unhealthy(const struct diagram *d, unsigned state)
{
	for (size_t i = 0; i < d->findings->len; i++) {
		if (states_marked_by(&d->findings->items[i], d->sockets) & TCP_STATE_BIT(state))
			return true;
	}
	return false;
}

/* ---- lines ---- */

static char at(size_t row, size_t column)
{
	if (row >= ARRAY_LEN(drawing) || column >= strlen(drawing[row]))
		return ' ';
	return drawing[row][column];
}

/* A '+' leads on wherever something stands that leads to it. */
static const char *corner(size_t row, size_t column)
{
	enum { UP = 1, DOWN = 2, LEFT = 4, RIGHT = 8 };
	static const char *const glyphs[16] = {
		[UP | DOWN] = "│",
		[LEFT | RIGHT] = "─",
		[DOWN | RIGHT] = "┌",
		[DOWN | LEFT] = "┐",
		[UP | RIGHT] = "└",
		[UP | LEFT] = "┘",
		[UP | DOWN | RIGHT] = "├",
		[UP | DOWN | LEFT] = "┤",
		[DOWN | LEFT | RIGHT] = "┬",
		[UP | LEFT | RIGHT] = "┴",
		[UP | DOWN | LEFT | RIGHT] = "┼",
	};
	unsigned ways = 0;

	ways |= row && strchr("|+", at(row - 1, column)) ? UP : 0;
	ways |= strchr("|+v", at(row + 1, column)) ? DOWN : 0;
	ways |= column && strchr("-+<", at(row, column - 1)) ? LEFT : 0;
	ways |= strchr("-+>v", at(row, column + 1)) ? RIGHT : 0;
	return glyphs[ways] ? glyphs[ways] : "+";
}

/* Words have hyphens and pluses, too: "SYN+ACK". */
static bool is_line(size_t row, size_t column)
{
	char c = at(row, column), before = column ? at(row, column - 1) : ' ';

	if (c == '|')
		return true;
	if (c != '-' && c != '+')
		return false;
	return !(before >= 'A' && before <= 'Z');
}

static void put_line(struct screen *s, size_t row, size_t column)
{
	char c = at(row, column);

	screen_put(s, c == '-' ? "─" : c == '|' ? "│" : corner(row, column));
}

static void put_count(struct screen *s, const struct diagram *d, unsigned state)
{
	const struct sockets *k = d->sockets;
	bool bad = is_unhealthy(d, state);
	char text[32], padded[64];
	int n = snprintf(text, sizeof(text), "%s%llu%s", bad ? "! " : "",
			 (unsigned long long)k->states[state], bad ? " !" : "");
	int left = n < SLOT ? (SLOT - n) / 2 : 0;

	snprintf(padded, sizeof(padded), "%*s%-*s", left, "", SLOT - left, text);
	screen_mark(s,
		    bad                ? s->style->red
		    : k->states[state] ? s->style->bold
				       : s->style->dim,
		    padded);
}

static void put_row(struct screen *s, const struct diagram *d, size_t row)
{
	for (size_t i = 0; drawing[row][i]; i++) {
		char c = drawing[row][i];

		if (drawing[row][i + 1] == '_' && drawing[row][i + 2] == '_') {
			put_count(s, d, (unsigned)(c - 'A' + 1));
			i += SLOT - 1;
		} else if (!d->ascii && is_line(row, i)) {
			put_line(s, row, i);
		} else {
			screen_put(s, (char[]){c, '\0'});
		}
	}
	screen_newline(s);
}

/* "! FIN_WAIT_1, LAST_ACK: ...", and a command that can be copied. */
static void put_mark(struct screen *s, const struct finding *f, uint32_t states)
{
	auto_text struct text names = {0};

	for (unsigned i = 1; i < TCP_STATES; i++) {
		if (states & TCP_STATE_BIT(i))
			text_addf(&names, "%s%s", names.len ? ", " : "", tcp_state_name(i));
	}
	s->out.failed |= names.failed;
	screen_mark(s, s->style->red, "! ");
	screen_wrapf(s, 2, "%s: %s", names.len ? names.str : "", f->summary);
	screen_tab(s, 2);
	screen_putf(s, "See: tcptune explain %s", f->id);
	screen_newline(s);
}

static void put_legend(struct screen *s, const struct diagram *d)
{
	for (size_t i = 0; i < d->findings->len; i++) {
		const struct finding *f = &d->findings->items[i];
		uint32_t states = states_marked_by(f, d->sockets);

		if (states)
			put_mark(s, f, states);
	}
}

void sockets_diagram(struct screen *s, const struct sockets *sockets,
		     const struct findings *findings, bool ascii)
{
	const struct diagram d = {sockets, findings, ascii};

	sockets_put_headline(s, sockets, "");
	for (size_t i = 0; i < ARRAY_LEN(drawing); i++)
		put_row(s, &d, i);
	if (sockets->states[TCP_STATE_CLOSED]) {
		screen_newline(s);
		screen_putf(s, "%llu more are CLOSED: made, but not connected.",
			    (unsigned long long)sockets->states[TCP_STATE_CLOSED]);
		screen_newline(s);
	}
	put_legend(s, &d);
}
