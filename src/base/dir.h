/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names in a directory, by getdents64(2) into a buffer of our own.
 *
 * Why not readdir(3): fdopendir(3) spends three more system calls and an
 * allocation of 32 KiB on each directory, and a run of check lists about a
 * hundred.
 */
#ifndef TCPTUNE_BASE_DIR_H
#define TCPTUNE_BASE_DIR_H

#include <dirent.h>

#include "base/error.h"

struct dir {
	int fd;     /* of the directory, the caller's */
	int error;  /* why dir_next() gave NULL: 0 at the end, else -errno */
	size_t ask; /* for so many bytes of entries at a time */
	size_t at, len;
	_Alignas(struct dirent64) char entries[8192];
};

/* fd must be open for reading; it is read from where it stands. */
void dir_init(struct dir *d, int fd);

/*
 * Only the first few names of it, so long in all with their headers, are wanted:
 * to the kernel each entry of /proc/PID/fd that it lists is a file to make up.
 */
void dir_init_few(struct dir *d, int fd, size_t bytes);

/* The next name, without "." and "..", as the kernel orders them; valid until the next call. */
must_check const char *dir_next(struct dir *d);

#endif
