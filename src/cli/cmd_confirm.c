/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/changing.h"
#include "cli/cmd.h"

enum status cmd_confirm(struct session *s)
{
	auto_call(changing_done) struct changing c = {.place.proc_sys = -1};
	auto_call(outcome_done) struct outcome outcome = {0};
	const struct txn_options options = {.command = s->command->name, .foreign = FOREIGN_FAIL};
	const char *id = s->args.len ? s->args.items[0] : NULL;
	struct error err = {0};
	int r;

	if (changing_place(s, &c, &err) || txn_open_pending(&c.place, &c.txn, &err))
		return changing_failed(s, &c, &err);
	r = txn_confirm(c.txn, id, &options, &outcome, &err);
	return changing_tell(s, &c, NULL, &outcome, r, &err);
}
