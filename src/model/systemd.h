/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What systemd's configuration says about open files: the default of a manager
 * and the setting of a unit.  Owns its strings.
 *
 * What newcomers get wrong: an empty assignment does not reset these two
 * settings, and a value that cannot be parsed leaves the earlier one standing.
 */
#ifndef TCPTUNE_MODEL_SYSTEMD_H
#define TCPTUNE_MODEL_SYSTEMD_H

#include "base/problem.h"
#include "base/strings.h"

struct systemd_limit {
	bool set;
	uint64_t soft, hard; /* UINT64_MAX: infinity */
	char *file;          /* owned; real name */
	/* Where each number stands: a continued line may have them apart. */
	unsigned soft_line, hard_line;
};

void systemd_limit_done(struct systemd_limit *l);

/* system.conf or user.conf with its drop-ins. */
struct systemd_conf {
	struct systemd_limit nofile; /* DefaultLimitNOFILE= */
	struct strings files;        /* that were read, in order, by their real names */
	char *stopped_by;            /* owned; the file that makes later ones unread, or NULL */
	bool all_lost;               /* ... and earlier ones without effect */
	struct problems ignored;     /* settings of ours that are refused */
};

void systemd_conf_done(struct systemd_conf *c);

struct systemd_unit {
	char *id;                    /* the name of its file: an alias is resolved */
	char *fragment;              /* owned, real name; NULL: there is no such unit */
	bool broken;                 /* its file has an error that keeps it from being loaded */
	bool masked;                 /* a link to /dev/null or an empty file: cannot be started */
	struct strings dropins;      /* in the order they are read, as systemctl show prints them */
	struct systemd_limit nofile; /* LimitNOFILE= */
	char *user, *pam_name;       /* User=, PAMName=; NULL when not set */
	struct problems ignored;
};

void systemd_unit_done(struct systemd_unit *u);

#endif
