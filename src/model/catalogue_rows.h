/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rows of each topic, for catalogue.c alone.  Within a file rows are in
 * the order they are shown in: the key people ask for first, first.
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

#define NO_BOUND_MIN INT64_MIN
#define NO_BOUND_MAX INT64_MAX

#endif
