/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The recorded cases of tests/vectors: unpacking them and reading their
 * `expect` files.  tests/vectors/README tells the format.
 *
 * A record is one line for one oracle: a line that names four oracles becomes
 * four records.  f[0] is the first field after the oracles.
 */
#ifndef TCPTUNE_TESTS_VECTORS_H
#define TCPTUNE_TESTS_VECTORS_H

#include "check.h"

#include <dirent.h>

#include "base/root.h"
#include "base/vec.h"

enum { RECORD_FIELDS_MAX = 8 };

struct record {
	char *line;                 /* owned; everything else points into it */
	const char *kind;           /* "set", "final", "nofile", ... */
	const char *oracle;         /* "sd252" */
	char *f[RECORD_FIELDS_MAX]; /* unescaped; NULL from f[n] on */
	size_t n;
};

struct records {
	VEC(struct record);
};

/* Unpack the cases of these kinds ("limits systemd") below dir (a scratch directory). */
static inline void vectors_unpack(const char *dir, const char *kinds)
{
	const char *tests = getenv("TCPTUNE_TESTS");
	char cmd[512];

	snprintf(cmd, sizeof(cmd), "tar -xzf '%s/vectors/cases.tar.gz' -C '%s' %s",
		 tests ? tests : "tests", dir, kinds);
	if (system(cmd))
		fail_msg("%s failed; run it from the top of the source", cmd);
}

/* The cases of one kind ("sysctl"), sorted; names_done() is the caller's. */
static inline struct names vectors_cases(const char *dir, const char *kind)
{
	struct names list = {0};
	int root = -1;

	assert_ok(root_open(dir, &root, NULL));
	assert_ok(root_list(root, kind, &list, NULL));
	close(root);
	return list;
}

static inline int vectors_hex(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* \t \n \r \\ and \xHH, in place. */
static inline void vectors_unescape(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (*s != '\\') {
			*to++ = *s;
			continue;
		}
		s++;
		if (*s == 'x') {
			*to++ = (char)(vectors_hex(s[1]) << 4 | vectors_hex(s[2]));
			s += 2;
		} else {
			*to++ = (char)(*s == 't' ? '\t' : *s == 'n' ? '\n' : *s == 'r' ? '\r' : *s);
		}
	}
	*to = '\0';
}

/* One record of line for the oracle whose name has len bytes and starts at name. */
static inline struct record vectors_record(const char *line, const char *name, size_t len)
{
	struct record r = {.line = malloc(strlen(line) + len + 2)};
	char *rest = NULL;

	assert_non_null(r.line);
	memcpy(r.line, name, len);
	r.line[len] = '\0';
	r.oracle = r.line;

	rest = strcpy(r.line + len + 1, line);
	r.kind = strsep(&rest, "\t");
	(void)strsep(&rest, "\t");
	while (rest && r.n < RECORD_FIELDS_MAX) {
		r.f[r.n] = strsep(&rest, "\t");
		vectors_unescape(r.f[r.n++]);
	}
	return r;
}

/* The records of case_dir/expect in the order of the file; free with records_done(). */
static inline struct records records_read(const char *case_dir)
{
	struct records list = {0};
	char path[512], *line = NULL;
	size_t cap = 0;
	ssize_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/expect", case_dir);
	f = fopen(path, "r");
	if (!f)
		fail_msg("%s: %s", path, strerror(errno));

	while ((n = getline(&line, &cap, f)) > 0) {
		const char *names = strchr(line, '\t');

		if (line[n - 1] == '\n')
			line[n - 1] = '\0';
		if (line[0] == '#' || !names)
			continue;

		for (names++; *names != '\t' && *names;) {
			size_t len = strcspn(names, ",\t");

			assert_ok(vec_push(&list, vectors_record(line, names, len)));
			names += len + (names[len] == ',');
		}
	}
	free(line);
	fclose(f);
	return list;
}

static inline void records_done(struct records *list)
{
	for (size_t i = 0; i < list->len; i++)
		free(list->items[i].line);
	vec_done(list);
}

/* A small file of the case ("args", "pid1"), blanks at its end cut; fallback when missing. */
static inline const char *vectors_text(const char *case_dir, const char *name, char *buf,
				       size_t size, const char *fallback)
{
	char path[512];
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", case_dir, name);
	f = fopen(path, "r");
	if (!f)
		return fallback;

	n = fread(buf, 1, size - 1, f);
	fclose(f);
	while (n && strchr(" \t\n", buf[n - 1]))
		n--;
	buf[n] = '\0';
	return buf;
}

#endif
