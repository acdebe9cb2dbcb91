/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A diagnosis is one row: when it is true (a predicate), how grave it is, what
 * it says and what to do.  Adding one is adding a row to a rules_*.c and a
 * case to its test.
 *
 * What newcomers get wrong: a predicate decides and counts, nothing else.  The
 * values of its keys are there before it is asked, and the words are the
 * row's.  Where a value cannot be read the rule is listed as not evaluated,
 * without its predicate being asked; a key the kernel does not have, or whose
 * module is not loaded, makes no rule come true.
 */
#ifndef TCPTUNE_ADVISE_RULE_H
#define TCPTUNE_ADVISE_RULE_H

#include "model/finding.h"
#include "model/profile.h"
#include "model/snapshot.h"

/* Everything rules may look at; all borrowed. */
struct evidence {
	const struct snapshot *snapshot;
	const struct profile *profile; /* NULL: none was asked for */
};

/* What a rule needs beside its keys. */
enum fact {
	FACT_MEMORY = 1 << 0, /* host.memory_bytes and host.page_size */
	FACT_PROFILE = 1 << 1,
};

enum { TRIAL_NUMBERS = 3, TRIAL_NOTES_MAX = 8 };

/* One rule on its way to a finding. */
struct trial {
	const struct rule *rule;
	const struct evidence *evidence;
	const struct tunable *tunables[FINDING_KEYS_MAX]; /* of rule->keys */
	const struct value *values[FINDING_KEYS_MAX];     /* NULL: not readable */
	/* The predicate's answers, beside its result: */
	int64_t numbers[TRIAL_NUMBERS]; /* {a} {b} {c} in the summary */
	unsigned innocent;              /* bit i: keys[i] has no part in it */
	struct strings notes;           /* more lines of evidence, see trial_note() */
	size_t notes_left_out;
	bool failed; /* out of memory */
};

struct rule {
	const char *id; /* lower case, words apart by '-'; stable for ever */
	enum severity severity;
	enum fixed_by fixed_by;
	const char *keys[FINDING_KEYS_MAX]; /* catalogue keys; ends at NULL */
	unsigned needs;                     /* the first so many must be readable; 0: all */
	unsigned facts;                     /* FACT_* */
	bool (*holds)(struct trial *t);
	const char *summary; /* a sentence; {0} is the value of keys[0], {a} numbers[0] */
	const char *remedy;  /* sentences; the same on every host */
};

struct rules {
	const struct rule *rows;
	size_t n;
};

extern const struct rules rules_settings, rules_limits;

/* Is keys[i] readable?  For those beyond `needs`; the others are. */
static inline bool trial_has(const struct trial *t, unsigned i)
{
	return t->values[i] != NULL;
}

/*
 * A field of keys[i] as it is: 64 bits of anything, for a captured tree may
 * say whatever it likes.  For comparing, and for the few keys that are longs.
 */
static inline int64_t trial_wide(const struct trial *t, unsigned i, unsigned field)
{
	return t->values[i]->num[field];
}

/* As above, cut to the 32 bits nearly all keys have: safe to calculate with. */
static inline int64_t trial_field(const struct trial *t, unsigned i, unsigned field)
{
	int64_t n = trial_wide(t, i, field);

	return n > INT32_MAX ? INT32_MAX : n < INT32_MIN ? INT32_MIN : n;
}

static inline int64_t trial_number(const struct trial *t, unsigned i)
{
	return trial_field(t, i, 0);
}

/* keys[i], which holds words; never NULL. */
const char *trial_words(const struct trial *t, unsigned i);

/*
 * The kernel's default of keys[i] on this host, its first field; `otherwise`
 * where it is not known.
 */
int64_t trial_default(struct trial *t, unsigned i, int64_t otherwise);

/* A line of evidence.  Beyond TRIAL_NOTES_MAX they are only counted. */
void trial_note(struct trial *t, const char *fmt, ...) printf_like(2, 3);

#endif
