/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/ours.h"

#include <errno.h>
#include <string.h>

#include "model/catalogue.h"

void our_value_done(struct our_value *v)
{
	free(v->key);
	free(v->first);
	free(v->ours);
	free(v->boot_id);
	free(v->netns);
}

void our_file_done(struct our_file *f)
{
	free(f->path);
	free(f->digest);
}

void ours_done(struct ours *o)
{
	for (size_t i = 0; i < o->values.len; i++)
		our_value_done(&o->values.items[i]);
	for (size_t i = 0; i < o->files.len; i++)
		our_file_done(&o->files.items[i]);
	vec_done(&o->values);
	vec_done(&o->files);
}

bool our_value_is_in(const struct our_value *v, const char *boot_id, const char *netns)
{
	return strcmp(v->boot_id, boot_id) == 0 &&
	       (strcmp(v->netns, netns) == 0 || tunable_is_hostwide(catalogue_find(v->key)));
}

static struct our_value *find_value(const struct ours *o, const char *key, const char *boot_id,
				    const char *netns)
{
	for (size_t i = 0; i < o->values.len; i++) {
		struct our_value *v = &o->values.items[i];

		if (strcmp(v->key, key) == 0 && our_value_is_in(v, boot_id, netns))
			return v;
	}
	return NULL;
}

const struct our_value *ours_value(const struct ours *o, const char *key, const char *boot_id,
				   const char *netns)
{
	return find_value(o, key, boot_id, netns);
}

const struct our_file *ours_file(const struct ours *o, const char *path)
{
	for (size_t i = 0; i < o->files.len; i++) {
		if (strcmp(o->files.items[i].path, path) == 0)
			return &o->files.items[i];
	}
	return NULL;
}

static void forget(struct ours *o, struct our_value *v)
{
	struct our_value *end = o->values.items + o->values.len;

	our_value_done(v);
	memmove(v, v + 1, (size_t)(end - (v + 1)) * sizeof(*v));
	o->values.len--;
}

static int compare_values(const void *a, const void *b)
{
	const struct our_value *x = a, *y = b;
	int r = strcmp(x->key, y->key);

	r = r ? r : strcmp(x->boot_id, y->boot_id);
	return r ? r : strcmp(x->netns, y->netns);
}

static int add(struct ours *o, const char *key, const char *before, const char *after,
	       const char *boot_id, const char *netns)
{
	struct our_value v = {
		.key = strdup(key),
		.first = strdup(before),
		.ours = strdup(after),
		.boot_id = strdup(boot_id),
		.netns = strdup(netns),
	};

	if (!v.key || !v.first || !v.ours || !v.boot_id || !v.netns || vec_push(&o->values, v)) {
		our_value_done(&v);
		return -ENOMEM;
	}
	qsort(o->values.items, o->values.len, sizeof(v), compare_values);
	return 0;
}

int ours_note(struct ours *o, const char *key, const char *before, const char *after,
	      const char *boot_id, const char *netns)
{
	struct our_value *known = find_value(o, key, boot_id, netns);
	char *copy;

	if (!known)
		return strcmp(before, after) == 0 ? 0 : add(o, key, before, after, boot_id, netns);
	if (strcmp(known->first, after) == 0) {
		forget(o, known);
		return 0;
	}

	copy = strdup(after);
	if (!copy)
		return -ENOMEM;
	free(known->ours);
	known->ours = copy;
	return 0;
}
