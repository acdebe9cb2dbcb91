/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of commands, from which dispatch, --help and the manual are made.
 * Apart from main(), so that what makes the manual can link it.
 */
#include "cli/cmd.h"
#include "cli/session.h"

const struct command commands[] = {
	{.name = "check",
	 .summary = "compare this host with a profile, and say why each difference matters",
	 .needs = NEEDS_PROFILE,
	 .options = OPT_COMMON | OPT_HOST | OPT_NETNS | OPT_PROFILE | OPT_FILTER | OPT_LAYERS |
		    OPT_WALK,
	 .run = cmd_check},
	{0},
};
