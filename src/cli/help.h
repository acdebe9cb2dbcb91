/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Help text, made from the tables of commands and options.
 */
#ifndef TCPTUNE_CLI_HELP_H
#define TCPTUNE_CLI_HELP_H

#include "cli/session.h"

/* Of one command, or with s->command NULL of the program; on stdout. */
enum status help_print(const struct session *s);

#endif
