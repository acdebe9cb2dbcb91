/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "model/key.h"

/*
 * ip_local_reserved_ports is the one that may be long.  The kernel clears a
 * buffer of the size asked for at each read, so the large size is tried last.
 */
enum { VALUE_USUAL = 1024, VALUE_MAX = 512 * 1024 };

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
	if (code != ENOENT) {
		r->state = READING_UNREADABLE;
		r->code = code;
		return;
	}
	r->state = READING_ABSENT;
	r->because = why_absent(t, h);
}

static bool is_printable(const char *text)
{
	for (; *text; text++) {
		if (((unsigned char)*text < ' ' && *text != '\t' && *text != '\n') ||
		    *text == '\177')
			return false;
	}
	return true;
}

static int keep(const struct tunable *t, const char *text, struct reading *ret)
{
	int r;

	if (!is_printable(text)) {
		ret->state = READING_UNREADABLE;
		ret->code = EBADMSG;
		return 0;
	}
	ret->state = READING_PRESENT;
	ret->text = strdup(text);
	if (!ret->text)
		return -ENOMEM;

	/* What makes no sense (a captured tree may hold anything) keeps its text only. */
	r = value_read(t, text, &ret->value);
	return r == -ENOMEM ? r : 0;
}

static int read_long(int proc_sys, const char *path, const struct tunable *t, struct reading *ret,
		     int *ret_code)
{
	auto_free char *buf = malloc(VALUE_MAX);

	if (!buf)
		return -ENOMEM;

	*ret_code = file_read_value(proc_sys, path, buf, VALUE_MAX);
	return *ret_code ? 0 : keep(t, buf, ret);
}

static int read_one(int proc_sys, const struct tunable *t, const struct host *h,
		    struct reading *ret)
{
	auto_free char *path = strdup(t->key);
	char buf[VALUE_USUAL];
	int code, r = 0;

	if (!path)
		return -ENOMEM;

	key_to_path(path);
	code = file_read_value(proc_sys, path, buf, sizeof(buf));
	if (code == -EFBIG)
		r = read_long(proc_sys, path, t, ret, &code);
	else if (!code)
		r = keep(t, buf, ret);
	if (code)
		mark_failure(ret, t, h, -code);
	return r;
}

static bool is_read(const struct tunable *t)
{
	return !tunable_is_pattern(t) && t->scope != SCOPE_PROCESS && !catalogue_denies(t->key);
}

static int read_rows(int proc_sys, const struct host *h, struct reading *readings)
{
	for (size_t i = 0; i < catalogue_size(); i++) {
		const struct tunable *t = catalogue_at(i);

		readings[i].value.type = TYPE_COUNT;
		if (proc_sys >= 0 && is_read(t) && read_one(proc_sys, t, h, &readings[i]))
			return -ENOMEM;
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
