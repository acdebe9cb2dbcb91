/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a word typed by a person means: a catalogue key or a term.
 *
 * Keys may be written with dots or slashes, as a path below /proc/sys, or
 * short: "somaxconn", "tw_reuse".  In this order: a whole key; the last part of
 * one, exactly as the kernel spells it; a name or alias of a term; the end of
 * just one key.  So "tcp_fastopen" is the sysctl, "TCP_FASTOPEN" the socket
 * option, and "time-wait" the state, not the conntrack timeout that ends in it.
 */
#ifndef TCPTUNE_MODEL_LOOKUP_H
#define TCPTUNE_MODEL_LOOKUP_H

#include "model/catalogue.h"
#include "model/term.h"

enum { LOOKUP_NEAR_MAX = 3, LOOKUP_KEY_MAX = 256 };

/* tunable or term is set, or neither: then near[] says what may have been meant. */
struct lookup {
	const struct tunable *tunable;
	const struct term *term;
	char key[LOOKUP_KEY_MAX]; /* with tunable: the key itself, of an interface where one was
				   * named ("net.ipv4.conf.eth0.rp_filter") */
	const char
		*near[LOOKUP_NEAR_MAX]; /* keys and names of terms, static, the likeliest first */
	size_t n_near;
};

void lookup(const char *query, struct lookup *ret);

#endif
