/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who holds a socket: only a link in /proc/PID/fd says so, and there is one for
 * each of perhaps millions of descriptors.  So the walk is bounded, and ends
 * when every socket wanted is found.
 *
 * What newcomers get wrong: a socket may have several holders, workers that
 * share a listener for one.  The lowest descriptors of each process are always
 * looked at, where servers have their listeners; so those are all found.  Of
 * other sockets the first holder seen may be the only one that is told.
 */
#ifndef TCPTUNE_READ_DESCRIPTORS_H
#define TCPTUNE_READ_DESCRIPTORS_H

#include <time.h>

#include "base/vec.h"

struct deadline {
	bool bounded;
	struct timespec at;
};

/* 0: no bound. */
struct deadline deadline_in(unsigned ms);
bool deadline_passed(const struct deadline *d);

/* 8 bytes, for there may be a million. */
struct wanted_inode {
	uint32_t inode;
	uint32_t tag : 31; /* the caller's */
	uint32_t found : 1;
};

struct wanted_inodes {
	VEC(struct wanted_inode);
};

struct pids {
	VEC(int);
};

void pids_sort(struct pids *pids);
bool pids_have(const struct pids *sorted, int pid);

struct descriptor_walk {
	int root;
	bool live; /* not a captured tree, which has only a few links and no programs */
	struct deadline deadline;
	struct wanted_inodes *wanted; /* borrowed; gets sorted, each inode once */
	/*
	 * Sorted.  They are looked at first, to the end; when that finds all nobody else is.
	 * NULL: nobody comes first, and every sharer of a low descriptor is found.
	 */
	const struct pids *first;
	/*
	 * For each process that may be seen, before its descriptors are looked at.  NULL:
	 * then nobody is looked at when no socket is wanted.  0; -errno ends the walk.
	 */
	int (*each)(int proc, int pid, void *arg);
	/* For each link to a wanted socket.  0; -errno ends the walk. */
	int (*hit)(int pid, int fd, const struct wanted_inode *w, void *arg);
	void *arg;
	size_t ret_missing;  /* sockets no visible process holds */
	size_t ret_left_out; /* processes not looked at to the end, for want of time */
};

/* -ENOMEM, what `hit` says, or why there is no /proc.  What cannot be seen is no error. */
must_check int descriptors_walk(struct descriptor_walk *w);

/* A number as names in /proc are: a pid, a descriptor. */
bool descriptors_parse_id(const char *name, int *ret);

#endif
