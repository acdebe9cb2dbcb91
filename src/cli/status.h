/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exit statuses, the same for every command but for `check --format nagios`.
 * Scripts rely on them.
 */
#ifndef TCPTUNE_CLI_STATUS_H
#define TCPTUNE_CLI_STATUS_H

enum status {
	STATUS_OK = 0,       /* compliant, or done, or nothing was to be done */
	STATUS_FAILED = 1,   /* failed, and nothing was changed */
	STATUS_DIFFERS = 2,  /* differences were found */
	STATUS_RESTORED = 3, /* apply failed on the way and everything was restored */
	STATUS_STRANDED = 4, /* restoring failed or met a foreign change */
	STATUS_BUSY = 5,     /* another transaction runs or awaits confirmation */
	STATUS_COUNT,

	/* Of check --format nagios, which keeps to what monitoring expects of a plugin. */
	PLUGIN_OK = 0,
	PLUGIN_WARNING = 1,
	PLUGIN_CRITICAL = 2,
	PLUGIN_UNKNOWN = 3,
};

/* One line for people: what this status of this command means. */
const char *status_text(enum status status);

#endif
