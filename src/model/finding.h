/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A diagnosis that came true on this host, with its evidence.
 */
#ifndef TCPTUNE_MODEL_FINDING_H
#define TCPTUNE_MODEL_FINDING_H

#include "base/strings.h"

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_CRITICAL, SEVERITY_COUNT };

enum fixed_by {
	FIXED_BY_SYSCTL,
	FIXED_BY_LIMITS,
	FIXED_BY_APPLICATION,
	FIXED_BY_CONFIG,
	FIXED_BY_NETWORK,
	FIXED_BY_KERNEL,
	FIXED_BY_PEER,
	FIXED_BY_COUNT,
};

const char *severity_name(enum severity s);
const char *fixed_by_name(enum fixed_by f);

enum { FINDING_KEYS_MAX = 8 };

struct finding {
	const char *id; /* of the rule's row, static */
	enum severity severity;
	enum fixed_by fixed_by;
	bool live;       /* it rests on sockets, counters or processes, not on settings alone */
	uint32_t states; /* of TCP, that it says are unhealthy: TCP_STATE_BIT()s */
	char *summary;   /* owned, one line */
	struct strings evidence;
	/*
	 * A list: the key that line i of the evidence is about, or NULL.  Empty: all
	 * of the evidence is about all keys.
	 */
	struct {
		VEC(const char *);
	} about;
	struct strings
		rows;       /* settings it is about where it is not about all of its keys'; owned */
	bool in_rows;       /* a list whose lines the settings' own rows say already */
	const char *remedy; /* of the rule's row, static */
	const char *keys[FINDING_KEYS_MAX]; /* catalogue keys it concerns; ends at NULL; no list */
};

struct findings {
	VEC(struct finding);
};

/*
 * A line of evidence of a list, about one catalogue key, which must live as
 * long, or NULL.  The line is taken over; NULL: -ENOMEM.
 */
must_check int finding_add_line(struct finding *f, const char *key, char *line);

/* The key of line i, if no line before is about the same; else NULL. */
const char *finding_new_key(const struct finding *f, size_t i);

/* Does it concern this catalogue key? */
bool finding_concerns(const struct finding *f, const char *key);

/* Is one of this rule among them? */
bool findings_have(const struct findings *list, const char *id);

/* Most severe first; those of one severity stay in their order. */
void findings_sort(struct findings *list);

/* Move all of `more` to the end of list.  -ENOMEM, then both still hold theirs. */
must_check int findings_move(struct findings *list, struct findings *more);

void finding_done(struct finding *f);
void findings_done(struct findings *list);

#endif
