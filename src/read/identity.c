/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/number.h"
#include "base/text.h"

/* 0 where the kernel has none (before 5.14). */
static uint64_t netns_cookie(void)
{
	auto_close int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint64_t cookie = 0;
	socklen_t n = sizeof(cookie);

	if (fd < 0 || getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &n))
		return 0;
	return cookie;
}

char *identity_netns(void)
{
	uint64_t cookie = netns_cookie();
	struct stat st;

	if (stat("/proc/self/ns/net", &st))
		return NULL;
	if (!cookie)
		return text_format("%llu:%llu", (unsigned long long)st.st_dev,
				   (unsigned long long)st.st_ino);
	return text_format("%llu:%llu:%llu", (unsigned long long)st.st_dev,
			   (unsigned long long)st.st_ino, (unsigned long long)cookie);
}

static char *read_boot_id(void)
{
	char buf[64];

	if (file_read_value(AT_FDCWD, "/proc/sys/kernel/random/boot_id", buf, sizeof(buf)))
		return NULL;
	return strdup(buf);
}

static uint32_t read_login_uid(void)
{
	char buf[32];
	uint64_t uid;

	if (file_read_value(AT_FDCWD, "/proc/self/loginuid", buf, sizeof(buf)) ||
	    number_parse_u64(buf, &uid) || uid > UINT32_MAX)
		return LOGIN_UID_NONE;
	return (uint32_t)uid;
}

int identity_read(bool is_here, const char *netns_name, int argc, char *const *argv,
		  struct identity *ret, struct error *err)
{
	struct identity who = {
		.boot_id = is_here ? read_boot_id() : strdup(""),
		.netns = is_here ? identity_netns() : strdup(""),
		.netns_name = netns_name ? strdup(netns_name) : NULL,
		.uid = getuid(),
		.login_uid = read_login_uid(),
	};
	bool failed = !who.boot_id || !who.netns || (netns_name && !who.netns_name);

	for (int i = 0; !failed && i < argc; i++)
		failed = strings_add(&who.argv, "%s", argv[i]);
	if (failed) {
		identity_done(&who);
		return error_set(err, errno ? errno : ENOMEM,
				 "find out which boot and network namespace this is");
	}
	*ret = who;
	return 0;
}
