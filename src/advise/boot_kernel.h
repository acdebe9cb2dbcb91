/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel at boot, as far as the lines of sysctl.d can tell: what each key
 * holds after the writes so far.  For boot.c alone.
 *
 * What newcomers get wrong: one write may change other keys.  ip_forward is
 * the same variable as conf/all/forwarding and resets accept_redirects;
 * conf/default reaches interfaces that were never written to, and a write that
 * was refused counts, while one that was saved does not.
 */
#ifndef TCPTUNE_ADVISE_BOOT_KERNEL_H
#define TCPTUNE_ADVISE_BOOT_KERNEL_H

#include "advise/boot.h"

/* NULL: no memory. */
struct boot_kernel *kernel_new(const struct boot_present *present,
			       const struct boot_options *options);
void kernel_free(struct boot_kernel *k);

struct attempt {
	const char *path; /* resolved; NULL: there is no such setting */
	const char *value;
	size_t item;       /* the line it comes from */
	bool unless_equal; /* not if the setting reads so already */
};

/* -ENOMEM. */
must_check int kernel_write(struct boot_kernel *k, const struct attempt *a, enum write_result *ret);

/* false: nothing was written there.  ret->file and line are left alone. */
bool kernel_holds(const struct boot_kernel *k, const char *path, struct boot_outcome *ret);

#endif
