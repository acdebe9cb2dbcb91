/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the prediction of one reader to a value for every row of the catalogue:
 * what a file sets, else the kernel command line, else PID 1, else the
 * kernel's default as far as it can be computed.
 */
#ifndef TCPTUNE_ADVISE_BOOT_LAYER_H
#define TCPTUNE_ADVISE_BOOT_LAYER_H

#include "advise/boot.h"
#include "model/boot_layer.h"

/* What systemd sets as PID 1, before it starts systemd-sysctl. */
struct pid1_facts {
	bool systemd;
	unsigned version;    /* 252; 0: not known */
	bool raises_nr_open; /* built to raise fs.nr_open to what the kernel takes */
};

/* What fs.nr_open is when PID 1 has started and no file was read yet. */
uint64_t pid1_nr_open(const struct pid1_facts *pid1);

/* ret->reader, ret->values and warnings of the files; -ENOMEM. */
must_check int boot_layer_fill(const struct boot *boot, const struct host *host,
			       const struct pid1_facts *pid1, struct boot_layer *ret);

#endif
