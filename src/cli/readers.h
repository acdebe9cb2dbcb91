/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which programs read the boot layer of the host in question: as installed
 * below its root, unless --reader says otherwise.
 */
#ifndef TCPTUNE_CLI_READERS_H
#define TCPTUNE_CLI_READERS_H

#include "advise/boot_layer.h"
#include "base/tree.h"
#include "cli/session.h"
#include "model/limits_reader.h"

struct readers {
	const struct reader *boot; /* sets sysctls when this host boots */
	const struct reader *sysctl[READER_KIND_COUNT];
	const struct pam_reader *pam;
	const struct systemd_reader *manager;
	bool manager_known; /* something says that this host boots with systemd */
	struct tree files;  /* what they read: the host's, unless somebody lays others over them */
	struct pid1_facts pid1;
};

/* -EINVAL: --reader names none, or two of a kind; -EACCES, -ENOMEM. */
must_check int readers_choose(const struct session *s, struct readers *ret, struct error *err);

#endif
