/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a host should look like.  A profile here is already merged: parents
 * first, later entries of a key in place of earlier ones, dropped ones gone.
 * Every string in it is its own.
 *
 * Numbers that scale with the host stay unresolved until profile_resolve():
 * the same profile serves many hosts.
 */
#ifndef TCPTUNE_MODEL_PROFILE_H
#define TCPTUNE_MODEL_PROFILE_H

#include "base/strings.h"
#include "model/host.h"
#include "model/value.h"

enum scale { SCALE_NONE, SCALE_PER_GIB, SCALE_PER_CPU };

/* What stands right of an operator. */
struct operand {
	enum scale scale;
	struct value value;    /* SCALE_NONE */
	int64_t per, min, max; /* otherwise: clamp(per * GiB or CPUs, min, max) */
};

struct sysctl_entry {
	const struct tunable *tunable;
	enum op op;
	struct {
		VEC(struct operand);
	} operands;       /* one, or the choices of one_of */
	struct value set; /* one_of: what to write; .type == TYPE_COUNT: the first */
	char *why;        /* NULL: the catalogue's */
	char *gate;       /* id of the diagnosis that is its evidence, or NULL */
	char *module;     /* load this so that the key exists at boot, or NULL */
	char *layer;      /* name of the profile the entry comes from */
	char *file;       /* ... and the place in it */
	unsigned line;
};

struct nofile_entry {
	char *target;        /* "pam:*", "systemd", "unit:nginx.service", ... */
	uint64_t soft, hard; /* 0: not mentioned */
	bool exact;          /* else floors */
	char *why, *layer, *file;
	unsigned line;
};

struct profile {
	char *name;
	char *file; /* "built-in" for the embedded copies */
	char *summary;
	struct strings layers; /* names, outermost ancestor first, its own last */
	struct {
		VEC(struct sysctl_entry);
	} sysctls; /* in catalogue order */
	struct {
		VEC(struct nofile_entry);
	} nofile;
};

void sysctl_entry_done(struct sysctl_entry *e);
void nofile_entry_done(struct nofile_entry *e);
void profile_done(struct profile *p);

/*
 * The operands of an entry on this host: *ret_n values, at most WANTED_MAX.
 * -ENODATA when it scales with something not known about the host, -ENOMEM.
 */
enum { WANTED_MAX = 8 };

struct wanted {
	struct value values[WANTED_MAX];
	size_t n;
	struct value set; /* what to write; for one_of only */
};

void wanted_done(struct wanted *w);
must_check int profile_resolve(const struct sysctl_entry *e, const struct host *h,
			       struct wanted *ret);

/* "30", or for one_of "1|2".  NULL: no memory. */
must_check char *wanted_text(const struct wanted *w);

#endif
