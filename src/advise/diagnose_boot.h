/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules about settings, asked once more about the next boot: a file that
 * nobody has loaded yet may say what breaks the host when it starts again.
 */
#ifndef TCPTUNE_ADVISE_DIAGNOSE_BOOT_H
#define TCPTUNE_ADVISE_DIAGNOSE_BOOT_H

#include "model/boot_layer.h"
#include "model/report.h"

/*
 * Add to report->findings what the next boot will make come true and what was
 * not found of the running values; information is left out, drift says it.
 * After diagnose().  -ENOMEM.
 */
must_check int diagnose_boot(const struct snapshot *snapshot, const struct boot_layer *boot,
			     struct report *report);

#endif
