/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/apart.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { DESCRIPTORS = 1024, PAUSE_NS = 200 * 1000, PAUSES_A_MS = 5 };

/* Whoever reads what we print would wait for a child that hangs. */
static void close_all(void)
{
	if (close_range(0, ~0U, 0) == 0)
		return;
	for (int fd = 0; fd < DESCRIPTORS; fd++) /* before Linux 5.9: the usual limit */
		(void)close(fd);
}

static int wait_for(pid_t pid, unsigned ms)
{
	const struct timespec pause = {.tv_nsec = PAUSE_NS};
	int status;

	for (unsigned i = 0; i < ms * PAUSES_A_MS; i++) {
		pid_t r = waitpid(pid, &status, WNOHANG);

		if (r == pid)
			return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EIO;
		if (r < 0 && errno != EINTR)
			return -errno;
		(void)nanosleep(&pause, NULL);
	}
	(void)kill(pid, SIGKILL);
	return -ETIMEDOUT;
}

int apart_run(int (*run)(void *arg), void *arg, unsigned ms)
{
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (!pid) {
		close_all();
		_exit(run(arg) != 0);
	}
	return wait_for(pid, ms);
}
