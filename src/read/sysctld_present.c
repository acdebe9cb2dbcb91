/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The settings that exist.  Only those that the lines are about are looked up:
 * walking all of /proc/sys costs more than everything else `check` does.
 */
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <uthash.h>

#include "base/root.h"
#include "base/text.h"
#include "model/catalogue.h"
#include "model/key.h"
#include "read/sysctld.h"

#define CONF "net/ipv4/conf/"

/* What a write to one of these changes besides; boot.c of advise knows how. */
static const char *const forwarding[] = {
	"net/ipv4/ip_forward",
	CONF "all/forwarding",
};
static const char *const forwarding_also[] = {
	"net/ipv4/ip_forward",
	CONF "*/forwarding",
	CONF "all/accept_redirects",
};

/* A path that was looked up. */
struct looked_up {
	char *path; /* owned */
	UT_hash_handle hh;
};

struct survey {
	int sys; /* O_PATH of proc/sys */
	struct looked_up *done;
	struct boot_present present;
};

static void survey_done(struct survey *s)
{
	struct looked_up *l, *next;

	HASH_ITER(hh, s->done, l, next)
	{
		HASH_DEL(s->done, l);
		free(l->path);
		free(l);
	}
	boot_present_done(&s->present);
	if (s->sys >= 0)
		(void)close(s->sys);
}

/* 1: it is new; 0: it was looked up before; or -ENOMEM. */
static int first_time(struct survey *s, const char *path)
{
	struct looked_up *l = NULL;

	HASH_FIND_STR(s->done, path, l);
	if (l)
		return 0;

	l = calloc(1, sizeof(*l));
	if (!l)
		return -ENOMEM;
	l->path = strdup(path);
	if (l->path)
		HASH_ADD_KEYPTR(hh, s->done, l->path, strlen(l->path), l);
	if (!l->path || !l->hh.tbl) {
		free(l->path);
		free(l);
		return -ENOMEM;
	}
	return 1;
}

static enum setting_kind kind_of(mode_t mode)
{
	if (S_ISDIR(mode))
		return SETTING_DIRECTORY;
	return mode & S_IWUSR ? SETTING_FILE : SETTING_READ_ONLY;
}

static int push(struct survey *s, const char *path, enum setting_kind kind)
{
	struct boot_setting setting = {.path = strdup(path), .kind = kind};

	if (setting.path && !vec_push(&s->present, setting))
		return 0;
	free(setting.path);
	return -ENOMEM;
}

static int add_setting(struct survey *s, const char *path);

/* A setting stands where the path has a directory, and that is told from nothing at all. */
static int add_parent(struct survey *s, const char *path)
{
	const char *slash = strrchr(path, '/');
	auto_free char *parent = slash ? strndup(path, (size_t)(slash - path)) : NULL;

	if (!slash)
		return 0;
	return parent ? add_setting(s, parent) : -ENOMEM;
}

static int add_setting(struct survey *s, const char *path)
{
	struct stat st;
	int r = first_time(s, path);

	if (r <= 0)
		return r;
	if (fstatat(s->sys, *path ? path : ".", &st, AT_SYMLINK_NOFOLLOW))
		return errno == ENOTDIR ? add_parent(s, path) : 0;
	return push(s, path, kind_of(st.st_mode));
}

static int expand(struct survey *s, const char *done, const char *pattern);

static int expand_here(struct survey *s, const char *done, const char *component, const char *rest)
{
	auto_call(names_done) struct names names = {0};
	int r = root_list(s->sys, *done ? done : ".", &names, NULL);

	if (r)
		return r == -ENOMEM ? r : 0;

	for (size_t i = 0; i < names.len && !r; i++) {
		auto_free char *path = NULL;

		if (fnmatch(component, names.items[i], FNM_PERIOD) != 0)
			continue;
		path = text_format("%s%s%s", done, *done ? "/" : "", names.items[i]);
		if (!path)
			return -ENOMEM;
		r = *rest ? expand(s, path, rest) : add_setting(s, path);
	}
	return r;
}

/* glob(3) below `done`, component by component.  Patterns are simplified paths. */
static int expand(struct survey *s, const char *done, const char *pattern)
{
	size_t n = strcspn(pattern, "/");
	const char *rest = pattern + n + (pattern[n] == '/');
	auto_free char *component = strndup(pattern, n);
	auto_free char *path = NULL;

	if (!component)
		return -ENOMEM;
	if (key_is_glob(component))
		return expand_here(s, done, component, rest);

	path = text_format("%s%s%s", done, *done ? "/" : "", component);
	if (!path)
		return -ENOMEM;
	return *rest ? expand(s, path, rest) : add_setting(s, path);
}

static int look_up(struct survey *s, const char *path)
{
	int r;

	if (strlen(path) >= PATH_MAX)
		return 0;
	if (!key_is_glob(path))
		return add_setting(s, path);

	r = first_time(s, path);
	return r > 0 ? expand(s, "", path) : r;
}

static bool is_one_of(const char *path, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(path, list[i]) == 0)
			return true;
	}
	return false;
}

/* What else changes when the setting at `i` is written. */
static int look_up_others(struct survey *s, size_t i)
{
	const char *path = s->present.items[i].path;
	int r = 0;

	if (text_starts(path, CONF "default/")) {
		auto_free char *all = text_format(CONF "*/%s", path + strlen(CONF "default/"));

		r = all ? look_up(s, all) : -ENOMEM;
	} else if (is_one_of(path, forwarding, ARRAY_LEN(forwarding))) {
		for (size_t n = 0; n < ARRAY_LEN(forwarding_also) && !r; n++)
			r = look_up(s, forwarding_also[n]);
	}
	return r;
}

static int look_up_all(struct survey *s, const struct boot_lines *lines, const char *key)
{
	auto_free char *path = key ? strdup(key) : NULL;
	int r = 0;

	if (key && !path)
		return -ENOMEM;
	if (path) {
		key_to_path(path);
		r = look_up(s, path);
	}
	for (size_t i = 0; i < lines->items.len && !r; i++) {
		if (lines->items.items[i].target)
			r = look_up(s, lines->items.items[i].target);
	}
	for (size_t i = 0, n = s->present.len; i < n && !r; i++)
		r = look_up_others(s, i);
	for (size_t i = 0; i < lines->strays.len && !r; i++) {
		const char *stray = lines->strays.items[i].target;

		/* Only whether it is there: globs of strays match nothing of ours. */
		if (stray && !key_is_glob(stray))
			r = look_up(s, stray);
	}
	return r;
}

/* ---- no running layer ---- */

static int add_assumed(struct survey *s, const char *path)
{
	int r = first_time(s, path);

	return r > 0 ? push(s, path, SETTING_FILE) : r;
}

/* "net.ipv4.conf.*.rp_filter": the two members every host has. */
static int assume_family(struct survey *s, const char *family)
{
	static const char *const members[] = {"all", "default"};
	size_t head = strcspn(family, "*");
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(members) && !r; i++) {
		auto_free char *path =
			text_format("%.*s%s%s", (int)head, family, members[i], family + head + 1);

		r = path ? add_assumed(s, path) : -ENOMEM;
	}
	return r;
}

/* What globs may match on a host that cannot be asked. */
static int assume_all(struct survey *s, const char *key)
{
	int r = 0;

	for (size_t i = 0; i <= catalogue_size() && !r; i++) {
		const char *name = i < catalogue_size() ? catalogue_at(i)->key : key;
		auto_free char *path = name ? strdup(name) : NULL;

		if (!name)
			break;
		if (!path)
			return -ENOMEM;
		key_to_path(path);
		r = strchr(path, '*') ? assume_family(s, path) : add_assumed(s, path);
	}
	return r;
}

/* ---- congestion controls ---- */

#define CONGESTION_CONTROL "net/ipv4/tcp_congestion_control"

/* The kernel loads tcp_NAME when somebody asks for NAME. */
static int add_modules(int root, struct text *list)
{
	auto_call(names_done) struct names names = {0};
	auto_free char *release = NULL, *dir = NULL;
	int r = root_read(root, "/proc/sys/kernel/osrelease", 256, &release, NULL, NULL);

	if (r)
		return r == -ENOMEM ? r : 0;
	release[strcspn(release, "\n/")] = '\0';
	dir = text_format("/lib/modules/%s/kernel/net/ipv4", release);
	if (!dir)
		return -ENOMEM;

	r = root_list(root, dir, &names, NULL);
	for (size_t i = 0; i < names.len; i++) {
		const char *name = names.items[i];
		const char *end = strstr(name, ".ko");

		if (text_starts(name, "tcp_") && end)
			text_addf(list, " %.*s", (int)(end - name - 4), name + 4);
	}
	return r == -ENOMEM ? r : 0;
}

static int find_algorithms(int root, struct boot_present *present)
{
	auto_text struct text list = {0};
	auto_free char *text = NULL;
	int r;

	if (!boot_present_find(present, CONGESTION_CONTROL))
		return 0;
	r = root_read(root, "/proc/sys/net/ipv4/tcp_available_congestion_control", 4096, &text,
		      NULL, NULL);
	if (r)
		return r == -ENOMEM ? r : 0;

	text[strcspn(text, "\n")] = '\0';
	text_add(&list, text);
	r = add_modules(root, &list);
	return r ? r : text_take(&list, &present->algorithms);
}

static int compare_settings(const void *a, const void *b)
{
	return strcmp(((const struct boot_setting *)a)->path,
		      ((const struct boot_setting *)b)->path);
}

int sysctld_present(int root, const struct boot_lines *lines, const char *key,
		    struct boot_present *ret, struct error *err)
{
	auto_call(survey_done) struct survey s = {
		.sys = root_openat(root, "/proc/sys", O_PATH | O_DIRECTORY),
	};
	int r;

	s.present.known = s.sys >= 0;
	r = s.present.known ? look_up_all(&s, lines, key) : assume_all(&s, key);
	if (!r && s.present.len)
		qsort(s.present.items, s.present.len, sizeof(*s.present.items), compare_settings);
	if (!r)
		r = find_algorithms(root, &s.present);
	if (r)
		return error_set(err, -r, "look up the settings below /proc/sys");

	*ret = s.present;
	s.present = (struct boot_present){0};
	return 0;
}
