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

/*
 * The number of a namespace is used again once it is gone: only the cookie, which
 * is to be had inside, tells.
 */
static bool has_cookie(const struct identity *there)
{
	const char *colon = strchr(there->netns, ':');

	return colon && strchr(colon + 1, ':');
}

enum found { FOUND_NOT, FOUND_IT, FOUND_UNSURE };

/* Stays in there if it is the one; *ret_back leads back then. */
static enum found enter(const char *name, const struct identity *there, int *ret_back)
{
	auto_close int back = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	auto_free char *now = NULL;
	int r = back < 0 ? -EMFILE : netns_enter(name, NULL);

	if (r)
		return r == -ENOENT || r == -ESRCH || r == -EINVAL ? FOUND_NOT : FOUND_UNSURE;
	now = identity_netns();
	if (now && strcmp(now, there->netns) == 0) {
		*ret_back = take_fd(back);
		return FOUND_IT;
	}
	/* The name is another's now; if there is no way back, nothing may be written. */
	return setns(back, CLONE_NEWNET) || !now ? FOUND_UNSURE : FOUND_NOT;
}

/* As proc(5): a blank, a tab, a newline and a backslash are three octal digits there. */
static void unescape(char *text)
{
	char *to = text;

	for (const char *p = text; *p; p++) {
		if (*p == '\\' && strspn(p + 1, "01234567") >= 3) {
			*to++ = (char)((p[1] - '0') * 64 + (p[2] - '0') * 8 + (p[3] - '0'));
			p += 3;
		} else {
			*to++ = *p;
		}
	}
	*to = '\0';
}

/* Where a line of mountinfo(5) says that the namespace is mounted, or NULL. */
static const char *mount_point(char *line, const char *netns)
{
	enum { FIELD_ROOT = 3 };
	char *rest = line, *root = NULL, *point;
	const char *number = strchr(netns, ':');
	size_t n = number ? strcspn(++number, ":") : 0;

	for (int i = 0; i <= FIELD_ROOT; i++)
		root = strsep(&rest, " ");
	point = strsep(&rest, " ");
	if (!n || !point || !text_starts(root, "net:[") || strncmp(root + 5, number, n) != 0 ||
	    strcmp(root + 5 + n, "]") != 0)
		return NULL;
	unescape(point);
	return point;
}

/* A mount holds a namespace without a process: `ip netns` and containers do so. */
static enum found enter_mount(const struct identity *there, int *ret_back)
{
	auto_file FILE *f = fopen("/proc/self/mountinfo", "re");
	auto_free char *line = NULL;
	size_t size = 0;
	enum found found = f ? FOUND_NOT : FOUND_UNSURE;

	while (f && getline(&line, &size, f) > 0) {
		const char *point = mount_point(line, there->netns);
		enum found one = FOUND_NOT;

		if (point)
			one = has_cookie(there) ? enter(point, there, ret_back) : FOUND_UNSURE;
		if (one == FOUND_IT)
			return one;
		found = one == FOUND_UNSURE ? one : found;
	}
	return f && ferror(f) ? FOUND_UNSURE : found;
}

/*
 * Of another pid namespace's processes nothing is seen: is this the first one, and
 * /proc its own?  The number is PROC_PID_INIT_INO of the kernel's proc_ns.h.
 */
static bool sees_everybody(void)
{
	const ino_t first = 0xEFFFFFFC;
	struct stat st;

	return !stat("/proc/self/ns/pid", &st) && st.st_ino == first;
}

/* Is a process in there?  FOUND_UNSURE where not all could be asked. */
static enum found find_process(const struct identity *there, int64_t *ret)
{
	auto_call(names_done) struct names names = {0};
	auto_close int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum found found = sees_everybody() ? FOUND_NOT : FOUND_UNSURE;

	if (proc < 0 || root_list(proc, ".", &names, NULL))
		return FOUND_UNSURE;
	for (size_t i = 0; i < names.len; i++) {
		auto_close int back = -1;
		char path[64];
		struct stat st;

		if (!char_is_digit(names.items[i][0]) || strlen(names.items[i]) > 20)
			continue;
		(void)snprintf(path, sizeof(path), "/proc/%s/ns/net", names.items[i]);
		if (stat(path, &st)) {
			if (errno != ENOENT && errno != ESRCH)
				found = FOUND_UNSURE;
			continue;
		}
		if (!is_number_of(there->netns, &st) || number_parse_i64(names.items[i], ret) ||
		    enter(path, there, &back) == FOUND_NOT)
			continue;
		return back >= 0 && setns(back, CLONE_NEWNET) ? FOUND_UNSURE : FOUND_IT;
	}
	return found;
}

enum where where_go(const struct identity *there, const struct identity *here, int *ret_back,
		    struct error *err)
{
	enum found by_name = FOUND_NOT, by_mount = FOUND_NOT, by_process;
	int64_t pid = 0;

	*ret_back = -1;
	if (identity_same_place(there, here))
		return WHERE_HERE;
	if (strcmp(there->boot_id, here->boot_id) != 0)
		return WHERE_GONE;
	if (there->netns_name)
		by_name = enter(there->netns_name, there, ret_back);
	if (by_name != FOUND_IT)
		by_mount = enter_mount(there, ret_back);
	if (by_name == FOUND_IT || by_mount == FOUND_IT)
		return WHERE_HERE;

	by_process = find_process(there, &pid);
	if (by_process == FOUND_IT) {
		(void)error_say(err, EXDEV,
				"its running values belong to network namespace %s, which this is "
				"not: run it in there, as with nsenter -t %lld -n",
				there->netns, (long long)pid);
		return WHERE_UNREACHABLE;
	}
	return by_name == FOUND_UNSURE || by_mount == FOUND_UNSURE || by_process == FOUND_UNSURE
		       ? WHERE_UNKNOWN
		       : WHERE_GONE;
}

int where_say_unknown(const char *id, const struct identity *there, const char *command,
		      struct error *err)
{
	return error_say(err, EXDEV,
			 "transaction %s: its running values belong to network namespace %s; "
			 "whether that is still there cannot be seen from here: run it on the "
			 "host, or in there. If it is gone, as with a container that was started "
			 "anew, `tcptune %s` puts back the files and leaves running values alone",
			 id, there->netns, command);
}

int where_note_gone(const struct identity *there, struct strings *warnings)
{
	return strings_add(warnings,
			   "network namespace %s is taken for gone: running values in there are "
			   "left as they are",
			   there->netns);
}

int where_return(int *back, struct error *err)
{
	auto_close int fd = take_fd(*back);

	if (fd >= 0 && setns(fd, CLONE_NEWNET))
		return error_set(err, errno, "return to our network namespace");
	return 0;
}
