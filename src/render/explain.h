/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shows what is known of one sysctl key or one term.  Pure: what this host has
 * is handed in, and what is not known is said, not guessed.
 */
#ifndef TCPTUNE_RENDER_EXPLAIN_H
#define TCPTUNE_RENDER_EXPLAIN_H

#include "model/boot_answer.h"
#include "model/boot_layer.h"
#include "model/nofile_answer.h"
#include "model/snapshot.h"
#include "model/term.h"
#include "render/json.h"
#include "render/screen.h"

/* A catalogue key and what this host has of it.  All borrowed. */
struct explained_key {
	const struct tunable *tunable;
	const char *key; /* as asked for: an interface's own for a row with a pattern */
	const struct host *host;
	const struct reading *reading;      /* NULL: a pattern, which has no value */
	const char *default_text;           /* on this host and release; NULL: not known */
	const struct boot_answer *boot;     /* NULL: the boot layer was not read */
	const struct boot_value *next;      /* what a reboot brings after all; NULL as reading */
	const struct nofile_answer *nofile; /* in place of the two: nofile is no sysctl; or NULL */
};

void explain_key(struct screen *s, const struct explained_key *k);
void explain_term(struct screen *s, const struct term *t);

/* A key that is not in the catalogue: only what the files say of it. */
void explain_foreign_key(struct screen *s, const struct boot_answer *a);
void explain_foreign_key_json(struct json *j, const struct boot_answer *a);

/* Puts "sysctl" or "term" into the document; the other one is put as null. */
void explain_key_json(struct json *j, const struct explained_key *k);
void explain_term_json(struct json *j, const struct term *t);

#endif
