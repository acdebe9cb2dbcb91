/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * To be preloaded: each sync takes SYNC_DELAY_US microseconds longer, as on a
 * disk that has to write.  How many seconds all of them took goes to the file
 * SYNC_SPENT at the end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static double spent;

static double now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int slowly(long call, int fd)
{
	const char *words = getenv("SYNC_DELAY_US");
	long delay = words ? strtol(words, NULL, 10) : 0;
	struct timespec left = {.tv_sec = delay / 1000000, .tv_nsec = delay % 1000000 * 1000};
	double began = now();
	int r = (int)syscall(call, fd);

	while (nanosleep(&left, &left)) {
	}
	spent += now() - began;
	return r;
}

int fsync(int fd)
{
	return slowly(SYS_fsync, fd);
}

int fdatasync(int fd)
{
	return slowly(SYS_fdatasync, fd);
}

__attribute__((destructor)) static void end(void)
{
	const char *file = getenv("SYNC_SPENT");
	FILE *f = file ? fopen(file, "w") : NULL;

	if (!f)
		return;
	fprintf(f, "%.9f\n", spent);
	fclose(f);
}
