/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * usage: bare masked|full
 *
 * The least that asking the kernel for TCP sockets takes: one request for both
 * families, of all states or of all but ESTABLISHED and TIME_WAIT, and the
 * answer received and not looked at.  What tcptune is measured against.
 */
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { ALL = 0xffe, ESTABLISHED = 1 << 1, TIME_WAIT = 1 << 6, LISTEN = 1 << 10 };

static _Alignas(struct nlmsghdr) char buf[32 * 1024];

/* Only the first message of each datagram is looked at: DONE comes alone. */
static long long receive(int s)
{
	long long bytes = 0;

	for (;;) {
		ssize_t n = recv(s, buf, sizeof(buf), 0);
		const struct nlmsghdr *h = (const void *)buf;

		if (n < (ssize_t)sizeof(*h) || h->nlmsg_type == NLMSG_ERROR)
			return -1;
		if (h->nlmsg_type == NLMSG_DONE)
			return bytes;
		bytes += n;
	}
}

int main(int argc, char **argv)
{
	struct {
		struct nlmsghdr head;
		struct inet_diag_req body;
	} request = {
		.head = {.nlmsg_len = sizeof(request),
			 .nlmsg_type = TCPDIAG_GETSOCK,
			 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
	};
	int s = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	long long bytes;

	if (argc != 2 || s < 0)
		return 1;
	request.body.idiag_states = strcmp(argv[1], "masked") == 0
					    ? ALL & ~(ESTABLISHED | TIME_WAIT | LISTEN)
					    : ALL & ~LISTEN;
	if (send(s, &request, sizeof(request), 0) < 0)
		return 1;
	bytes = receive(s);
	printf("%lld bytes\n", bytes);
	return bytes < 0;
}
