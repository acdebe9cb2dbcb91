/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/guardian.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "base/text.h"

enum {
	ARMING_MS = 10 * 1000,
	LOCK_PAUSE_NS = 100 * 1000 * 1000,
};

#define NS_PER_SECOND 1000000000

/* Does systemd run here, so that there is somebody to make a scope? (sd_booted(3)) */
static bool has_systemd(void)
{
	return access("/run/systemd/system", F_OK) == 0;
}

static void become_quiet(int out)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDERR_FILENO) < 0 ||
	    dup2(out, STDOUT_FILENO) < 0)
		_exit(126);
}

void guardian_detach(void)
{
	static const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGXFSZ};
	sigset_t none;

	for (size_t i = 0; i < ARRAY_LEN(ignored); i++)
		(void)signal(ignored[i], SIG_IGN);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Every descriptor but these three is closed by exec, that of the lock with them. */
static void run_child(int out, const char *program, char *const argv[])
{
	(void)setsid();
	guardian_detach();
	if (chdir("/")) /* or what the caller stood on could not be unmounted until the end */
		_exit(126);
	become_quiet(out);
	(void)execv(program, argv);
	_exit(127);
}

/* "armed" within the time; anything else, or its end, is a failure. */
static bool is_armed(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char buf[16] = "";
	ssize_t n;

	if (TEMP_FAILURE_RETRY(poll(&p, 1, ARMING_MS)) != 1)
		return false;
	n = TEMP_FAILURE_RETRY(read(fd, buf, sizeof(buf) - 1));
	return n > 0 && text_starts(buf, GUARDIAN_ARMED);
}

static int start(const char *program, char *const argv[], struct error *err)
{
	auto_close int ours = -1;
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		return error_set(err, errno, "start the guardian");
	ours = fds[0];

	pid = fork();
	if (pid == 0)
		run_child(fds[1], program, argv);
	(void)close(fds[1]);
	if (pid < 0)
		return error_set(err, errno, "start the guardian");
	if (is_armed(ours))
		return 0;

	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	return error_say(err, EIO,
			 "the guardian that would take the change back could not be started");
}

/* Where we come from; a copied binary that was removed meanwhile cannot be run by name. */
static char *own_name(void)
{
	char buf[4096];
	ssize_t n = readlink("/proc/self/exe", buf, sizeof(buf));

	if (n <= 0 || (size_t)n == sizeof(buf))
		return NULL;
	return strndup(buf, (size_t)n);
}

static int start_in_scope(const char *id, struct error *err)
{
	auto_free char *self = own_name();
	auto_free char *unit = text_format("--unit=tcptune-confirm-%s", id);
	auto_free char *copy = strdup(id);
	char run[] = "systemd-run", scope[] = "--scope", collect[] = "--collect",
	     quiet[] = "--quiet", end[] = "--", command[] = GUARDIAN_COMMAND;
	char *const argv[] = {run, scope, collect, quiet, unit, end, self, command, copy, NULL};

	if (!self || !unit || !copy)
		return error_set(err, ENOMEM, "start the guardian");
	return start("/usr/bin/systemd-run", argv, err);
}

static int start_plain(const char *id, struct error *err)
{
	auto_free char *copy = strdup(id);
	char name[] = "tcptune", command[] = GUARDIAN_COMMAND;
	char *const argv[] = {name, command, copy, NULL};

	return copy ? start("/proc/self/exe", argv, err)
		    : error_set(err, ENOMEM, "start the guardian");
}

int guardian_start(const char *id, bool *ret_in_scope, struct error *err)
{
	*ret_in_scope = has_systemd() && !start_in_scope(id, NULL);
	return *ret_in_scope ? 0 : start_plain(id, err);
}

bool guardian_sleep(int64_t boottime)
{
	struct timespec until = {
		.tv_sec = boottime / NS_PER_SECOND,
		.tv_nsec = boottime % NS_PER_SECOND,
	};
	struct timespec now;
	bool last;

	/* A clock that cannot be read does not keep a change for ever. */
	if (clock_gettime(CLOCK_BOOTTIME, &now))
		return true;
	last = until.tv_sec - now.tv_sec <= GUARDIAN_NAP;
	if (!last)
		until = (struct timespec){.tv_sec = now.tv_sec + GUARDIAN_NAP};
	while (clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &until, NULL) == EINTR)
		;
	return last;
}

int64_t guardian_in(unsigned seconds)
{
	struct timespec now;

	if (clock_gettime(CLOCK_BOOTTIME, &now))
		return 0;
	return ((int64_t)now.tv_sec + seconds) * NS_PER_SECOND + now.tv_nsec;
}

int guardian_open(const struct place *place, int64_t until, struct txn **ret, struct error *err)
{
	static const struct timespec pause = {.tv_nsec = LOCK_PAUSE_NS};
	int r;

	while ((r = txn_open_pending(place, ret, err)) && err->is_busy && guardian_in(0) < until)
		(void)nanosleep(&pause, NULL);
	if (!r)
		*err = (struct error){0}; /* who held it is no news any more */
	return r;
}

int guardian_revert(const struct place *place, int64_t until, const char *id, struct outcome *ret,
		    struct error *err)
{
	struct txn *t = NULL;
	int r = guardian_open(place, until, &t, err);

	*ret = (struct outcome){0};
	if (r)
		return r;
	r = txn_revert(t, id, ret, err);
	txn_close(t);
	return r == -ENOENT ? 0 : r;
}
