/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The boot layer's part of `explain KEY`: the value under each reader and
 * every line about the key, and who else sets it.
 */
#ifndef TCPTUNE_RENDER_EXPLAIN_BOOT_H
#define TCPTUNE_RENDER_EXPLAIN_BOOT_H

#include "model/boot_answer.h"
#include "model/boot_layer.h"
#include "model/owner.h"
#include "render/json.h"
#include "render/screen.h"

/* next: what the host will hold after all, the default included; or NULL. */
void explain_boot(struct screen *s, const struct boot_answer *a, const struct boot_value *next);

/* Puts "key", "boot", "assignments" and "owners" into the document. */
void explain_boot_json(struct json *j, const struct boot_answer *a);

/* What became of a line, for people; fate_name() is the word for programs. */
const char *fate_phrase(enum fate f);

/* What others do to the key, and how far that can be believed.  owners: NULL: not asked. */
void explain_owners(struct screen *s, const struct owners *owners, const char *key);
void explain_owners_json(struct json *j, const struct owners *owners, const char *key);

#endif
