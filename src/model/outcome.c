/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/outcome.h"

static const char *const result_names[RESULT_COUNT] = {
	[RESULT_CHANGED] = "changed", [RESULT_KEPT] = "kept",     [RESULT_RESTORED] = "restored",
	[RESULT_FOREIGN] = "foreign", [RESULT_FAILED] = "failed", [RESULT_SKIPPED] = "skipped",
};

static const char *const state_names[TXN_STATE_COUNT] = {
	[TXN_NOTHING] = "nothing",         [TXN_COMMITTED] = "committed",
	[TXN_PENDING] = "pending",         [TXN_ROLLED_BACK] = "rolled-back",
	[TXN_STRANDED] = "needs-recovery",
};

const char *result_name(enum result r)
{
	return result_names[r];
}

const char *txn_state_name(enum txn_state s)
{
	return state_names[s];
}

void change_done(struct change *c)
{
	free(c->name);
	free(c->before);
	free(c->after);
	free(c->now);
	free(c->message);
}

void outcome_done(struct outcome *o)
{
	for (size_t i = 0; i < o->changes.len; i++)
		change_done(&o->changes.items[i]);
	vec_done(&o->changes);
	strings_done(&o->warnings);
	strings_done(&o->afterwards);
	free(o->id);
	*o = (struct outcome){0};
}
