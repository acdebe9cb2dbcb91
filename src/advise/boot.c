/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise/boot.h"

#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <string.h>
#include <uthash.h>

#include "advise/boot_kernel.h"
#include "base/text.h"
#include "model/key.h"

/* A key of systemd's ordered map, or of the set of procps' lines. */
struct entry {
	const char *key; /* borrowed */
	size_t item;
	bool ignore; /* '-' on any line that said the same */
	UT_hash_handle hh;
};

struct prediction {
	const struct boot_lines *lines;
	const struct boot_present *present;
	const struct boot_options *options;
	const struct reader *reader;
	struct boot *out;
	struct entry *map; /* in the order of insertion */
	struct {
		VEC(size_t);
	} exclusions; /* items that are globs, where the reader understands that */
};

static void prediction_done(struct prediction *p)
{
	struct entry *e, *next;

	HASH_ITER(hh, p->map, e, next)
	{
		HASH_DEL(p->map, e);
		free(e);
	}
	vec_done(&p->exclusions);
}

/* ---- the set of keys ---- */

static struct entry *find_entry(const struct prediction *p, const char *key)
{
	struct entry *e = NULL;

	HASH_FIND_STR(p->map, key, e);
	return e;
}

static int append_entry(struct prediction *p, struct entry *e)
{
	HASH_ADD_KEYPTR(hh, p->map, e->key, strlen(e->key), e);
	if (e->hh.tbl)
		return 0;
	free(e);
	return -ENOMEM;
}

static int new_entry(struct prediction *p, size_t item)
{
	struct entry *e = calloc(1, sizeof(*e));

	if (!e)
		return -ENOMEM;
	e->key = boot_item(p->lines, item)->key;
	e->item = item;
	e->ignore = boot_item(p->lines, item)->ignore;
	return append_entry(p, e);
}

/* ---- writes ---- */

/* Which results make the reader's exit status 1. */
static bool result_fails(const struct prediction *p, enum write_result result)
{
	const struct reader *r = p->reader;
	const bool fails[WRITE_RESULT_COUNT] = {
		[WRITE_PARTIAL] = r->refusal_fails,
		[WRITE_REFUSED] = r->refusal_fails,
		[WRITE_INVALID] = r->refusal_fails,
		[WRITE_UNKNOWN] = r->enoent_is_refusal || p->options->strict,
		[WRITE_ABSENT] = p->options->strict,
		[WRITE_TOO_EARLY] = p->options->strict,
		[WRITE_IMPOSSIBLE] = r->kind == READER_SYSTEMD,
		[WRITE_DIRECTORY] = r->key_directory_fails,
		[WRITE_TOP] = r->top_fails,
		[WRITE_READ_ONLY] = r->read_only_fails || p->options->strict,
	};

	return fails[result];
}

static bool is_spared(const struct prediction *p, enum write_result result, bool ignore)
{
	bool refusal = result == WRITE_PARTIAL || result == WRITE_REFUSED ||
		       result == WRITE_UNKNOWN || result == WRITE_INVALID;

	if (!ignore)
		return false;
	return p->reader->minus == MINUS_SPARES_ALL ||
	       (p->reader->minus == MINUS_SPARES_REFUSALS && refusal);
}

static int add_write(struct prediction *p, struct boot_write w)
{
	size_t *first = &p->out->first_write[w.item];

	if (vec_push(&p->out->writes, w))
		return -ENOMEM;
	if (*first == SIZE_MAX)
		*first = p->out->writes.len - 1;
	return 0;
}

/* path is the setting, NULL where there can be none. */
static int write_key(struct prediction *p, size_t item, const char *key, const char *path,
		     bool ignore)
{
	const struct assignment *a = boot_item(p->lines, item);
	struct boot_write w = {.item = item, .key = key, .path = path, .result = WRITE_INVALID};
	int r = 0;

	if (!p->reader->refuses_odd_keys || !key_is_odd(key))
		r = kernel_write(
			p->out->kernel,
			&(struct attempt){path, a->value, item, p->reader->saves_equal_writes},
			&w.result);
	if (r || add_write(p, w))
		return -ENOMEM;

	if (result_fails(p, w.result) && !is_spared(p, w.result, ignore))
		p->out->exit_status = 1;
	return 0;
}

/* The kernel itself does these, before any reader runs; nobody sees a status. */
static int write_cmdline(struct prediction *p)
{
	for (size_t i = 0; i < p->lines->items.len; i++) {
		const struct assignment *a = boot_item(p->lines, i);
		struct boot_write w = {.item = i, .key = a->key, .path = a->target};

		if (!boot_file_of(p->lines, i)->cmdline)
			continue;
		if (kernel_write(p->out->kernel, &(struct attempt){a->target, a->value, i, false},
				 &w.result) ||
		    add_write(p, w))
			return -ENOMEM;
	}
	return 0;
}

/* ---- systemd: one ordered map ---- */

static void decide(struct prediction *p, size_t item, enum fate fate, size_t by)
{
	p->out->fates[item] = (struct line_fate){item, fate, (ssize_t)by};
}

static bool below_a_prefix(const struct prediction *p, const char *path)
{
	const char *const *prefix = p->options->prefixes;

	if (!prefix || !*prefix)
		return true;
	for (; *prefix; prefix++) {
		if (key_is_below(path, *prefix))
			return true;
	}
	return false;
}

static int merge(struct prediction *p, size_t item)
{
	const struct assignment *a = boot_item(p->lines, item), *old;
	struct entry *e = find_entry(p, a->key);

	if (!a->glob && !below_a_prefix(p, a->key))
		return 0;
	if (!e)
		return new_entry(p, item);

	old = boot_item(p->lines, e->item);
	if (text_equal(a->value, old->value)) {
		decide(p, item, FATE_REPEATED, e->item);
		e->ignore |= a->ignore;
		return 0;
	}

	decide(p, e->item,
	       !old->value ? FATE_NO_EFFECT
	       : a->value  ? FATE_OVERRIDDEN
			   : FATE_EXCLUDED,
	       item);
	HASH_DEL(p->map, e);
	e->key = a->key;
	e->item = item;
	e->ignore = a->ignore;
	return append_entry(p, e);
}

/* The bytes of the first component at *p, which moves past it. */
static size_t first_component(const char **p, const char **ret)
{
	size_t n;

	*p += strspn(*p, "/");
	n = strcspn(*p, "/");
	*ret = *p;
	*p += n + strspn(*p + n, "/");
	return n;
}

static bool component_matches(const char *glob, size_t n, const char *name, size_t m)
{
	auto_free char *g = strndup(glob, n), *s = strndup(name, m);

	return g && s && fnmatch(g, s, 0) == 0;
}

/*
 * path_glob_can_match(): the prefix with what the pattern says below it, or
 * NULL where the two cannot meet.  -ENOMEM.
 */
static int put_prefix(const char *pattern, const char *prefix, char **ret)
{
	const char *a = pattern, *b = prefix, *x, *y;

	*ret = NULL;
	for (;;) {
		size_t n = first_component(&a, &x), m = first_component(&b, &y);

		if (!m) {
			*ret = text_format("%s%s%s", prefix, n ? "/" : "", x);
			return *ret ? 0 : -ENOMEM;
		}
		if (!n || !component_matches(x, n, y, m))
			return 0;
	}
}

/* The first setting whose path is not before `head`. */
static size_t first_from(const struct boot_present *present, const char *head, size_t n)
{
	size_t low = 0, high = present->len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strncmp(present->items[middle].path, head, n) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

typedef bool hit_filter(const struct prediction *p, const char *key);

struct expansion {
	size_t item;
	const char *pattern;  /* what the kernel's names must match */
	const char *spelling; /* the same, as the reader gives it to glob(3) */
	bool ignore;
	hit_filter *lets_pass;
};

static bool is_dots(const char *name, size_t n)
{
	return n && n <= 2 && strspn(name, ".") >= n;
}

/* Does a ".." in what follows take a component back? */
static bool is_taken_back(const char *rest)
{
	size_t depth = 1, n;
	const char *c;

	while (depth && (n = first_component(&rest, &c))) {
		if (!is_dots(c, n))
			depth++;
		else if (n == 2)
			depth--;
	}
	return !depth;
}

/* What glob(3) makes of a match: it keeps doubled separators, "." and "..". */
static int spell_match(struct prediction *p, const char *spelling, const char *path,
		       const char **ret)
{
	auto_text struct text t = {0};
	auto_free char *made = NULL;
	const char *name;

	while (*spelling) {
		size_t separators = strspn(spelling, "/");
		const char *c = spelling + separators;
		size_t n = strcspn(c, "/");

		if (!n)
			break;
		text_add_bytes(&t, spelling, separators);
		spelling = c + n;
		if (!is_dots(c, n) && !is_taken_back(spelling)) {
			n = first_component(&path, &name);
			c = name;
		}
		text_add_bytes(&t, c, n);
	}
	if (text_take(&t, &made) || strings_add(&p->out->names, "%s", made))
		return -ENOMEM;
	*ret = p->out->names.items[p->out->names.len - 1];
	return 0;
}

static int write_match(struct prediction *p, const struct expansion *x, const char *path)
{
	const char *key = path;

	if (strcmp(x->pattern, x->spelling) != 0 && spell_match(p, x->spelling, path, &key))
		return -ENOMEM;
	return x->lets_pass(p, key) ? write_key(p, x->item, key, path, x->ignore) : 0;
}

/* Write every setting the pattern matches and the filter lets pass; *any: there was one. */
static int write_matches(struct prediction *p, const struct expansion *x, bool *any)
{
	size_t n = strcspn(x->pattern, "*?[\\");

	if (strlen(x->spelling) >= PATH_MAX)
		return 0;
	for (size_t i = first_from(p->present, x->pattern, n); i < p->present->len; i++) {
		const char *path = p->present->items[i].path;

		if (strncmp(path, x->pattern, n) != 0)
			break;
		if (!key_glob(x->pattern, path))
			continue;
		*any = true;
		if (write_match(p, x, path))
			return -ENOMEM;
	}
	return 0;
}

static bool has_no_entry(const struct prediction *p, const char *key)
{
	return below_a_prefix(p, key) && !find_entry(p, key);
}

/* A pattern that a prefix was put into: it may have become a plain key. */
static int write_prefixed(struct prediction *p, size_t item, const char *prefix, bool ignore)
{
	auto_free char *made = NULL;
	const char *key;
	bool any = false;
	int r = put_prefix(boot_item(p->lines, item)->key, prefix, &made);

	if (r || !made)
		return r;
	if (key_is_glob(made))
		r = write_matches(p, &(struct expansion){item, made, made, ignore, has_no_entry},
				  &any);
	if (r || any || find_entry(p, made))
		return r;

	/* GLOB_NOCHECK: where nothing matches, the pattern itself is tried. */
	if (strings_add(&p->out->names, "%s", made))
		return -ENOMEM;
	key = p->out->names.items[p->out->names.len - 1];
	return write_key(p, item, key, key, ignore);
}

static int write_glob(struct prediction *p, const struct entry *e)
{
	const struct expansion x = {e->item, boot_item(p->lines, e->item)->target, e->key,
				    e->ignore, has_no_entry};
	const char *const *prefix = p->options->prefixes;
	bool any = false;
	int r = 0;

	if (!prefix || !*prefix || !p->reader->prefix_in_pattern)
		return x.pattern ? write_matches(p, &x, &any) : 0;
	for (; *prefix && !r; prefix++)
		r = write_prefixed(p, e->item, *prefix, e->ignore);
	return r;
}

static int write_entry(struct prediction *p, const struct entry *e)
{
	const struct assignment *a = boot_item(p->lines, e->item);

	if (!a->value) {
		decide(p, e->item, a->glob ? FATE_NO_EFFECT : FATE_EXCLUDES, e->item);
		return 0;
	}
	return a->glob ? write_glob(p, e) : write_key(p, e->item, a->key, a->target, e->ignore);
}

static int predict_merging(struct prediction *p)
{
	struct entry *e, *next;
	int r = 0;

	for (size_t i = 0; i < p->lines->items.len && !r; i++)
		r = boot_is_read(p->lines, i) ? merge(p, i) : 0;
	HASH_ITER(hh, p->map, e, next)
	{
		if (!r)
			r = write_entry(p, e);
	}
	return r;
}

/* ---- procps: every line in turn ---- */

static bool excluded_by_glob(const struct prediction *p, const char *path, size_t *ret_by)
{
	for (size_t i = 0; i < p->exclusions.len; i++) {
		*ret_by = p->exclusions.items[i];
		if (fnmatch(boot_item(p->lines, *ret_by)->key, path, 0) == 0)
			return true;
	}
	return false;
}

static bool is_not_excluded(const struct prediction *p, const char *key)
{
	size_t by;

	return !find_entry(p, key) && !excluded_by_glob(p, key, &by);
}

static int note_line(struct prediction *p, size_t item)
{
	const struct assignment *a = boot_item(p->lines, item);

	if (!a->value)
		decide(p, item, FATE_EXCLUDES, item);
	if (!a->value && a->glob && p->reader->exclusions == EXCLUDE_BY_GLOB &&
	    vec_push(&p->exclusions, item))
		return -ENOMEM;
	return find_entry(p, a->key) ? 0 : new_entry(p, item);
}

static int write_line(struct prediction *p, size_t item)
{
	const struct assignment *a = boot_item(p->lines, item);
	const struct expansion x = {item, a->target, a->key, a->ignore, is_not_excluded};
	bool any = false;

	if (!a->value)
		return 0;
	if (a->glob && p->reader->globs)
		return a->target ? write_matches(p, &x, &any) : 0;
	return write_key(p, item, a->key, a->target, a->ignore);
}

static int predict_in_turn(struct prediction *p)
{
	int r = 0;

	for (size_t i = 0; i < p->lines->items.len && !r; i++)
		r = boot_is_read(p->lines, i) ? note_line(p, i) : 0;
	for (size_t i = 0; i < p->lines->items.len && !r; i++)
		r = boot_is_read(p->lines, i) ? write_line(p, i) : 0;
	return r;
}

/* ---- the whole ---- */

static int file_status(const struct boot_file *f, const struct reader *r)
{
	if (f->state != FILE_READ || f->credential || f->cmdline)
		return 0;

	switch (f->kind) {
	case NODE_LOOP:
	case NODE_OTHER:
		return r->unopened_exit;
	case NODE_MISSING:
		return r->dangling_fails ? r->unopened_exit : 0;
	case NODE_DIR:
		return r->file_directory_fails;
	case NODE_FILE:
	case NODE_NULL:
		break;
	}
	return 0;
}

static int reading_status(const struct boot_lines *lines)
{
	int worst = 0;

	for (size_t i = 0; i < lines->files.len; i++) {
		int status = file_status(&lines->files.items[i], lines->reader);

		worst = status > worst ? status : worst;
	}
	if (!worst && lines->reader->mistake_fails && (lines->mistakes || lines->cut))
		worst = 1;
	return worst;
}

int boot_predict(const struct boot_lines *lines, const struct boot_present *present,
		 const struct boot_options *options, struct boot *ret)
{
	auto_call(boot_done) struct boot b = {
		.lines = lines,
		.present = present,
		.fates = calloc(lines->items.len + 1, sizeof(*b.fates)),
		.first_write = calloc(lines->items.len + 1, sizeof(*b.first_write)),
		.kernel = kernel_new(present, options),
	};
	auto_call(prediction_done) struct prediction p = {
		.lines = lines,
		.present = present,
		.options = options,
		.reader = lines->reader,
		.out = &b,
	};
	int status = reading_status(lines), r;

	if (!b.fates || !b.first_write || !b.kernel)
		return -ENOMEM;
	for (size_t i = 0; i < lines->items.len; i++) {
		b.fates[i] = (struct line_fate){i, FATE_WINS, NO_ITEM};
		b.first_write[i] = SIZE_MAX;
	}

	r = write_cmdline(&p);
	if (!r)
		r = lines->reader->merges ? predict_merging(&p) : predict_in_turn(&p);
	if (r)
		return r;

	b.exit_status = status > b.exit_status ? status : b.exit_status;
	*ret = b;
	b = (struct boot){0};
	return 0;
}

void boot_done(struct boot *b)
{
	vec_done(&b->writes);
	strings_done(&b->names);
	free(b->fates);
	free(b->first_write);
	kernel_free(b->kernel);
	*b = (struct boot){0};
}

bool boot_outcome(const struct boot *b, const char *path, struct boot_outcome *ret)
{
	const struct boot_file *f;

	if (!kernel_holds(b->kernel, path, ret))
		return false;

	f = boot_file_of(b->lines, ret->item);
	ret->file = f->real;
	ret->line = boot_item(b->lines, ret->item)->line;
	ret->cmdline = f->cmdline;
	return true;
}
