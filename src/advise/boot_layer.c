/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise/boot_layer.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "model/default.h"
#include "model/key.h"

/*
 * fs.nr_open as systemd leaves it where it was built to raise it: up to 257 by
 * halving INT_MAX until the kernel takes it, since 262 the kernel's maximum.
 * What versions between them do is not known; the lower number is safe to
 * promise.
 */
enum { NR_OPEN_DEFAULT = 1048576, NR_OPEN_HALVED = 1073741816, NR_OPEN_MAX_SINCE = 262 };
#define NR_OPEN_KERNEL_MAX 2147483584u

uint64_t pid1_nr_open(const struct pid1_facts *pid1)
{
	if (!pid1->systemd || !pid1->raises_nr_open)
		return NR_OPEN_DEFAULT;
	return pid1->version >= NR_OPEN_MAX_SINCE ? NR_OPEN_KERNEL_MAX : NR_OPEN_HALVED;
}

/* "": PID 1 leaves the key alone.  NULL: no memory. */
static char *set_by_pid1(const char *key, const struct pid1_facts *pid1)
{
	if (pid1->systemd && strcmp(key, "fs.file-max") == 0)
		return text_format("%lld", (long long)INT64_MAX);
	if (pid1->systemd && pid1->raises_nr_open && strcmp(key, "fs.nr_open") == 0)
		return text_format("%llu", (unsigned long long)pid1_nr_open(pid1));
	return text_format("%s", "");
}

static int from_line(const struct boot_outcome *o, struct boot_value *ret)
{
	ret->from = o->cmdline ? BOOT_CMDLINE : o->text ? BOOT_FILE : BOOT_UNKNOWN;
	ret->line = o->line;
	if (o->text && !(ret->text = strdup(o->text)))
		return -ENOMEM;
	if (o->file && !(ret->file = strdup(o->file)))
		return -ENOMEM;
	return 0;
}

static int from_unseen(const struct boot_file *f, struct boot_value *ret)
{
	ret->unread = true;
	ret->file = strdup(f->path);
	return ret->file ? 0 : -ENOMEM;
}

static int from_default(const struct tunable *t, const struct host *h, struct boot_value *ret)
{
	auto_value struct value v = {0};
	int r = default_value(t, h, &v);

	if (r)
		return r == -ENOMEM ? r : 0;

	ret->from = BOOT_DEFAULT;
	ret->text = value_text(&v);
	return ret->text ? 0 : -ENOMEM;
}

static int fill_one(const struct boot *boot, const struct tunable *t, const struct host *h,
		    const struct pid1_facts *pid1, struct boot_value *ret)
{
	auto_free char *path = strdup(t->key), *early = set_by_pid1(t->key, pid1);
	const struct boot_file *unseen = boot_unseen(boot->lines);
	struct boot_outcome outcome;
	bool set;

	ret->judged = true;
	if (!path || !early)
		return -ENOMEM;

	key_to_path(path);
	set = boot_outcome(boot, path, &outcome);
	if (unseen && !(set && boot_is_certain(boot->lines, outcome.item)))
		return from_unseen(unseen, ret);
	if (set)
		return from_line(&outcome, ret);
	if (!*early)
		return from_default(t, h, ret);

	ret->from = BOOT_PID1;
	ret->text = take(early);
	return 0;
}

static const char *fault_of(const struct boot_file *f)
{
	if (f->cmdline || f->state == FILE_MASKED || f->state == FILE_UNREAD)
		return NULL;
	if (f->state == FILE_UNREADABLE)
		return "it could not be read: what it sets at boot is not known";
	if (f->kind == NODE_DIR)
		return "it is a directory, not a file: nothing is read from it";
	return f->kind == NODE_OTHER
		       ? "it is a FIFO, a socket or a device, not a file: opening it at boot may "
			 "hang or fail"
		       : NULL;
}

static int warn_of_files(const struct boot_lines *lines, struct strings *list)
{
	for (size_t i = 0; i < lines->files.len; i++) {
		const struct boot_file *f = &lines->files.items[i];
		const char *fault = fault_of(f);

		if (fault && strings_add(list, "%s: %s", f->path, fault))
			return -ENOMEM;
	}
	return 0;
}

int boot_layer_fill(const struct boot *boot, const struct host *host, const struct pid1_facts *pid1,
		    struct boot_layer *ret)
{
	struct boot_layer layer = {
		.reader = boot->lines->reader,
		.values = calloc(catalogue_size(), sizeof(*layer.values)),
	};

	if (!layer.values)
		return -ENOMEM;
	if (warn_of_files(boot->lines, &layer.warnings)) {
		boot_layer_done(&layer);
		return -ENOMEM;
	}

	for (size_t i = 0; i < catalogue_size(); i++) {
		layer.values[i].from = BOOT_UNKNOWN;
		if (fill_one(boot, catalogue_at(i), host, pid1, &layer.values[i])) {
			boot_layer_done(&layer);
			return -ENOMEM;
		}
	}
	*ret = layer;
	return 0;
}
