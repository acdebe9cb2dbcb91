/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guardian of a change on trial, which apply starts; and in the foreground,
 * for tests.
 */
#include <errno.h>
#include <fcntl.h>

#include "apply/guardian.h"
#include "cli/changing.h"
#include "cli/cmd.h"
#include "read/state.h"

/* When its time is over; ENOENT: nothing waits for it. */
static int read_deadline(const struct session *s, const char *id, int64_t *ret, struct error *err)
{
	auto_call(history_done) struct history history = {0};
	const struct journal *j;
	int r = state_read(s->root, &history, err);

	if (r)
		return r;
	j = history_find(&history, id);
	if (!j || j->end || !j->confirm_boottime)
		return error_say(err, ENOENT, "transaction %s does not await confirmation", id);
	*ret = j->confirm_boottime;
	return 0;
}

/*
 * Only its journal can say so.  A history that cannot be read, or is not there
 * for a while, may hold a change that nobody else takes back.  Another moment
 * is that of another change, in a history that began anew.
 */
static bool has_ended(const struct session *s, const char *id, int64_t deadline)
{
	auto_call(history_done) struct history history = {0};
	const struct journal *j;

	if (state_read(s->root, &history, NULL))
		return false;
	j = history_find(&history, id);
	return j && (j->end || j->confirm_boottime != deadline);
}

/* Again and again where there is nothing to be found, or no way in. */
static enum status revert(const struct session *s, const struct place *place, const char *id,
			  int64_t deadline)
{
	while (!has_ended(s, id, deadline)) {
		auto_call(outcome_done) struct outcome outcome = {0};
		struct error err = {0};
		int r = guardian_revert(place, GUARDIAN_FOR_EVER, id, &outcome, &err);

		if (outcome.id && !r)
			return STATUS_OK;
		if (outcome.state == TXN_STRANDED)
			return STATUS_STRANDED;
		(void)guardian_sleep(GUARDIAN_FOR_EVER); /* a nap */
	}
	return STATUS_OK;
}

/* Whoever started us reads this, and nothing after it. */
static int say_armed(struct error *err)
{
	int null;

	if (puts(GUARDIAN_ARMED) < 0 || fflush(stdout))
		return error_set(err, errno, "say that the guardian is armed");
	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null < 0 || dup2(null, STDOUT_FILENO) < 0)
		return error_set(err, errno, "let go of standard output");
	(void)close(null);
	return 0;
}

enum status cmd_guard(struct session *s)
{
	auto_call(changing_done) struct changing c = {.place.proc_sys = -1};
	const char *id = s->args.items[0];
	struct error err = {0};
	int64_t deadline = 0;

	guardian_detach();
	if (changing_place(s, &c, &err) || read_deadline(s, id, &deadline, &err) || say_armed(&err))
		return session_fail(s, &err);

	/* Whoever confirms it sends us home. */
	while (!guardian_sleep(deadline)) {
		if (has_ended(s, id, deadline))
			return STATUS_OK;
	}
	return revert(s, &c.place, id, deadline);
}
