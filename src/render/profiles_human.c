/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "render/profiles.h"
#include "render/wanted.h"

enum { COLUMN_SUMMARY = 14, INDENT_KEY = 2, INDENT_TEXT = 6, COLUMN_VALUE = 46 };

static void put_info(struct screen *s, const struct profile_info *i)
{
	screen_mark(s, s->style->bold, i->name);
	screen_tab(s, COLUMN_SUMMARY);
	if (i->problem) {
		screen_mark(s, s->style->red, "broken");
		screen_wrapf(s, COLUMN_SUMMARY, ": %s", i->problem);
	} else {
		screen_wrap(s, COLUMN_SUMMARY, *i->summary ? i->summary : "(no summary)");
	}

	if (i->layers.len > 1) {
		screen_tab(s, COLUMN_SUMMARY);
		screen_put(s, "builds on");
		for (size_t l = 0; l + 1 < i->layers.len; l++)
			screen_putf(s, "%s %s", l ? "," : "", i->layers.items[l]);
		screen_newline(s);
	}
	if (i->file && strcmp(i->file, "built-in") != 0) {
		screen_tab(s, COLUMN_SUMMARY);
		screen_wrapf(s, COLUMN_SUMMARY, "from %s", i->file);
	}
	for (size_t l = 0; l < i->shadows.len; l++) {
		screen_tab(s, COLUMN_SUMMARY);
		screen_wrapf(s, COLUMN_SUMMARY, "in place of %s%s",
			     strcmp(i->shadows.items[l], "built-in") == 0 ? "the " : "",
			     i->shadows.items[l]);
	}
}

void profiles_human(struct screen *s, const struct profile_list *list, const char *chosen)
{
	for (size_t i = 0; i < list->len; i++)
		put_info(s, &list->items[i]);
	screen_newline(s);
	screen_wrapf(s, 0,
		     "\"tcptune check\" uses %s. \"tcptune profiles NAME\" shows one in full.",
		     chosen);
}

static void put_wanted(struct screen *s, const char *key, enum op op, const char *value)
{
	auto_free char *phrase = wanted_phrase(catalogue_find(key), op, value);

	if (!phrase) {
		s->out.failed = true;
		return;
	}
	screen_tab(s, INDENT_KEY);
	screen_mark(s, s->style->bold, key);
	if (screen_columns(key) + INDENT_KEY >= COLUMN_VALUE)
		screen_newline(s);
	screen_tab(s, COLUMN_VALUE);
	screen_mark(s, s->style->green, phrase);
	screen_newline(s);
}

/* "262144 for each GiB, within 65536 and 1048576": how it comes to the value shown. */
static void put_scale(struct screen *s, const struct operand *o)
{
	if (o->scale == SCALE_NONE)
		return;
	screen_tab(s, INDENT_TEXT);
	screen_wrapf(s, INDENT_TEXT, "Scales: %lld for each %s, from %lld to %lld.",
		     (long long)o->per, o->scale == SCALE_PER_GIB ? "GiB of memory" : "CPU",
		     (long long)o->min, (long long)o->max);
}

static void put_set(struct screen *s, const struct sysctl_entry *e, const struct wanted *w)
{
	auto_free char *set = e->op == OP_ONE_OF && w->n > 1 ? value_text(&w->set) : NULL;

	if (!set)
		return;
	screen_tab(s, INDENT_TEXT);
	screen_wrapf(s, INDENT_TEXT, "Where none of them is found, %s is set.", set);
}

static void put_layer(struct screen *s, const char *layer, enum risk risk)
{
	screen_tab(s, INDENT_TEXT);
	screen_putf(s, "Risk: %s. From: %s.", risk_name(risk), layer);
	screen_newline(s);
}

static void put_entry(struct screen *s, const struct sysctl_entry *e, const struct host *h)
{
	auto_call(wanted_done) struct wanted w = {.set.type = TYPE_COUNT};
	int r = profile_resolve(e, h, &w);
	auto_free char *value = r ? NULL : wanted_text(&w);

	if (r != -ENODATA && !value) {
		s->out.failed = true;
		return;
	}
	put_wanted(s, e->tunable->key, e->op, value ? value : "(not known here)");
	put_scale(s, &e->operands.items[0]);
	put_set(s, e, &w);
	screen_tab(s, INDENT_TEXT);
	screen_wrap(s, INDENT_TEXT, e->why ? e->why : e->tunable->why);
	if (e->gate) {
		screen_tab(s, INDENT_TEXT);
		screen_wrapf(s, INDENT_TEXT, "Its evidence is the finding \"%s\".", e->gate);
	}
	if (e->module) {
		screen_tab(s, INDENT_TEXT);
		screen_wrapf(s, INDENT_TEXT, "Needs the kernel module %s.", e->module);
	}
	put_layer(s, e->layer, e->tunable->risk);
}

static void put_limit(struct screen *s, const struct nofile_entry *e, const char *which, uint64_t n)
{
	char key[320], value[24];

	if (!n)
		return;
	(void)snprintf(key, sizeof(key), "nofile.%s.%s", e->target, which);
	(void)snprintf(value, sizeof(value), "%llu", (unsigned long long)n);
	put_wanted(s, key, e->exact ? OP_EXACT : OP_AT_LEAST, value);
}

static void put_nofile(struct screen *s, const struct nofile_entry *e)
{
	put_limit(s, e, "soft", e->soft);
	put_limit(s, e, "hard", e->hard);
	if (e->why) {
		screen_tab(s, INDENT_TEXT);
		screen_wrap(s, INDENT_TEXT, e->why);
	}
	put_layer(s, e->layer, RISK_LOW);
}

static void put_topic(struct screen *s, enum topic topic)
{
	screen_newline(s);
	screen_mark(s, s->style->bold, topic_title(topic));
	screen_newline(s);
}

static void put_head(struct screen *s, const struct profile *p, const struct host *h)
{
	screen_mark(s, s->style->bold, p->name);
	screen_wrapf(s, INDENT_KEY, ": %s", *p->summary ? p->summary : "(no summary)");
	screen_tab(s, INDENT_KEY);
	screen_putf(s, "%s, layers:", p->file);
	for (size_t i = 0; i < p->layers.len; i++)
		screen_putf(s, "%s %s", i ? "," : "", p->layers.items[i]);
	screen_newline(s);
	if (h->memory_bytes && h->cpus) {
		screen_tab(s, INDENT_KEY);
		screen_wrapf(s, INDENT_KEY, "values for this host: %.1f GiB of memory, %u CPU%s",
			     (double)h->memory_bytes / (1 << 30), h->cpus, h->cpus == 1 ? "" : "s");
	}
}

void profile_human(struct screen *s, const struct profile *p, const struct host *h)
{
	enum topic last = TOPIC_COUNT;

	put_head(s, p, h);
	for (size_t i = 0; i < p->sysctls.len; i++) {
		enum topic topic = p->sysctls.items[i].tunable->topic;

		if (topic != last)
			put_topic(s, topic);
		last = topic;
		put_entry(s, &p->sysctls.items[i], h);
	}
	if (p->nofile.len && last != TOPIC_FILES)
		put_topic(s, TOPIC_FILES);
	for (size_t i = 0; i < p->nofile.len; i++)
		put_nofile(s, &p->nofile.items[i]);
}

void validation_human(struct screen *s, const char *file, const struct profile *p,
		      const struct problems *problems)
{
	size_t n = problems->len + problems->more;

	for (size_t i = 0; i < problems->len; i++) {
		const struct problem *q = &problems->items[i];

		screen_put(s, q->file);
		if (q->line)
			screen_putf(s, ":%u", q->line);
		screen_putf(s, ": %s", q->text);
		screen_newline(s);
	}
	if (problems->more) {
		screen_putf(s, "%zu more not shown", problems->more);
		screen_newline(s);
	}
	if (n)
		screen_putf(s, "%s: %zu mistake%s", file, n, n == 1 ? "" : "s");
	else
		screen_putf(s, "%s: good, %zu setting%s and %zu limit%s on open files", file,
			    p->sysctls.len, p->sysctls.len == 1 ? "" : "s", p->nofile.len,
			    p->nofile.len == 1 ? "" : "s");
	screen_newline(s);
}
