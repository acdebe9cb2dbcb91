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

/* In place of a kind. */
enum { ALL_OF_THE_STATE = SOCKET_KINDS, FULL_QUEUES };

/* What is above this many in a state is marked, and why. */
static const struct {
	enum tcp_state state;
	unsigned kind; /* enum socket_kind, or as above */
	uint32_t few;
	const char *text;
} unhealthy[] = {
	{TCP_STATE_LISTEN, FULL_QUEUES, 0,
	 "an accept queue is full, and whoever connects is dropped (--by listener tells which)"},
	{TCP_STATE_CLOSE_WAIT, SOCKET_CLOSE_WAIT_HELD, 50,
	 "the peer has closed, and a program here does not: it leaks descriptors"},
	{TCP_STATE_CLOSE_WAIT, SOCKET_CLOSE_WAIT_QUEUED, 50,
	 "the peer gave up before it was accepted"},
	{TCP_STATE_SYN_SENT, ALL_OF_THE_STATE, 100, "servers do not answer"},
	{TCP_STATE_SYN_RECV, ALL_OF_THE_STATE, 1000,
	 "clients do not finish: a flood, or the way back is broken"},
	{TCP_STATE_FIN_WAIT_1, ALL_OF_THE_STATE, 500, "peers do not acknowledge that we close"},
	{TCP_STATE_FIN_WAIT_2, SOCKET_FIN_WAIT_2_HELD, 50,
	 "a program here waits for the peer to close, without an end"},
	{TCP_STATE_LAST_ACK, ALL_OF_THE_STATE, 500, "peers are gone before they acknowledge"},
	{TCP_STATE_CLOSING, ALL_OF_THE_STATE, 100, "an acknowledgement is missing"},
};

static uint64_t count_full(const struct sockets *k)
{
	uint64_t n = 0;

	for (size_t i = 0; i < k->listeners.len; i++)
		n += k->listeners.items[i].full;
	return n;
}

static uint64_t count_of(const struct sockets *k, size_t i)
{
	unsigned kind = unhealthy[i].kind;

	if (kind == FULL_QUEUES)
		return count_full(k);
	return kind == ALL_OF_THE_STATE ? k->states[unhealthy[i].state] : k->kinds[kind];
}

static bool is_unhealthy(const struct sockets *k, unsigned state)
{
	for (size_t i = 0; i < ARRAY_LEN(unhealthy); i++) {
		if (unhealthy[i].state == state && count_of(k, i) > unhealthy[i].few)
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

static void put_count(struct screen *s, const struct sockets *k, unsigned state)
{
	bool bad = is_unhealthy(k, state);
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

static void put_row(struct screen *s, const struct sockets *k, size_t row, bool ascii)
{
	for (size_t i = 0; drawing[row][i]; i++) {
		char c = drawing[row][i];

		if (drawing[row][i + 1] == '_' && drawing[row][i + 2] == '_') {
			put_count(s, k, (unsigned)(c - 'A' + 1));
			i += SLOT - 1;
		} else if (!ascii && is_line(row, i)) {
			put_line(s, row, i);
		} else {
			screen_put(s, (char[]){c, '\0'});
		}
	}
	screen_newline(s);
}

static void put_legend(struct screen *s, const struct sockets *k)
{
	for (size_t i = 0; i < ARRAY_LEN(unhealthy); i++) {
		if (count_of(k, i) <= unhealthy[i].few)
			continue;
		screen_mark(s, s->style->red, "! ");
		screen_wrapf(s, 2, "%s, %llu: %s. See: tcptune explain %s",
			     tcp_state_name(unhealthy[i].state), (unsigned long long)count_of(k, i),
			     unhealthy[i].text, tcp_state_name(unhealthy[i].state));
	}
}

void sockets_diagram(struct screen *s, const struct sockets *sockets, bool ascii)
{
	sockets_put_headline(s, sockets, "");
	for (size_t i = 0; i < ARRAY_LEN(drawing); i++)
		put_row(s, sockets, i, ascii);
	if (sockets->states[TCP_STATE_CLOSED]) {
		screen_newline(s);
		screen_putf(s, "%llu more are CLOSED: made, but not connected.",
			    (unsigned long long)sockets->states[TCP_STATE_CLOSED]);
		screen_newline(s);
	}
	put_legend(s, sockets);
}
