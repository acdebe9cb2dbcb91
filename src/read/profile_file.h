/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One profile file as it is written, before anything is inherited: a layer.
 *
 * Loading is strict.  A field, key, operator or value that is not understood
 * is a mistake and never skipped, because a profile that silently does less
 * than it says is worse than none.  All mistakes are reported at once.
 */
#ifndef TCPTUNE_READ_PROFILE_FILE_H
#define TCPTUNE_READ_PROFILE_FILE_H

#include "base/problem.h"
#include "model/profile.h"

enum { PROFILE_NAME_MAX = 64 };

/* Letters, digits, '-', '_' and '.', not first; so that it can be a file name. */
bool profile_name_ok(const char *name);

struct layer_sysctl {
	struct sysctl_entry entry;
	bool drop; /* only takes away what is inherited; has a key and a place, no more */
};

struct layer_nofile {
	struct nofile_entry entry;
	bool drop;
};

struct layer_parent {
	char *name; /* owned */
	unsigned line;
};

struct layer {
	char *name, *file, *summary; /* summary: NULL when there is none */
	struct {
		VEC(struct layer_parent);
	} parents;
	struct {
		VEC(struct layer_sysctl);
	} sysctls; /* as written; each key once */
	struct {
		VEC(struct layer_nofile);
	} nofile; /* as written; each target once */
};

void layer_done(struct layer *l);

/* Is this the id of a diagnosis?  NULL in place of it: any well-formed id is. */
typedef bool gate_known_fn(const char *id);

/*
 * Parse text, which is NUL-terminated and len bytes long.  name is the
 * profile's, file where it comes from, for messages and entries.  0, also with
 * mistakes: they are in problems, and ret holds what was good; -ENOMEM, then
 * ret is untouched.
 */
must_check int layer_parse(const char *name, const char *file, const char *text, size_t len,
			   gate_known_fn *gate_known, struct layer *ret, struct problems *problems);

#endif
