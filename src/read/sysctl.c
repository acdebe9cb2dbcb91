/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "model/key.h"

/* ip_local_reserved_ports is the one that may be long. */
enum { VALUE_MAX = 512 * 1024 };

static bool is_host_wide(const struct tunable *t, const struct host *h)
{
	if (t->scope == SCOPE_HOST || t->scope == SCOPE_HOST_VISIBLE)
		return true;
	return t->netns_since.at && h->release && h->release < t->netns_since.at;
}

/*
 * No such file: is it this namespace, this kernel, or a module?  In a child
 * namespace what belongs to the host is missing, whatever the release says;
 * but a removed key is nobody's any more.
 */
static enum because why_absent(const struct tunable *t, const struct host *h)
{
	if (t->removed.at && tunable_presence(t, h->release) == PRESENCE_NO)
		return BECAUSE_KERNEL;
	if (h->child_netns && text_starts(t->key, "net.") && is_host_wide(t, h))
		return BECAUSE_HOST;
	if (t->module && tunable_presence(t, h->release) != PRESENCE_NO)
		return BECAUSE_MODULE;
	return BECAUSE_KERNEL;
}

static void mark_failure(struct reading *r, const struct tunable *t, const struct host *h, int code)
{
	if (code != ENOENT && code != ENOTDIR) {
		r->state = READING_UNREADABLE;
		return;
	}
	r->state = READING_ABSENT;
	r->because = why_absent(t, h);
}

static bool is_printable(const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text < ' ' && *text != '\t' && *text != '\n')
			return false;
	}
	return true;
}

static int read_one(int proc_sys, const struct tunable *t, const struct host *h, char *buf,
		    struct reading *ret)
{
	auto_free char *path = strdup(t->key);
	int r;

	ret->value.type = TYPE_COUNT;
	if (!path)
		return -ENOMEM;

	key_to_path(path);
	r = file_read_value(proc_sys, path, buf, VALUE_MAX);
	if (r) {
		mark_failure(ret, t, h, -r);
		return 0;
	}

	ret->state = READING_PRESENT;
	ret->text = strdup(is_printable(buf) ? buf : "");
	if (!ret->text)
		return -ENOMEM;

	/* What makes no sense (a captured tree may hold anything) keeps its text only. */
	r = value_read(t, buf, &ret->value);
	return r == -ENOMEM ? r : 0;
}

static bool is_read(const struct tunable *t)
{
	return !tunable_is_pattern(t) && t->scope != SCOPE_PROCESS && !catalogue_denies(t->key);
}

static int read_rows(int proc_sys, const struct host *h, struct reading *readings)
{
	auto_free char *buf = malloc(VALUE_MAX);

	if (!buf)
		return -ENOMEM;

	for (size_t i = 0; i < catalogue_size(); i++) {
		int r;

		readings[i].value.type = TYPE_COUNT;
		if (proc_sys < 0 || !is_read(catalogue_at(i)))
			continue;
		r = read_one(proc_sys, catalogue_at(i), h, buf, &readings[i]);
		if (r)
			return r;
	}
	return 0;
}

int sysctl_read_all(int proc_sys, const struct host *h, struct reading **ret, struct error *err)
{
	struct snapshot s = {.readings = calloc(catalogue_size(), sizeof(*s.readings))};

	if (!s.readings || read_rows(proc_sys, h, s.readings)) {
		snapshot_done(&s);
		return error_set(err, ENOMEM, "read the running values");
	}
	*ret = s.readings;
	return 0;
}
