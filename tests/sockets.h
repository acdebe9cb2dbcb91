/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A network namespace of the test's own, with real sockets in it.
 */
#ifndef TCPTUNE_TESTS_SOCKETS_H
#define TCPTUNE_TESTS_SOCKETS_H

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "check.h"

/* Move this process into a new namespace with lo up; false where that is not allowed. */
static inline bool private_netns(void)
{
	struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int s;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) && unshare(CLONE_NEWNET))
		return false;

	s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (s < 0 || ioctl(s, SIOCSIFFLAGS, &lo) || close(s))
		fail_msg("bring lo up: %s", strerror(errno));
	return true;
}

union some_address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static inline socklen_t some_address(union some_address *a, int family, const char *text,
				     uint16_t port)
{
	memset(a, 0, sizeof(*a));
	a->any.sa_family = (sa_family_t)family;
	if (family == AF_INET) {
		a->v4.sin_port = htons(port);
		assert_int_equal(inet_pton(family, text, &a->v4.sin_addr), 1);
		return sizeof(a->v4);
	}
	a->v6.sin6_port = htons(port);
	assert_int_equal(inet_pton(family, text, &a->v6.sin6_addr), 1);
	return sizeof(a->v6);
}

static inline int listen_on(int family, const char *text, uint16_t port, int backlog)
{
	int s = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
	union some_address a;
	socklen_t n = some_address(&a, family, text, port);

	if (family == AF_INET6)
		assert_int_equal(setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one)), 0);
	if (s < 0 || bind(s, &a.any, n) || listen(s, backlog))
		fail_msg("listen on %s port %u: %s", text, port, strerror(errno));
	return s;
}

static inline int connect_to(int family, const char *text, uint16_t port)
{
	int s = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	union some_address a;
	socklen_t n = some_address(&a, family, text, port);

	if (s < 0 || connect(s, &a.any, n))
		fail_msg("connect to %s port %u: %s", text, port, strerror(errno));
	return s;
}

/* What /proc/PID/fd calls the socket. */
static inline uint32_t inode_of(int s)
{
	struct stat st;

	assert_int_equal(fstat(s, &st), 0);
	return (uint32_t)st.st_ino;
}

#endif
