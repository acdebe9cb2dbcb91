/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Look for what is wrong with the lines of sysctl.d: keys that are gone or
 * misspelt, values the kernel will not take as they are written, lines that
 * contradict each other, files nobody reads.  Pure.
 *
 * What newcomers get wrong: only lines that the boot reader reads are judged
 * one by one.  A file that it does not read has one fault, that it is not
 * read.
 */
#ifndef TCPTUNE_ADVISE_LINT_H
#define TCPTUNE_ADVISE_LINT_H

#include "advise/boot.h"
#include "model/lint.h"
#include "model/snapshot.h"

/* All borrowed. */
struct lint_facts {
	const struct boot *boot; /* of lines read with .strays and .hidden */
	const struct snapshot *now;
	const struct strings *modules; /* there when sysctl.d is read; NULL: not known */
	const char *ours;              /* the name of our own file, "90-tcptune.conf" */
};

/* -ENOMEM; *ret is lint_list_done()'s either way. */
must_check int lint_boot(const struct lint_facts *facts, struct lint_list *ret);

#endif
