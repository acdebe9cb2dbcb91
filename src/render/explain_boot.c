/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/explain_boot.h"

#include "base/text.h"

enum { INDENT = 2, COLUMN = 18 };

/* What became of a line, for people; a "%s" would be the place that decides. */
static const char *const fate_phrases[FATE_COUNT] = {
	[FATE_WINS] = "wins",
	[FATE_SIDE_EFFECT] = "decides it by a side effect",
	[FATE_OVERRIDDEN] = "overridden",
	[FATE_REPEATED] = "says again what an earlier line said",
	[FATE_EXCLUDED] = "taken back",
	[FATE_EXCLUDES] = "keeps globs away from the key",
	[FATE_NO_EFFECT] = "no effect",
	[FATE_SHIELDED] = "a glob; the key has a line of its own",
	[FATE_REFUSED] = "the kernel refuses the value",
	[FATE_PARTIAL] = "the kernel takes only the first numbers",
	[FATE_ABSENT] = "this host has no such key now",
	[FATE_TOO_EARLY] = "lost: the module of the key is not loaded by then",
	[FATE_MASKED] = "not read: a file of the same name hides this one",
	[FATE_UNREAD] = "not read",
};

const char *fate_phrase(enum fate f)
{
	return fate_phrases[f];
}

static bool is_too_early(const struct boot_answer *a, enum reader_kind kind)
{
	for (size_t i = 0; i < a->lines.len; i++) {
		if (a->lines.items[i].fates[kind].fate == FATE_TOO_EARLY)
			return true;
	}
	return false;
}

static void put_verdict(struct screen *s, const struct boot_answer *a, const struct boot_verdict *v)
{
	screen_tab(s, INDENT);
	screen_put(s, v->boots ? "at boot" : "when called");
	screen_tab(s, COLUMN);
	if (!v->set && is_too_early(a, v->reader->kind))
		screen_wrapf(s, COLUMN, "%s: sets nothing, for its module is not loaded by then",
			     v->reader->program);
	else if (!v->set)
		screen_wrapf(s, COLUMN, "%s: no line sets it", v->reader->program);
	else if (v->outcome.absent)
		screen_wrapf(s, COLUMN, "%s: sets nothing, for this host has no such key now",
			     v->reader->program);
	else if (v->outcome.file)
		screen_wrapf(s, COLUMN, "%s: %s (%s:%u)", v->reader->program,
			     v->outcome.text ? v->outcome.text : "cannot be known", v->outcome.file,
			     v->outcome.line);
	else
		screen_wrapf(s, COLUMN, "%s: %s (kernel command line)", v->reader->program,
			     v->outcome.text ? v->outcome.text : "cannot be known");
}

static bool same_fate(const struct boot_line_fate *a, const struct boot_line_fate *b)
{
	return a->fate == b->fate && a->by_line == b->by_line && text_equal(a->by_file, b->by_file);
}

static void put_fate(struct screen *s, const struct boot_answer *a, const struct boot_line *l,
		     enum reader_kind kind, bool named)
{
	const struct boot_line_fate *f = &l->fates[kind];
	const char *program = named ? a->verdicts[kind].reader->program : "";
	const char *colon = named ? ": " : "";

	screen_tab(s, INDENT * 3);
	if (f->fate == FATE_COUNT)
		screen_wrapf(s, INDENT * 3, "%s%sno assignment", program, colon);
	else if (f->by_file)
		screen_wrapf(s, INDENT * 3, "%s%s%s, by %s:%u", program, colon,
			     fate_phrases[f->fate], f->by_file, f->by_line);
	else
		screen_wrapf(s, INDENT * 3, "%s%s%s", program, colon, fate_phrases[f->fate]);
}

static void put_line(struct screen *s, const struct boot_answer *a, const struct boot_line *l)
{
	enum reader_kind first = boot_answer_kind(a);
	bool alike = same_fate(&l->fates[READER_SYSTEMD], &l->fates[READER_PROCPS]);

	screen_tab(s, INDENT);
	screen_wrapf(s, INDENT * 2, "%s:%u: %s", l->file, l->line, l->text);
	if (l->wrong) {
		screen_tab(s, INDENT * 3);
		screen_mark(s, s->style->yellow, "wrong");
		screen_wrapf(s, INDENT * 3, ": %s", l->wrong);
	}
	put_fate(s, a, l, first, !alike);
	for (enum reader_kind k = 0; !alike && k < READER_KIND_COUNT; k++) {
		if (k != first)
			put_fate(s, a, l, k, /* named= */ true);
	}
}

void explain_owners(struct screen *s, const struct owners *owners, const char *key)
{
	bool any = false;

	for (size_t i = 0; owners && i < owners->len; i++) {
		const struct owner *o = &owners->items[i];
		auto_free char *text = NULL;

		if (!owner_touches(o, key))
			continue;
		if (!any) {
			screen_newline(s);
			screen_mark(s, s->style->bold, "Who else sets it");
			screen_newline(s);
		}
		any = true;
		text = owner_text(o);
		s->out.failed |= !text;
		screen_tab(s, INDENT);
		if (o->line)
			screen_wrapf(s, INDENT * 2, "%s:%u: %s (confidence: %s)", o->file, o->line,
				     text ? text : "", confidence_name(o->confidence));
		else
			screen_wrapf(s, INDENT * 2, "%s: %s (confidence: %s)", o->file,
				     text ? text : "", confidence_name(o->confidence));
	}
}

void explain_boot(struct screen *s, const struct boot_answer *a, const struct boot_value *next)
{
	enum reader_kind first = boot_answer_kind(a);
	char buf[ORIGIN_MAX];

	screen_newline(s);
	screen_mark(s, s->style->bold, "Next boot");
	screen_newline(s);
	if (next && next->from != BOOT_FILE) {
		screen_tab(s, INDENT);
		screen_put(s, "value");
		screen_tab(s, COLUMN);
		screen_wrapf(s, COLUMN, "%s (%s)", next->text ? next->text : "not known",
			     boot_value_origin(next, buf));
	}
	put_verdict(s, a, &a->verdicts[first]);
	for (enum reader_kind k = 0; k < READER_KIND_COUNT; k++) {
		if (k != first)
			put_verdict(s, a, &a->verdicts[k]);
	}
	for (size_t i = 0; i < a->lines.len; i++)
		put_line(s, a, &a->lines.items[i]);
	explain_owners(s, a->owners, a->key);
}

static void line_number(struct json *j, json_t *o, unsigned line)
{
	if (line)
		json_put_int(j, o, "line", line);
	else
		json_put_null(j, o, "line");
}

static void verdict_json(struct json *j, json_t *parent, const struct boot_verdict *v)
{
	const char *name = reader_kind_name(v->reader->kind);
	json_t *o;

	if (!v->set || v->outcome.absent) {
		json_put_null(j, parent, name);
		return;
	}
	o = json_put_object(j, parent, name);
	json_put_text(j, o, "value", v->outcome.text);
	json_put_text(j, o, "file", v->outcome.file);
	line_number(j, o, v->outcome.file ? v->outcome.line : 0);
}

static const char *fate_word(const struct boot_line_fate *f)
{
	return f->fate == FATE_COUNT ? "no-assignment" : fate_name(f->fate);
}

static void line_json(struct json *j, json_t *list, const struct boot_answer *a,
		      const struct boot_line *l)
{
	json_t *o = json_add_object(j, list), *fates;

	json_put_text(j, o, "file", l->file);
	line_number(j, o, l->line);
	json_put_text(j, o, "text", l->text);
	json_put_text(j, o, "fate", fate_word(&l->fates[boot_answer_kind(a)]));
	json_put_text(j, o, "wrong", l->wrong);
	fates = json_put_object(j, o, "fates");
	for (enum reader_kind k = 0; k < READER_KIND_COUNT; k++)
		json_put_text(j, fates, reader_kind_name(k), fate_word(&l->fates[k]));
}

static void owner_json(struct json *j, json_t *list, const struct owner *o)
{
	json_t *e = json_add_object(j, list);

	json_put_text(j, e, "who", o->who);
	json_put_text(j, e, "file", o->file);
	line_number(j, e, o->line);
	json_put_text(j, e, "key", o->key);
	json_put_text(j, e, "value", o->value);
	json_put_text(j, e, "when", owner_when_name(o->when));
	json_put_text(j, e, "confidence", confidence_name(o->confidence));
	json_put_bool(j, e, "repeats_sysctl_d", o->repeats);
	json_put_bool(j, e, "yields_to_etc", o->yields);
}

void explain_owners_json(struct json *j, const struct owners *owners, const char *key)
{
	json_t *list = json_put_array(j, j->root, "owners");

	for (size_t i = 0; owners && i < owners->len; i++) {
		if (owner_touches(&owners->items[i], key))
			owner_json(j, list, &owners->items[i]);
	}
}

void explain_boot_json(struct json *j, const struct boot_answer *a)
{
	json_t *o, *list;

	json_put_text(j, j->root, "key", a->key);
	o = json_put_object(j, j->root, "boot");
	for (enum reader_kind k = 0; k < READER_KIND_COUNT; k++)
		verdict_json(j, o, &a->verdicts[k]);

	list = json_put_array(j, j->root, "assignments");
	for (size_t i = 0; i < a->lines.len; i++)
		line_json(j, list, a, &a->lines.items[i]);
	explain_owners_json(j, a->owners, a->key);
}
