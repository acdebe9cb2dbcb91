/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Live sockets as JSON, the same in every command that shows them.
 */
#ifndef TCPTUNE_RENDER_SOCKETS_JSON_H
#define TCPTUNE_RENDER_SOCKETS_JSON_H

#include "model/sockets.h"
#include "render/json.h"

/*
 * "sockets": the states, the listeners and the heaviest `top` peers; null where
 * nothing is known of them.
 */
void json_put_sockets(struct json *j, json_t *object, const struct sockets *s, size_t top);

/* The fields every group of sockets has: total, states, keepalive. */
void json_put_tally(struct json *j, json_t *object, const struct tally *t);

#endif
