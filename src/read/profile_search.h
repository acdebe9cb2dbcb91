/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where profiles are: four directories, the first that has NAME.conf wins,
 * then the copies built into the binary.  A level is a place in that order, so
 * that a profile can inherit the next one of its own name.
 *
 * What newcomers get wrong: a file that is there but cannot be used (not
 * readable, not trusted, a directory) is an error and does not make room for
 * the next one; an administrator who put it there meant it.
 */
#ifndef TCPTUNE_READ_PROFILE_SEARCH_H
#define TCPTUNE_READ_PROFILE_SEARCH_H

#include "base/strings.h"
#include "read/profile_file.h"
#include "read/trusted.h"

struct profile_search {
	int root;      /* the directories are below this one */
	uid_t trusted; /* files must be root's or this user's; TRUST_ANYBODY */
	gate_known_fn *gate_known;
};

enum { PROFILE_LEVELS = 5 }; /* four directories and the binary */

/* A profile found, not parsed yet. */
struct profile_source {
	char *name;
	char *file;               /* as messages call it: "built-in" for the binary's */
	unsigned level;           /* where the next of its name is looked for: beyond this one */
	bool direct;              /* given by its path: has no level */
	struct trusted_file read; /* the text and which file it is; not for the binary's */
	const char *text;         /* NUL-terminated; read.text or the binary's */
	size_t len;
};

void profile_source_done(struct profile_source *s);

/* Is this a path rather than a name: has a '/' in it or ends in ".conf"? */
bool profile_is_path(const char *word);

/*
 * The first profile of this name at or beyond a level that is not the file
 * `not_this` (NULL: any).  -ENOENT: none, err says which name is near; other
 * errors as of trusted_read().
 */
must_check int profile_find(const struct profile_search *s, const char *name, unsigned level,
			    const struct file_id *not_this, struct profile_source *ret,
			    struct error *err);

/* The profile in the file of this path, as this process sees it. */
must_check int profile_open(const struct profile_search *s, const char *path,
			    struct profile_source *ret, struct error *err);

/* Every name there is a profile of, sorted, each once.  A directory that is missing has none. */
must_check int profile_names(const struct profile_search *s, struct strings *ret,
			     struct error *err);

#endif
