/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/changing.h"
#include "cli/cmd.h"

static int recover(const struct session *s, struct changing *c, struct error *err)
{
	int r = changing_place(s, c, err);

	if (r)
		return r;
	r = s->options.at_boot ? txn_recover_early(&c->place, &c->recovered, err)
			       : txn_open(&c->place, &c->txn, &c->recovered, err);
	return changing_name_root(r, err);
}

enum status cmd_recover(struct session *s)
{
	auto_call(changing_done) struct changing c = {0};
	struct error err = {0};
	int r;

	c.place.proc_sys = -1;
	r = recover(s, &c, &err);
	return changing_tell(s, &c, NULL, &c.recovered, r, &err);
}
