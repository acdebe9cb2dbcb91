/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/census.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

enum { SEGMENT_MAX = 16 * 1024 }; /* bytes; more than a jumbo frame holds */
enum { ADDRESS_WORDS = 2, ENDPOINT_WORDS = 3, DESTINATION_WORDS = 5 };

struct listener_index {
	struct heavy_entry entry;
	uint64_t key[ENDPOINT_WORDS];
	uint64_t row; /* of out->listeners */
};

struct peer_count {
	struct heavy_entry entry;
	uint64_t key[ADDRESS_WORDS];
	struct tally tally;
	struct quiet quiet;
	uint64_t incoming;
};

struct destination_count {
	struct heavy_entry entry;
	uint64_t key[DESTINATION_WORDS];
	uint32_t time_wait, syn_sent;
};

struct port_count {
	struct heavy_entry entry;
	uint64_t port;
	struct tally tally;
};

static const struct address any4 = {{[10] = 0xff, [11] = 0xff}}, any6;

int census_init(struct census *c, const struct sockets_options *options, struct sockets *out)
{
	const struct {
		struct heavy *table;
		unsigned group; /* 0: always */
		size_t size;
		unsigned words;
		uint32_t max;
	} rows[] = {
		{&c->listeners, 0, sizeof(struct listener_index), ENDPOINT_WORDS, LISTENERS_MAX},
		{&c->peers, GROUP_PEERS, sizeof(struct peer_count), ADDRESS_WORDS, PEERS_MAX},
		{&c->destinations, GROUP_DESTINATIONS, sizeof(struct destination_count),
		 DESTINATION_WORDS, DESTINATIONS_MAX},
		{&c->ports, GROUP_PORTS, sizeof(struct port_count), 1, PORTS_MAX},
		{&c->cgroups, GROUP_UNITS | GROUP_OWNERS, sizeof(struct cgroup_count), 1,
		 UNITS_MAX},
	};

	*c = (struct census){.options = options, .out = out};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int r = !rows[i].group || options->groups & rows[i].group
				? heavy_init(rows[i].table, rows[i].size, rows[i].words,
					     rows[i].max)
				: 0;

		if (r)
			return r;
	}
	return 0;
}

void census_done(struct census *c)
{
	heavy_done(&c->listeners);
	heavy_done(&c->peers);
	heavy_done(&c->destinations);
	heavy_done(&c->ports);
	heavy_done(&c->cgroups);
	vec_done(&c->wanted);
}

static void address_key(uint64_t *key, const struct address *a)
{
	memcpy(key, a->bytes, sizeof(a->bytes));
}

static void endpoint_key(uint64_t *key, const struct address *a, uint16_t port, uint32_t device)
{
	address_key(key, a);
	key[ADDRESS_WORDS] = (uint64_t)device << 16 | port;
}

static struct socket_listener *find_at(const struct census *c, const struct address *a,
				       uint16_t port, uint32_t device)
{
	uint64_t key[ENDPOINT_WORDS];
	const struct listener_index *hit;

	endpoint_key(key, a, port, device);
	hit = heavy_find(&c->listeners, key);
	return hit ? &c->out->listeners.items[hit->row] : NULL;
}

static bool listens(const struct census *c, uint16_t port)
{
	return c->listening[port / 8] >> (port % 8) & 1;
}

/* The most exact address wins, as in the kernel. */
static struct socket_listener *find_on(const struct census *c, const struct socket_facts *s,
				       uint32_t device)
{
	struct socket_listener *l = find_at(c, &s->local, s->local_port, device);

	if (!l && address_is_ipv4(&s->local))
		l = find_at(c, &any4, s->local_port, device);
	return l ? l : find_at(c, &any6, s->local_port, device);
}

/*
 * Whose connection it is.  One to a listener that is bound to a device is bound
 * to it as well; of the others some are all the same: to a link-local address,
 * or through a VRF (inet_request_bound_dev_if()).
 */
static struct socket_listener *find_listener(const struct census *c, const struct socket_facts *s)
{
	struct socket_listener *l = s->device ? find_on(c, s, s->device) : NULL;

	return l ? l : find_on(c, s, 0);
}

/* ---- listeners ---- */

/* One of the sockets that share the address stands for all: the fullest, the first of equals. */
static bool is_fuller(const struct listener *l, const struct socket_listener *row)
{
	if (l->limit == LISTENER_UNKNOWN || row->limit == LISTENER_UNKNOWN)
		return l->queue > row->queue;
	return (uint64_t)l->queue * (row->limit + UINT64_C(1)) >
	       (uint64_t)row->queue * (l->limit + UINT64_C(1));
}

/* For a sum of these: other sockets, of the same number, give another one. */
static uint64_t number_of(uint32_t inode)
{
	uint64_t n = inode * UINT64_C(0x9e3779b97f4a7c15);

	n = (n ^ n >> 32) * UINT64_C(0xd6e8feb86659fd93);
	return n ^ n >> 32;
}

static void add_to_listener(struct socket_listener *row, const struct listener *l)
{
	bool limited = l->limit != LISTENER_UNKNOWN;

	if (!row->sockets || is_fuller(l, row)) {
		row->inode = l->inode;
		row->uid = l->uid;
		row->cgroup = l->cgroup;
		row->queue = l->queue;
		row->limit = l->limit;
	}
	if (!row->sockets || l->limit < row->limit_min)
		row->limit_min = l->limit;
	if (!row->sockets || l->limit > row->limit_max)
		row->limit_max = l->limit;

	row->sockets++;
	row->inodes += number_of(l->inode);
	row->full += limited && l->queue > l->limit;
	if (l->drops != LISTENER_UNKNOWN) {
		row->drops += l->drops;
		row->drops_known = true;
	}
}

static struct address listener_address(const struct listener *l)
{
	struct address a = any4;

	if (l->family == AF_INET)
		memcpy(a.bytes + 12, l->address, 4);
	else
		memcpy(a.bytes, l->address, 16);
	return a;
}

static int new_listener(struct census *c, const struct listener *l, const struct address *a,
			struct socket_listener **ret)
{
	uint64_t key[ENDPOINT_WORDS];
	struct listener_index *index;
	int r = vec_push(&c->out->listeners, (struct socket_listener){
						     .address = *a,
						     .port = l->port,
						     .device = l->device,
					     });

	if (r)
		return r;

	endpoint_key(key, a, l->port, l->device);
	index = heavy_count(&c->listeners, key);
	index->row = c->out->listeners.len - 1;
	*ret = &c->out->listeners.items[index->row];
	return 0;
}

int census_listener(struct census *c, const struct listener *l)
{
	struct address a = listener_address(l);
	struct socket_listener *row = find_at(c, &a, l->port, l->device);

	c->listening[l->port / 8] |= (uint8_t)(1 << (l->port % 8));
	c->out->states[TCP_STATE_LISTEN]++;
	if (!row && c->out->listeners.len == LISTENERS_MAX) {
		c->out->listeners_missed++;
		return 0;
	}
	if (!row && new_listener(c, l, &a, &row))
		return -ENOMEM;

	add_to_listener(row, l);
	return 0;
}

/* ---- connections ---- */

static bool is_idle(const struct socket_facts *s)
{
	return s->unread == 0 && s->unsent == 0 && s->inode != 0;
}

static void count_in(struct tally *t, const struct socket_facts *s)
{
	t->states[s->state]++;
	t->total++;
	if (s->state != TCP_STATE_ESTABLISHED)
		return;

	if (s->timer == TIMER_KEEPALIVE)
		t->armed++;
	else if (s->timer == TIMER_NONE && is_idle(s))
		t->bare++;
	else
		t->busy++;
}

/*
 * The timer runs from the last traffic on, or from a later look at it, so it is
 * the socket's own TCP_KEEPIDLE, or what the sysctl was when it was set: what
 * it is now changes no timer that runs (experiment E2).
 */
static bool is_probed_late(const struct socket_facts *s)
{
	return s->timer == TIMER_KEEPALIVE && s->timer_ms > SOCKET_LATE_SECONDS * 1000 &&
	       !address_is_loopback(&s->remote);
}

static void count_established(struct sockets *out, const struct socket_facts *s)
{
	out->kinds[SOCKET_UNREAD] += s->unread != 0;
	out->kinds[SOCKET_UNACCEPTED] += s->inode == 0;
	if (is_idle(s)) {
		out->kinds[SOCKET_IDLE_ARMED] += s->timer == TIMER_KEEPALIVE;
		out->kinds[SOCKET_IDLE_LATE] += is_probed_late(s);
		out->kinds[SOCKET_IDLE_BARE] += s->timer == TIMER_NONE;
	}
	out->unread_bytes += s->unread;
	out->unsent_bytes += s->unsent;
}

/*
 * The timer runs while something is to be sent and nothing is under way: the
 * peer's window is closed, or the program has corked less than a segment.  How
 * many probes were sent tells nothing, it is 0 again after each answer.
 */
static bool is_stopped(const struct socket_facts *s)
{
	return s->timer == TIMER_PROBE && (s->retried || s->unsent > SEGMENT_MAX);
}

/* A SYN or SYN-ACK that is sent again is of no connection yet. */
static bool is_unacknowledged(const struct socket_facts *s)
{
	return s->timer == TIMER_RETRANSMIT && s->retried && s->state != TCP_STATE_SYN_SENT &&
	       s->state != TCP_STATE_SYN_RECV;
}

static void count_kinds(struct sockets *out, const struct socket_facts *s)
{
	switch (s->state) {
	case TCP_STATE_ESTABLISHED:
		count_established(out, s);
		break;
	case TCP_STATE_CLOSE_WAIT:
		out->kinds[s->inode ? SOCKET_CLOSE_WAIT_HELD : SOCKET_CLOSE_WAIT_QUEUED]++;
		break;
	case TCP_STATE_FIN_WAIT_1:
		out->kinds[s->inode ? SOCKET_FIN_WAIT_1_HELD : SOCKET_FIN_WAIT_1_ORPHAN]++;
		break;
	case TCP_STATE_FIN_WAIT_2:
		out->kinds[s->inode ? SOCKET_FIN_WAIT_2_HELD : SOCKET_FIN_WAIT_2_ORPHAN]++;
		break;
	default:
		break;
	}
	out->kinds[SOCKET_RETRANSMITTING] += is_unacknowledged(s);
	out->kinds[SOCKET_PROBING] += is_stopped(s);
}

static void count_peer(struct census *c, const struct socket_facts *s, bool incoming)
{
	uint64_t key[ADDRESS_WORDS];
	struct peer_count *p;

	address_key(key, &s->remote);
	p = heavy_count(&c->peers, key);
	p->incoming += incoming;
	count_in(&p->tally, s);
}

static void count_destination(struct census *c, const struct socket_facts *s)
{
	uint64_t key[DESTINATION_WORDS];
	struct destination_count *d;

	address_key(key, &s->local);
	address_key(key + ADDRESS_WORDS, &s->remote);
	key[2 * ADDRESS_WORDS] = s->remote_port;
	d = heavy_count(&c->destinations, key);
	d->time_wait += s->state == TCP_STATE_TIME_WAIT;
	d->syn_sent += s->state == TCP_STATE_SYN_SENT;
}

static bool is_ephemeral(const struct sockets_options *o, uint16_t port)
{
	return !o->high || (port >= o->low && port <= o->high);
}

static void count_port(struct census *c, const struct socket_facts *s)
{
	uint64_t key = s->local_port;
	struct port_count *p = heavy_count(&c->ports, &key);

	count_in(&p->tally, s);
}

static void count_cgroup(struct census *c, const struct socket_facts *s)
{
	uint64_t id = s->cgroup;
	struct cgroup_count *g = heavy_find(&c->cgroups, &id);

	/* One place is left for all that do not fit: here nothing may be dropped. */
	if (!g && c->cgroups.len >= UNITS_MAX - 1)
		id = CGROUP_OTHERS;
	g = heavy_count(&c->cgroups, &id);
	count_in(&g->tally, s);
}

static int want(struct census *c, const struct socket_facts *s)
{
	struct wanted_inode w = {.inode = s->inode, .tag = s->state};

	if (!s->inode)
		return 0;

	c->out->inodes_wanted++;
	if (c->options->inodes_max && c->wanted.len >= c->options->inodes_max)
		return 0;
	return vec_push(&c->wanted, w);
}

static int count_in_groups(struct census *c, const struct socket_facts *s, bool incoming)
{
	unsigned groups = c->options->groups;

	if (groups & GROUP_PEERS)
		count_peer(c, s, incoming);
	if (groups & GROUP_PORTS)
		count_port(c, s);
	if (groups & (GROUP_UNITS | GROUP_OWNERS))
		count_cgroup(c, s);
	return groups & GROUP_OWNERS ? want(c, s) : 0;
}

int census_socket(struct census *c, const struct socket_facts *s)
{
	bool incoming = listens(c, s->local_port);
	struct socket_listener *l = incoming ? find_listener(c, s) : NULL;
	uint32_t states = c->options->states;

	c->out->states[s->state]++;
	c->whole += s->whole;
	c->fin_wait_2_minis += s->state == TCP_STATE_FIN_WAIT_2 && s->timer == TIMER_TIME_WAIT;
	count_kinds(c->out, s);
	if (!incoming && c->options->groups & GROUP_DESTINATIONS &&
	    is_ephemeral(c->options, s->local_port))
		count_destination(c, s);
	if (states && !(states & TCP_STATE_BIT(s->state)))
		return 0;

	if (l) {
		count_in(&l->tally, s);
		l->close_wait_queued += s->state == TCP_STATE_CLOSE_WAIT && !s->inode;
	}
	return count_in_groups(c, s, incoming);
}

/* ---- how long they are quiet ---- */

static void count_quiet(struct quiet *q, bool quiet)
{
	q->asked++;
	q->quiet += quiet;
}

void census_quiet(struct census *c, const struct socket_facts *s, bool quiet)
{
	struct socket_listener *l = listens(c, s->local_port) ? find_listener(c, s) : NULL;
	struct peer_count *p = NULL;
	uint64_t key[ADDRESS_WORDS];

	if (s->state != TCP_STATE_ESTABLISHED || s->timer != TIMER_NONE || !is_idle(s))
		return;

	address_key(key, &s->remote);
	if (c->options->groups & GROUP_PEERS)
		p = heavy_find(&c->peers, key);
	if (p)
		count_quiet(&p->quiet, quiet);
	if (l)
		count_quiet(&l->quiet, quiet);
}

static uint32_t peers_counted(const struct census *c)
{
	return c->options->groups & GROUP_PEERS ? c->peers.len : 0;
}

void census_give_quiet(const struct census *c, struct quiet_answers *to)
{
	for (uint32_t i = 0; i < peers_counted(c); i++)
		to->peers[i] = ((const struct peer_count *)heavy_at(&c->peers, i))->quiet;
	for (size_t i = 0; i < c->out->listeners.len; i++)
		to->listeners[i] = c->out->listeners.items[i].quiet;
}

void census_take_quiet(struct census *c, const struct quiet_answers *from)
{
	for (uint32_t i = 0; i < peers_counted(c); i++)
		((struct peer_count *)heavy_at(&c->peers, i))->quiet = from->peers[i];
	for (size_t i = 0; i < c->out->listeners.len; i++)
		c->out->listeners.items[i].quiet = from->listeners[i];
}

void census_forget_quiet(struct census *c)
{
	static const struct quiet_answers none;

	census_take_quiet(c, &none);
}

/* ---- beginning again ---- */

void census_forget_listeners(struct census *c)
{
	c->out->listeners.len = 0; /* they own nothing yet */
	c->out->listeners_missed = 0;
	c->out->states[TCP_STATE_LISTEN] = 0;
	memset(c->listening, 0, sizeof(c->listening));
	heavy_clear(&c->listeners);
}

static void forget(struct heavy *h)
{
	if (h->entries)
		heavy_clear(h);
}

void census_forget_sockets(struct census *c)
{
	struct sockets *out = c->out;
	uint64_t listening = out->states[TCP_STATE_LISTEN];

	memset(out->states, 0, sizeof(out->states));
	memset(out->kinds, 0, sizeof(out->kinds));
	out->states[TCP_STATE_LISTEN] = listening;
	out->unread_bytes = out->unsent_bytes = out->inodes_wanted = 0;
	c->whole = c->fin_wait_2_minis = 0;
	c->wanted.len = 0;
	for (size_t i = 0; i < out->listeners.len; i++) {
		out->listeners.items[i].tally = (struct tally){0};
		out->listeners.items[i].close_wait_queued = 0;
	}
	forget(&c->peers);
	forget(&c->destinations);
	forget(&c->ports);
	forget(&c->cgroups);
}

/* ---- the end ---- */

static int more_first(uint32_t a, uint32_t b)
{
	return (a < b) - (a > b);
}

static int compare_peers(const void *a, const void *b)
{
	const struct socket_peer *x = a, *y = b;
	int r = more_first(x->tally.total, y->tally.total);

	return r ? r : memcmp(&x->address, &y->address, sizeof(x->address));
}

static int compare_destinations(const void *a, const void *b)
{
	const struct socket_destination *x = a, *y = b;
	int r = more_first(x->ports, y->ports);

	return r ? r : memcmp(x, y, offsetof(struct socket_destination, ports));
}

static int compare_ports(const void *a, const void *b)
{
	const struct socket_port *x = a, *y = b;
	int r = more_first(x->tally.total, y->tally.total);

	return r ? r : (x->port > y->port) - (x->port < y->port);
}

static int finish_peers(struct census *c)
{
	for (uint32_t i = 0; i < c->peers.len; i++) {
		const struct peer_count *p = heavy_at(&c->peers, i);
		struct socket_peer row = {
			.incoming = (uint32_t)p->incoming,
			.missed = p->entry.missed,
			.tally = p->tally,
			.quiet = p->quiet,
		};

		memcpy(&row.address, p->key, sizeof(row.address));
		if (vec_push(&c->out->peers, row))
			return -ENOMEM;
	}
	c->out->peers_missed = c->peers.missed;
	return 0;
}

static int finish_destinations(struct census *c)
{
	for (uint32_t i = 0; i < c->destinations.len; i++) {
		const struct destination_count *d = heavy_at(&c->destinations, i);
		struct socket_destination row;

		memset(&row, 0, sizeof(row)); /* its bytes are compared */
		memcpy(&row.from, d->key, sizeof(row.from));
		memcpy(&row.to, d->key + ADDRESS_WORDS, sizeof(row.to));
		row.port = (uint16_t)d->key[2 * ADDRESS_WORDS];
		row.ports = d->entry.count;
		row.time_wait = d->time_wait;
		row.syn_sent = d->syn_sent;
		row.missed = d->entry.missed;
		if (vec_push(&c->out->destinations, row))
			return -ENOMEM;
	}
	c->out->destinations_missed = c->destinations.missed;
	return 0;
}

static int finish_ports(struct census *c)
{
	for (uint32_t i = 0; i < c->ports.len; i++) {
		const struct port_count *p = heavy_at(&c->ports, i);
		struct socket_port row = {
			.port = (uint16_t)p->port,
			.listening = listens(c, (uint16_t)p->port),
			.missed = p->entry.missed,
			.tally = p->tally,
		};

		if (vec_push(&c->out->ports, row))
			return -ENOMEM;
	}
	c->out->ports_missed = c->ports.missed;
	return 0;
}

#define sort(list, compare)                                                                        \
	do {                                                                                       \
		if ((list)->len)                                                                   \
			qsort((list)->items, (list)->len, sizeof(*(list)->items), compare);        \
	} while (0)

int census_finish(struct census *c)
{
	struct sockets *out = c->out;

	if (finish_peers(c) || finish_destinations(c) || finish_ports(c))
		return -ENOMEM;

	out->inodes_kept = c->wanted.len;
	sort(&out->listeners, sockets_compare_addresses);
	sort(&out->peers, compare_peers);
	sort(&out->destinations, compare_destinations);
	sort(&out->ports, compare_ports);
	return 0;
}
