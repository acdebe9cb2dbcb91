/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * To be preloaded: the allocation of number FAIL_AT fails.  Without it, how many
 * there were is written to the file FAIL_COUNT at the end.  One that libconfig
 * asked for, which it may not survive, leaves the file FAIL_IN_LIBCONFIG.
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t n);

static unsigned long made, at;

enum { DEPTH = 12 };

static void tell_libconfig(void)
{
	const char *file = getenv("FAIL_IN_LIBCONFIG");
	void *frames[DEPTH];
	int n = file ? backtrace(frames, DEPTH) : 0;

	for (int i = 0; i < n; i++) {
		Dl_info info;
		FILE *f;

		if (!dladdr(frames[i], &info) || !strstr(info.dli_fname, "libconfig"))
			continue;
		f = fopen(file, "w");
		if (f)
			fclose(f);
		return;
	}
}

__attribute__((constructor)) static void begin(void)
{
	const char *words = getenv("FAIL_AT");
	void *frame;

	(void)backtrace(&frame, 1); /* it allocates the first time */
	at = words ? strtoul(words, NULL, 10) : 0;
	made = 0;
}

__attribute__((destructor)) static void end(void)
{
	const char *file = getenv("FAIL_COUNT");
	FILE *f;

	if (!file)
		return;
	f = fopen(file, "w");
	if (f) {
		fprintf(f, "%lu\n", made);
		fclose(f);
	}
}

static int fails(void)
{
	if (++made != at || !at)
		return 0;
	tell_libconfig();
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t n)
{
	return fails() ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
	return fails() ? NULL : __libc_realloc(p, n);
}

void *reallocarray(void *p, size_t n, size_t size)
{
	size_t all;

	if (__builtin_mul_overflow(n, size, &all)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(p, all);
}
