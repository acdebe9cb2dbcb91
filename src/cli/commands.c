/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of commands, from which dispatch, --help and the manual are made.
 * Apart from main(), so that what makes the manual can link it.
 */
#include "cli/session.h"

const struct command commands[] = {
	{0},
};
