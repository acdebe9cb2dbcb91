/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "model/term.h"

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

/* `also` is what ss(8) and netstat(8) say; case, '-' and '_' do not matter. */
static const struct {
	const char *name, *also;
} states[TCP_STATES] = {
	[0] = {"?", NULL},
	[TCP_STATE_ESTABLISHED] = {"ESTABLISHED", "ESTAB"},
	[TCP_STATE_SYN_SENT] = {"SYN_SENT", NULL},
	[TCP_STATE_SYN_RECV] = {"SYN_RECV", "SYN_RECEIVED"},
	[TCP_STATE_FIN_WAIT_1] = {"FIN_WAIT_1", NULL},
	[TCP_STATE_FIN_WAIT_2] = {"FIN_WAIT_2", NULL},
	[TCP_STATE_TIME_WAIT] = {"TIME_WAIT", NULL},
	[TCP_STATE_CLOSED] = {"CLOSED", "UNCONN"},
	[TCP_STATE_CLOSE_WAIT] = {"CLOSE_WAIT", NULL},
	[TCP_STATE_LAST_ACK] = {"LAST_ACK", NULL},
	[TCP_STATE_LISTEN] = {"LISTEN", "LISTENING"},
	[TCP_STATE_CLOSING] = {"CLOSING", NULL},
};

static const char *const methods[SOCKETS_METHODS] = {
	[SOCKETS_AUTO] = "auto",
	[SOCKETS_SUMMARY] = "summary",
	[SOCKETS_FULL] = "full",
};

static const char *const sources[SOCKETS_SOURCES] = {
	[SOCKETS_NOWHERE] = "nowhere",
	[SOCKETS_NETLINK] = "netlink",
	[SOCKETS_FILES] = "files",
};

static const char *const kinds[SOCKET_KINDS] = {
	[SOCKET_CLOSE_WAIT_HELD] = "close_wait_held",
	[SOCKET_CLOSE_WAIT_QUEUED] = "close_wait_queued",
	[SOCKET_FIN_WAIT_1_HELD] = "fin_wait_1_held",
	[SOCKET_FIN_WAIT_1_ORPHAN] = "fin_wait_1_orphan",
	[SOCKET_FIN_WAIT_2_HELD] = "fin_wait_2_held",
	[SOCKET_FIN_WAIT_2_ORPHAN] = "fin_wait_2_orphan",
	[SOCKET_RETRANSMITTING] = "retransmitting",
	[SOCKET_PROBING] = "probing",
	[SOCKET_UNREAD] = "unread",
	[SOCKET_UNACCEPTED] = "unaccepted",
	[SOCKET_IDLE_ARMED] = "idle_armed",
	[SOCKET_IDLE_LATE] = "idle_late",
	[SOCKET_IDLE_BARE] = "idle_bare",
};

const char *tcp_state_name(unsigned state)
{
	return states[state < TCP_STATES ? state : 0].name;
}

int tcp_state_parse(const char *name, enum tcp_state *ret)
{
	for (unsigned i = 1; i < TCP_STATES; i++) {
		if (term_same(name, states[i].name) ||
		    (states[i].also && term_same(name, states[i].also))) {
			*ret = (enum tcp_state)i;
			return 0;
		}
	}
	return -EINVAL;
}

const char *sockets_method_name(enum sockets_method m)
{
	return methods[m];
}

const char *sockets_source_name(enum sockets_source source)
{
	return sources[source];
}

const char *socket_kind_name(enum socket_kind k)
{
	return kinds[k];
}

void tally_add(struct tally *to, const struct tally *from)
{
	for (unsigned i = 0; i < TCP_STATES; i++)
		to->states[i] += from->states[i];
	to->total += from->total;
	to->armed += from->armed;
	to->bare += from->bare;
	to->busy += from->busy;
}

uint32_t quiet_of(const struct quiet *q, uint32_t n)
{
	return q->asked ? (uint32_t)((uint64_t)n * q->quiet / q->asked) : 0;
}

bool address_is_ipv4(const struct address *a)
{
	return memcmp(a->bytes, mapped, sizeof(mapped)) == 0;
}

bool address_is_any(const struct address *a)
{
	static const uint8_t zero[16];
	size_t skip = address_is_ipv4(a) ? sizeof(mapped) : 0;

	return memcmp(a->bytes + skip, zero, sizeof(zero) - skip) == 0;
}

bool address_is_loopback(const struct address *a)
{
	static const struct address one = {.bytes = {[15] = 1}};

	return address_is_ipv4(a) ? a->bytes[12] == 127 : memcmp(a, &one, sizeof(one)) == 0;
}

const char *address_print(const struct address *a, char ret[static ADDRESS_SIZE])
{
	bool v4 = address_is_ipv4(a);
	const uint8_t *bytes = v4 ? a->bytes + sizeof(mapped) : a->bytes;

	if (!inet_ntop(v4 ? AF_INET : AF_INET6, bytes, ret, ADDRESS_SIZE))
		ret[0] = '\0'; /* cannot be: both fit */
	return ret;
}

const char *endpoint_print(const struct address *a, uint16_t port, char ret[static ENDPOINT_SIZE])
{
	char text[ADDRESS_SIZE];
	bool v4 = address_is_ipv4(a);

	address_print(a, text);
	snprintf(ret, ENDPOINT_SIZE, v4 ? "%s:%u" : "[%s]:%u", text, port);
	return ret;
}

enum { SOMAXCONN_BEFORE_5_4 = 128 };

enum listener_limit listener_limit(const struct socket_listener *l, struct somaxconn s)
{
	int64_t limit = l->limit;

	if (l->limit == LISTENER_UNKNOWN || s.now < 0)
		return LIMIT_UNKNOWN;
	if (limit == s.now)
		return LIMIT_SOMAXCONN;
	if (limit > s.now)
		return LIMIT_EARLIER;
	return limit == s.usual || limit == SOMAXCONN_BEFORE_5_4 ? LIMIT_EITHER : LIMIT_APPLICATION;
}

const char *listener_limit_name(enum listener_limit limit)
{
	static const char *const names[LISTENER_LIMITS] = {
		[LIMIT_APPLICATION] = "application",
		[LIMIT_SOMAXCONN] = "somaxconn",
		[LIMIT_EARLIER] = "earlier somaxconn",
		[LIMIT_EITHER] = "application, or an earlier somaxconn",
	};

	return names[limit];
}

const char *listener_print(const struct socket_listener *l, char ret[static LISTENER_SIZE])
{
	char text[ADDRESS_SIZE];
	bool v4 = address_is_ipv4(&l->address);

	snprintf(ret, LISTENER_SIZE, v4 ? "%s%s%s:%u" : "[%s]%s%s:%u",
		 address_print(&l->address, text), l->device ? "%" : "", l->device_name, l->port);
	return ret;
}

static void listeners_done(struct sockets *s)
{
	for (size_t i = 0; i < s->listeners.len; i++) {
		free(s->listeners.items[i].unit);
		free(s->listeners.items[i].comm);
	}
	vec_done(&s->listeners);
}

void sockets_done(struct sockets *s)
{
	listeners_done(s);
	vec_done(&s->peers);
	vec_done(&s->destinations);
	vec_done(&s->ports);
	for (size_t i = 0; i < s->units.len; i++)
		free(s->units.items[i].name);
	vec_done(&s->units);
	for (size_t i = 0; i < s->owners.len; i++)
		process_done(&s->owners.items[i].process);
	vec_done(&s->owners);
	strings_done(&s->warnings);
}

bool sockets_knows(const struct sockets *s, enum tcp_state state)
{
	return s->method == SOCKETS_FULL ||
	       (s->method == SOCKETS_SUMMARY && state != TCP_STATE_ESTABLISHED &&
		state != TCP_STATE_TIME_WAIT);
}

static int more_first(uint64_t a, uint64_t b)
{
	return (a < b) - (a > b);
}

/* How full the queue is, in tenths: one or two that wait for a moment are nothing. */
static uint64_t tenths(const struct socket_listener *l)
{
	return l->limit == LISTENER_UNKNOWN ? 0
					    : UINT64_C(10) * l->queue / (l->limit + UINT64_C(1));
}

uint64_t sockets_connections(const struct sockets *s)
{
	return s->total - s->states[TCP_STATE_LISTEN] - s->states[TCP_STATE_TIME_WAIT];
}

bool sockets_are_a_pile(const struct sockets *s, uint64_t n, uint64_t few)
{
	enum { SURE = 5000, PER = 50 };

	return n >= few && (n >= SURE || n * PER >= sockets_connections(s));
}

int sockets_compare_addresses(const void *a, const void *b)
{
	const struct socket_listener *x = a, *y = b;
	int r;

	if (x->port != y->port)
		return x->port < y->port ? -1 : 1;
	r = memcmp(&x->address, &y->address, sizeof(x->address));
	return r ? r : (x->device > y->device) - (x->device < y->device);
}

static int compare_pressure(const void *a, const void *b)
{
	const struct socket_listener *x = a, *y = b;
	int r = more_first(x->full, y->full);

	if (!r)
		r = more_first(tenths(x), tenths(y));
	if (!r)
		r = more_first(x->drops, y->drops);
	if (!r)
		r = more_first(x->queue, y->queue);
	if (!r)
		r = more_first(x->tally.total, y->tally.total);
	return r ? r : sockets_compare_addresses(a, b);
}

static int compare_connections(const void *a, const void *b)
{
	const struct socket_listener *x = a, *y = b;
	int r = more_first(x->tally.total, y->tally.total);

	return r ? r : compare_pressure(a, b);
}

void sockets_rank_listeners(struct sockets *s, bool by_connections)
{
	if (s->listeners.len)
		qsort(s->listeners.items, s->listeners.len, sizeof(*s->listeners.items),
		      by_connections ? compare_connections : compare_pressure);
}

const struct socket_listener *sockets_same_address(const struct sockets *s,
						   const struct socket_listener *l)
{
	if (!s->listeners.len)
		return NULL;
	return bsearch(l, s->listeners.items, s->listeners.len, sizeof(*l),
		       sockets_compare_addresses);
}
