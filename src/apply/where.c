/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/where.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>

#include "base/number.h"
#include "base/root.h"
#include "base/text.h"
#include "read/identity.h"
#include "read/netns.h"

/* "4:4026531840", which a namespace without a process of its own still has. */
static bool is_number_of(const char *netns, const struct stat *st)
{
	char number[64];
	size_t n = (size_t)snprintf(number, sizeof(number), "%llu:%llu",
				    (unsigned long long)st->st_dev, (unsigned long long)st->st_ino);

	return strncmp(netns, number, n) == 0 && (!netns[n] || netns[n] == ':');
}

enum { NOBODY = 0, SOMEBODY_UNSEEN = -1 };

/* A process in that namespace, NOBODY, or SOMEBODY_UNSEEN where not all could be asked. */
static int find_process(const char *netns)
{
	auto_call(names_done) struct names names = {0};
	auto_close int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int found = NOBODY;

	if (proc < 0 || root_list(proc, ".", &names, NULL))
		return SOMEBODY_UNSEEN;
	for (size_t i = 0; i < names.len; i++) {
		char path[64];
		int64_t pid;
		struct stat st;

		if (!char_is_digit(names.items[i][0]) || strlen(names.items[i]) > 20)
			continue;
		(void)snprintf(path, sizeof(path), "%s/ns/net", names.items[i]);
		if (fstatat(proc, path, &st, 0)) {
			if (errno != ENOENT && errno != ESRCH)
				found = SOMEBODY_UNSEEN;
			continue;
		}
		if (is_number_of(netns, &st) && !number_parse_i64(names.items[i], &pid))
			return (int)pid;
	}
	return found;
}

static bool enter(const struct identity *there, int *ret_back)
{
	auto_close int back = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	auto_free char *now = NULL;

	if (!there->netns_name || back < 0 || netns_enter(there->netns_name, NULL))
		return false;
	now = identity_netns();
	if (now && strcmp(now, there->netns) == 0) {
		*ret_back = take_fd(back);
		return true;
	}
	/* The name is another's now; if there is no way back, nothing may be written. */
	(void)setns(back, CLONE_NEWNET);
	return false;
}

enum where where_go(const struct identity *there, const struct identity *here, int *ret_back,
		    struct error *err)
{
	int pid;

	*ret_back = -1;
	if (identity_same_place(there, here))
		return WHERE_HERE;
	if (strcmp(there->boot_id, here->boot_id) != 0)
		return WHERE_GONE;
	if (enter(there, ret_back))
		return WHERE_HERE;

	pid = find_process(there->netns);
	if (pid == NOBODY)
		return WHERE_GONE;
	if (pid == SOMEBODY_UNSEEN)
		(void)error_say(err, EXDEV,
				"its running values belong to network namespace %s; whether that "
				"is still there cannot be seen from here",
				there->netns);
	else
		(void)error_say(err, EXDEV,
				"its running values belong to network namespace %s, which this is "
				"not: run it in there, as with nsenter -t %d -n",
				there->netns, pid);
	return WHERE_UNREACHABLE;
}

int where_return(int *back, struct error *err)
{
	auto_close int fd = take_fd(*back);

	if (fd >= 0 && setns(fd, CLONE_NEWNET))
		return error_set(err, errno, "return to our network namespace");
	return 0;
}
