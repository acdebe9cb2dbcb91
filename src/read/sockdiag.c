/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/sockdiag.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>

enum {
	RECEIVE_SIZE = 32 * 1024, /* as much as the kernel puts into one datagram of a dump */
	ATTEMPTS = 3,
	SEQUENCE = 1, /* each attempt has a socket of its own */
};

static void close_socket(struct mnl_socket **nl)
{
	if (*nl)
		(void)mnl_socket_close(*nl);
}

const void *sockdiag_attr(const struct sockdiag_socket *s, unsigned type, size_t size)
{
	const struct nlattr *a = type <= INET_DIAG_MAX ? s->attrs[type] : NULL;

	return a && mnl_attr_get_payload_len(a) >= size ? mnl_attr_get_payload(a) : NULL;
}

static int keep_attribute(const struct nlattr *a, void *arg)
{
	struct sockdiag_socket *s = arg;

	if (mnl_attr_get_type(a) <= INET_DIAG_MAX) /* a newer kernel knows more */
		s->attrs[mnl_attr_get_type(a)] = a;
	return MNL_CB_OK;
}

static int give_socket(const struct nlmsghdr *h, const struct sockdiag_sink *sink)
{
	struct sockdiag_socket s = {.msg = mnl_nlmsg_get_payload(h)};
	int r;

	if (mnl_nlmsg_get_payload_len(h) < sizeof(*s.msg) ||
	    mnl_attr_parse(h, sizeof(*s.msg), keep_attribute, &s) < 0)
		return -EBADMSG;

	r = sink->socket(&s, sink->arg);
	return r ? r : 1;
}

/* Both carry an int: 0 or -errno.  A dump that failed late says so at its end. */
static int status_of(const struct nlmsghdr *h)
{
	int code;

	if (mnl_nlmsg_get_payload_len(h) < sizeof(code))
		return h->nlmsg_type == NLMSG_DONE ? 0 : -EBADMSG;

	memcpy(&code, mnl_nlmsg_get_payload(h), sizeof(code));
	return code < 0 ? code : 0;
}

static int take_message(const struct nlmsghdr *h, unsigned seq, const struct sockdiag_sink *sink)
{
	if (h->nlmsg_seq != seq)
		return -EBADMSG;
	if (h->nlmsg_flags & NLM_F_DUMP_INTR)
		return -EINTR;

	switch (h->nlmsg_type) {
	case NLMSG_DONE:
	case NLMSG_ERROR:
		return status_of(h);
	case NLMSG_OVERRUN:
		return -ENOBUFS;
	case SOCK_DIAG_BY_FAMILY:
		return give_socket(h, sink);
	default: /* NLMSG_NOOP, and what is not ours */
		return 1;
	}
}

/* Not mnl_nlmsg_ok(): to that, a length past INT_MAX is negative, and so fits. */
static bool fits(const struct nlmsghdr *h, int left)
{
	return left >= (int)sizeof(*h) && h->nlmsg_len >= sizeof(*h) &&
	       h->nlmsg_len <= (unsigned)left;
}

int sockdiag_parse(const void *bytes, size_t n, unsigned seq, const struct sockdiag_sink *sink)
{
	const struct nlmsghdr *h = bytes;
	int left = (int)n, r = 1;

	while (r > 0 && fits(h, left)) {
		r = take_message(h, seq, sink);
		h = mnl_nlmsg_next(h, &left);
	}
	return r > 0 && left > 0 ? -EBADMSG : r;
}

static int send_request(struct mnl_socket *nl, const struct sockdiag_query *q)
{
	struct {
		struct nlmsghdr head;
		struct inet_diag_req_v2 body;
	} request = {
		.head =
			{
				.nlmsg_len = sizeof(request),
				.nlmsg_type = SOCK_DIAG_BY_FAMILY,
				.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
				.nlmsg_seq = SEQUENCE,
			},
		.body =
			{
				.sdiag_family = q->family,
				.sdiag_protocol = IPPROTO_TCP,
				.idiag_ext = q->extensions,
				.idiag_states = q->states,
			},
	};

	return mnl_socket_sendto(nl, &request, sizeof(request)) < 0 ? -errno : 0;
}

/* One attempt.  ENOBUFS from recv(2): messages were lost. */
static int dump_once(const struct sockdiag_query *q, const struct sockdiag_sink *sink, char *buf)
{
	auto_call(close_socket) struct mnl_socket *nl =
		mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
	int r;

	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;

	r = send_request(nl, q);
	if (r)
		return r;

	do {
		ssize_t n = TEMP_FAILURE_RETRY(mnl_socket_recvfrom(nl, buf, RECEIVE_SIZE));

		if (n < 0)
			return -errno;
		r = n ? sockdiag_parse(buf, (size_t)n, SEQUENCE, sink) : -EBADMSG;
	} while (r > 0);
	return r;
}

int sockdiag_dump(const struct sockdiag_query *query, const struct sockdiag_sink *sink,
		  struct error *err)
{
	auto_free char *buf = malloc(RECEIVE_SIZE);
	int r = -ENOMEM;

	for (int i = 0; buf && i < ATTEMPTS; i++) {
		if (i)
			sink->restart(sink->arg);
		r = dump_once(query, sink, buf);
		if (r != -ENOBUFS && r != -EINTR)
			break;
	}
	return r ? error_set(err, -r, "list the TCP sockets by netlink") : 0;
}
