/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The open-file limits somebody will get, and where each of the two numbers
 * comes from.  Made by advise/nofile.h; shown by `explain nofile` and `check`.
 *
 * File names here are borrowed from what the judgement was made of (struct
 * limits_conf, struct systemd_conf, struct systemd_unit): keep that alive.
 */
#ifndef TCPTUNE_MODEL_NOFILE_H
#define TCPTUNE_MODEL_NOFILE_H

#include "base/defs.h"

enum nofile_from {
	NOFILE_FILE,    /* a line of a file: .file and .line */
	NOFILE_PID1,    /* PID 1's own limits */
	NOFILE_CALLER,  /* the process that opens the session: nothing changes it */
	NOFILE_NR_OPEN, /* a line says "unlimited", and that is fs.nr_open; .file and .line, too */
	NOFILE_DEFAULT, /* built into the program */
	NOFILE_FROM_COUNT,
};

const char *nofile_from_name(enum nofile_from from); /* "file", "pid1", "caller", ... */

struct nofile_field {
	bool known;     /* false: from somebody whose limits are not known */
	uint64_t value; /* UINT64_MAX: unlimited */
	enum nofile_from from;
	const char *file; /* borrowed; NULL unless a line says it */
	unsigned line;
};

struct nofile_pair {
	struct nofile_field soft, hard;
};

enum refusal {
	REFUSED_NOT,
	REFUSED_FILE,        /* a limits file cannot be opened */
	REFUSED_KERNEL,      /* the kernel does not grant the hard limit */
	REFUSED_LOGINS,      /* maxlogins 0 */
	REFUSED_DESCRIPTORS, /* so few descriptors that PAM itself fails */
	REFUSED_COUNT,
};

/* One clause: "the kernel refuses the hard limit"; NULL for REFUSED_NOT. */
const char *refusal_text(enum refusal r);

/* fs.nr_open of the next boot, after systemd-sysctl, and who sets it. */
struct nr_open_fact {
	uint64_t value;
	const char *file; /* borrowed; NULL: no file */
	unsigned line;
};

/* A PAM session. */
struct nofile_session {
	enum refusal refused;
	const char *refused_file; /* borrowed: what to mend; NULL when no file is to blame */
	unsigned refused_line;    /* 0: the file as a whole */
	bool exempt;              /* a line "DOMAIN -" takes this user out */
	/*
	 * The kernel refused and the module went on: what the lines say is
	 * `asked`, what the session has is `has`, the caller's.
	 */
	bool kernel_refused;
	bool cannot_raise; /* ... since nobody there may exceed the inherited hard limit */
	struct nofile_pair asked, has;
};

/* A service of systemd. */
struct nofile_service {
	struct nofile_pair configured; /* what systemctl show prints */
	bool fails;             /* 205/LIMITS: the kernel refuses, the service does not start */
	struct nofile_pair has; /* what its processes start with, if it does not fail */
};

#endif
