/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/nofile.h"

static const char *const from_names[NOFILE_FROM_COUNT] = {
	[NOFILE_FILE] = "file",       [NOFILE_PID1] = "pid1",       [NOFILE_CALLER] = "caller",
	[NOFILE_NR_OPEN] = "nr_open", [NOFILE_DEFAULT] = "default",
};

static const char *const refusal_texts[REFUSED_COUNT] = {
	[REFUSED_FILE] = "pam_limits cannot open one of its files",
	[REFUSED_KERNEL] = "the kernel does not grant the hard limit",
	[REFUSED_LOGINS] = "maxlogins allows no login",
	[REFUSED_DESCRIPTORS] = "the soft limit leaves PAM without a free descriptor",
};

const char *nofile_from_name(enum nofile_from from)
{
	return from_names[from];
}

const char *refusal_text(enum refusal r)
{
	return refusal_texts[r];
}
