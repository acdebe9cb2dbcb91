/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose a cgroup is, by the number the kernel knows it by and tells of every
 * socket (INET_DIAG_CGROUP_ID).  One walk through the directories of cgroup2
 * answers for all that are asked for.
 *
 * What newcomers get wrong: the number is the inode number of the directory
 * (kernfs, since 5.5; what name_to_handle_at(2) gives, too), so the names in a
 * listing tell it and no directory needs to be opened to be compared.  On
 * 32-bit kernels an inode number has only its lower half, and that much is
 * compared.  The cgroup is that of the socket's creator, at that time: it may
 * be gone, and it may lie outside of what our cgroup namespace shows.
 */
#ifndef TCPTUNE_READ_CGROUPS_H
#define TCPTUNE_READ_CGROUPS_H

#include "base/error.h"
#include "base/vec.h"

struct cgroup {
	uint64_t id;
	char *path; /* owned; "/system.slice/nginx.service"; NULL: it was not found */
};

struct cgroups {
	VEC(struct cgroup);
	char *mount;   /* owned; where cgroup2 is, below the root; NULL: nowhere */
	bool complete; /* what was not found is gone, not hidden from us */
};

/* Fill in the paths of the ids that are there.  No cgroup2 is no error; -ENOMEM. */
must_check int cgroups_find(int root, struct cgroups *list);
void cgroups_done(struct cgroups *list);

const struct cgroup *cgroups_by_id(const struct cgroups *list, uint64_t id);

/* What to call it: its unit, else its path; "(gone)", "(unknown)".  The caller's; -ENOMEM. */
must_check int cgroups_name(const struct cgroups *list, uint64_t id, char **ret);

#endif
