/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is ours on a host now: every running value that we changed, with the
 * value before our *first* change of it, and every file.  Each transaction
 * carries the whole list as it is after it, so the newest one tells all.
 *
 * What newcomers get wrong: the list says what we wrote, not what stands
 * there.  Somebody may have changed it since; then it is his, and only
 * comparing tells.  Running values belong to one boot and one namespace.
 */
#ifndef TCPTUNE_MODEL_OURS_H
#define TCPTUNE_MODEL_OURS_H

#include "base/vec.h"

struct our_value {
	char *key;     /* dotted */
	char *first;   /* canonical; what was there before us */
	char *ours;    /* canonical; what we wrote last */
	char *boot_id; /* of the boot it was written in */
	char *netns;   /* identity of its namespace: "4:4026531840", "" where there is none */
};

struct our_file {
	char *path;   /* as the host names it */
	char *digest; /* of what we wrote last */
	bool foreign; /* somebody's, in which we commented lines out */
};

struct ours {
	struct {
		VEC(struct our_value);
	} values; /* by key, then boot and namespace */
	struct {
		VEC(struct our_file);
	} files; /* by path */
};

void our_value_done(struct our_value *v);
void our_file_done(struct our_file *f);
void ours_done(struct ours *o);

/*
 * Does it stand in that boot and namespace?  What all namespaces share belongs to
 * the boot alone, whichever it was written from.
 */
bool our_value_is_in(const struct our_value *v, const char *boot_id, const char *netns);

/* That of this boot and namespace, or NULL. */
const struct our_value *ours_value(const struct ours *o, const char *key, const char *boot_id,
				   const char *netns);
const struct our_file *ours_file(const struct ours *o, const char *path);

/*
 * Take note that key went from `before` to `after` there: what returns to its
 * first value is ours no more.  -ENOMEM, then nothing has changed.
 */
must_check int ours_note(struct ours *o, const char *key, const char *before, const char *after,
			 const char *boot_id, const char *netns);

#endif
