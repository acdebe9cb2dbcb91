/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files half of planning: ours, those of others in which we take out lines,
 * how all of them would be, and the steps that lead there.
 */
#ifndef TCPTUNE_CLI_PLANNING_FILES_H
#define TCPTUNE_CLI_PLANNING_FILES_H

#include "advise/planner.h"
#include "base/error.h"
#include "base/tree.h"

/* Somebody's file in which lines are, or are to be, commented out. */
struct foreign_file {
	struct own_file now;
	struct bytes next; /* owned */
};

struct planning_files {
	int root;
	struct seen *seen; /* borrowed; of directories only: files are looked at anew */
	bool keeps_marks;  /* else every line we took out is put back first, and found anew */
	struct own_files own;
	struct {
		VEC(struct foreign_file);
	} foreign;
	struct {
		VEC(struct planned_file);
	} files;              /* for each of own, in its order */
	struct strings reals; /* ... its real name */
	struct overlay over;  /* as laid last; borrows from all of the above */
};

void planning_files_done(struct planning_files *p);

/* Read ours, and others' that have our marks.  *p has .root and .keeps_marks. */
must_check int planning_files_read(struct planning_files *p, const struct profile *profile,
				   const struct ours *ours, struct error *err);

/* *ret is NULL where there is no regular file that could be changed; it dies at the next call. */
must_check int planning_files_foreign(struct planning_files *p, const char *path,
				      struct foreign_file **ret, struct error *err);

/* Make .over: our files away. */
must_check int planning_files_lay_without(struct planning_files *p, struct error *err);

/* The bytes of our files, of the entries. */
must_check int planning_files_make(struct planning_files *p, const struct own_entries *entries,
				   const char *profile, struct error *err);

/* Make .over: our files as made. */
must_check int planning_files_lay_with(struct planning_files *p, struct error *err);

/*
 * What is taken back, backwards, then what is new: our own files before the
 * lines that beat them go, so that no value is without a line in between.
 * Hands the bytes on: .over is void afterwards.
 */
must_check int planning_files_steps(struct planning_files *p, const struct plan_request *q,
				    struct plan *plan, struct error *err);

#endif
