/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Attributes, scoped cleanup and the few macros everything uses.
 *
 * A local that owns something is declared auto_* and set where it is
 * declared; take() hands it on, so that the cleanup finds NULL.
 */
#ifndef TCPTUNE_BASE_DEFS_H
#define TCPTUNE_BASE_DEFS_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define must_check __attribute__((warn_unused_result))
#define printf_like(fmt, args) __attribute__((format(printf, fmt, args)))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#define take(p)                                                                                    \
	__extension__({                                                                            \
		__typeof__(p) taken_ = (p);                                                        \
		(p) = NULL;                                                                        \
		taken_;                                                                            \
	})

#define take_fd(fd)                                                                                \
	__extension__({                                                                            \
		int taken_ = (fd);                                                                 \
		(fd) = -1;                                                                         \
		taken_;                                                                            \
	})

static inline void free_indirect(void *p)
{
	free(*(void **)p);
}

static inline void close_indirect(const int *fd)
{
	if (*fd >= 0)
		(void)close(*fd); /* read side only: writers close by hand and look */
}

static inline void closedir_indirect(DIR **dir)
{
	if (*dir)
		(void)closedir(*dir);
}

static inline void fclose_indirect(FILE **f)
{
	if (*f)
		(void)fclose(*f);
}

#define auto_free __attribute__((cleanup(free_indirect)))
#define auto_close __attribute__((cleanup(close_indirect)))
#define auto_dir __attribute__((cleanup(closedir_indirect)))
#define auto_file __attribute__((cleanup(fclose_indirect)))
#define auto_call(fn) __attribute__((cleanup(fn)))

#endif
