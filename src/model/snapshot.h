/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One host at one moment: the running value of every catalogue row, and the
 * open-file limits.  Absent is a value here, with its reason; it is never an
 * error.  Owns everything in it.
 */
#ifndef TCPTUNE_MODEL_SNAPSHOT_H
#define TCPTUNE_MODEL_SNAPSHOT_H

#include "base/vec.h"
#include "model/host.h"
#include "model/value.h"

enum reading_state {
	READING_OFFLINE, /* there is no running layer to read */
	READING_PRESENT,
	READING_ABSENT,
	READING_UNREADABLE,
};

enum because {
	BECAUSE_NONE,
	BECAUSE_KERNEL, /* this release or build has no such key */
	BECAUSE_HOST,   /* the host's: absent or read-only in this namespace */
	BECAUSE_MODULE, /* its module is not loaded */
	BECAUSE_COUNT,
};

const char *because_name(enum because b); /* "kernel", "host", "module"; NULL for none */
const char *because_text(enum because b); /* a clause for people */

struct reading {
	enum reading_state state;
	enum because because;
	char *text;         /* as the kernel printed it; NULL unless present */
	struct value value; /* .type == TYPE_COUNT when the text made no sense */
	int code;           /* unreadable: why, an errno; EBADMSG is what no kernel prints */
};

/* RLIMIT_NOFILE; UINT64_MAX is "unlimited". */
struct nofile {
	uint64_t soft, hard;
	bool known;
};

struct process {
	int pid;
	char *comm; /* owned; raw bytes as the process chose them */
	char *unit; /* owned; NULL when not in a unit of its own */
	struct nofile limit;
	uint64_t used; /* descriptors open; UINT64_MAX when not known */
};

void process_done(struct process *p);

struct processes {
	VEC(struct process);
};

void processes_done(struct processes *list);

/* From so much of its soft limit on a process is near to EMFILE (judgement). */
enum { NOFILE_NEAR_PERCENT = 80 };

/* Of its soft limit, rounded down; 0 where that is not known. */
unsigned process_used_percent(const struct process *p);

struct limits {
	bool known; /* nr_open, file_max, file_used were readable */
	uint64_t nr_open, file_max, file_used;
	struct nofile shell, pid1;
	struct processes processes; /* those with a TCP listener, by pid */
	struct processes near;      /* the others that are near to their soft limit, by pid */
	size_t listeners_unseen;    /* listening sockets whose process could not be seen */
	size_t processes_left_out;  /* not walked: time ran out */
};

struct snapshot {
	struct host host;
	struct reading *readings; /* catalogue_size() of them, owned */
	struct limits limits;
};

void snapshot_done(struct snapshot *s);

/* The process that is nearest to its soft limit; NULL: of none is enough known. */
const struct process *limits_fullest(const struct limits *l);

/* The reading of this row; never NULL. */
const struct reading *snapshot_reading(const struct snapshot *s, const struct tunable *t);

#endif
