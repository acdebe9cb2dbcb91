/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A profile as settings for one host, whole: what `export` prints.  Beside
 * plan_entries(), which says only what the host lacks, this says all of it.
 *
 * What newcomers get wrong: a floor is not a value.  Where the host has more
 * than a profile asks for, what it has is exported, so that nobody is made
 * worse by his own export.
 */
#ifndef TCPTUNE_ADVISE_EXPORT_H
#define TCPTUNE_ADVISE_EXPORT_H

#include "model/own.h"
#include "model/report.h"

/*
 * The entries for every setting of the report, which is changed on the way:
 * afterwards those with .set NULL are what could not be had.  boot: the layer
 * the report was made of, or an empty one.  -ENOMEM.
 */
must_check int export_entries(struct report *report, const struct boot_layer *boot,
			      struct own_entries *ret);

#endif
