/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/sockets_json.h"

void json_put_tally(struct json *j, json_t *object, const struct tally *t)
{
	json_t *o;

	json_put_count(j, object, "total", t->total);
	o = json_put_object(j, object, "states");
	for (unsigned i = 1; i < TCP_STATES; i++) {
		if (t->states[i])
			json_put_count(j, o, tcp_state_name(i), t->states[i]);
	}
	o = json_put_object(j, object, "keepalive");
	json_put_count(j, o, "armed", t->armed);
	json_put_count(j, o, "bare", t->bare);
	json_put_count(j, o, "busy", t->busy);
}

static uint64_t known(uint32_t n)
{
	return n == LISTENER_UNKNOWN ? UINT64_MAX : n;
}

static void put_listener(struct json *j, json_t *list, const struct socket_listener *l)
{
	json_t *o = json_add_object(j, list);
	char text[ADDRESS_SIZE];

	json_put_text(j, o, "address", address_print(&l->address, text));
	json_put_int(j, o, "port", l->port);
	json_put_count(j, o, "sockets", l->sockets);
	json_put_count(j, o, "queue", l->queue);
	json_put_count(j, o, "limit", known(l->limit));
	json_put_count(j, o, "drops", l->drops_known ? l->drops : UINT64_MAX);
	json_put_text(j, o, "unit", l->unit);
	json_put_count(j, o, "pid", l->pid ? (uint64_t)l->pid : UINT64_MAX);
	json_put_text(j, o, "comm", l->comm);
	json_put_tally(j, o, &l->tally);
}

static void put_peer(struct json *j, json_t *list, const struct socket_peer *p)
{
	json_t *o = json_add_object(j, list);
	char text[ADDRESS_SIZE];

	json_put_text(j, o, "address", address_print(&p->address, text));
	json_put_count(j, o, "incoming", p->incoming);
	json_put_count(j, o, "missed", p->missed);
	json_put_tally(j, o, &p->tally);
}

void json_put_sockets(struct json *j, json_t *object, const struct sockets *s, size_t top)
{
	json_t *o, *list;

	if (!s || s->source == SOCKETS_NOWHERE) {
		json_put_null(j, object, "sockets");
		return;
	}
	o = json_put_object(j, object, "sockets");
	json_put_text(j, o, "method", sockets_method_name(s->method));
	json_put_bool(j, o, "approximate", s->approximate);
	json_put_count(j, o, "total", s->total);

	list = json_put_object(j, o, "states");
	for (unsigned i = 1; i < TCP_STATES; i++)
		json_put_count(j, list, tcp_state_name(i), s->states[i]);
	list = json_put_object(j, o, "kinds");
	for (unsigned i = 0; i < SOCKET_KINDS; i++)
		json_put_count(j, list, socket_kind_name((enum socket_kind)i), s->kinds[i]);

	list = json_put_array(j, o, "listeners");
	for (size_t i = 0; i < s->listeners.len; i++)
		put_listener(j, list, &s->listeners.items[i]);
	list = json_put_array(j, o, "peers");
	for (size_t i = 0; i < s->peers.len && i < top; i++)
		put_peer(j, list, &s->peers.items[i]);
}
