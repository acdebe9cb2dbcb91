/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What tcptune knows about each tunable: one row a key, nothing anywhere else.
 * `explain`, the man page, profile checks and the comparison all read the same
 * rows.  A row belongs to the file of its topic (catalogue_*.c).
 *
 * What newcomers get wrong: `min`/`max` are the *sane* range, which profiles
 * must keep to.  The kernel accepts far more (`kernel_min`/`kernel_max`), much
 * of it nonsense, so "the write succeeded" never means "the value is good".
 */
#ifndef TCPTUNE_MODEL_CATALOGUE_H
#define TCPTUNE_MODEL_CATALOGUE_H

#include "base/defs.h"
#include "model/release.h"

enum topic {
	TOPIC_ACCEPT,    /* incoming handshakes and queues */
	TOPIC_CONNECT,   /* outgoing handshakes and ports */
	TOPIC_CLOSE,     /* FIN, TIME_WAIT, orphans */
	TOPIC_PEERS,     /* keepalive and retransmission: dead peers */
	TOPIC_BUFFERS,   /* socket buffers and TCP memory */
	TOPIC_PROTOCOL,  /* options, congestion control, loss recovery */
	TOPIC_DEVICE,    /* per-CPU backlog, budget, qdisc */
	TOPIC_CONNTRACK, /* netfilter's connection tracking */
	TOPIC_INTERFACE, /* per-interface families: predicted, never applied */
	TOPIC_FILES,     /* descriptors */
	TOPIC_COUNT,
};

enum tunable_type {
	TYPE_INT,    /* `fields` signed numbers */
	TYPE_BOOL,   /* 0 or 1, whatever else the kernel takes */
	TYPE_ENUM,   /* one of `choices` */
	TYPE_BITMAP, /* a sum of `choices` */
	TYPE_PORTS,  /* "80,8000-8080", may be empty */
	TYPE_WORD,   /* one name */
	TYPE_WORDS,  /* a list of names */
	TYPE_COUNT,
};

enum scope {
	SCOPE_NETNS,        /* each network namespace has its own */
	SCOPE_HOST_VISIBLE, /* the host's; readable, not writable, in a child namespace */
	SCOPE_HOST,         /* the host's; under net.* absent in a child namespace */
	SCOPE_PROCESS,      /* a limit of each process */
	SCOPE_COUNT,
};

enum effect {
	EFFECT_NOW,             /* at once, on existing sockets too */
	EFFECT_NEW_CONNECTIONS, /* connections made afterwards */
	EFFECT_NEW_SOCKETS,     /* sockets created afterwards: a daemon's listener keeps the old */
	EFFECT_LISTEN,          /* at the next listen(2): the daemon must restart or listen again */
	EFFECT_TIMER,           /* when a timer is armed next: existing ones run out first */
	EFFECT_NEW_NETNS,       /* network namespaces created afterwards */
	EFFECT_NEW_DEVICES,     /* devices or qdiscs set up afterwards */
	EFFECT_NEW_PROCESS,     /* processes started afterwards */
	EFFECT_NEVER,           /* dead, removed or read-only */
	EFFECT_COUNT,
};

enum risk { RISK_LOW, RISK_MEDIUM, RISK_HIGH, RISK_COUNT };

/*
 * How a default is made where it is not a constant.  The formulas, with the
 * facts they need, are in model/default.c.  Where the facts do not suffice (the
 * build decides, or memory that was free at boot), the rule is DEFAULT_UNKNOWN
 * and `scales` says in words what it depends on.
 */
enum default_rule {
	DEFAULT_TEXT, /* .text, as the kernel prints it, fields apart by one blank */
	DEFAULT_UNKNOWN,
	DEFAULT_SYN_BACKLOG, /* from the connection hash table */
	DEFAULT_HALF_EHASH,
	DEFAULT_RMEM_6M, /* a maximum of 6 MiB, less on small hosts */
	DEFAULT_RMEM_32M,
	DEFAULT_WMEM_4M,
	DEFAULT_CONNTRACK_BUCKETS_OLD, /* in steps by memory */
	DEFAULT_CONNTRACK_BUCKETS,
	DEFAULT_CONNTRACK_MAX,
	DEFAULT_RULE_COUNT,
};

/*
 * The default since a release.  Where the exact release is not known, it is in
 * (not_before, since]: releases strictly between have an unknown default, and
 * so has any release in which the row that applies says DEFAULT_UNKNOWN.
 */
struct tunable_default {
	unsigned not_before; /* 0: `since` is exact */
	unsigned since;      /* 0: always */
	enum default_rule rule;
	const char *text; /* DEFAULT_TEXT only */
};

/* An event in a key's life; `not_before` as above, all 0: never (or always was). */
struct tunable_event {
	unsigned not_before, at;
};

struct tunable_choice {
	int64_t value;
	const char *means;
};

enum { DEFAULTS_MAX = 4, CHOICES_MAX = 8, FIELDS_MAX = 3 };

struct tunable {
	const char *key; /* dotted; a pattern row has one component that is "*" */
	enum topic topic;
	enum tunable_type type;
	enum scope scope;
	unsigned fields;                /* TYPE_INT: how many numbers; 0 means 1 */
	const char *field_names;        /* vectors: "min default max", "low high" */
	const char *unit;               /* "seconds", "connections", "bytes", ... or NULL */
	int64_t min, max;               /* sane, both ends included; of every field */
	int64_t kernel_min, kernel_max; /* accepted by kernels from `bounded` on */
	unsigned bounded;               /* the release since which kernel_* hold; 0: always */
	int64_t unlimited; /* the value that means no limit; 0 and !has_unlimited: none */
	bool has_unlimited;
	struct tunable_choice choices[CHOICES_MAX]; /* ends at .means == NULL */

	struct tunable_default defaults[DEFAULTS_MAX]; /* oldest first; ends at an all-zero row */
	const char *scales; /* what the default depends on, in words, or NULL */
	bool copied;        /* a new namespace starts with the first one's value instead */

	struct tunable_event since;       /* first release that has the key */
	struct tunable_event removed;     /* first release without it */
	struct tunable_event dead;        /* first release where it has no effect any more */
	struct tunable_event netns_since; /* before that it was the whole host's */
	bool ticks;                       /* kept in clock ticks: reads back rounded up */
	bool read_only;                   /* 0444 everywhere */
	bool never_write;                 /* on the deny list: explained only */
	const char *module;               /* must be loaded, NULL if none: "nf_conntrack" */
	const char *config;               /* build option the key depends on, or NULL */

	enum effect effect;
	const char *effect_note; /* one clause more than the effect says, or NULL */
	const char *what;        /* what it does, one or two sentences */
	const char *why;         /* why one changes it and the trade-off */
	const char *myth;        /* what people wrongly believe, and the truth; or NULL */
	const char *evidence;    /* what on a host shows that it matters, or NULL */
	const char *links;       /* constraints with other keys, or NULL */
	const char *instead;     /* dead, removed or never_write: what to do instead */
	enum risk risk;
	const char *risk_why;
	const char *source; /* kernel file:function, man page, experiment */
};

/* Every row, in the order they are shown in: topic by topic, then by key. */
size_t catalogue_size(void);
const struct tunable *catalogue_at(size_t i);      /* i < catalogue_size() */
size_t catalogue_index(const struct tunable *row); /* the inverse */

/* The row of exactly this dotted key, pattern rows by their pattern; NULL if none. */
const struct tunable *catalogue_find(const char *key);

/* As above, and for "net.ipv4.conf.eth0.rp_filter" the row of its family. */
const struct tunable *catalogue_match(const char *key);

bool tunable_is_pattern(const struct tunable *t);

/* One value for every network namespace of the host?  NULL, an unknown key: no. */
bool tunable_is_hostwide(const struct tunable *t);
unsigned tunable_fields(const struct tunable *t);

/*
 * The module that brings this dotted key, also for keys of modules that have
 * no row; NULL: none is known.
 */
const char *catalogue_module(const char *key);

/* Must never be read or written whatever a profile says: keys, secrets, flush, lwtunnel. */
bool catalogue_denies(const char *key);

/* The known key nearest to a misspelt one, or NULL when nothing is near. */
const struct tunable *catalogue_nearest(const char *key);

/* Is the key there in this release?  Where the release is inside a bracket: unknown. */
enum presence { PRESENCE_NO, PRESENCE_YES, PRESENCE_UNKNOWN };
enum presence tunable_presence(const struct tunable *t, unsigned release);

/* Does writing it still do something in this release? */
bool tunable_is_dead(const struct tunable *t, unsigned release);

const char *topic_title(enum topic topic);
const char *type_name(enum tunable_type type);
const char *scope_name(enum scope scope); /* "netns", "host-visible", "host", "process" */
const char *risk_name(enum risk risk);
const char *effect_text(enum effect effect);

#endif
