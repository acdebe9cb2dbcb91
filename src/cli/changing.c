/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/changing.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "apply/guardian.h"
#include "base/root.h"
#include "cli/planning_ask.h"
#include "read/identity.h"
#include "render/plan.h"

void changing_done(struct changing *c)
{
	if (c->txn)
		txn_close(c->txn);
	identity_done(&c->who);
	outcome_done(&c->recovered);
	close_indirect(&c->place.proc_sys);
	*c = (struct changing){.place.proc_sys = -1};
}

/* `--root /` is this host, with its lock and its history. */
static bool is_this_host(const struct session *s)
{
	struct stat given, ours;

	if (!s->options.root)
		return true;
	return !fstat(s->root, &given) && !stat("/", &ours) && given.st_dev == ours.st_dev &&
	       given.st_ino == ours.st_ino;
}

int changing_place(const struct session *s, struct changing *ret, struct error *err)
{
	bool is_here = is_this_host(s);
	int r = identity_read(is_here, s->options.netns, s->argc, s->argv, &ret->who, err);

	ret->place = (struct place){
		.root = s->root,
		.proc_sys = -1,
		.is_here = is_here,
		.keep_history = s->options.keep_history,
		/* With apply it is about edited files alone. */
		.forgets_unknown = s->options.force && !(s->command->options & OPT_APPLY),
		.who = &ret->who,
	};
	if (r || !is_here)
		return r;
	r = root_openat(s->root, "/proc/sys", O_PATH | O_DIRECTORY);
	if (r < 0 && r != -ENOENT)
		return error_set(err, -r, "open /proc/sys");
	ret->place.proc_sys = r < 0 ? -1 : r;
	return 0;
}

int changing_expire(const struct session *s, struct history *h, struct identity *ret,
		    struct error *err)
{
	int r = identity_read(is_this_host(s), NULL, s->argc, s->argv, ret, err);

	if (!r)
		history_expire(h, ret->boot_id, guardian_in(0));
	return r;
}

static void tell_recovered(const struct session *s, const struct outcome *o)
{
	if (!o->id)
		return;
	session_warn(s, "transaction %s was left unfinished: it is %s now", o->id,
		     o->state == TXN_COMMITTED ? "finished" : "undone");
}

int changing_name_root(int r, struct error *err)
{
	const struct error why = *err;

	if ((r != -EACCES && r != -EPERM) || geteuid() == 0)
		return r;
	return error_say(err, why.code, "%s: changing a host takes root", why.text);
}

int changing_begin(const struct session *s, struct changing *ret, struct error *err)
{
	int r = changing_place(s, ret, err);

	if (!r)
		r = txn_open(&ret->place, &ret->txn, &ret->recovered, err);
	if (!r) {
		session_warn_damaged(s, txn_history(ret->txn));
		tell_recovered(s, &ret->recovered);
	}
	return changing_name_root(r, err);
}

int changing_begin_pending(const struct session *s, struct changing *ret, struct error *err)
{
	int r = changing_place(s, ret, err);

	if (!r)
		r = txn_open_pending(&ret->place, &ret->txn, err);
	return changing_name_root(r, err);
}

enum status changing_failed(const struct session *s, const struct changing *c,
			    const struct error *err)
{
	(void)session_fail(s, err);
	if (err->is_busy)
		return STATUS_BUSY;
	return c->recovered.state == TXN_STRANDED && c->recovered.id ? STATUS_STRANDED
								     : STATUS_FAILED;
}

static bool met_foreign(const struct outcome *o)
{
	for (size_t i = 0; i < o->changes.len; i++) {
		if (o->changes.items[i].result == RESULT_FOREIGN)
			return true;
	}
	return false;
}

static enum status status_of(const struct outcome *o, int code, const struct error *failed)
{
	switch (o->state) {
	case TXN_STRANDED:
		return STATUS_STRANDED;
	case TXN_ROLLED_BACK:
		return code ? STATUS_RESTORED : STATUS_OK;
	case TXN_NOTHING:
	case TXN_COMMITTED:
	case TXN_PENDING:
		if (met_foreign(o))
			return STATUS_STRANDED;
		break;
	case TXN_STATE_COUNT:
		break;
	}
	if (!code)
		return STATUS_OK;
	return failed->is_busy ? STATUS_BUSY : STATUS_FAILED;
}

static int show(const struct session *s, const struct plan *plan, const struct outcome *o,
		const struct error *failed, struct error *err)
{
	auto_screen struct screen out = SCREEN_INIT(&s->style);

	/* Refused: what stands in the way is told by the error. */
	if (!s->options.json &&
	    (s->options.quiet || (failed && o->state == TXN_NOTHING && !met_foreign(o))))
		return 0;
	if (s->options.json)
		return change_json(s->command->name, plan, o, failed, stdout, err);
	outcome_human(&out, o);
	return screen_write(&out, stdout, err);
}

enum status changing_tell(const struct session *s, struct changing *c, const struct plan *plan,
			  struct outcome *o, int code, const struct error *failed)
{
	enum status status = status_of(o, code, failed);
	struct error err = {0};

	txn_close(take(c->txn));
	if (c->place.is_here && planning_outcome_afterwards(o))
		session_warn(s, "what makes it take effect cannot be told: out of memory");
	/* What cannot be told is done, or not done, all the same. */
	if (show(s, plan, o, code ? failed : NULL, &err))
		session_warn(s, "%s", err.text);
	else if (fflush(stdout))
		session_warn(s, "write to standard output: %s", strerror(errno));
	clearerr(stdout);
	if (code && !s->options.json)
		(void)session_fail(s, failed);
	if (status == STATUS_OK && o->changed && s->options.detailed_exitcode)
		return STATUS_DIFFERS;
	return status;
}
