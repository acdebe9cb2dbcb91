/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The settings of a report: what differs, what is not to be had, what is fine.
 */
#include <inttypes.h>

#include "render/change.h"
#include "render/check_parts.h"
#include "render/wanted.h"

/* Settings of that verdict; but for the good ones, only those that count. */
size_t check_count(const struct report *r, enum verdict v)
{
	size_t n = 0;

	for (size_t i = 0; i < r->settings.len; i++)
		n += r->settings.items[i].verdict == v &&
		     (v == VERDICT_OK || r->settings.items[i].counts);
	return n;
}

/* The value the difference is about: what runs, or what the next boot brings; or NULL. */
static const char *judged_text(const struct setting *set)
{
	return set->verdict == VERDICT_BOOT_DIFFERS ? set->boot.text : set->running;
}

static const char *judged_value(const struct setting *set)
{
	const char *text = judged_text(set);

	return !text && set->verdict == VERDICT_BOOT_DIFFERS ? "unknown" : change_shown(text);
}

static void put_values(struct screen *s, const struct setting *set)
{
	auto_free char *wanted = wanted_instead(set->tunable, set->op,
						set->wanted ? set->wanted : "-", judged_text(set));

	if (!wanted) {
		s->out.failed = true;
		return;
	}
	change_put(s, set->key, set->verdict == VERDICT_BOOT_DIFFERS ? "at boot " : "",
		   judged_value(set), wanted);
}

/* What the next boot brings, beside what runs. */
static void put_boot(struct screen *s, const struct setting *set)
{
	const struct boot_value *b = &set->boot;
	char buf[ORIGIN_MAX];
	const char *origin = boot_value_origin(b, buf);

	if (!b->judged)
		return;

	screen_tab(s, INDENT_TEXT);
	if (set->verdict == VERDICT_BOOT_DIFFERS && set->running && b->text &&
	    !text_equal(set->running, b->text))
		screen_wrapf(s, INDENT_TEXT, "Runs %s now, which a reboot undoes: %s (%s).",
			     change_shown(set->running), change_shown(b->text), origin);
	else if (!b->text)
		screen_wrapf(s, INDENT_TEXT, "Next boot: not known (%s).", origin);
	else
		screen_wrapf(s, INDENT_TEXT, "Next boot: %s (%s).", change_shown(b->text), origin);
}

/* Below the sane range a ceiling is no excuse. */
static void put_too_low(struct screen *s, const struct setting *set)
{
	const struct tunable *t = set->tunable;
	const char *text = judged_text(set);
	auto_value struct value v = {.type = TYPE_COUNT};

	if (set->op != OP_AT_MOST || !t || !text || value_read(t, text, &v) ||
	    !value_is_too_low(t, &v))
		return;
	screen_tab(s, INDENT_TEXT);
	screen_wrapf(s, INDENT_TEXT, "Below the sensible range, which begins at %" PRId64 ".",
		     t->min);
}

static void put_difference(struct screen *s, const struct setting *set)
{
	put_values(s, set);
	put_too_low(s, set);

	screen_tab(s, INDENT_TEXT);
	screen_wrap(s, INDENT_TEXT, set->why);
	for (size_t i = 0; i < set->evidence.len; i++) {
		screen_tab(s, INDENT_TEXT);
		screen_wrap(s, INDENT_TEXT, set->evidence.items[i]);
	}
	put_boot(s, set);
	screen_tab(s, INDENT_TEXT);
	if (set->risk == RISK_LOW)
		screen_wrapf(s, INDENT_TEXT, "Takes effect %s.", set->takes_effect);
	else
		screen_wrapf(s, INDENT_TEXT, "Takes effect %s. Risk %s: %s.", set->takes_effect,
			     risk_name(set->risk), set->tunable->risk_why);
}

bool check_is_difference(const struct setting *s)
{
	return s->verdict == VERDICT_DIFFERS || s->verdict == VERDICT_BOOT_DIFFERS;
}

void check_put_diff(struct screen *s, const struct report *r)
{
	enum topic last = TOPIC_COUNT;

	for (size_t i = 0; i < r->settings.len; i++) {
		const struct setting *set = &r->settings.items[i];

		if (!check_is_difference(set))
			continue;
		if (set->topic != last) {
			screen_newline(s);
			screen_mark(s, s->style->bold, topic_title(set->topic));
			screen_newline(s);
		}
		last = set->topic;
		put_difference(s, set);
	}
}

static void put_missing(struct screen *s, const struct report *r, enum verdict verdict,
			const char *title)
{
	bool begun = false;

	for (size_t i = 0; i < r->settings.len; i++) {
		const struct setting *set = &r->settings.items[i];

		if (set->verdict != verdict)
			continue;
		if (!begun) {
			screen_newline(s);
			screen_put(s, title);
			screen_newline(s);
		}
		begun = true;
		screen_tab(s, INDENT_KEY);
		screen_put(s, set->key);
		screen_tab(s, CHANGE_COLUMN);
		screen_wrap(s, CHANGE_COLUMN, setting_because(set));
	}
}

void check_put_missing(struct screen *s, const struct report *r)
{
	put_missing(s, r, VERDICT_UNREADABLE, "Cannot be read:");
	put_missing(s, r, VERDICT_ABSENT, "Not to be had here:");
}

/* "4096 (at least 4096)"; where the next boot brings another value, that too. */
static void put_fine_value(struct screen *s, const struct setting *set, const char *wanted)
{
	const struct boot_value *b = &set->boot;
	char buf[ORIGIN_MAX];

	if (!set->running)
		screen_wrapf(s, CHANGE_COLUMN, "at boot %s (%s)", change_shown(b->text), wanted);
	else if (b->text && !text_equal(b->text, set->running))
		screen_wrapf(s, CHANGE_COLUMN, "%s (%s); at boot %s (%s)", set->running, wanted,
			     change_shown(b->text), boot_value_origin(b, buf));
	else
		screen_wrapf(s, CHANGE_COLUMN, "%s (%s)", change_shown(set->running), wanted);
}

void check_put_fine(struct screen *s, const struct report *r, enum detail detail)
{
	size_t fine = check_count(r, VERDICT_OK);

	if (!fine)
		return;

	screen_newline(s);
	screen_wrapf(s, 0, "%zu setting%s as wanted%s", fine, fine == 1 ? " is" : "s are",
		     detail == DETAIL_VERBOSE ? ":" : " (-v lists them).");
	for (size_t i = 0; detail == DETAIL_VERBOSE && i < r->settings.len; i++) {
		const struct setting *set = &r->settings.items[i];
		auto_free char *wanted =
			wanted_phrase(set->tunable, set->op, set->wanted ? set->wanted : "-");

		if (set->verdict != VERDICT_OK)
			continue;
		screen_tab(s, INDENT_KEY);
		screen_put(s, set->key);
		screen_tab(s, CHANGE_COLUMN);
		put_fine_value(s, set, wanted ? wanted : "");
	}
}
