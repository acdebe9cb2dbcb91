/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/os_release.h"

#include <errno.h>
#include <string.h>

#include "read/lines.h"

enum { OS_LINE_MAX = 4096 };

static const char *const files[] = {"/etc/os-release", "/usr/lib/os-release"};

void os_release_done(struct os_release *o)
{
	free(o->id);
	free(o->id_like);
	free(o->version_id);
	*o = (struct os_release){0};
}

/* A shell word: the names and numbers wanted here need no more than quotes off. */
static char *unquote(char *value)
{
	size_t n = strlen(value);

	while (n && strchr(" \t\r", value[n - 1]))
		n--;
	value[n] = '\0';
	if (n > 1 && (*value == '"' || *value == '\'') && value[n - 1] == *value) {
		value[n - 1] = '\0';
		value++;
	}
	return value;
}

static int keep(struct os_release *o, char *line)
{
	const struct {
		const char *key;
		char **to;
	} wanted[] = {
		{"ID", &o->id},
		{"ID_LIKE", &o->id_like},
		{"VERSION_ID", &o->version_id},
	};
	char *value = strchr(line, '=');

	if (!value)
		return 0;
	*value++ = '\0';
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		if (strcmp(line, wanted[i].key) != 0)
			continue;
		free(*wanted[i].to); /* the last one counts, as in a shell */
		*wanted[i].to = strdup(unquote(value));
		return *wanted[i].to ? 0 : -ENOMEM;
	}
	return 0;
}

static int read_file(int root, const char *path, struct os_release *o, struct error *err)
{
	auto_lines struct lines l = {.fd = -1};
	char *line;
	size_t n;
	int r = lines_open(root, path, OS_LINE_MAX, &l, err);

	if (r)
		return r;
	while ((r = lines_next(&l, &line, &n)) > 0) {
		r = l.continues ? 0 : keep(o, line);
		if (r)
			break;
	}
	return r ? error_set(err, -r, "read %s", path) : 0;
}

int os_release_read(int root, struct os_release *ret, struct error *err)
{
	auto_call(os_release_done) struct os_release o = {0};
	int r = -ENOENT;

	for (size_t i = 0; r == -ENOENT && i < ARRAY_LEN(files); i++)
		r = read_file(root, files[i], &o, err);
	if (r == -EACCES || r == -ENOMEM)
		return r;

	*ret = o;
	o = (struct os_release){0};
	return 0;
}
