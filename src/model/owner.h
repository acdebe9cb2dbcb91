/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who else on the host writes what tcptune looks after: firewalls, tuners,
 * network managers, container daemons, scripts.  One claim is one key (or one
 * family of keys) that one of them sets or may set.
 *
 * What newcomers get wrong: a claim never decides what a key will hold.
 * sysctl.d can be computed, other people's programs cannot; a claim says who
 * may come later, where it says so, and how far that can be believed.
 */
#ifndef TCPTUNE_MODEL_OWNER_H
#define TCPTUNE_MODEL_OWNER_H

#include "base/strings.h"

enum owner_when {
	WHEN_EARLY,      /* before sysctl.d, which overrides it */
	WHEN_NEXT_EARLY, /* so, from the next boot on */
	WHEN_BOOT,       /* at every boot, after sysctl.d was read */
	WHEN_FIRST_BOOT, /* once in the life of the host */
	WHEN_INTERFACE,  /* when an interface appears or goes up */
	WHEN_MODULE,     /* when a kernel module is loaded */
	WHEN_ANY_TIME,
	WHEN_ON_DEMAND, /* when somebody starts it: it is not enabled */
	WHEN_CONTAINER, /* inside containers only */
	WHEN_COUNT,
};

enum confidence { CONFIDENCE_LOW, CONFIDENCE_MEDIUM, CONFIDENCE_HIGH, CONFIDENCE_COUNT };

struct owner {
	const char *who; /* static: "ufw" */
	char *file;      /* owned; as the host names it */
	unsigned line;   /* 0: the file as a whole */
	char *key;       /* owned; dotted, may have '*'; "nofile"; NULL: any sysctl */
	char *value;     /* owned; as written, NULL: not known */
	enum owner_when when;
	enum confidence confidence;
	bool repeats; /* applies sysctl.d again rather than values of its own */
	bool yields;  /* a line for the key in /etc or /run wins over it again */
};

enum { OWNERS_MAX = 500 };

struct owners {
	VEC(struct owner);     /* in the order of the detectors */
	size_t more;           /* found, but not kept */
	struct strings unread; /* files that may name more, and could not be read */
};

void owner_done(struct owner *o);
void owners_done(struct owners *list);

/* "early", "boot", ... and "low", "medium", "high"; stable. */
const char *owner_when_name(enum owner_when w);
const char *confidence_name(enum confidence c);

/* Does it set this key (dotted, or "nofile")? */
bool owner_touches(const struct owner *o, const char *key);

/* May it change what sysctl.d set at boot? */
bool owner_comes_later(const struct owner *o);

/* "ufw sets KEY = VALUE at boot, after sysctl.d was read".  The caller's; NULL: no memory. */
must_check char *owner_text(const struct owner *o);

/* A key and the value it ought to keep (NULL: any change is worth a word). */
struct owner_subject {
	const char *key, *value;
	const char *file; /* where the line stands that wins at boot; NULL: none does */
};

/*
 * A sentence for each owner that comes later by itself, does not yield to the
 * line that wins, and is not known to set the very value: "KEY may be changed later by ufw, /etc/ufw/sysctl.conf:12".  -ENOMEM.
 */
must_check int owners_warnings(const struct owners *list, const struct owner_subject *subjects,
			       size_t n, struct strings *ret);

#endif
