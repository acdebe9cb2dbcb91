/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `check` found out: the comparison of one host with one profile.  Made
 * by advise, shown by render; neither judges again.
 */
#ifndef TCPTUNE_MODEL_REPORT_H
#define TCPTUNE_MODEL_REPORT_H

#include "model/boot_layer.h"
#include "model/counters.h"
#include "model/finding.h"
#include "model/profile.h"
#include "model/snapshot.h"
#include "model/sockets.h"

enum verdict {
	VERDICT_OK,
	VERDICT_DIFFERS,      /* the running value */
	VERDICT_BOOT_DIFFERS, /* running is fine, the next boot will not be */
	VERDICT_ABSENT,
	VERDICT_UNREADABLE,
	VERDICT_COUNT,
};

const char *verdict_name(enum verdict v); /* "ok", "differs", "boot-differs", ... */

struct setting {
	const struct tunable *tunable; /* NULL for nofile */
	char *key;                     /* "net.ipv4.tcp_rmem", "nofile.pam:*.soft" */
	enum topic topic;
	enum scope scope;
	char *running; /* canonical; NULL when absent or unreadable */
	struct boot_value boot;
	enum op op;
	char *wanted; /* canonical */
	char *set;    /* what apply would write; NULL: nothing */
	enum verdict verdict;
	enum because because;
	bool runs_as_wanted; /* what runs was judged, and does */
	bool counts;         /* this verdict makes the host not compliant */
	const char *why;     /* borrowed from the profile or the catalogue */
	struct strings evidence;
	enum risk risk;
	const char *takes_effect; /* borrowed */
	const char *source;       /* borrowed */
	const char *gate;         /* borrowed from the profile, or NULL */
};

/* A rule that could not be judged here, and why. */
struct not_evaluated {
	const char *id; /* static */
	char *reason;   /* owned */
	bool lost;      /* something was to be had here that was not looked at, or cannot be read */
};

struct report {
	const struct snapshot *snapshot; /* borrowed: host and limits are in it */
	const struct profile *profile;   /* borrowed */
	struct {
		VEC(struct setting);
	} settings;               /* in catalogue order, nofile last */
	struct findings findings; /* most severe first */
	struct {
		VEC(struct not_evaluated);
	} not_evaluated;
	struct strings warnings;
	const struct sockets *sockets;   /* borrowed; NULL: not to be had */
	const struct counters *counters; /* borrowed; NULL: not to be had */
	const struct counters *earlier;  /* the first of two samples; NULL: there is one only */
	struct boot_limits boot_limits;  /* .judged false: the boot layer was not asked */
	bool compliant;
	bool judged; /* false: nothing could be compared; JSON says null */
};

/* Why it is not to be had here, or not known: a clause for people. */
const char *setting_because(const struct setting *s);

void setting_done(struct setting *s);
void report_done(struct report *r);

/* How many settings of this report count against it. */
size_t report_differences(const struct report *r);

/* How many were judged at all: absent ones and those not readable for us were not. */
size_t report_judged(const struct report *r);

#endif
