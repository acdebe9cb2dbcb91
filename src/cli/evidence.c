/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/evidence.h"

#include <errno.h>
#include <time.h>

#include "read/counters.h"

/* The counters are believed whole or not at all; why not is a line of *warnings. */
static int take_counters(const struct session *s, struct counters *ret, bool *ret_has,
			 struct strings *warnings)
{
	struct error err = {0};
	int r = counters_read(s->root, ret, &err);

	*ret_has = !r;
	if (!r || r == -ENOMEM)
		return r;
	if (err.line)
		return strings_add(warnings, "%s:%u: %s; what the kernel counts is not judged",
				   err.file, err.line, err.text);
	return strings_add(warnings, "%s; what the kernel counts is not judged", err.text);
}

static void wait_for(uint64_t seconds)
{
	struct timespec rest = {.tv_sec = (time_t)seconds};

	while (nanosleep(&rest, &rest) && errno == EINTR)
		;
}

static int take_all(const struct session *s, struct samples *ret, struct strings *warnings)
{
	uint64_t seconds = s->options.interval;

	if (seconds) {
		if (take_counters(s, &ret->earlier, &ret->has_earlier, warnings))
			return -ENOMEM;
		wait_for(seconds);
	}
	return take_counters(s, &ret->counters, &ret->has_counters, warnings);
}

int samples_take(const struct session *s, struct samples *ret, struct strings *warnings,
		 struct error *err)
{
	const struct host *h = &s->snapshot.host;

	if (s->options.interval && (!h->online || h->captured))
		return error_say(err, EINVAL, "--interval needs a host that runs: %s is none",
				 h->root);
	if (h->online && take_all(s, ret, warnings))
		return error_set(err, ENOMEM, "read what the kernel counts");
	return 0;
}

struct evidence samples_evidence(const struct session *s, const struct samples *samples)
{
	bool two = samples->has_counters && samples->has_earlier;

	return (struct evidence){
		.snapshot = &s->snapshot,
		.profile = &s->profile,
		.counters = samples->has_counters ? &samples->counters : NULL,
		.earlier = two ? &samples->earlier : NULL,
	};
}
