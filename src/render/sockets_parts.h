/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts sockets_human() and sockets_diagram() put together, for their own
 * files alone.
 */
#ifndef TCPTUNE_RENDER_SOCKETS_PARTS_H
#define TCPTUNE_RENDER_SOCKETS_PARTS_H

#include "render/sockets.h"

/* How many there are, where they were read and how; `also` comes after it. */
void sockets_put_headline(struct screen *s, const struct sockets *k, const char *also);

/* The rows of any table but that of the listeners; and these. */
void sockets_put_table(struct screen *s, const struct sockets_view *v);
void sockets_put_listeners(struct screen *s, const struct sockets_view *v);

#endif
