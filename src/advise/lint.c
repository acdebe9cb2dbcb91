/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise/lint.h"

#include <errno.h>
#include <string.h>

#include "advise/lint_line.h"
#include "base/text.h"
#include "model/key.h"

/* What the real file is called; its name in sysctl.d where it has none. */
static const char *name_of(const struct boot_file *f)
{
	return f->real ? f->real : f->path;
}

/* ---- lines that are about no known key ---- */

static int add_stray(const struct linter *l, const struct stray *s, enum lint_id id,
		     const struct tunable *about, const char *wrong)
{
	return lint_add(l->list, id, name_of(&l->lines->files.items[s->file]), s->line, s->text,
			about, "%s", wrong);
}

/* What a person can tell from the name alone; NULL: it may well be a key. */
static const char *impossible(const char *key)
{
	if (text_starts(key, "\xef\xbb\xbf"))
		return "the file begins with a byte order mark, which becomes part of the key";
	if (text_starts(key, "sysctl ") || text_starts(key, "sudo "))
		return "this is a command, not a setting";
	if (text_starts(key, "proc/sys/"))
		return "the name is meant below /proc/sys: leave '/proc/sys/' out";
	if (strpbrk(key, " \t"))
		return "a key has no blanks in it";
	return key_has_dot_dot(key) ? "'..' is no part of a key" : NULL;
}

/*
 * Where the running kernel can be asked, a key that is there is right however
 * near it is to another.  A copy of a host leaves some names out because they
 * are secrets; nobody can say that those are not there.  Else only a slip of one letter counts, or of more
 * in a TCP key, all of which the catalogue knows.
 */
static const struct tunable *meant(const struct linter *l, const struct stray *s, const char *key)
{
	const struct boot_present *present = l->facts->boot->present;
	const struct tunable *t = NULL;

	if ((present->known && boot_present_find(present, s->target)) || catalogue_denies(key))
		return NULL;
	if (!text_starts(key, "net.") && !text_starts(key, "fs.") && strchr(key, '.'))
		return NULL;

	t = catalogue_nearest(key);
	if (!t || text_equal(t->key, "nofile"))
		return NULL;
	if (!present->known && !text_starts(key, "net.ipv4.tcp_") && text_distance(key, t->key) > 1)
		return NULL;
	return t;
}

static int lint_unknown(const struct linter *l, const struct stray *s)
{
	auto_free char *key = strdup(s->target), *wrong = NULL;
	const struct tunable *t;

	if (!key)
		return -ENOMEM;
	key_to_dotted(key);
	t = meant(l, s, key);
	if (!t)
		return 0;
	wrong = text_format("there is no such key; %s is the nearest one", t->key);
	return wrong ? add_stray(l, s, LINT_MISSPELT, t, wrong) : -ENOMEM;
}

/* A key that a module brings, which is not there yet when the line is read. */
static int lint_late(const struct linter *l, const struct stray *s, bool *ret)
{
	const struct strings *modules = l->facts->modules;
	auto_free char *key = strdup(s->target), *wrong = NULL;
	const char *module;

	if (!key)
		return -ENOMEM;
	key_to_dotted(key);
	module = modules && s->text[strspn(s->text, " \t")] != '-' ? catalogue_module(key) : NULL;
	*ret = module && !strings_has(modules, module);
	if (!*ret)
		return 0;
	wrong = text_format("needs the module %s; write '%s' to /etc/modules-load.d/%s.conf",
			    module, module, module);
	return wrong ? add_stray(l, s, LINT_MODULE, NULL, wrong) : -ENOMEM;
}

static int lint_stray(const struct linter *l, const struct stray *s)
{
	const char *wrong;
	bool late = false;
	int r;

	if (s->too_long)
		return add_stray(l, s, LINT_TOO_LONG, NULL, "1 MiB or more");
	if (s->text[strspn(s->text, " \t")] == ';')
		return add_stray(l, s, LINT_SEMICOLON, NULL, "';' begins no comment");
	if (!s->key)
		return add_stray(l, s, LINT_NOT_AN_ASSIGNMENT, NULL, "there is no '='");

	wrong = impossible(s->key);
	if (wrong)
		return add_stray(l, s, LINT_NOT_A_KEY, NULL, wrong);
	if (!s->target || key_is_glob(s->target))
		return 0;
	r = lint_late(l, s, &late);
	return r || late ? r : lint_unknown(l, s);
}

/* ---- lines that contradict each other ---- */

static bool same_value(const struct assignment *a, const struct assignment *b)
{
	const struct tunable *t;
	auto_free char *key = strdup(a->target);
	auto_value struct value x = {0}, y = {0};

	if (key)
		key_to_dotted(key);
	t = key ? catalogue_match(key) : NULL;
	if (!t || value_read(t, a->value, &x) || value_read(t, b->value, &y))
		return text_equal(a->value, b->value);
	return value_equal(&x, &y);
}

/* A vendor's line is there to be overridden; what people wrote themselves is not. */
static bool is_own(const struct boot_file *f)
{
	return text_starts(name_of(f), "/etc/") || text_starts(name_of(f), "/run/");
}

static bool is_ours(const struct linter *l, const struct boot_file *f)
{
	const char *slash = strrchr(f->path, '/');

	return slash && text_equal(slash + 1, l->facts->ours);
}

static int lint_loser(const struct linter *l, size_t item, size_t by)
{
	const struct assignment *lost = &l->lines->items.items[item];
	const struct assignment *won = &l->lines->items.items[by];
	const struct boot_file *file = &l->lines->files.items[lost->file];
	enum lint_id id = is_ours(l, file) ? LINT_OURS_OVERRIDDEN : LINT_CONTRADICTION;

	if (!is_own(file) || !lost->value || !won->value || same_value(lost, won))
		return 0;
	return lint_add(l->list, id, name_of(file), lost->line, lost->text, NULL,
			"%s:%u sets %s later", name_of(&l->lines->files.items[won->file]),
			won->line, won->value);
}

/*
 * The last line of each key that is read.  Sorted by key, the order of the
 * reader kept, neighbours are all lines of one key.
 */
struct keyed {
	const char *target;
	size_t item;
};

static int by_target(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;
	int order = strcmp(x->target, y->target);

	return order ? order : (x->item > y->item) - (x->item < y->item);
}

static size_t collect(const struct linter *l, struct keyed *keyed)
{
	size_t n = 0;

	for (size_t i = 0; i < l->lines->items.len; i++) {
		const struct assignment *a = &l->lines->items.items[i];
		const struct boot_file *f = &l->lines->files.items[a->file];

		if (f->state == FILE_READ && !f->cmdline && a->target && a->value && !a->glob)
			keyed[n++] = (struct keyed){a->target, i};
	}
	return n;
}

static int lint_contradictions(const struct linter *l)
{
	auto_free struct keyed *keyed = calloc(l->lines->items.len + 1, sizeof(*keyed));
	size_t n, last = 0;
	int r = 0;

	if (!keyed)
		return -ENOMEM;
	n = collect(l, keyed);
	qsort(keyed, n, sizeof(*keyed), by_target);

	for (size_t i = 0; i < n && !r; i = last + 1) {
		for (last = i; last + 1 < n; last++) {
			if (strcmp(keyed[last + 1].target, keyed[i].target) != 0)
				break;
		}
		for (size_t k = i; k < last && !r; k++)
			r = lint_loser(l, keyed[k].item, keyed[last].item);
	}
	return r;
}

/* ---- files ---- */

static int lint_link(const struct linter *l, const struct boot_file *f)
{
	bool debian = text_ends(f->path, "/99-sysctl.conf");

	if (f->kind == NODE_OTHER)
		return lint_add(l->list, LINT_HANGS, f->path, 0, "", NULL, "not a regular file");
	if (f->kind == NODE_LOOP)
		return lint_add(l->list, LINT_DANGLING, f->path, 0, "", NULL,
				"a link that leads to itself");
	if (f->kind == NODE_MISSING)
		return lint_add(l->list, LINT_DANGLING, f->path, 0, "", NULL,
				debian ? "/etc/sysctl.conf is gone, and its settings with it"
				       : "what it points to is not there");
	return 0;
}

static int lint_unread(const struct linter *l, const struct boot_file *f, size_t n)
{
	return lint_add(l->list, LINT_NOT_READ, name_of(f), 0, "", NULL,
			n == 1 ? "%zu setting in it does nothing: %s does not read this file"
			       : "%zu settings in it do nothing: %s does not read this file",
			n, l->lines->reader->program);
}

static int lint_files(const struct linter *l)
{
	auto_free size_t *settings = calloc(l->lines->files.len + 1, sizeof(*settings));
	int r = 0;

	if (!settings)
		return -ENOMEM;
	for (size_t i = 0; i < l->lines->items.len; i++)
		settings[l->lines->items.items[i].file]++;

	for (size_t i = 0; i < l->lines->files.len && !r; i++) {
		const struct boot_file *f = &l->lines->files.items[i];

		if (f->state == FILE_READ)
			r = lint_link(l, f);
		else if (f->state == FILE_UNREAD && settings[i])
			r = lint_unread(l, f, settings[i]);
	}
	return r;
}

int lint_boot(const struct lint_facts *facts, struct lint_list *ret)
{
	const struct linter l = {.facts = facts, .lines = facts->boot->lines, .list = ret};
	int r = lint_files(&l);

	for (size_t i = 0; i < l.lines->strays.len && !r; i++)
		r = lint_stray(&l, &l.lines->strays.items[i]);
	for (size_t i = 0; i < l.lines->items.len && !r; i++)
		r = lint_item(&l, i);
	if (!r)
		r = lint_contradictions(&l);
	return r ? r : lint_together(&l);
}
