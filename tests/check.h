/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vocabulary of the unit tests, over cmocka.
 */
#ifndef TCPTUNE_TESTS_CHECK_H
#define TCPTUNE_TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

#define assert_ok(call)                                                                            \
	do {                                                                                       \
		int got_ = (call);                                                                 \
		if (got_)                                                                          \
			fail_msg("%s returned %d (%s)", #call, got_, strerror(-got_));             \
	} while (0)

/* The call fails with -code. */
#define assert_fails(call, code)                                                                   \
	do {                                                                                       \
		int got_ = (call);                                                                 \
		if (got_ != -(code))                                                               \
			fail_msg("%s returned %d, expected -%s", #call, got_, #code);              \
	} while (0)

/* haystack holds needle; both are shown when not. */
#define assert_has(haystack, needle)                                                               \
	do {                                                                                       \
		const char *h_ = (haystack), *n_ = (needle);                                       \
		if (!h_ || !strstr(h_, n_))                                                        \
			fail_msg("\"%s\" does not contain \"%s\"", h_ ? h_ : "(null)", n_);        \
	} while (0)

/* Skip this test; the runner shows the reason. */
#define skip_because(...)                                                                          \
	do {                                                                                       \
		printf("# skip: " __VA_ARGS__);                                                    \
		putchar('\n');                                                                     \
		skip();                                                                            \
	} while (0)

/* A scratch directory, its name in buf; removed by scratch_remove(). */
static inline const char *scratch_make(char buf[static 64])
{
	strcpy(buf, "/tmp/tcptune-test-XXXXXX");
	if (!mkdtemp(buf))
		fail_msg("mkdtemp: %s", strerror(errno));
	return buf;
}

static inline void scratch_remove(const char *dir)
{
	char cmd[192];

	snprintf(cmd, sizeof(cmd), "chmod -R u+rwx '%s'; rm -rf '%s'", dir, dir);
	if (system(cmd))
		fail_msg("%s failed", cmd);
}

/* Write a file below dir, making the directories on the way. */
static inline void scratch_bytes(const char *dir, const char *path, const void *bytes, size_t n)
{
	char full[512];
	FILE *f;

	snprintf(full, sizeof(full), "%s/%s", dir, path);
	for (char *p = full + strlen(dir) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		if (mkdir(full, 0755) && errno != EEXIST)
			fail_msg("mkdir %s: %s", full, strerror(errno));
		*p = '/';
	}
	f = fopen(full, "w");
	if (!f || fwrite(bytes, 1, n, f) != n || fclose(f))
		fail_msg("write %s: %s", full, strerror(errno));
}

static inline void scratch_file(const char *dir, const char *path, const char *text)
{
	scratch_bytes(dir, path, text, strlen(text));
}

#endif
