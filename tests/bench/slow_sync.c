/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * To be preloaded: each sync takes SYNC_DELAY_US microseconds longer, as on a
 * disk that has to write.
 */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int then_wait(long result)
{
	const char *words = getenv("SYNC_DELAY_US");
	long delay = words ? strtol(words, NULL, 10) : 0;
	struct timespec left = {.tv_sec = delay / 1000000, .tv_nsec = delay % 1000000 * 1000};

	while (nanosleep(&left, &left)) {
	}
	return (int)result;
}

int fsync(int fd)
{
	return then_wait(syscall(SYS_fsync, fd));
}

int fdatasync(int fd)
{
	return then_wait(syscall(SYS_fdatasync, fd));
}
