/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "cli/changing.h"
#include "cli/cmd.h"
#include "cli/planning.h"
#include "model/own.h"
#include "render/own_text.h"

/* What the files of the transaction are to say; *ret is the caller's either way. */
static int read_entries(const struct journal *j, struct own_entries *ret)
{
	enum own_kind kind;
	int r = 0;

	for (size_t i = 0; i < j->steps.len && !r; i++) {
		const struct step *s = &j->steps.items[i];

		if (s->kind == STEP_FILE && s->after.data && own_path_kind(s->name, &kind))
			r = own_text_parse(&s->after, s->name, ret);
	}
	return r;
}

static int name_module(const struct own_entries *entries, struct sysctl_entry *e)
{
	auto_free char *key = NULL;

	if (!e->tunable->module)
		return 0;
	key = text_format(OWN_MODULE_PREFIX "%s", e->tunable->module);
	if (!key)
		return -ENOMEM;
	if (!own_entries_find(entries, key))
		return 0;
	e->module = strdup(e->tunable->module);
	return e->module ? 0 : -ENOMEM;
}

static int add_exact(const struct own_entries *entries, const struct tunable *t, const char *text,
		     struct profile *p)
{
	struct sysctl_entry e = {.tunable = t, .op = OP_EXACT, .set.type = TYPE_COUNT};
	struct operand o = {0};
	int r = value_read(t, text, &o.value);

	if (r == -EINVAL)
		return 0; /* no line of ours */
	if (r)
		return r;
	if (vec_push(&e.operands, o)) {
		value_done(&o.value);
		return -ENOMEM;
	}
	if (name_module(entries, &e) || vec_push(&p->sysctls, e)) {
		sysctl_entry_done(&e);
		return -ENOMEM;
	}
	return 0;
}

static struct nofile_entry *entry_of(struct profile *p, const char *target, size_t n)
{
	struct nofile_entry e = {0};

	for (size_t i = 0; i < p->nofile.len; i++) {
		struct nofile_entry *known = &p->nofile.items[i];

		if (strlen(known->target) == n && strncmp(known->target, target, n) == 0)
			return known;
	}
	e.target = strndup(target, n);
	if (!e.target || vec_push(&p->nofile, e)) {
		nofile_entry_done(&e);
		return NULL;
	}
	return &p->nofile.items[p->nofile.len - 1];
}

/* Floors: whoever raises it further is in nobody's way. */
static int add_limit(const struct own_entry *own, struct profile *p)
{
	size_t n = 0;
	const char *target = own_target(own->key, &n);
	struct nofile_entry *e;
	uint64_t limit = 0;

	if (!target || number_parse_u64(own->value, &limit))
		return 0;
	e = entry_of(p, target, n);
	if (!e)
		return -ENOMEM;
	if (text_ends(own->key, ".soft"))
		e->soft = limit;
	else
		e->hard = limit;
	return 0;
}

/*
 * The profile may have been edited since, or be gone: what the files are to say
 * is in the journal.
 */
static int make_profile(const struct journal *j, struct profile *p)
{
	auto_call(own_entries_done) struct own_entries entries = {0};
	int r = read_entries(j, &entries);

	p->name = strdup(j->profile ? j->profile : "");
	for (size_t i = 0; i < catalogue_size() && !r; i++) {
		const char *text = own_entries_find(&entries, catalogue_at(i)->key);

		if (text)
			r = add_exact(&entries, catalogue_at(i), text, p);
	}
	for (size_t i = 0; i < entries.len && !r; i++)
		r = add_limit(&entries.items[i], p);
	return r || !p->name ? -ENOMEM : 0;
}

/* "--reader=NAME", or the word after "--reader"; NULL: this word is neither. */
static const char *reader_at_word(const struct strings *argv, size_t i)
{
	static const char option[] = "--reader";
	const char *rest;

	if (!text_starts(argv->items[i], option))
		return NULL;
	rest = argv->items[i] + strlen(option);
	if (*rest == '=')
		return rest + 1;
	return !*rest && i + 1 < argv->len ? argv->items[i + 1] : NULL;
}

/* Those that apply was told to judge by are not detected, and are not here either. */
static int use_readers(struct session *s, const struct journal *j)
{
	for (size_t i = 0; i < j->who.argv.len; i++) {
		const char *name = reader_at_word(&j->who.argv, i);

		if (name && vec_push(&s->options.readers, name))
			return -ENOMEM;
	}
	return 0;
}

/* Somebody may have written a line that beats ours since apply looked. */
static int verify(void *context, struct error *err)
{
	return planning_verify_boot(context, err);
}

static int confirm(struct session *s, struct changing *c, struct outcome *ret, struct error *err)
{
	struct txn_options options = {
		.command = s->command->name, .foreign = FOREIGN_FAIL, .context = s};
	const char *id = s->args.len ? s->args.items[0] : NULL;
	const struct journal *j = history_unfinished(txn_history(c->txn));
	int r = 0;

	if (j && journal_has_files(j)) {
		options.verify = verify;
		r = session_prepare(s, NEEDS_HOST, err);
		if (!r && (make_profile(j, &s->profile) || use_readers(s, j)))
			r = error_set(err, ENOMEM, "confirm");
	}
	return r ? r : txn_confirm(c->txn, id, &options, ret, err);
}

enum status cmd_confirm(struct session *s)
{
	auto_call(changing_done) struct changing c = {.place.proc_sys = -1};
	auto_call(outcome_done) struct outcome outcome = {0};
	struct error err = {0};
	int r;

	if (changing_begin_pending(s, &c, &err))
		return changing_failed(s, &c, &err);
	r = confirm(s, &c, &outcome, &err);
	return changing_tell(s, &c, NULL, &outcome, r, &err);
}
