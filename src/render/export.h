/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A profile's settings for one host as other programs take them.  The files
 * are, byte for byte, those `apply` would write.
 */
#ifndef TCPTUNE_RENDER_EXPORT_H
#define TCPTUNE_RENDER_EXPORT_H

#include "base/error.h"
#include "model/own.h"
#include "model/report.h"

struct exported {
	const struct report *report;       /* settings with .set NULL could not be had */
	const struct own_entries *entries; /* the others, and what goes with them */
};

/*
 * Those of the files that have one of these kinds (a bit each, 1 << OWN_SYSCTL):
 * alone as it is, several each below a comment with its path.  *ret_files: how
 * many.  -ENOMEM, then nothing is written, or errno.
 */
must_check int export_files(const struct exported *e, unsigned kinds, FILE *f, size_t *ret_files,
			    struct error *err);

/* YAML variables for Ansible's modules sysctl, pam_limits, modprobe and copy. */
must_check int export_ansible(const struct exported *e, FILE *f, struct error *err);

/* Settings, files, and what was left out with the reason. */
must_check int export_json(const struct exported *e, FILE *f, struct error *err);

#endif
