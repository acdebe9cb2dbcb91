/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/history.h"

#include <string.h>
#include <time.h>

#include "base/digest.h"
#include "render/change.h"
#include "render/json.h"

enum { ID_COLUMN = 5, STATE_COLUMN = 26, CHANGES_COLUMN = 43, COMMAND_COLUMN = 55 };

static void put_time(struct screen *s, int64_t at)
{
	const time_t seconds = (time_t)at;
	struct tm tm;
	char buf[32] = "-";

	if (localtime_r(&seconds, &tm))
		(void)strftime(buf, sizeof(buf), "%Y-%m-%d %H:%M:%S", &tm);
	screen_put(s, buf);
}

/* The state in a word, and a colour for what a person must see to. */
static const char *mark_of(const struct screen *s, enum txn_state state)
{
	return state == TXN_STRANDED ? s->style->red : state == TXN_PENDING ? s->style->yellow : "";
}

static size_t count_kind(const struct journal *j, bool values)
{
	size_t n = 0;

	for (size_t i = 0; i < j->steps.len; i++)
		n += j->steps.items[i].kind != STEP_DIR &&
		     (j->steps.items[i].kind == STEP_SYSCTL) == values;
	return n;
}

static void put_line(struct screen *s, const struct history *h, const struct journal *j)
{
	const enum txn_state state = history_state(h, j);

	screen_right(s, ID_COLUMN - 1, j->id);
	screen_tab(s, ID_COLUMN);
	put_time(s, j->time);
	screen_tab(s, STATE_COLUMN);
	screen_mark(s, mark_of(s, state), txn_state_name(state));
	screen_tab(s, CHANGES_COLUMN);
	screen_putf(s, "%zu+%zu", count_kind(j, true), count_kind(j, false));
	screen_tab(s, COMMAND_COLUMN);
	screen_put(s, j->command);
	if (j->undoes)
		screen_putf(s, " %s", j->undoes);
	else
		screen_putf(s, " %s", j->profile ? j->profile : "--none");
	screen_newline(s);
}

void history_human(struct screen *s, const struct history *h)
{
	if (!h->len) {
		screen_put(s, "No transactions.");
		screen_newline(s);
		return;
	}
	screen_right(s, ID_COLUMN - 1, "ID");
	screen_tab(s, ID_COLUMN);
	screen_put(s, "TIME");
	screen_tab(s, STATE_COLUMN);
	screen_put(s, "STATE");
	screen_tab(s, CHANGES_COLUMN);
	screen_put(s, "KEYS+FILES");
	screen_tab(s, COMMAND_COLUMN);
	screen_put(s, "COMMAND");
	screen_newline(s);
	for (size_t i = h->len; i-- > 0;)
		put_line(s, h, &h->items[i]);
}

static void put_fact(struct screen *s, const char *name)
{
	screen_putf(s, "%s:", name);
	screen_tab(s, 12);
}

static void put_who(struct screen *s, const struct journal *j)
{
	put_fact(s, "who");
	screen_putf(s, "user %u", (unsigned)j->who.uid);
	if (j->who.login_uid != LOGIN_UID_NONE)
		screen_putf(s, ", logged in as %u", (unsigned)j->who.login_uid);
	screen_put(s, ":");
	for (size_t i = 0; i < j->who.argv.len; i++) {
		screen_put(s, " ");
		screen_put(s, j->who.argv.items[i]);
	}
	screen_newline(s);
}

static void put_where(struct screen *s, const struct journal *j)
{
	put_fact(s, "where");
	screen_putf(s, "boot %s, network namespace %s", *j->who.boot_id ? j->who.boot_id : "-",
		    *j->who.netns ? j->who.netns : "-");
	if (j->who.netns_name)
		screen_putf(s, " (%s)", j->who.netns_name);
	screen_newline(s);
}

static void put_state(struct screen *s, const struct history *h, const struct journal *j)
{
	const enum txn_state state = history_state(h, j);
	const struct journal *by = history_undone_by(h, j->id);

	put_fact(s, "state");
	screen_mark(s, mark_of(s, state), txn_state_name(state));
	if (by)
		screen_putf(s, ", by transaction %s", by->id);
	if (state == TXN_PENDING) {
		screen_put(s, " until ");
		put_time(s, j->confirm_until);
	}
	if (j->overdue) {
		screen_put(s, ", as nobody confirmed it before ");
		put_time(s, j->confirm_until);
		screen_put(s, " or took it back: tcptune recover does");
	}
	screen_newline(s);
}

static const char *file_change(const struct step *s)
{
	if (!s->before.data)
		return "made";
	return s->after.data ? "replaced" : "removed";
}

static void put_step(struct screen *s, const struct journal *j, const struct step *step)
{
	if (step->kind == STEP_SYSCTL) {
		change_put(s, step->name, "", change_shown(step->before.data),
			   change_shown(step->after.data));
	} else {
		screen_tab(s, CHANGE_INDENT);
		screen_putf(s, "%s   %s", step->name, file_change(step));
		screen_newline(s);
	}
	if (!journal_left(j, step->name))
		return;
	screen_tab(s, CHANGE_TEXT);
	screen_mark(s, s->style->yellow,
		    step->kind == STEP_DIR
			    ? "it was not empty, and stays"
			    : "somebody changed it meanwhile: it was left as it was");
	screen_newline(s);
}

void transaction_human(struct screen *s, const struct history *h, const struct journal *j)
{
	screen_putf(s, "Transaction %s: %s %s", j->id, j->command,
		    j->undoes    ? j->undoes
		    : j->profile ? j->profile
				 : "--none");
	screen_newline(s);
	put_fact(s, "when");
	put_time(s, j->time);
	screen_newline(s);
	put_who(s, j);
	put_where(s, j);
	put_state(s, h, j);
	screen_newline(s);
	for (size_t i = 0; i < j->steps.len; i++)
		put_step(s, j, &j->steps.items[i]);
}

static void put_place(struct screen *s, const struct our_value *v, const struct identity *here)
{
	if (!*here->boot_id || our_value_is_in(v, here->boot_id, here->netns))
		return;
	screen_tab(s, CHANGE_TEXT);
	if (strcmp(v->boot_id, here->boot_id) != 0)
		screen_mark(s, s->style->dim, "before this boot, with which it went");
	else
		screen_putf(s, "in network namespace %s", v->netns);
	screen_newline(s);
}

void current_human(struct screen *s, const struct ours *o, const struct identity *here)
{
	if (!o->values.len && !o->files.len) {
		screen_put(s, "Nothing here is set by tcptune.");
		screen_newline(s);
	}
	for (size_t i = 0; i < o->values.len; i++) {
		const struct our_value *v = &o->values.items[i];

		change_put(s, v->key, "", change_shown(v->first), change_shown(v->ours));
		put_place(s, v, here);
	}
	for (size_t i = 0; i < o->files.len; i++) {
		screen_tab(s, CHANGE_INDENT);
		screen_putf(s, "%s%s", o->files.items[i].path,
			    o->files.items[i].foreign ? "   (lines commented out)" : "");
		screen_newline(s);
	}
}

/* ---- JSON ---- */

static void put_bytes(struct json *doc, json_t *o, const char *key, const struct step *s,
		      const struct bytes *b)
{
	char digest[DIGEST_SIZE];

	if (s->kind != STEP_FILE || !b->data) {
		json_put_text(doc, o, key, b->data);
		return;
	}
	digest_of(b->data, b->len, digest);
	json_put_text(doc, o, key, digest);
}

static void put_change(struct json *doc, json_t *list, const struct journal *j,
		       const struct step *s)
{
	static const char *const kinds[STEP_KIND_COUNT] = {"sysctl", "directory", "file"};
	json_t *o = json_add_object(doc, list);

	json_put_text(doc, o, "kind", kinds[s->kind]);
	json_put_text(doc, o, s->kind == STEP_SYSCTL ? "key" : "file", s->name);
	put_bytes(doc, o, "before", s, &s->before);
	put_bytes(doc, o, "after", s, &s->after);
	json_put_bool(doc, o, "left", journal_left(j, s->name));
}

static void put_transaction(struct json *doc, json_t *list, const struct history *h,
			    const struct journal *j)
{
	const struct journal *by = history_undone_by(h, j->id);
	json_t *o = json_add_object(doc, list), *changes;

	json_put_text(doc, o, "id", j->id);
	json_put_text(doc, o, "command", j->command);
	json_put_text(doc, o, "profile", j->profile);
	json_put_text(doc, o, "undoes", j->undoes);
	json_put_text(doc, o, "undone_by", by ? by->id : NULL);
	json_put_int(doc, o, "time", j->time);
	json_put_text(doc, o, "boot_id", *j->who.boot_id ? j->who.boot_id : NULL);
	json_put_text(doc, o, "netns", *j->who.netns ? j->who.netns : NULL);
	json_put_text(doc, o, "netns_name", j->who.netns_name);
	json_put_int(doc, o, "uid", j->who.uid);
	if (j->who.login_uid == LOGIN_UID_NONE)
		json_put_null(doc, o, "loginuid");
	else
		json_put_int(doc, o, "loginuid", j->who.login_uid);
	json_put_strings(doc, o, "argv", &j->who.argv);
	json_put_text(doc, o, "state", txn_state_name(history_state(h, j)));
	if (j->confirm_until)
		json_put_int(doc, o, "confirm_until", j->confirm_until);
	else
		json_put_null(doc, o, "confirm_until");
	changes = json_put_array(doc, o, "changes");
	for (size_t i = 0; i < j->steps.len; i++)
		put_change(doc, changes, j, &j->steps.items[i]);
}

static void put_current(struct json *doc, const struct ours *o)
{
	json_t *current, *list, *item;

	if (!o) {
		json_put_null(doc, doc->root, "current");
		return;
	}
	current = json_put_object(doc, doc->root, "current");
	list = json_put_array(doc, current, "values");
	for (size_t i = 0; i < o->values.len; i++) {
		item = json_add_object(doc, list);
		json_put_text(doc, item, "key", o->values.items[i].key);
		json_put_text(doc, item, "first", o->values.items[i].first);
		json_put_text(doc, item, "ours", o->values.items[i].ours);
		json_put_text(doc, item, "boot_id", o->values.items[i].boot_id);
		json_put_text(doc, item, "netns", o->values.items[i].netns);
	}
	list = json_put_array(doc, current, "files");
	for (size_t i = 0; i < o->files.len; i++) {
		item = json_add_object(doc, list);
		json_put_text(doc, item, "file", o->files.items[i].path);
		json_put_text(doc, item, "digest", o->files.items[i].digest);
		json_put_bool(doc, item, "foreign", o->files.items[i].foreign);
	}
}

int history_json(const struct history *h, const struct journal *only, const struct ours *current,
		 FILE *f, struct error *err)
{
	auto_json struct json doc = {0};
	json_t *list;

	json_begin(&doc, "history");
	list = json_put_array(&doc, doc.root, "transactions");
	for (size_t i = h->len; i-- > 0;) {
		if (!only || only == &h->items[i])
			put_transaction(&doc, list, h, &h->items[i]);
	}
	put_current(&doc, current);
	return json_write(&doc, f, err);
}
