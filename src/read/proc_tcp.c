/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/proc_tcp.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/number.h"

enum column {
	SLOT,
	LOCAL,
	REMOTE,
	STATE,
	QUEUES,
	TIMER,
	RETRANSMITS,
	UID,
	PROBES, /* headed "timeout" */
	INODE,
	COLUMNS
};

enum { TICK_MS = 10 };  /* USER_HZ is 100 wherever this runs */
enum { WORD_MAX = 48 }; /* the longest is an IPv6 address with its port: 37 */

struct word {
	size_t at;
	char text[WORD_MAX];
};

static bool split(const char *line, struct word words[static COLUMNS])
{
	const char *p = line;

	for (int i = 0; i < COLUMNS; i++) {
		size_t n;

		p += strspn(p, " \t");
		n = strcspn(p, " \t\n");
		if (!n || n >= WORD_MAX)
			return false;

		words[i].at = (size_t)(p - line);
		memcpy(words[i].text, p, n);
		words[i].text[n] = '\0';
		p += n;
	}
	return true;
}

/* "HEX:HEX", the first of `digits` digits (0: any number of them). */
static bool split_pair(char *pair, size_t digits, uint64_t max, uint64_t *ret_second)
{
	char *colon = strchr(pair, ':');

	if (!colon || (digits && (size_t)(colon - pair) != digits))
		return false;

	*colon = '\0';
	return number_parse_hex(colon + 1, ret_second) == 0 && *ret_second <= max;
}

static bool parse_hex32(const char *s, size_t digits, uint32_t *ret)
{
	char copy[9] = "";
	uint64_t v;

	memcpy(copy, s, digits);
	if (number_parse_hex(copy, &v))
		return false;

	*ret = (uint32_t)v;
	return true;
}

static bool parse_end(struct word *w, size_t digits, struct proc_tcp_end *ret)
{
	uint64_t port;

	if (!split_pair(w->text, digits, UINT16_MAX, &port))
		return false;

	for (size_t i = 0; i < digits; i += 8) {
		uint32_t part;

		if (!parse_hex32(w->text + i, 8, &part))
			return false;
		memcpy(ret->address + i / 2, &part, sizeof(part));
	}
	ret->port = (uint16_t)port;
	ret->at = w->at;
	return true;
}

static bool parse_queues(struct word *w, struct proc_tcp_row *ret)
{
	uint64_t rx;

	if (!split_pair(w->text, 8, UINT32_MAX, &rx) || !parse_hex32(w->text, 8, &ret->tx_queue))
		return false;

	ret->rx_queue = (uint32_t)rx;
	return true;
}

static bool parse_state(const struct word *w, uint8_t *ret)
{
	uint64_t v;

	if (number_parse_hex(w->text, &v) || v > UINT8_MAX)
		return false;

	*ret = (uint8_t)v;
	return true;
}

/* "tr tm->when": which timer runs, and when it ends. */
static bool parse_timer(struct word *w, struct proc_tcp_row *ret)
{
	uint64_t when, v;

	if (!split_pair(w->text, 2, UINT64_MAX, &when) || number_parse_hex(w->text, &v))
		return false;

	ret->timer = (uint8_t)v;
	ret->timer_ms = when > UINT32_MAX / TICK_MS ? UINT32_MAX : (uint32_t)when * TICK_MS;
	return true;
}

static bool parse_retransmits(const struct word *w, uint32_t *ret)
{
	uint64_t v;

	if (number_parse_hex(w->text, &v) || v > UINT32_MAX)
		return false;

	*ret = (uint32_t)v;
	return true;
}

static bool parse_decimal(const struct word *w, uint32_t *ret)
{
	uint64_t v;

	if (number_parse_u64(w->text, &v) || v > UINT32_MAX)
		return false;

	*ret = (uint32_t)v;
	return true;
}

int proc_tcp_parse(const char *line, struct proc_tcp_row *ret)
{
	struct word words[COLUMNS];
	struct proc_tcp_row row = {0};
	size_t digits;

	if (!split(line, words))
		return -EINVAL;

	digits = strcspn(words[LOCAL].text, ":");
	if (digits != PROC_TCP_HEX4 && digits != PROC_TCP_HEX6)
		return -EINVAL;

	row.family = digits == PROC_TCP_HEX4 ? AF_INET : AF_INET6;
	if (!parse_end(&words[LOCAL], digits, &row.local) ||
	    !parse_end(&words[REMOTE], digits, &row.remote) ||
	    !parse_state(&words[STATE], &row.state) || !parse_queues(&words[QUEUES], &row) ||
	    !parse_timer(&words[TIMER], &row) ||
	    !parse_retransmits(&words[RETRANSMITS], &row.retransmits) ||
	    !parse_decimal(&words[UID], &row.uid) || !parse_decimal(&words[PROBES], &row.probes) ||
	    !parse_decimal(&words[INODE], &row.inode))
		return -EINVAL;

	*ret = row;
	return 0;
}

size_t proc_tcp_print(uint8_t family, const uint8_t address[static 16],
		      char ret[static PROC_TCP_HEX6 + 1])
{
	size_t digits = family == AF_INET ? PROC_TCP_HEX4 : PROC_TCP_HEX6;

	for (size_t i = 0; i < digits; i += 8) {
		uint32_t part;

		memcpy(&part, address + i / 2, sizeof(part));
		snprintf(ret + i, 9, "%08X", part);
	}
	return digits;
}
