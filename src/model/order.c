/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/order.h"

#include <string.h>

#include "base/number.h"

#define PORT_START "net.ipv4.ip_unprivileged_port_start"
#define PORT_RANGE "net.ipv4.ip_local_port_range"

enum port_order port_order_of(const char *old_start, const char *new_start)
{
	uint64_t old = UNPRIVILEGED_PORT_DEFAULT, new = 0;

	if (old_start && number_parse_u64(old_start, &old))
		old = UNPRIVILEGED_PORT_DEFAULT;
	if (!new_start || number_parse_u64(new_start, &new))
		new = old;
	return new <= old ? PORTS_START_FIRST : PORTS_RANGE_FIRST;
}

/* What must come before everything else, and why. */
static const char *const first[] = {
	"fs.nr_open",                       /* limits may rise up to it */
	"net.ipv4.ip_forward",              /* resets keys of interfaces */
	"net.ipv4.tcp_timestamps",          /* tcp_tw_reuse needs them */
	"net.ipv4.ip_local_reserved_ports", /* before the range reaches listeners' ports */
};

static size_t rank(const char *key, enum port_order ports)
{
	size_t n = ARRAY_LEN(first);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(first[i], key) == 0)
			return i;
	}
	if (strcmp(key, PORT_START) == 0)
		return ports == PORTS_START_FIRST ? n : n + 2;
	return strcmp(key, PORT_RANGE) == 0 ? n + 1 : n + 3;
}

int write_order(const char *a, const char *b, enum port_order ports)
{
	size_t x = rank(a, ports), y = rank(b, ports);

	return x != y ? (x < y ? -1 : 1) : strcmp(a, b);
}
