/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The boot layer of a session: files read by one reader, and what they come
 * to.  Only reads and asks; the judgement is in advise/.
 */
#ifndef TCPTUNE_CLI_BOOT_H
#define TCPTUNE_CLI_BOOT_H

#include "advise/boot.h"
#include "cli/readers.h"
#include "model/lint.h"
#include "model/report.h"

/* Of one reader.  The parts point at each other: do not copy. */
struct sysctl_boot {
	struct boot_lines lines;
	struct boot_present present;
	struct strings modules; /* there when it boots; of the reader that boots only */
	struct boot_options options;
	struct boot boot;
};

void sysctl_boot_done(struct sysctl_boot *b);

/*
 * key: keep the lines of this one, too, for explanations.  NULL: keep those
 * about no known key, for sysctl_boot_lint().
 */
must_check int sysctl_boot_read(const struct session *s, const struct readers *readers,
				const struct reader *reader, const char *key,
				struct sysctl_boot *ret, struct error *err);

/* What is wrong with those lines.  *ret is the caller's either way. */
must_check int sysctl_boot_lint(const struct session *s, const struct sysctl_boot *b,
				struct lint_list *ret, struct error *err);

/* Add to the report's warnings who may change its settings after boot. */
must_check int boot_owner_warnings(const struct session *s, struct report *report,
				   struct error *err);

/*
 * Everything `check` judges: all keys, and the limits the profile speaks of.
 * What is wrong whatever the profile wants is added to findings.
 */
must_check int boot_layer_read(const struct session *s, const struct readers *readers,
			       struct boot_layer *ret, struct findings *findings,
			       struct error *err);

#endif
