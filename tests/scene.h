/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What rules look at, out of one string: "net.core.somaxconn=128;
 * TcpExtListenOverflows=24;listener.queue=4;close_wait_held=60".
 *
 *   net.x, fs.x        a setting
 *   TcpX, SockstatX..  a counter now; with '-' before it, at the first sample
 *   close_wait_held    how many sockets of that kind
 *   TIME_WAIT          how many in that state
 *   listener.x, before.x, destination.x, peer.x, owner.x, process.x
 *                      a field of the one there is, see the table below
 */
#ifndef TCPTUNE_TESTS_SCENE_H
#define TCPTUNE_TESTS_SCENE_H

#include "default_host.h"

#include "advise/diagnose.h"
#include "base/number.h"

struct scene {
	struct snapshot snapshot;
	struct counters counters, earlier;
	bool two_samples;
	struct sockets sockets, before;
	bool summary;
	struct socket_listener listener, listener_before;
	struct socket_destination destination;
	struct socket_peer peer;
	struct socket_owner owner;
	struct process process;
	struct profile profile;
	struct nofile_entry entry;
};

enum scene_part {
	PART_LISTENER,
	PART_BEFORE,
	PART_DESTINATION,
	PART_PEER,
	PART_OWNER,
	PART_PROCESS,
	PART_NEAR
};

static const struct {
	const char *name;
	enum scene_part part;
	size_t offset, size;
} scene_fields[] = {
#define FIELD(name, part, where, field)                                                            \
	{                                                                                          \
		name, part, offsetof(struct scene, where.field),                                   \
			sizeof(((struct scene *)0)->where.field)                                   \
	}
	FIELD("listener.a", PART_LISTENER, listener, address.bytes[12]),
	FIELD("listener.queue", PART_LISTENER, listener, queue),
	FIELD("listener.limit", PART_LISTENER, listener, limit),
	FIELD("listener.full", PART_LISTENER, listener, full),
	FIELD("listener.drops", PART_LISTENER, listener, drops),
	FIELD("listener.drops_known", PART_LISTENER, listener, drops_known),
	FIELD("listener.armed", PART_LISTENER, listener, tally.armed),
	FIELD("listener.bare", PART_LISTENER, listener, tally.bare),
	FIELD("listener.time_wait", PART_LISTENER, listener, tally.states[TCP_STATE_TIME_WAIT]),
	FIELD("listener.close_wait_queued", PART_LISTENER, listener, close_wait_queued),
	FIELD("listener.inode", PART_LISTENER, listener, inode),
	FIELD("listener.inodes", PART_LISTENER, listener, inodes),
	FIELD("listener.sockets", PART_LISTENER, listener, sockets),
	FIELD("before.full", PART_BEFORE, listener_before, full),
	FIELD("before.drops", PART_BEFORE, listener_before, drops),
	FIELD("before.sockets", PART_BEFORE, listener_before, sockets),
	FIELD("before.inode", PART_BEFORE, listener_before, inode),
	FIELD("before.inodes", PART_BEFORE, listener_before, inodes),
	FIELD("destination.ports", PART_DESTINATION, destination, ports),
	FIELD("destination.time_wait", PART_DESTINATION, destination, time_wait),
	FIELD("destination.syn_sent", PART_DESTINATION, destination, syn_sent),
	FIELD("destination.a", PART_DESTINATION, destination, to.bytes[12]),
	FIELD("peer.a", PART_PEER, peer, address.bytes[12]),
	FIELD("peer.bare", PART_PEER, peer, tally.bare),
	FIELD("peer.asked", PART_PEER, peer, quiet.asked),
	FIELD("peer.quiet", PART_PEER, peer, quiet.quiet),
	FIELD("listener.asked", PART_LISTENER, listener, quiet.asked),
	FIELD("listener.quiet", PART_LISTENER, listener, quiet.quiet),
	FIELD("peer.established", PART_PEER, peer, tally.states[TCP_STATE_ESTABLISHED]),
	FIELD("owner.close_wait", PART_OWNER, owner, tally.states[TCP_STATE_CLOSE_WAIT]),
	FIELD("owner.fin_wait_2", PART_OWNER, owner, tally.states[TCP_STATE_FIN_WAIT_2]),
	FIELD("owner.used", PART_OWNER, owner, process.used),
	FIELD("owner.soft", PART_OWNER, owner, process.limit.soft),
	FIELD("process.used", PART_PROCESS, process, used),
	FIELD("process.soft", PART_PROCESS, process, limit.soft),
	FIELD("near.used", PART_NEAR, process, used),
#undef FIELD
};

static const char mapped_address[16] = {[10] = -1, [11] = -1, [12] = 10, [15] = 7};

#define ONE(list, item)                                                                            \
	do {                                                                                       \
		(list).items = (item);                                                             \
		(list).len = 1;                                                                    \
	} while (0)

static inline void scene_show(struct scene *s, enum scene_part part)
{
	switch (part) {
	case PART_LISTENER:
		ONE(s->sockets.listeners, &s->listener);
		break;
	case PART_BEFORE:
		ONE(s->before.listeners, &s->listener_before);
		break;
	case PART_DESTINATION:
		ONE(s->sockets.destinations, &s->destination);
		break;
	case PART_PEER:
		ONE(s->sockets.peers, &s->peer);
		break;
	case PART_OWNER:
		ONE(s->sockets.owners, &s->owner);
		break;
	case PART_PROCESS:
		ONE(s->snapshot.limits.processes, &s->process);
		break;
	case PART_NEAR:
		ONE(s->snapshot.limits.near, &s->process);
		break;
	}
}

static inline bool scene_field(struct scene *s, const char *name, uint64_t n)
{
	for (size_t i = 0; i < ARRAY_LEN(scene_fields); i++) {
		if (strcmp(scene_fields[i].name, name) != 0)
			continue;
		memcpy((char *)s + scene_fields[i].offset, &n, scene_fields[i].size);
		scene_show(s, scene_fields[i].part);
		return true;
	}
	return false;
}

static inline bool scene_counter(struct scene *s, const char *name, uint64_t n)
{
	struct counters *list = *name == '-' ? &s->earlier : &s->counters;

	for (enum counter c = 0; c < COUNTER_COUNT; c++) {
		if (strcmp(counter_row(c)->name, name + (*name == '-')) != 0)
			continue;
		list->values[c] = n;
		s->two_samples |= *name == '-';
		return true;
	}
	return false;
}

static inline bool scene_sockets(struct scene *s, const char *name, uint64_t n)
{
	enum tcp_state state;

	for (unsigned k = 0; k < SOCKET_KINDS; k++) {
		if (strcmp(socket_kind_name((enum socket_kind)k), name) == 0) {
			s->sockets.kinds[k] = n;
			return true;
		}
	}
	if (strcmp(name, "total") == 0) {
		s->sockets.total = n;
		return true;
	}
	if (strcmp(name, "summary") == 0) {
		s->sockets.method = SOCKETS_SUMMARY;
		return true;
	}
	if (strcmp(name, "profile.soft") == 0) {
		s->entry = (struct nofile_entry){.target = (char *)(uintptr_t) "pam:*",
						 .soft = n,
						 .file = (char *)(uintptr_t) "x.conf"};
		ONE(s->profile.nofile, &s->entry);
		return true;
	}
	if (tcp_state_parse(name, &state))
		return false;
	s->sockets.states[state] = n;
	return true;
}

static inline void scene_set(struct scene *s, const char *name, const char *value)
{
	uint64_t n = 0;

	if (strncmp(name, "net.", 4) == 0 || strncmp(name, "fs.", 3) == 0) {
		host_set(&s->snapshot, name, value);
		return;
	}
	assert_ok(number_parse_u64(value, &n));
	if (!scene_field(s, name, n) && !scene_counter(s, name, n) && !scene_sockets(s, name, n))
		fail_msg("nothing is called %s", name);
}

/* A quiet host on which nothing happens, all of it known; then what the text says. */
static inline void scene_make(struct scene *s, const char *text)
{
	char *copy = strdup(text), *save = NULL;

	*s = (struct scene){.snapshot = host_of_release(KERNEL(6, 18))};
	memset(s->counters.known, 1, sizeof(s->counters.known));
	memset(s->earlier.known, 1, sizeof(s->earlier.known));
	s->counters.taken_ms = 12345;
	s->earlier.taken_ms = 2345; /* ten seconds */
	s->sockets = (struct sockets){
		.source = SOCKETS_NETLINK, .method = SOCKETS_FULL, .quiet_ms = 120000};
	s->before = s->sockets;
	memcpy(s->listener.address.bytes, mapped_address, 16);
	memcpy(s->destination.from.bytes, mapped_address, 16);
	memcpy(s->destination.to.bytes, mapped_address, 16);
	memcpy(s->peer.address.bytes, mapped_address, 16);
	s->listener.port = 8080;
	s->listener.limit = LISTENER_UNKNOWN;
	s->listener_before = s->listener;
	s->listener_before.drops_known = true;
	s->destination.port = 5432;
	s->owner.process = (struct process){.pid = 12,
					    .comm = (char *)(uintptr_t) "leaky",
					    .limit = {1024, 4096, true},
					    .used = 100};
	s->process = s->owner.process;

	assert_non_null(copy);
	host_set(&s->snapshot, "net.ipv4.tcp_keepalive_time",
		 "120"); /* else keepalive-slow speaks */
	for (char *p = strtok_r(copy, ";", &save); p; p = strtok_r(NULL, ";", &save)) {
		char *value = strchr(p, '=');

		assert_non_null(value);
		*value++ = '\0';
		scene_set(s, p, value);
	}
	free(copy);
}

static inline struct report scene_report(const struct scene *s)
{
	struct report r = {.snapshot = &s->snapshot};
	struct evidence e = {
		.snapshot = &s->snapshot,
		.profile = &s->profile,
		.counters = &s->counters,
		.earlier = s->two_samples ? &s->earlier : NULL,
		.sockets = &s->sockets,
		.before = s->two_samples ? &s->before : NULL,
	};

	assert_ok(diagnose(&e, &r, NULL));
	return r;
}

static inline void scene_done(struct scene *s)
{
	s->snapshot.limits.processes = s->snapshot.limits.near = (struct processes){0};
	snapshot_done(&s->snapshot);
}

#endif
