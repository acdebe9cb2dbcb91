/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands: one file each, named for it.
 */
#ifndef TCPTUNE_CLI_CMD_H
#define TCPTUNE_CLI_CMD_H

#include "cli/session.h"

enum status cmd_apply(struct session *s);
enum status cmd_capture(struct session *s);
enum status cmd_check(struct session *s);
enum status cmd_complete(struct session *s);
enum status cmd_confirm(struct session *s);
enum status cmd_explain(struct session *s);
enum status cmd_export(struct session *s);
enum status cmd_guard(struct session *s);
enum status cmd_history(struct session *s);
enum status cmd_profiles(struct session *s);
enum status cmd_recover(struct session *s);
enum status cmd_rollback(struct session *s);
enum status cmd_sockets(struct session *s);

#endif
