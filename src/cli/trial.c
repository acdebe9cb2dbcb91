/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/trial.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <time.h>

#include "apply/guardian.h"
#include "read/state.h"

#define NS_PER_SECOND 1000000000

enum {
	LINE_SIZE = 64,
	PATIENCE = 60, /* seconds, for who holds the lock: the guardian has more */
};

static const char word[] = "keep";

int trial_arm(struct trial *t, const char *id, int64_t boottime, struct error *err)
{
	bool in_scope = false;
	int r = guardian_start(id, &in_scope, err);

	if (r)
		return r;
	t->boottime = boottime;
	if (!in_scope)
		session_warn(
			t->s,
			"systemd is not here to keep the guardian: where a logout ends every "
			"process of a session, the next tcptune command or the next boot takes "
			"the change back");
	return 0;
}

bool trial_has_terminal(const struct session *s)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && isatty(STDERR_FILENO) &&
	       !s->options.quiet && !s->options.json;
}

static int64_t seconds_left(int64_t boottime)
{
	struct timespec now;

	if (clock_gettime(CLOCK_BOOTTIME, &now))
		return 0;
	return (boottime - ((int64_t)now.tv_sec * NS_PER_SECOND + now.tv_nsec)) / NS_PER_SECOND;
}

/* They are blocked since the lock was taken. */
static bool is_interrupted(void)
{
	static const struct timespec at_once = {0};
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGHUP);
	return sigtimedwait(&set, NULL, &at_once) > 0;
}

enum heard { HEARD_NOTHING, HEARD_WORD, HEARD_OTHER, HEARD_END };

/* A line from a terminal comes in one read(2), or not at all. */
static enum heard listen_once(void)
{
	struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
	char line[LINE_SIZE];
	ssize_t n;

	if (poll(&p, 1, 1000) <= 0)
		return HEARD_NOTHING;
	n = read(STDIN_FILENO, line, sizeof(line) - 1);
	if (n <= 0)
		return n < 0 && errno == EINTR ? HEARD_NOTHING : HEARD_END;
	line[n] = '\0';
	line[strcspn(line, "\r\n")] = '\0';
	return strcmp(line, word) == 0 ? HEARD_WORD : HEARD_OTHER;
}

/* How it ended, if it did: somebody confirms it elsewhere, or the guardian is faster. */
static enum journal_end end_of(const struct changing *c, const char *id)
{
	auto_call(history_done) struct history history = {0};
	const struct journal *j;

	if (state_read(c->place.root, &history, NULL))
		return END_NONE;
	j = history_find(&history, id);
	return j ? j->end : END_NONE;
}

/* The time stands before what is being typed, which the terminal shows. */
static enum heard listen_for(const struct trial *t, const struct changing *c, const char *id)
{
	enum heard heard = HEARD_OTHER;
	int64_t left;

	while ((left = seconds_left(t->boottime)) > 0 && !is_interrupted() &&
	       end_of(c, id) == END_NONE) {
		fprintf(stderr, heard == HEARD_OTHER ? "%4lld s> " : "\0337\r%4lld s> \0338",
			(long long)left);
		heard = listen_once();
		if (heard == HEARD_WORD || heard == HEARD_END)
			return heard;
	}
	fputs("\n", stderr);
	return HEARD_END;
}

static bool is_kept(const struct trial *t, const struct changing *c, const char *id)
{
	fprintf(stderr, "Type %s and Enter to keep the change; ^C takes it back at once.\n", word);
	/* What was typed before anybody asked is no answer. */
	(void)tcflush(STDIN_FILENO, TCIFLUSH);
	return listen_for(t, c, id) == HEARD_WORD;
}

static int told_elsewhere(const struct changing *c, const char *id, struct outcome *ret,
			  struct error *err)
{
	static const enum txn_state states[END_COUNT] = {
		[END_NONE] = TXN_PENDING,
		[END_COMMITTED] = TXN_COMMITTED,
		[END_ROLLED_BACK] = TXN_ROLLED_BACK,
		[END_STRANDED] = TXN_STRANDED,
	};

	ret->state = states[end_of(c, id)];
	ret->changed = ret->state == TXN_COMMITTED;
	free(ret->id);
	ret->id = strdup(id);
	if (!ret->id)
		return error_set(err, ENOMEM, "take the change back");
	return ret->state == TXN_COMMITTED
		       ? 0
		       : error_say(err, ETIMEDOUT,
				   "the change was not confirmed: it is taken back");
}

static int revert(const struct changing *c, const char *id, struct outcome *ret, struct error *err)
{
	int r = guardian_revert(&c->place, guardian_in(PATIENCE), id, ret, err);

	if (r)
		return r;
	if (!ret->id)
		return told_elsewhere(c, id, ret, err);
	return error_say(err, ETIMEDOUT, "the change was not confirmed: it is taken back");
}

enum status trial_ask(const struct trial *t, struct changing *c, const char *id,
		      const struct txn_options *options)
{
	auto_call(outcome_done) struct outcome outcome = {0};
	struct error err = {0};
	int r;

	if (!is_kept(t, c, id)) {
		r = revert(c, id, &outcome, &err);
	} else {
		/* A word said in time counts, whoever looks at the history just then. */
		r = guardian_open(&c->place, t->boottime, &c->txn, &err);
		if (!r)
			r = txn_confirm(c->txn, id, options, &outcome, &err);
	}
	return changing_tell(t->s, c, NULL, &outcome, r, &err);
}
