/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/sockdiag.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/time.h>

enum {
	RECEIVE_SIZE = 32 * 1024, /* as much as the kernel puts into one datagram of a dump */
	ATTEMPTS = 3,
	LOSSES_MAX = 8, /* in one answer; whoever loses more will not get to its end */
	PATIENCE = 2,   /* seconds */
	SEQUENCE = 1,   /* each attempt has a socket of its own */
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

uint64_t sockdiag_cgroup(const struct sockdiag_socket *s)
{
	const void *id = sockdiag_attr(s, INET_DIAG_CGROUP_ID, sizeof(uint64_t));
	uint64_t ret = 0;

	if (id)
		memcpy(&ret, id, sizeof(ret)); /* attributes are aligned to 4 bytes only */
	return ret;
}

static void keep_attributes(const struct nlmsghdr *h, struct sockdiag_socket *s)
{
	const struct nlattr *a;

	mnl_attr_for_each(a, h, sizeof(*s->msg))
	{
		if (mnl_attr_get_type(a) <= INET_DIAG_MAX) /* a newer kernel knows more */
			s->attrs[mnl_attr_get_type(a)] = a;
	}
}

static int give_socket(const struct nlmsghdr *h, const struct sockdiag_sink *sink)
{
	struct sockdiag_socket s = {.msg = mnl_nlmsg_get_payload(h)};
	int r;

	if (mnl_nlmsg_get_payload_len(h) < sizeof(*s.msg))
		return -EBADMSG;

	keep_attributes(h, &s);
	r = sink->socket(&s, sink->arg);
	return r < 0 ? r : !r;
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

/* Some sockets are missing, or come twice. */
static int broken(struct sockdiag_answer *answer, int code)
{
	answer->broken = true;
	return answer->tolerant ? 1 : code;
}

static int take_message(const struct nlmsghdr *h, struct sockdiag_answer *answer,
			const struct sockdiag_sink *sink)
{
	if (h->nlmsg_seq != answer->seq)
		return -EBADMSG;
	if (h->nlmsg_flags & NLM_F_DUMP_INTR && broken(answer, -EINTR) < 0)
		return -EINTR;

	switch (h->nlmsg_type) {
	case NLMSG_DONE:
	case NLMSG_ERROR:
		return status_of(h);
	case NLMSG_OVERRUN:
		return broken(answer, -ENOBUFS);
	case TCPDIAG_GETSOCK:
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

int sockdiag_parse(const void *bytes, size_t n, struct sockdiag_answer *answer,
		   const struct sockdiag_sink *sink)
{
	const struct nlmsghdr *h = bytes;
	int left = (int)n, r = 1;

	while (r > 0 && fits(h, left)) {
		r = take_message(h, answer, sink);
		h = mnl_nlmsg_next(h, &left);
	}
	return r > 0 && left > 0 ? -EBADMSG : r;
}

/* The older request has no protocol in it, and no family: both are walked at once. */
static int send_for_all(struct mnl_socket *nl, const struct sockdiag_query *q)
{
	struct {
		struct nlmsghdr head;
		struct inet_diag_req body;
	} request = {
		.head =
			{
				.nlmsg_len = sizeof(request),
				.nlmsg_type = TCPDIAG_GETSOCK,
				.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
				.nlmsg_seq = SEQUENCE,
			},
		.body =
			{
				.idiag_ext = q->extensions,
				.idiag_states = q->states,
			},
	};

	return mnl_socket_sendto(nl, &request, sizeof(request)) < 0 ? -errno : 0;
}

static int send_for_family(struct mnl_socket *nl, const struct sockdiag_query *q, uint8_t family)
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
				.sdiag_family = family,
				.sdiag_protocol = IPPROTO_TCP,
				.idiag_ext = q->extensions,
				.idiag_states = q->states,
			},
	};

	return mnl_socket_sendto(nl, &request, sizeof(request)) < 0 ? -errno : 0;
}

/* All attempts at one dump. */
struct dump {
	struct sockdiag_query query;
	const struct sockdiag_sink *sink;
	char *buf; /* RECEIVE_SIZE */
	bool tolerant;
	bool broken; /* ... and some were lost indeed */
	unsigned losses;
};

/*
 * The kernel makes the next part of a dump while we receive the one before, so
 * there is nothing to wait for, but for ever: where it had no memory for a part
 * it has told us so (ENOBUFS), and nobody will ask it to go on (af_netlink.c,
 * netlink_recvmsg).
 */
static int lose_patience(struct mnl_socket *nl)
{
	const struct timeval t = {.tv_sec = PATIENCE};

	return setsockopt(mnl_socket_get_fd(nl), SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)) ? -errno
											 : 0;
}

/* ENOBUFS from recv(2): messages were lost, but the dump may go on. */
static int receive(struct mnl_socket *nl, struct dump *d, struct sockdiag_answer *answer)
{
	ssize_t n = TEMP_FAILURE_RETRY(mnl_socket_recvfrom(nl, d->buf, RECEIVE_SIZE));

	if (n >= 0)
		return n ? sockdiag_parse(d->buf, (size_t)n, answer, d->sink) : -EBADMSG;
	if (errno == ENOBUFS && d->losses++ < LOSSES_MAX)
		return broken(answer, -ENOBUFS);
	return errno == EAGAIN ? -ENOBUFS : -errno;
}

/* One request and its answer, on a socket of its own. */
static int ask(struct dump *d, uint8_t family)
{
	auto_call(close_socket) struct mnl_socket *nl =
		mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
	struct sockdiag_answer answer = {.seq = SEQUENCE, .tolerant = d->tolerant};
	int r;

	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	r = lose_patience(nl);
	if (r)
		return r;

	d->losses = 0;
	r = family == AF_UNSPEC ? send_for_all(nl, &d->query)
				: send_for_family(nl, &d->query, family);
	if (r)
		return r;

	do {
		r = receive(nl, d, &answer);
	} while (r > 0);
	d->broken |= answer.broken;
	return r;
}

static int ask_by_family(struct dump *d)
{
	int r = ask(d, AF_INET);

	return r ? r : ask(d, AF_INET6);
}

static bool was_broken_off(int r)
{
	return r == -ENOBUFS || r == -EINTR;
}

static bool was_refused(int r)
{
	return r && r != -ENOMEM && !was_broken_off(r);
}

static int attempt(struct dump *d)
{
	int r;

	if (d->query.by_family)
		return ask_by_family(d);

	r = ask(d, AF_UNSPEC);
	if (!was_refused(r))
		return r;

	d->query.by_family = true;
	d->sink->restart(d->sink->arg);
	return ask_by_family(d);
}

int sockdiag_dump(const struct sockdiag_query *query, const struct sockdiag_sink *sink,
		  struct error *err)
{
	auto_free char *buf = malloc(RECEIVE_SIZE);
	struct dump d = {.query = *query, .sink = sink, .buf = buf};
	int r = -ENOMEM;

	for (int i = 0; buf && i < ATTEMPTS; i++) {
		if (i)
			sink->restart(sink->arg);
		d.tolerant = i == ATTEMPTS - 1;
		d.broken = false;
		r = attempt(&d);
		if (!was_broken_off(r))
			break;
	}
	return r ? error_set(err, -r, "list the TCP sockets by netlink") : d.broken;
}
