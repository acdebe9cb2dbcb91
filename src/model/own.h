/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What our own files say, and in which of them it stands: one 90-tcptune.conf
 * in each directory that something reads at boot.  An entry is a key, as
 * `check` names it, and a value.
 *
 * What newcomers get wrong: the files are a function of the entries and of
 * nothing else.  Whoever wants another file changes an entry.
 */
#ifndef TCPTUNE_MODEL_OWN_H
#define TCPTUNE_MODEL_OWN_H

#include "base/strings.h"
#include "model/plan.h"

#define OWN_NAME "90-tcptune.conf"
#define OWN_MODULE_PREFIX "module."
#define OWN_NOFILE_PREFIX "nofile."

/* In the order the files are written in; undone, they go the other way round. */
enum own_kind {
	OWN_MODULES, /* modules-load.d: keys of a module need it first */
	OWN_SYSCTL,
	OWN_PAM,    /* limits.d */
	OWN_UNIT,   /* drop-ins of units */
	OWN_USER,   /* user.conf.d */
	OWN_SYSTEM, /* system.conf.d: PID 1 reads it before we can run */
	OWN_KIND_COUNT,
};

struct own_entry {
	char *key;   /* "net.ipv4.tcp_rmem", "nofile.pam:*.soft", "module.nf_conntrack" */
	char *value; /* canonical; "" for a module */
};

struct own_entries {
	VEC(struct own_entry); /* by key, each once */
};

void own_entries_done(struct own_entries *list);

/* The value, borrowed, or NULL. */
const char *own_entries_find(const struct own_entries *list, const char *key);

/* Set it, in place of what there was; -ENOMEM, then nothing changed. */
must_check int own_entries_put(struct own_entries *list, const char *key, const char *value);
void own_entries_drop(struct own_entries *list, const char *key);

enum own_kind own_kind_of(const char *key);

/* "systemd", "pam:*", "unit:nginx.service" of a nofile key, and its length; NULL: none. */
const char *own_target(const char *key, size_t *ret_len);

/* "nofile.TARGET.soft" or .hard.  The caller's; NULL: no memory. */
must_check char *own_nofile_key(const char *target, const char *field);

/* The file an entry stands in, as the host names it.  The caller's; NULL: no memory. */
must_check char *own_path(const char *key);

/* Of a path own_path() may have given.  False: none of our names. */
bool own_path_kind(const char *path, enum own_kind *ret);

/* The unit of ".../UNIT.d/90-tcptune.conf", and the length of its name. */
const char *own_path_unit(const char *path, size_t *ret_len);

/* What stands at one of our paths now. */
enum own_state {
	OWN_ABSENT,
	OWN_UNTOUCHED,   /* as we wrote it */
	OWN_EDITED,      /* begins as ours, but somebody changed it */
	OWN_NOT_OURS,    /* somebody else's file of our name */
	OWN_MASKED,      /* empty, or a link to /dev/null: an administrator does not want it */
	OWN_LINK,        /* a link to elsewhere */
	OWN_HARD_LINKED, /* has other names, too */
	OWN_NO_FILE,     /* a directory, a FIFO, ... */
	OWN_UNREADABLE,
	OWN_STATE_COUNT,
};

struct own_file {
	char *path;
	enum own_state state;
	struct bytes bytes; /* of what is a regular file and could be read */
};

struct own_files {
	VEC(struct own_file);       /* by path */
	struct own_entries entries; /* of those that are or were ours */
};

void own_files_done(struct own_files *f);
const struct own_file *own_files_find(const struct own_files *f, const char *path);

#endif
