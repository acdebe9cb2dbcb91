/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/boot_layer.h"

#include <errno.h>
#include <string.h>

static const char *const boot_from_names[BOOT_FROM_COUNT] = {
	[BOOT_FILE] = "file",       [BOOT_CMDLINE] = "cmdline", [BOOT_PID1] = "pid1",
	[BOOT_DEFAULT] = "default", [BOOT_UNKNOWN] = "unknown",
};

const char *boot_from_name(enum boot_from f)
{
	return boot_from_names[f];
}

static const char *const origins[BOOT_FROM_COUNT] = {
	[BOOT_FILE] = "a file",
	[BOOT_CMDLINE] = "kernel command line",
	[BOOT_PID1] = "set by PID 1",
	[BOOT_DEFAULT] = "the default; nothing sets it",
	[BOOT_UNKNOWN] = "nothing sets it, and the default is not known",
};

const char *boot_value_origin(const struct boot_value *b, char buf[static ORIGIN_MAX])
{
	if (b->unread) {
		snprintf(buf, ORIGIN_MAX, "%s cannot be read", b->file ? b->file : "a file");
		return buf;
	}
	if (!b->file)
		return origins[b->from];
	snprintf(buf, ORIGIN_MAX, "%s:%u", b->file, b->line);
	return buf;
}

void boot_value_done(struct boot_value *v)
{
	free(v->text);
	free(v->file);
	*v = (struct boot_value){.from = BOOT_UNKNOWN};
}

int boot_value_copy(const struct boot_value *from, struct boot_value *ret)
{
	struct boot_value v = *from;

	v.text = from->text ? strdup(from->text) : NULL;
	v.file = from->file ? strdup(from->file) : NULL;
	if ((from->text && !v.text) || (from->file && !v.file)) {
		boot_value_done(&v);
		return -ENOMEM;
	}
	*ret = v;
	return 0;
}

void boot_layer_done(struct boot_layer *l)
{
	for (size_t i = 0; l->values && i < catalogue_size(); i++)
		boot_value_done(&l->values[i]);
	free(l->values);
	for (size_t i = 0; i < l->nofile.len; i++) {
		free(l->nofile.items[i].target);
		boot_value_done(&l->nofile.items[i].soft);
		boot_value_done(&l->nofile.items[i].hard);
	}
	vec_done(&l->nofile);
	strings_done(&l->warnings);
	*l = (struct boot_layer){0};
}

const struct boot_value *boot_layer_value(const struct boot_layer *l, const struct tunable *t)
{
	return &l->values[catalogue_index(t)];
}

const struct boot_nofile *boot_layer_nofile(const struct boot_layer *l, const char *target)
{
	for (size_t i = 0; i < l->nofile.len; i++) {
		if (strcmp(l->nofile.items[i].target, target) == 0)
			return &l->nofile.items[i];
	}
	return NULL;
}
