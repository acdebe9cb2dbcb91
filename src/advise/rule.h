/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A diagnosis is one row: when it is true (a predicate), how grave it is, what
 * it says and what to do.  Adding one is adding a row to a rules_*.c and a
 * case to its test.
 *
 * What newcomers get wrong: a predicate decides and counts, nothing else.  The
 * values of its keys are there before it is asked, and the words are the
 * row's.  Where a value or a fact cannot be had the rule is listed as not
 * evaluated, without its predicate being asked; a key the kernel does not have,
 * or whose module is not loaded, makes no rule come true, and a counter it does
 * not have counts nothing.
 */
#ifndef TCPTUNE_ADVISE_RULE_H
#define TCPTUNE_ADVISE_RULE_H

#include "model/counters.h"
#include "model/finding.h"
#include "model/profile.h"
#include "model/snapshot.h"
#include "model/sockets.h"

/* Everything rules may look at; all borrowed. */
struct evidence {
	const struct snapshot *snapshot;
	const struct profile *profile;   /* NULL: none was asked for */
	const struct counters *counters; /* NULL: not to be had */
	const struct counters *earlier;  /* the first of two samples; NULL: there is one only */
	bool wants_earlier;              /* it was asked for, to be had or not */
	const struct sockets *sockets;   /* NULL: not to be had */
	const struct sockets *before;    /* at the first sample, its listeners only; or NULL */
};

/* What a rule needs beside its keys. */
enum fact {
	FACT_MEMORY = 1 << 0, /* host.memory_bytes and host.page_size */
	FACT_PROFILE = 1 << 1,
	FACT_COUNTERS = 1 << 2,
	FACT_INTERVAL = 1 << 3, /* two samples of the counters, or of the listeners */
	FACT_SOCKETS = 1 << 4,  /* counted, and those in trouble looked at */
	FACT_EACH_SOCKET = 1 << 5,
	FACT_LIMITS = 1 << 6, /* processes with listeners, or near to their limit */
	FACT_QUIET = 1 << 7,  /* how long connections have carried nothing */
	FACT_QUEUES = 1 << 8, /* the limits of accept queues, and what each listener dropped */
};

/*
 * So many sockets in CLOSE_WAIT, or shut down and not closed, held by programs,
 * are worth looking for who holds them.  A busy server has a few at any time
 * (judgement).
 */
enum { SOCKETS_HELD_FEW = 50 };

/*
 * How long a connection has to be quiet to be called so: keepalive would have
 * looked for its peer by now, or what is between would have forgotten it.
 */
uint32_t evidence_quiet_ms(const struct snapshot *s);

enum { TRIAL_NUMBERS = 3, TRIAL_NOTES_MAX = 8 };

/* One rule on its way to a finding. */
struct trial {
	const struct rule *rule;
	const struct evidence *evidence;
	const struct tunable *tunables[FINDING_KEYS_MAX]; /* of rule->keys */
	const struct value *values[FINDING_KEYS_MAX];     /* NULL: not readable */
	enum severity severity; /* the rule's; the predicate may raise it */
	/* The predicate's answers, beside its result: */
	int64_t numbers[TRIAL_NUMBERS]; /* {a} {b} {c} in the summary */
	char *subject;                  /* {s}: see trial_subject() */
	unsigned innocent;              /* bit i: keys[i] has no part in it */
	struct strings notes;           /* more lines of evidence, see trial_note() */
	size_t notes_left_out;
	struct strings rows; /* see trial_row() */
	bool failed;         /* out of memory */
};

enum { NEEDS_NO_KEY = FINDING_KEYS_MAX + 1 };

struct rule {
	const char *id; /* lower case, words apart by '-'; stable for ever */
	enum severity severity;
	enum fixed_by fixed_by;
	const char *keys[FINDING_KEYS_MAX]; /* catalogue keys; ends at NULL */
	unsigned needs; /* the first so many must be readable; 0: all, NEEDS_NO_KEY: none */
	unsigned facts; /* FACT_* */
	bool (*holds)(struct trial *t);
	const char *summary; /* a sentence; {0} is the value of keys[0], {a} numbers[0], {s} */
	const char *remedy;  /* sentences; the same on every host */
};

struct rules {
	const struct rule *rows;
	size_t n;
};

/* Of settings alone, one a topic. */
enum { RULES_SETTINGS = 8 };
extern const struct rules *const rules_settings[RULES_SETTINGS];

extern const struct rules rules_limits, rules_accept, rules_connect, rules_close, rules_peers,
	rules_memory, rules_device, rules_conntrack;

struct report;

/* Ask these rules only; see diagnose().  -ENOMEM. */
must_check int rules_judge(const struct rules *rules, const struct evidence *e,
			   struct report *report);

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

/* It is about this setting of the profile ("nofile.pam:*.soft"), and no other of its keys'. */
void trial_row(struct trial *t, const char *fmt, ...) printf_like(2, 3);

/* Who it is about; raw bytes will do.  A second call replaces the first. */
void trial_subject(struct trial *t, const char *fmt, ...) printf_like(2, 3);

/*
 * What c counted in the interval, or where there is one sample only since the
 * namespace was made.  0 where the kernel does not count it.
 */
uint64_t trial_count(const struct trial *t, enum counter c);

/* What it holds now: for those that are no totals. */
uint64_t trial_now(const struct trial *t, enum counter c);

/* How long the interval was; 0 without one. */
uint64_t trial_interval_ms(const struct trial *t);

/* So often a second; 0 without an interval. */
uint64_t trial_rate(const struct trial *t, enum counter c);

/* "in 5.0 seconds"; without an interval "since boot", or since the namespace was made. */
enum { PERIOD_SIZE = 64 };
const char *trial_period(const struct trial *t, char ret[static PERIOD_SIZE]);

/* "TcpExtListenOverflows: 24 since boot", "...: 24 in 5.0 seconds". */
void trial_note_count(struct trial *t, enum counter c);

/*
 * How many local ports a connection to one destination can choose from: the
 * range keys[range] without the reserved ones of keys[reserved], if readable.
 */
unsigned trial_usable_ports(const struct trial *t, unsigned range, unsigned reserved);

/* "192.0.2.1:80 (nginx, pid 12, nginx.service)", as far as it is known; raw bytes. */
enum { WHO_SIZE = 384 };
const char *listener_who(const struct socket_listener *l, char ret[static WHO_SIZE]);
const char *process_who(const struct process *p, char ret[static WHO_SIZE]);

/* Sockets that are connections and not over: all but LISTEN and TIME_WAIT. */
uint64_t trial_connections(const struct trial *t);

/* part of whole, in thousandths; 0 of nothing. */
uint64_t trial_permille(uint64_t part, uint64_t whole);

#endif
