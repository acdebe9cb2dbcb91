/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "apply/state_dir.h"
#include "base/file.h"
#include "base/root.h"
#include "read/state.h"

#define RUN_DIR "/run/" STATE_NAME

enum { LOCK_TRIES = 100, COMMAND_MAX = 256, RUN_MODE = 0755 };

/* The command line of a process; "" when it cannot be had. */
static void command_of(pid_t pid, char buf[static COMMAND_MAX])
{
	char path[64];
	auto_close int fd = -1;
	ssize_t n;

	(void)snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : TEMP_FAILURE_RETRY(read(fd, buf, COMMAND_MAX - 1));
	n = n < 0 ? 0 : n;
	while (n > 0 && !buf[n - 1])
		n--;
	for (ssize_t i = 0; i < n; i++)
		buf[i] = buf[i] ? buf[i] : ' ';
	buf[n] = '\0';
}

static int say_busy(pid_t pid, struct error *err)
{
	char command[COMMAND_MAX] = "";

	if (pid <= 0)
		return error_busy(err, "another transaction is running, of a process that cannot "
				       "be seen from here");
	command_of(pid, command);
	return error_busy(err, "another transaction is running: process %d%s%s%s", (int)pid,
			  *command ? " (" : "", command, *command ? ")" : "");
}

/* 0, -EAGAIN when the holder has just gone, -EBUSY. */
static int try(int fd, struct error *err)
{
	struct flock want = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (!fcntl(fd, F_SETLK, &want))
		return 0;
	if (errno != EACCES && errno != EAGAIN)
		return error_set(err, errno, "take the lock");
	if (fcntl(fd, F_GETLK, &want))
		return error_set(err, errno, "ask who holds the lock");
	return want.l_type == F_UNLCK ? -EAGAIN : say_busy(want.l_pid, err);
}

static int check_file(int dir, int fd, struct error *err)
{
	struct stat st, named;

	if (fstat(fd, &st))
		return error_set(err, errno, "look at the lock");
	if (!S_ISREG(st.st_mode) || st.st_nlink > 1 || st.st_uid != geteuid())
		return error_say(err, EPERM,
				 "the lock is not a regular file with one name that belongs to "
				 "user %u",
				 (unsigned)geteuid());

	/* Somebody may have removed it, and the next would lock another file. */
	if (fstatat(dir, "lock", &named, AT_SYMLINK_NOFOLLOW) || named.st_ino != st.st_ino ||
	    named.st_dev != st.st_dev)
		return -EAGAIN;
	return 0;
}

static int take_once(int dir, const char *path, int *ret_fd, struct error *err)
{
	auto_close int fd =
		openat(dir, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	int r;

	if (fd < 0 && errno == ENOENT)
		return -EAGAIN; /* who had it took the directory away: of a tree all of it goes */
	if (fd < 0)
		return say_not_written(path, errno, err);
	r = try(fd, err);
	if (!r)
		r = check_file(dir, fd, err);
	if (!r)
		*ret_fd = take_fd(fd);
	return r;
}

/*
 * Everybody's to read, unlike the state: profiles may lie in it, and an ordinary
 * user's check looks for them there.
 */
static int enter_run(int run, int *ret_fd, struct error *err)
{
	struct stat st;
	int r;

	if (mkdirat(run, STATE_NAME, RUN_MODE) && errno != EEXIST)
		return say_not_written(RUN_DIR, errno, err);
	r = state_open_dir(run, STATE_NAME, RUN_DIR, RUN_MODE, ret_fd, err);
	/* Versions before this made it 0700 under a umask; where that stays nothing fails. */
	if (!r && !fstat(*ret_fd, &st) && (st.st_mode & 07777) == 0700)
		(void)fchmod(*ret_fd, RUN_MODE);
	return r;
}

static int open_dir(const struct place *place, int *ret_fd, struct error *err)
{
	auto_close int run = -1;

	if (!place->is_here)
		return state_dir_make(place, ret_fd, err);

	run = root_openat(place->root, "/run", O_RDONLY | O_DIRECTORY);
	if (run < 0)
		return error_set(err, -run, "open /run");
	return enter_run(run, ret_fd, err);
}

int lock_take(const struct place *place, int *ret_fd, struct error *err)
{
	const char *path = place->is_here ? RUN_DIR "/lock" : STATE_DIR "/lock";
	int r = -EAGAIN;

	/* While another makes or removes the way to a tree's lock, parts of it are not there. */
	for (unsigned i = 0; i < LOCK_TRIES && (r == -EAGAIN || r == -ENOENT); i++) {
		auto_close int dir = -1;

		r = open_dir(place, &dir, err);
		if (r)
			(void)error_within(err, "take the lock");
		else
			r = take_once(dir, path, ret_fd, err);
	}
	return r == -EAGAIN ? error_busy(err, "other transactions come and go all the time") : r;
}
