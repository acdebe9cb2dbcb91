/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `check` looks at beside settings: the live sockets and what the kernel
 * counts, once or, with --interval, twice.  Owned here, because report and
 * rules only borrow it.
 */
#ifndef TCPTUNE_CLI_EVIDENCE_H
#define TCPTUNE_CLI_EVIDENCE_H

#include "advise/rule.h"
#include "base/strings.h"
#include "cli/session.h"

struct samples {
	struct counters counters, earlier;
	bool has_counters, has_earlier;
	struct sockets sockets, before; /* .source tells whether they are known */
};

/*
 * Take the samples; with --interval this sleeps.  What cannot be read is a line
 * of *warnings, and then nothing of its kind is known.  EINVAL: --interval with
 * a host that is not running.
 */
must_check int samples_take(const struct session *s, struct samples *ret, struct strings *warnings,
			    struct error *err);
void samples_done(struct samples *samples);

/* Which process holds each listener; after session_walk_processes().  -ENOMEM. */
must_check int listeners_name(const struct session *s, struct sockets *ret);

/* All that rules may look at; borrows from both. */
struct evidence samples_evidence(const struct session *s, const struct samples *samples);

#endif
