/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One file or directory, there and back.
 *
 *	file_swap_open()   look at what is there: its bytes must be step->before
 *	file_swap_stage()  the new bytes, under a name no reader picks up, synced
 *	file_swap_do()     one exchange of names
 *	file_swap_back()   the same exchange again
 *	file_swap_sync()   the directories, once all names are exchanged
 *	file_swap_done()   what is left under the other name goes
 *
 * Because names are exchanged, the old file lies beside the new one until the
 * end: putting it back needs no space, and it is the same file, with its
 * times, owner and labels.  And an exchange shows what was really replaced:
 * somebody's write between the look and the exchange is seen and given back.
 *
 * Names are ".NAME.XXXXX0~", five letters and a digit: what readers of *.conf pass over, procps too, which
 * reads dot files.  A crash leaves such a name behind; file_sweep() removes it.
 */
#ifndef TCPTUNE_APPLY_FILE_SWAP_H
#define TCPTUNE_APPLY_FILE_SWAP_H

#include <sys/stat.h>

#include "apply/sysctl_write.h"
#include "apply/txn.h"

enum { FILE_MAX = 1024 * 1024, FILE_NAME_MAX = 255, RANDOM_LEN = 6 };

struct node_id {
	dev_t dev;
	ino_t ino;
	int64_t size, mtime;
};

struct node_id node_id_of(const struct stat *st);

struct file_swap {
	const struct step *step; /* borrowed */
	int root;                /* borrowed */
	int dir;                 /* where it lies; -1: not there yet */
	int temp_dir;            /* where the other name lies: the nearest directory there is */
	const char *name;        /* borrowed from the step */
	char temp[FILE_NAME_MAX + 1];
	struct node_id was, made;
	bool is_staged; /* the other name exists */
	bool is_done;   /* the names are exchanged */
};

/*
 * levels: so many directories up from its own are made or removed, too; the other
 * name lies above them.
 * *ret_holds says what is there.  meta (if any is there) is what undo has to put
 * back with it, the caller's.  What cannot be replaced (a link, a file of two
 * names, a directory of others, a read-only or passing file system) is an error.
 */
must_check int file_swap_open(const struct place *place, const struct step *s, unsigned levels,
			      struct file_swap *ret, enum holds *ret_holds, struct meta *ret_meta,
			      struct error *err);
void file_swap_close(struct file_swap *f);

must_check int file_swap_stage(struct file_swap *f, struct error *err);

/* ESTALE: somebody changed it; then it is as he left it. */
must_check int file_swap_do(struct file_swap *f, struct error *err);
must_check int file_swap_back(struct file_swap *f, struct error *err);

must_check int file_swap_sync(const struct file_swap *f, struct error *err);
/* Do both lie in one directory, so that one sync does for them? */
bool file_swap_is_beside(const struct file_swap *a, const struct file_swap *b);
must_check int file_swap_done(struct file_swap *f, struct error *err);

enum { LOCKED_WHY_MAX = 80 };

/*
 * chattr(1) forbids even root to replace such a file ("": none is there), or any in
 * such a directory.  why says which, then.
 */
bool file_swap_is_locked(int dir, const char *name, char why[static LOCKED_WHY_MAX]);

/* Remove what crashes left under such names of NAME in a directory.  -errno. */
must_check int file_sweep(int dir, const char *name);

#endif
