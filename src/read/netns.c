/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <string.h>

static bool is_path(const char *name)
{
	return strchr(name, '/') != NULL;
}

int netns_enter(const char *name, struct error *err)
{
	char path[PATH_MAX];
	auto_close int fd = -1;

	if (!*name || (size_t)snprintf(path, sizeof(path), "%s%s",
				       is_path(name) ? "" : "/run/netns/", name) >= sizeof(path))
		return error_say(err, EINVAL, "'%s' is not the name of a network namespace", name);

	/* O_NONBLOCK: a FIFO in that place must not hang us. */
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return error_set(err, errno, "open the network namespace %s", path);

	if (setns(fd, CLONE_NEWNET) == 0)
		return 0;
	if (errno == EINVAL)
		return error_say(err, EINVAL, "%s is not a network namespace", path);
	return error_set(err, errno, "enter the network namespace %s", path);
}
