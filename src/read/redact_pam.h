/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a file in pam.d may leave the host: of each line its type, control
 * and module, includes, and the arguments of pam_limits that the prediction
 * needs.  Other arguments are for the modules alone, and often passwords.  For
 * redact.c alone.
 */
#ifndef TCPTUNE_READ_REDACT_PAM_H
#define TCPTUNE_READ_REDACT_PAM_H

#include "base/text.h"

/* How far a line of PAM has come; a backslash lets it go on in the next line of the file. */
struct pam_line {
	unsigned words;
	bool drops;   /* the rest of it: a comment, or nothing of PAM's */
	bool keeps;   /* this word */
	bool bracket; /* inside "[...]", which is one word */
	bool at;      /* "@include" */
	bool include; /* "include" or "substack" */
	bool limits;  /* pam_limits */
};

/* A line of the file, without its end; what stays is added to out. */
void redact_pam(struct pam_line *l, const char *s, size_t n, struct text *out);

#endif
