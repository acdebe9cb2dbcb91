/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the limits files of a host say about open files, and the account a
 * session is for.  Only lines that matter for `nofile` are kept: those of that
 * item, those that limit logins (they can refuse a session), and the two-word
 * lines that exempt somebody from everything.
 *
 * What newcomers get wrong: a rule is in the list because the reader would
 * take it, not because it applies to anybody; whom it applies to is judged by
 * advise/nofile.h, and depends on the reader, too.
 */
#ifndef TCPTUNE_MODEL_LIMITS_H
#define TCPTUNE_MODEL_LIMITS_H

#include "base/problem.h"
#include "base/strings.h"

/* How the domain of a line is meant, when it has a colon. */
enum id_range {
	RANGE_NONE, /* no colon: a name, `*` or `%` */
	RANGE_ONE,  /* ":N" */
	RANGE_MIN,  /* "N:" */
	RANGE_MANY, /* "N:M" */
};

enum limits_item {
	ITEM_NOFILE,
	ITEM_MAXLOGINS,
	ITEM_MAXSYSLOGINS,
	ITEM_EXEMPT, /* "DOMAIN -": no limits for this one */
};

enum { LIMIT_SOFT = 1 << 0, LIMIT_HARD = 1 << 1 };

struct limits_rule {
	char *domain; /* owned */
	enum id_range range;
	uint32_t min, max; /* RANGE_ONE: both; ids wrap at 32 bits as in the module */
	enum limits_item item;
	unsigned fields; /* ITEM_NOFILE: LIMIT_SOFT, LIMIT_HARD or both */
	uint64_t value;  /* ITEM_NOFILE; UINT64_MAX: infinity */
	int64_t logins;  /* ITEM_MAX*LOGINS; -1: no limit */
	size_t file;     /* index in limits_conf.files */
	unsigned line;
};

struct limits_conf {
	struct {
		VEC(struct limits_rule);
	} rules;                 /* in the order they are read in */
	struct strings files;    /* read, by their real names, in order */
	char *fatal;             /* owned; the file that makes every session fail, or NULL */
	struct problems ignored; /* lines the reader skips, each with the reason */
};

void limits_conf_done(struct limits_conf *c);

struct group {
	char *name;
	uint32_t gid;
};

/* A user, and every group that has a name and holds that user. */
struct account {
	char *name;
	uint32_t uid, gid;
	struct {
		VEC(struct group);
	} groups;
};

void account_done(struct account *a);

/* Is the user in the group of this name / of this number? */
bool account_in_group(const struct account *a, const char *name);
bool account_in_gid(const struct account *a, uint32_t gid);

#endif
