/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a file's text may leave the host in a capture.  Line numbers stay,
 * because everything is reported by file and line: what goes is replaced by
 * MASKED, an empty line or a bare sign of a comment, never taken out.
 *
 * Files of which a few words matter are reduced to them, so nothing else can
 * slip through.  In files where every line matters, values whose names speak
 * of a secret are masked; that is a guess.
 */
#ifndef TCPTUNE_READ_REDACT_H
#define TCPTUNE_READ_REDACT_H

#include "read/anonymize.h"

enum redaction {
	REDACT_NOTHING,  /* what the kernel says */
	REDACT_ALL,      /* that the file is there, and no more */
	REDACT_CONFIG,   /* secrets masked, comments without their text */
	REDACT_OWN,      /* our own files: all of it but a sysctl that is a secret; addresses
			  * replaced when anonymized */
	REDACT_LIMITS,   /* limits.conf: as CONFIG, the first word is a user or group */
	REDACT_PAM,      /* types, controls and modules; arguments of pam_limits */
	REDACT_SHELL,    /* lines that set limits or sysctls, and the blocks around them */
	REDACT_UNIT,     /* systemd: sections, and the few settings that matter here */
	REDACT_CMDLINE,  /* the kernel's: values of sysctl.* and hash sizes, names else */
	REDACT_PASSWD,   /* name:x:uid:gid::: */
	REDACT_GROUP,    /* name:x:gid:members */
	REDACT_STATUS,   /* /proc/PID/status: the capability bounding set */
	REDACT_SOCKETS,  /* /proc/net/tcp{,6}: addresses when anonymized */
	REDACT_HOSTNAME, /* the whole file when anonymized */
	REDACTION_COUNT,
};

/* bytes[n] is a NUL.  anonymizer: NULL where names and addresses may stay.  -ENOMEM. */
must_check int redact(enum redaction how, const char *bytes, size_t n,
		      struct anonymizer *anonymizer, struct text *out);

#endif
