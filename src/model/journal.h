/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The journal of a transaction: what was to be done, what has been begun and
 * how it ended.  The one source for undoing, recovering and history.
 *
 * On disk it is a list of records that only grows:
 *
 *	TYPE LENGTH DIGEST\n   16 digits of the SHA-256 of "TYPE " and the payload
 *	PAYLOAD\n              fields, each "NAME LENGTH\n", its bytes, "\n"
 *
 *	begin        who, when, where, why
 *	step ...     one for each step of the plan, with the bytes before and after
 *	ours         what is ours afterwards, if every step is done
 *	ready        all of that is on disk: from here on things may be written
 *	doing ...    step N is begun now; not synced, as running values do not
 *	             outlive the boot, and of files the bytes tell
 *	live         every running value is written; waits for `confirm`
 *	done         synced: every step is done, and its directory synced.  From
 *	             here on a crash is recovered forward, without it always back
 *	undoing      synced: it is being taken back; what is done counts no more,
 *	             and it cannot be confirmed
 *	end          committed, rolled back, or stranded, and the steps left alone
 *
 * What newcomers get wrong: the last record may be cut short by a crash, which
 * is no damage; nothing was done because of a record that is not whole.
 * Without `ready` nothing has been written and there is nothing to undo.
 */
#ifndef TCPTUNE_MODEL_JOURNAL_H
#define TCPTUNE_MODEL_JOURNAL_H

#include "base/error.h"
#include "base/text.h"
#include "model/identity.h"
#include "model/ours.h"
#include "model/plan.h"

enum { JOURNAL_MAX = 64 * 1024 * 1024 }; /* bytes; more is not one of ours */

enum journal_end {
	END_NONE, /* unfinished */
	END_COMMITTED,
	END_ROLLED_BACK,
	END_STRANDED, /* a person must look: .left says at what */
	END_COUNT,
};

const char *journal_end_name(enum journal_end e); /* "committed", ... */

struct journal {
	char *id;      /* a decimal number; the larger, the later */
	char *command; /* "apply", "rollback" */
	char *profile; /* NULL: none */
	char *undoes;  /* rollback: the ID of what it takes back; else NULL */
	int64_t time;  /* seconds since the epoch, for people */
	struct identity who;
	int64_t confirm_until;    /* as .time, for people; 0: needs no confirmation */
	int64_t confirm_boottime; /* CLOCK_BOOTTIME in nanoseconds, which decides */
	struct {
		VEC(struct step);
	} steps;
	struct ours ours;
	bool ready, live, done, undoing;
	bool overdue; /* on no disk: history_expire() sets it */
	bool *begun;  /* owned; for each step */
	enum journal_end end;
	struct strings left; /* names of the steps that were left alone, as somebody's */
	size_t good;         /* bytes that are whole records: what follows is cut short */
};

void journal_done(struct journal *j);

/* Records, added to out; failure is out's, and sticky. */
void journal_put_plan(struct text *out, const struct journal *j); /* begin, step..., ours */
void journal_put_ready(struct text *out);
void journal_put_doing(struct text *out, size_t step);
void journal_put_live(struct text *out);
void journal_put_done(struct text *out);
void journal_put_undoing(struct text *out);
void journal_put_end(struct text *out, enum journal_end end, const struct strings *left);

/*
 * *ret is the caller's.  file is what to call it in errors.  EBADMSG: no
 * journal, or damaged somewhere before its end; ENOMEM.
 */
must_check int journal_parse(const char *data, size_t len, const char *file, struct journal *ret,
			     struct error *err);

/* What is ours after it: .ours without what was left to somebody else.  -ENOMEM. */
must_check int journal_ours(const struct journal *j, struct ours *ret);

bool journal_left(const struct journal *j, const char *name);
bool journal_has_files(const struct journal *j); /* any STEP_FILE or STEP_DIR */

/* Its running values are live, and nobody has begun to confirm it or take it back. */
bool journal_is_on_trial(const struct journal *j);

#endif
