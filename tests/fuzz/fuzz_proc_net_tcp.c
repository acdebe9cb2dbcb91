/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as lines of /proc/net/tcp: never a crash, and an address that was
 * accepted prints as the digits that stood there.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "read/proc_tcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compare(const char *line, uint8_t family, const struct proc_tcp_end *end)
{
	char hex[PROC_TCP_HEX6 + 1];
	size_t n = proc_tcp_print(family, end->address, hex);

	if (strncasecmp(line + end->at, hex, n) != 0 || line[end->at + n] != ':')
		abort();
}

static void try_line(const char *line)
{
	struct proc_tcp_row row;

	if (proc_tcp_parse(line, &row))
		return;
	if (row.family != AF_INET && row.family != AF_INET6)
		abort();
	compare(line, row.family, &row.local);
	compare(line, row.family, &row.remote);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 1), *save = NULL;

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	copy[size] = '\0';
	for (char *p = strtok_r(copy, "\n", &save); p; p = strtok_r(NULL, "\n", &save)) {
		/* A copy that ends where the line does. */
		char *line = strdup(p);

		if (line)
			try_line(line);
		free(line);
	}
	free(copy);
	return 0;
}
