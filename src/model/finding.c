/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/finding.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

static const char *const severity_names[SEVERITY_COUNT] = {
	[SEVERITY_INFO] = "info",
	[SEVERITY_WARNING] = "warning",
	[SEVERITY_CRITICAL] = "critical",
};

static const char *const fixed_by_names[FIXED_BY_COUNT] = {
	[FIXED_BY_SYSCTL] = "sysctl",
	[FIXED_BY_LIMITS] = "limits",
	[FIXED_BY_APPLICATION] = "application",
	[FIXED_BY_CONFIG] = "config",
	[FIXED_BY_NETWORK] = "network",
	[FIXED_BY_KERNEL] = "kernel",
	[FIXED_BY_PEER] = "peer",
};

const char *severity_name(enum severity s)
{
	return severity_names[s];
}

const char *fixed_by_name(enum fixed_by f)
{
	return fixed_by_names[f];
}

int finding_add_line(struct finding *f, const char *key, char *line)
{
	auto_free char *owned = line;

	if (!owned || vec_push(&f->about, key))
		return -ENOMEM;
	return strings_add(&f->evidence, "%s", owned);
}

const char *finding_new_key(const struct finding *f, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (text_equal(f->about.items[k], f->about.items[i]))
			return NULL;
	}
	return f->about.items[i];
}

bool finding_concerns(const struct finding *f, const char *key)
{
	for (size_t i = 0; i < f->about.len; i++) {
		if (text_equal(f->about.items[i], key))
			return true;
	}
	for (size_t i = 0; i < FINDING_KEYS_MAX && f->keys[i]; i++) {
		if (strcmp(f->keys[i], key) == 0)
			return true;
	}
	return false;
}

/* An insertion sort: stable, and the lists are short. */
void findings_sort(struct findings *list)
{
	for (size_t i = 1; i < list->len; i++) {
		struct finding moving = list->items[i];
		size_t k = i;

		for (; k > 0 && list->items[k - 1].severity < moving.severity; k--)
			list->items[k] = list->items[k - 1];
		list->items[k] = moving;
	}
}

int findings_move(struct findings *list, struct findings *more)
{
	size_t i;

	if (!more->len)
		return 0; /* .items may be NULL, to which not even 0 may be added */

	for (i = 0; i < more->len; i++) {
		if (vec_push(list, more->items[i]))
			break;
	}
	memmove(more->items, more->items + i, (more->len - i) * sizeof(*more->items));
	more->len -= i;
	return more->len ? -ENOMEM : 0;
}

void finding_done(struct finding *f)
{
	free(f->summary);
	strings_done(&f->evidence);
	strings_done(&f->rows);
	vec_done(&f->about);
}

void findings_done(struct findings *list)
{
	for (size_t i = 0; i < list->len; i++)
		finding_done(&list->items[i]);
	vec_done(list);
}

bool findings_have(const struct findings *list, const char *id)
{
	for (size_t i = 0; i < list->len; i++) {
		if (strcmp(list->items[i].id, id) == 0)
			return true;
	}
	return false;
}
