/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the readers of profile_file.c, profile_sysctl.c, profile_nofile.c and
 * tcptune_conf.c share: reporting a mistake and going on, and the fields of a
 * group by name.  For them alone.
 */
#ifndef TCPTUNE_READ_PROFILE_READING_H
#define TCPTUNE_READ_PROFILE_READING_H

#include "read/conf_file.h"
#include "read/profile_file.h"

/* What is being read: mistakes go to problems, and reading goes on. */
struct reading_profile {
	const char *file;
	gate_known_fn *gate_known;
	struct problems *problems;
	bool out_of_memory;  /* sticky: the result is of no use */
	bool group_is_whole; /* read_fields() found no mistake in the last group */
};

/* A mistake at a line.  Returns false, so that `return mistake(...)` is the whole branch. */
bool mistake(struct reading_profile *r, unsigned line, const char *fmt, ...) printf_like(3, 4);

/* The same, but not if a mistake in the same group may be why it is missing. */
bool missing(struct reading_profile *r, unsigned line, const char *what);

/* A copy, or NULL and out_of_memory. */
char *keep(struct reading_profile *r, const char *s);

/* A field of this kind?  A mistake if not. */
bool is_kind(struct reading_profile *r, const struct config_setting_t *field, enum conf_kind kind);

/* The fields a group may have, by name; each finds its place in a row of nodes. */
struct field {
	const char *name;
	enum conf_kind kind;
	bool any_kind; /* the reader of the field looks at the kind itself */
};

/*
 * Sort the members of a group into nodes[], one for each of fields[], NULL for
 * those not mentioned.  Members nobody knows and wrong kinds are mistakes and
 * left out.  False if there was one.
 */
bool read_fields(struct reading_profile *r, const struct config_setting_t *group,
		 const struct field *fields, size_t n, const struct config_setting_t **nodes);

/* An entry that only drops has none of nodes[from .. to]; what is its key, for the message. */
bool only_drops(struct reading_profile *r, const struct config_setting_t *const *nodes, size_t from,
		size_t to, const char *what);

/* False: there was a mistake (or no memory), and ret is untouched. */
bool read_sysctl_entry(struct reading_profile *r, const struct config_setting_t *group,
		       struct layer_sysctl *ret);
bool read_nofile_entry(struct reading_profile *r, const struct config_setting_t *group,
		       struct layer_nofile *ret);

#endif
