/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The processes that hold listening TCP sockets, their open-file limits and
 * how many descriptors they use; and all others that are near to their limit.
 *
 * What newcomers get wrong: whatever could not be seen, for want of time or of
 * privilege, is not missing silently but shows in the counts.
 */
#ifndef TCPTUNE_READ_PROCESSES_H
#define TCPTUNE_READ_PROCESSES_H

#include "base/error.h"
#include "base/vec.h"
#include "model/snapshot.h"
#include "read/descriptors.h"

enum {
	PROCESSES_DEADLINE_MS = 200,
	PILE_DEADLINE_MS = 5000, /* for who holds a pile of connections that it should close */
};

/* In DIR/proc/PID of a captured host: how many descriptors the process had. */
#define PROCESS_FD_COUNT "fd-count"

/* A descriptor that is a listening TCP socket. */
struct holder {
	int pid, fd;
	uint32_t inode;
};

struct holders {
	VEC(struct holder);        /* by pid, then by descriptor */
	struct pids near;          /* use NOFILE_NEAR_PERCENT of their soft limit, by pid */
	size_t listeners_unseen;   /* sockets no visible process holds */
	size_t processes_left_out; /* not looked at to the end, for want of time */
};

/*
 * deadline_ms 0: no bound, and every descriptor of every process is looked at.
 * ENOMEM, and what listeners_read() says.  What cannot be seen is no error.
 */
must_check int holders_find(const struct host *h, int root, unsigned deadline_ms,
			    struct holders *ret, struct error *err);
void holders_done(struct holders *list);

/*
 * What is to be known of those processes, into ret->processes, ret->near and
 * their two counts, which must be empty before.  Where the kernel has to be asked for
 * each descriptor to count them, deadline_ms bounds that, too.
 */
must_check int processes_describe(const struct host *h, int root, const struct holders *list,
				  unsigned deadline_ms, struct limits *ret, struct error *err);

/* Both, one after the other; *ret_holders is the caller's to free. */
must_check int processes_read(const struct host *h, int root, unsigned deadline_ms,
			      struct holders *ret_holders, struct limits *ret, struct error *err);

/*
 * One process below /proc, the descriptor of which is given.  ESRCH: it is not
 * there any more; ENOMEM.  What may not be seen of it is not known.
 */
must_check int process_read(int proc, int pid, bool live, const struct deadline *deadline,
			    struct process *ret);

/*
 * The last part of a cgroup's path that names a unit: "user@0.service" of
 * "/user.slice/user@0.service/app.slice".  The caller's; NULL: in none.  -ENOMEM.
 */
must_check int cgroup_path_unit(const char *path, size_t len, char **ret);

/* "nginx.service" out of a /proc/PID/cgroup text, the caller's; NULL: in no unit.  -ENOMEM. */
must_check int cgroup_unit(const char *text, char **ret);

#endif
