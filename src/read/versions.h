/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which boot readers are installed below a root, from the names of their
 * libraries: a handful of look-ups, nothing is run.
 *
 * What newcomers get wrong: the version of the program that is running says
 * nothing about another root, and its package database may be missing, of
 * another format, or megabytes long.  It is asked last.
 */
#ifndef TCPTUNE_READ_VERSIONS_H
#define TCPTUNE_READ_VERSIONS_H

#include "base/error.h"
#include "model/reader.h"

struct versions {
	unsigned systemd;   /* 252; 0: not known */
	unsigned procps;    /* VERSION(4, 0, 2); 0: not known */
	bool boots_systemd; /* else something that runs `sysctl --system` */
	bool boots_known;   /* false: nothing says so, systemd was assumed */
};

/* Not known is an answer.  -ENOMEM. */
must_check int versions_read(int root, struct versions *ret, struct error *err);

/* The row of the reader that sets sysctls when this host boots.  Never NULL. */
const struct reader *versions_boot_reader(const struct versions *v);

/* The row of this kind as installed, else the newest.  Never NULL. */
const struct reader *versions_reader(const struct versions *v, enum reader_kind kind);

#endif
