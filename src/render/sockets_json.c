/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/sockets_json.h"

#include "render/sockets.h"

static void put_states(struct json *j, json_t *o, const struct tally *t)
{
	o = json_put_object(j, o, "states");
	for (unsigned i = 1; i < TCP_STATES; i++) {
		if (t->states[i])
			json_put_count(j, o, tcp_state_name(i), t->states[i]);
	}
}

void json_put_tally(struct json *j, json_t *object, const struct tally *t)
{
	json_t *o;

	json_put_count(j, object, "total", t->total);
	put_states(j, object, t);
	o = json_put_object(j, object, "keepalive");
	json_put_count(j, o, "armed", t->armed);
	json_put_count(j, o, "bare", t->bare);
	json_put_count(j, o, "busy", t->busy);
}

static uint64_t known(uint32_t n)
{
	return n == LISTENER_UNKNOWN ? UINT64_MAX : n;
}

static json_t *put_listener(struct json *j, json_t *list, const struct socket_listener *l)
{
	json_t *o = json_add_object(j, list);
	char text[ADDRESS_SIZE];

	json_put_text(j, o, "address", address_print(&l->address, text));
	json_put_int(j, o, "port", l->port);
	json_put_text(j, o, "device", l->device ? l->device_name : NULL);
	json_put_count(j, o, "sockets", l->sockets);
	json_put_count(j, o, "full", l->full);
	json_put_count(j, o, "queue", l->queue);
	json_put_count(j, o, "limit", known(l->limit));
	json_put_count(j, o, "limit_min", known(l->limit_min));
	json_put_count(j, o, "limit_max", known(l->limit_max));
	json_put_count(j, o, "drops", l->drops_known ? l->drops : UINT64_MAX);
	json_put_text(j, o, "unit", l->unit);
	json_put_count(j, o, "pid", l->pid ? (uint64_t)l->pid : UINT64_MAX);
	json_put_text(j, o, "comm", l->comm);
	json_put_tally(j, o, &l->tally);
	return o;
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
	json_put_text(j, o, "source", sockets_source_name(s->source));
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

/* ---- the document of `sockets` ---- */

static void put_limited_listener(struct json *j, json_t *list, const struct socket_listener *l,
				 struct somaxconn somaxconn)
{
	json_t *o = put_listener(j, list, l);

	json_put_text(j, o, "limit_by", listener_limit_name(listener_limit(l, somaxconn)));
	json_put_count(j, o, "uid", l->uid);
}

static void put_port(struct json *j, json_t *list, const struct socket_port *p)
{
	json_t *o = json_add_object(j, list);

	json_put_int(j, o, "port", p->port);
	json_put_bool(j, o, "listening", p->listening);
	json_put_count(j, o, "missed", p->missed);
	json_put_tally(j, o, &p->tally);
}

static void put_unit(struct json *j, json_t *list, const struct socket_unit *u)
{
	json_t *o = json_add_object(j, list);

	json_put_text(j, o, "unit", u->name);
	json_put_tally(j, o, &u->tally);
}

static void put_owner(struct json *j, json_t *list, const struct socket_owner *w)
{
	const struct process *p = &w->process;
	json_t *o = json_add_object(j, list);

	json_put_int(j, o, "pid", p->pid);
	json_put_text(j, o, "comm", p->comm);
	json_put_text(j, o, "unit", p->unit);
	json_put_count(j, o, "used", p->used);
	json_put_count(j, o, "soft", p->limit.known ? p->limit.soft : UINT64_MAX);
	json_put_count(j, o, "hard", p->limit.known ? p->limit.hard : UINT64_MAX);
	json_put_count(j, o, "total", w->tally.total);
	put_states(j, o, &w->tally);
}

static void put_groups(struct json *j, json_t *list, const struct sockets_view *v)
{
	const struct sockets *k = v->sockets;

	for (size_t i = 0; i < sockets_shown(v); i++) {
		if (v->by == BY_PEER)
			put_peer(j, list, &k->peers.items[i]);
		else if (v->by == BY_LISTENER)
			put_limited_listener(j, list, &k->listeners.items[i], v->somaxconn);
		else if (v->by == BY_PORT)
			put_port(j, list, &k->ports.items[i]);
		else if (v->by == BY_UNIT)
			put_unit(j, list, &k->units.items[i]);
		else
			put_owner(j, list, &k->owners.items[i]);
	}
}

int sockets_json(const struct sockets_view *v, FILE *f, struct error *err)
{
	const struct sockets *k = v->sockets;
	auto_json struct json j = {0};
	json_t *list;

	json_begin(&j, "sockets");
	json_put_sockets(&j, j.root, k, 0);
	json_put_text(&j, j.root, "by", sockets_by_name(v->by));
	json_put_text(&j, j.root, "state", v->state ? tcp_state_name(v->state) : NULL);
	list = json_put_array(&j, j.root, "groups");
	put_groups(&j, list, v);
	json_put_count(&j, j.root, "left_out", sockets_groups(v) - sockets_shown(v));
	json_put_count(&j, j.root, "missed", sockets_missed(v));
	json_put_count(&j, j.root, "unseen", k->inodes_unseen);
	json_put_strings(&j, j.root, "warnings", &k->warnings);
	return json_write(&j, f, err);
}
