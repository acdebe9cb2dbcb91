/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `check` found, for people and for programs.
 */
#ifndef TCPTUNE_RENDER_CHECK_H
#define TCPTUNE_RENDER_CHECK_H

#include "base/error.h"
#include "model/report.h"
#include "render/screen.h"

enum detail { DETAIL_NORMAL, DETAIL_VERBOSE };

/* Put the whole answer on a screen: the verdict first, then the diff. */
void check_human(struct screen *s, const struct report *r, enum detail detail);

/* The object of design: host, profile, settings, limits, findings.  -ENOMEM or errno. */
must_check int check_json(const struct report *r, FILE *f, struct error *err);

/* What monitoring is to make of it. */
enum alert {
	ALERT_NONE,
	ALERT_DRIFT,    /* settings differ */
	ALERT_CRITICAL, /* a finding is critical */
	ALERT_UNKNOWN,  /* nothing could be judged */
	ALERT_COUNT,
};

enum alert check_alert(const struct report *r);

/* One line and performance data, as plugins of Nagios and its like print; errno. */
must_check int check_nagios(const struct report *r, FILE *f, struct error *err);

/* The line where nothing could be checked, with the reason. */
must_check int check_nagios_unknown(const struct error *why, FILE *f, struct error *err);

/* Prometheus' text format, whole: -ENOMEM, then nothing is written, or errno. */
must_check int check_prometheus(const struct report *r, FILE *f, struct error *err);

/* The metrics of check_prometheus(), for the manual. */
struct metric {
	const char *name, *labels; /* labels: "key", "id, severity", or NULL */
	const char *help;
};

size_t metrics_size(void);
const struct metric *metrics_at(size_t i);

#endif
