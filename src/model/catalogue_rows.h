/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rows of each topic, for catalogue.c alone, and the words they are
 * written in.  Within a file rows are sorted by key, byte by byte: that is the
 * order they are shown in, and catalogue_find() relies on it.
 */
#ifndef TCPTUNE_MODEL_CATALOGUE_ROWS_H
#define TCPTUNE_MODEL_CATALOGUE_ROWS_H

#include "model/catalogue.h"

struct catalogue_rows {
	const struct tunable *rows;
	size_t n;
};

extern const struct catalogue_rows catalogue_accept, catalogue_connect, catalogue_close,
	catalogue_peers, catalogue_buffers, catalogue_protocol, catalogue_device,
	catalogue_conntrack, catalogue_interface, catalogue_files;

#define SANE(lo, hi) .min = (lo), .max = (hi)

/* What the kernel takes. */
#define ACCEPTS(lo, hi) .kernel_min = (lo), .kernel_max = (hi)
#define ACCEPTS_ANY_INT ACCEPTS(INT32_MIN, INT32_MAX)
/* Plain integers without bounds became bytes in 5.13 and 5.14. */
#define ACCEPTS_U8 ACCEPTS(0, UINT8_MAX), .bounded = KERNEL(5, 14)
/* Kept as clock ticks in an int; HZ=100 takes the most, HZ=1000 a tenth of it. */
#define ACCEPTS_SECONDS ACCEPTS(-(INT32_MAX / 100), INT32_MAX / 100)

#define DEFAULT_ALWAYS(value) .defaults = {{.rule = DEFAULT_TEXT, .text = (value)}}
#define DEFAULT_ALWAYS_UNKNOWN .defaults = {{.rule = DEFAULT_UNKNOWN}}

/* Events: in this release, or somewhere after the first and up to the second. */
#define IN(release)                                                                                \
	{                                                                                          \
		.at = (release)                                                                    \
	}
#define BETWEEN(after, up_to)                                                                      \
	{                                                                                          \
		.not_before = (after), .at = (up_to)                                               \
	}

#endif
