/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "cli/changing.h"
#include "cli/cmd.h"
#include "read/state.h"
#include "render/history.h"

static int find(const struct history *h, const char *id, const struct journal **ret,
		struct error *err)
{
	*ret = history_find(h, id);
	if (*ret)
		return 0;
	return error_say(err, ENOENT, "there is no transaction %s (see 'tcptune history')", id);
}

static int show(const struct session *s, const struct history *h, const struct journal *only,
		const struct ours *ours, const struct identity *here, struct error *err)
{
	auto_screen struct screen out = SCREEN_INIT(&s->style);

	if (s->options.json)
		return history_json(h, only, s->options.current ? ours : NULL, stdout, err);
	if (s->options.quiet)
		return 0;
	if (s->options.current)
		current_human(&out, ours, here);
	else if (only)
		transaction_human(&out, h, only);
	else
		history_human(&out, h);
	return screen_write(&out, stdout, err);
}

static int read_state(const struct session *s, struct history *ret, struct error *err)
{
	int r = state_read(s->root, ret, err);

	if (r == -EACCES || (r == -EPERM && geteuid() != 0))
		return error_say(err, EACCES, "the history is root's alone (%s)", STATE_DIR);
	return r;
}

enum status cmd_history(struct session *s)
{
	auto_call(history_done) struct history h = {0};
	auto_call(ours_done) struct ours ours = {0};
	auto_call(identity_done) struct identity here = {0};
	const struct journal *only = NULL;
	struct error err = {0};
	int r = 0;

	if (s->options.current && s->args.len)
		r = error_say(&err, EINVAL,
			      "--current is of the host as a whole: it takes no ID (try 'tcptune "
			      "history --help')");
	if (!r)
		r = read_state(s, &h, &err);
	if (!r)
		session_warn_damaged(s, &h);
	if (!r)
		r = changing_expire(s, &h, &here, &err);
	if (!r && s->args.len)
		r = find(&h, s->args.items[0], &only, &err);
	if (!r && history_ours(&h, &ours))
		r = error_set(&err, ENOMEM, "read what is ours");
	if (!r)
		r = show(s, &h, only, &ours, &here, &err);
	return r ? session_fail(s, &err) : STATUS_OK;
}
