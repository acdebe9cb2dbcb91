/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `sockets` shows: the tables an administrator would build by hand, and
 * the diagram of TCP's states with the live counts in it.
 */
#ifndef TCPTUNE_RENDER_SOCKETS_H
#define TCPTUNE_RENDER_SOCKETS_H

#include "model/finding.h"
#include "model/sockets.h"
#include "render/screen.h"

enum sockets_by {
	BY_STATE,
	BY_PEER,
	BY_LISTENER,
	BY_PORT,
	BY_UNIT,
	BY_PROCESS,
	BY_COUNT,
};

const char *sockets_by_name(enum sockets_by by); /* "state", "peer", ... */

struct sockets_view {
	const struct sockets *sockets; /* borrowed */
	enum sockets_by by;
	unsigned state; /* only those in this one; 0: all */
	size_t top;     /* so many rows; 0: all */
	struct somaxconn somaxconn;
};

/* How many rows the table has, and how many of them --top lets through. */
size_t sockets_groups(const struct sockets_view *v);
size_t sockets_shown(const struct sockets_view *v);

/* What a count of the table can lack at most, and a row that is not there can have. */
uint32_t sockets_missed(const struct sockets_view *v);

void sockets_human(struct screen *s, const struct sockets_view *v);

/*
 * What findings from warnings on call unhealthy is marked.  ascii: the terminal
 * cannot show lines as characters.
 */
void sockets_diagram(struct screen *s, const struct sockets *sockets,
		     const struct findings *findings, bool ascii);

must_check int sockets_json(const struct sockets_view *v, FILE *f, struct error *err);

#endif
