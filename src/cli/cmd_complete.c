/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words that stand for something on this host or in this program, one a
 * line: what shells ask for while a command line is typed.  Not for people,
 * so it is in no list of commands; packaging/completion/generate.c calls it.
 */
#include <errno.h>
#include <string.h>

#include "advise/diagnose.h"
#include "cli/cmd.h"
#include "model/catalogue.h"
#include "model/limits_reader.h"
#include "model/reader.h"
#include "model/sockets.h"
#include "model/term.h"
#include "read/profile_load.h"
#include "read/state.h"
#include "render/screen.h"

static void put(struct screen *out, const char *word)
{
	screen_put(out, word);
	screen_newline(out);
}

static int put_profiles(const struct session *s, struct screen *out, struct error *err)
{
	auto_call(profile_list_done) struct profile_list list = {0};
	const struct profile_search search = session_search(s);
	int r = profile_list(&search, &list, err);

	for (size_t i = 0; !r && i < list.len; i++)
		put(out, list.items[i].name);
	return r;
}

static int put_keys(const struct session *s, struct screen *out, struct error *err)
{
	(void)s, (void)err;
	for (size_t i = 0; i < catalogue_size(); i++)
		put(out, catalogue_at(i)->key);
	return 0;
}

/* As they are typed: "close-wait", not "CLOSE-WAIT"; errors are typed in capitals. */
static void put_term(struct screen *out, const struct term *t)
{
	auto_text struct text word = {0};

	for (const char *p = t->name; *p; p++) {
		char c = t->kind == TERM_STATE ? char_lower(*p) : *p;

		text_add_bytes(&word, &c, 1);
	}
	out->out.failed |= word.failed;
	put(out, word.str ? word.str : "");
}

static int put_terms(const struct session *s, struct screen *out, struct error *err)
{
	int r = put_keys(s, out, err);

	for (size_t i = 0; i < term_size(); i++) {
		if (!strchr(term_at(i)->name, ' '))
			put_term(out, term_at(i));
	}
	for (size_t i = 0; rule_at(i); i++)
		put(out, rule_at(i)->id);
	put(out, "nofile");
	return r;
}

static int put_readers(const struct session *s, struct screen *out, struct error *err)
{
	(void)s, (void)err;
	for (size_t i = 0; i < reader_count(); i++)
		put(out, reader_at(i)->name);
	for (size_t i = 0; pam_reader_at(i); i++)
		put(out, pam_reader_at(i)->name);
	return 0;
}

static int put_states(const struct session *s, struct screen *out, struct error *err)
{
	(void)s, (void)err;
	for (unsigned i = 1; i < TCP_STATES; i++)
		put(out, tcp_state_name(i));
	return 0;
}

static int put_ids(const struct session *s, struct screen *out, bool on_trial_only,
		   struct error *err)
{
	auto_call(history_done) struct history h = {0};
	int r = state_read(s->root, &h, err);

	for (size_t i = 0; !r && i < h.len; i++) {
		if (!on_trial_only || journal_is_on_trial(&h.items[i]))
			put(out, h.items[i].id);
	}
	return r;
}

static int put_transactions(const struct session *s, struct screen *out, struct error *err)
{
	return put_ids(s, out, false, err);
}

static int put_trials(const struct session *s, struct screen *out, struct error *err)
{
	return put_ids(s, out, true, err);
}

static const struct {
	const char *what;
	int (*put)(const struct session *s, struct screen *out, struct error *err);
} lists[] = {
	{"profiles", put_profiles}, {"keys", put_keys},     {"terms", put_terms},
	{"readers", put_readers},   {"states", put_states}, {"transactions", put_transactions},
	{"trials", put_trials},
};

static int complete(const struct session *s, struct error *err)
{
	const char *what = s->args.items[0];

	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		auto_screen struct screen out = SCREEN_INIT(&style_none);
		int r;

		if (strcmp(lists[i].what, what) != 0)
			continue;
		r = lists[i].put(s, &out, err);
		return r ? r : screen_write(&out, stdout, err);
	}
	return error_say(err, EINVAL, "there are no words for '%s'", what);
}

enum status cmd_complete(struct session *s)
{
	struct error err = {0};

	return complete(s, &err) ? session_fail(s, &err) : STATUS_OK;
}
