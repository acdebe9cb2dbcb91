/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this host will hold after its next boot: a value for every row of the
 * catalogue, and the open-file limits of everybody a profile speaks of.  What
 * `check` judges beside the running values.
 *
 * What newcomers get wrong: "default" is an answer, too.  A key that no file
 * sets will have the kernel's default, however it was changed by hand.
 */
#ifndef TCPTUNE_MODEL_BOOT_LAYER_H
#define TCPTUNE_MODEL_BOOT_LAYER_H

#include "base/strings.h"
#include "base/vec.h"
#include "model/catalogue.h"
#include "model/reader.h"
#include "model/snapshot.h"

/* Where a boot value comes from. */
enum boot_from { BOOT_FILE, BOOT_CMDLINE, BOOT_PID1, BOOT_DEFAULT, BOOT_UNKNOWN, BOOT_FROM_COUNT };
const char *boot_from_name(enum boot_from f); /* "file", "cmdline", "pid1", ... */

struct boot_value {
	bool judged; /* false: not asked for, or not ours to know (--netns) */
	bool unread; /* a file that may set it could not be read: .file, if one is to blame */
	enum boot_from from;
	char *text; /* owned, canonical; NULL when not known */
	char *file; /* owned; NULL unless a line says it, or may */
	unsigned line;
};

enum { ORIGIN_MAX = 512 };

/* "/etc/sysctl.conf:3", "kernel command line", ...; buf may be what is returned. */
const char *boot_value_origin(const struct boot_value *b, char buf[static ORIGIN_MAX]);

void boot_value_done(struct boot_value *v);
must_check int boot_value_copy(const struct boot_value *from, struct boot_value *ret); /* -ENOMEM */

/* The limits of one target of a profile: "pam:*", "systemd", "unit:nginx.service". */
struct boot_nofile {
	char *target; /* owned */
	struct boot_value soft, hard;
};

/* What everybody gets who is not in a profile. */
struct session_limits {
	const char *user; /* static: "root", or "*" for whoever no line names */
	bool refused;
	struct nofile has; /* not known where the session is refused */
};

enum { BOOT_SESSIONS = 2 };

struct boot_limits {
	bool judged;
	/*
	 * No session gets more: nobody may raise its hard limit, as in most
	 * containers.  0: no such ceiling, or not known.
	 */
	uint64_t session_ceiling;
	struct nofile manager; /* DefaultLimitNOFILE= of PID 1 */
	struct session_limits sessions[BOOT_SESSIONS];
};

struct boot_layer {
	const struct reader *reader; /* who sets sysctls when this host boots */
	struct boot_value *values;   /* catalogue_size() of them, owned */
	struct {
		VEC(struct boot_nofile);
	} nofile;
	struct boot_limits limits;
	struct strings warnings; /* files that could not be read, or are none */
};

void boot_layer_done(struct boot_layer *l);

/* Never NULL. */
const struct boot_value *boot_layer_value(const struct boot_layer *l, const struct tunable *t);

/* NULL: nobody asked about this target. */
const struct boot_nofile *boot_layer_nofile(const struct boot_layer *l, const char *target);

#endif
