/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One running value, there and back.  Everything it needs is had before the
 * first write: the descriptor, so that a setting can be put back when no file
 * can be opened any more, and the memory.
 *
 * What newcomers get wrong: a short write is a failure and never continued (the
 * kernel ignores the rest); a vector that is refused may have changed in part;
 * and what is read back is never the text that was written (facts on
 * kernel/sysctl.c: proc_dointvec and its kin).  So values are compared by
 * meaning, before and after, each time.
 *
 * Compare and write are two adjacent system calls.  Whoever writes between
 * them loses; the kernel has nothing better.  Where something else is read back
 * than was written, it is written once more: the kernel makes the same of it
 * again, and what somebody wrote meanwhile is given back to him.
 */
#ifndef TCPTUNE_APPLY_SYSCTL_WRITE_H
#define TCPTUNE_APPLY_SYSCTL_WRITE_H

#include "apply/txn.h"

struct sysctl_write {
	const struct tunable *tunable;
	const struct sysctl_io *io;
	const char *before, *after; /* borrowed, canonical */
	char *lines[2];             /* owned: both with a newline */
	char *buf;                  /* owned; what was read last */
	size_t size;
	int fd;
	bool is_plain; /* no proc: a file of a fixture, to be cut to its length */
	bool is_torn;  /* a write failed, or may have been the last before a crash */
	char odd[128]; /* what the kernel made of ours, where it is something else */
};

enum holds {
	HOLDS_BEFORE,
	HOLDS_AFTER,
	HOLDS_PART, /* of a vector: each number is the one before or the one after */
	HOLDS_OTHER,
};

/* What such an errno means where a key cannot be written; NULL: what it always means. */
const char *sysctl_write_why(int code);

/*
 * Open the key of a STEP_SYSCTL to write it.  EACCES, EROFS, ENOMEM; ENOENT: this
 * kernel has no such key; ENODEV: whether it has cannot be told; ENOTSUP: unknown.
 */
must_check int sysctl_write_open(const struct place *place, const struct step *s,
				 struct sysctl_write *ret, struct error *err);
void sysctl_write_done(struct sysctl_write *w);

/* What stands there now, in w->buf, too.  -errno. */
must_check int sysctl_write_look(struct sysctl_write *w, enum holds *ret, struct error *err);

/*
 * From before to after (DIRECTION_DO), or back.  *ret is what stood there; unless
 * that was where we come from, nothing is written: 0 if it is the aim already,
 * ESTALE if it is neither.  DIRECTION_BACK of what is torn also takes a part, or the odd.
 */
enum direction { DIRECTION_DO, DIRECTION_BACK };
must_check int sysctl_write_swap(struct sysctl_write *w, enum direction d, enum holds *ret,
				 struct error *err);

#endif
