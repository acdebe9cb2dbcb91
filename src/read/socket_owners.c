/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/socket_owners.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/root.h"
#include "base/text.h"
#include "read/cgroups.h"
#include "read/processes.h"
#include "read/socket_units.h"

enum {
	PIDS_MAX = 1024 * 1024, /* bytes of a cgroup.procs */
	FIRST_MAX = 4096,       /* processes to look at first */
};

static int want_cgroup(struct cgroups *list, uint64_t id)
{
	if (!id || id == CGROUP_OTHERS || cgroups_by_id(list, id))
		return 0;
	return vec_push(list, (struct cgroup){.id = id});
}

static int list_cgroups(const struct census *c, struct cgroups *ret)
{
	int r = 0;

	for (uint32_t i = 0; i < c->cgroups.len && !r; i++) {
		const struct cgroup_count *g = heavy_at(&c->cgroups, i);

		r = want_cgroup(ret, g->id);
	}
	for (size_t i = 0; i < c->out->listeners.len && !r; i++)
		r = want_cgroup(ret, c->out->listeners.items[i].cgroup);
	return r;
}

/* ---- units ---- */

/* What the kernel keeps after the program has let go has no cgroup. */
static int name_cgroup(const struct sockets *s, const struct cgroups *list, uint64_t id, char **ret)
{
	const char *name = id == CGROUP_OTHERS ? "(others)" : "(none)";

	if ((id && id != CGROUP_OTHERS) || s->source == SOCKETS_FILES)
		return cgroups_name(list, id, ret);

	*ret = strdup(name);
	return *ret ? 0 : -ENOMEM;
}

static struct socket_unit *find_unit(struct sockets *s, const char *name)
{
	for (size_t i = 0; i < s->units.len; i++) {
		if (strcmp(s->units.items[i].name, name) == 0)
			return &s->units.items[i];
	}
	return NULL;
}

/* A unit may have several cgroups.  Takes the name over. */
static int add_to_unit(struct sockets *s, char *name, const struct tally *t)
{
	struct socket_unit *u = find_unit(s, name);

	if (!u && vec_push(&s->units, (struct socket_unit){.name = name})) {
		free(name);
		return -ENOMEM;
	}
	if (u)
		free(name);
	else
		u = &s->units.items[s->units.len - 1];
	tally_add(&u->tally, t);
	return 0;
}

static int name_units(const struct census *c, const struct cgroups *list)
{
	for (uint32_t i = 0; i < c->cgroups.len; i++) {
		const struct cgroup_count *g = heavy_at(&c->cgroups, i);
		char *name;

		if (name_cgroup(c->out, list, g->id, &name) || add_to_unit(c->out, name, &g->tally))
			return -ENOMEM;
	}
	return 0;
}

static int name_listeners(const struct census *c, const struct cgroups *list)
{
	for (size_t i = 0; i < c->out->listeners.len; i++) {
		struct socket_listener *l = &c->out->listeners.items[i];
		const struct cgroup *g = cgroups_by_id(list, l->cgroup);

		if (g && g->path && cgroup_path_unit(g->path, strlen(g->path), &l->unit))
			return -ENOMEM;
	}
	return 0;
}

static uint32_t less(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static void move(uint32_t *from, uint32_t *to, uint32_t n)
{
	n = less(n, *from);
	*from -= n;
	*to += n;
}

/* The connections of this listener, as far as they were counted for init.scope. */
static void move_tally(struct tally *from, struct tally *to, const struct tally *connections)
{
	uint32_t before = from->total;

	for (unsigned i = 0; i < TCP_STATES; i++) {
		uint32_t moved = less(connections->states[i], from->states[i]);

		from->states[i] -= moved;
		to->states[i] += moved;
		from->total -= moved;
	}
	to->total += before - from->total;
	move(&from->armed, &to->armed, connections->armed);
	move(&from->bare, &to->bare, connections->bare);
	move(&from->busy, &to->busy, connections->busy);
}

static int give_to_socket_unit(struct sockets *s, struct socket_listener *l, char *name)
{
	struct socket_unit *scope;
	int r;

	free(l->unit);
	l->unit = strdup(name);
	r = add_to_unit(s, name, &(struct tally){0});
	if (r || !l->unit)
		return -ENOMEM;

	scope = find_unit(s, INIT_SCOPE);
	if (scope)
		move_tally(&scope->tally, &find_unit(s, l->unit)->tally, &l->tally);
	return 0;
}

/* What PID 1 listens on, it does for a socket unit. */
static int find_socket_units(int root, struct sockets *s)
{
	auto_call(socket_units_done) struct socket_units units = {0};
	int r = 0;

	for (size_t i = 0; i < s->listeners.len && !r; i++) {
		struct socket_listener *l = &s->listeners.items[i];
		char *name = NULL;

		if (!l->unit || strcmp(l->unit, INIT_SCOPE) != 0)
			continue;
		r = socket_units_find(root, &units, &l->address, l->port, &name);
		if (!r && name)
			r = give_to_socket_unit(s, l, name);
	}
	return r;
}

static int compare_units(const void *a, const void *b)
{
	const struct socket_unit *x = a, *y = b;

	if (x->tally.total != y->tally.total)
		return x->tally.total < y->tally.total ? 1 : -1;
	return strcmp(x->name, y->name);
}

static void drop_empty_units(struct sockets *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->units.len; i++) {
		if (s->units.items[i].tally.total)
			s->units.items[kept++] = s->units.items[i];
		else
			free(s->units.items[i].name);
	}
	s->units.len = kept;
	if (kept)
		qsort(s->units.items, kept, sizeof(*s->units.items), compare_units);
}

/* ---- processes ---- */

struct owners {
	struct sockets *out;
	size_t last; /* of out->owners: where the walk is */
};

static struct socket_owner *owner_of(struct owners *o, int pid)
{
	struct sockets *s = o->out;

	if (o->last < s->owners.len && s->owners.items[o->last].process.pid == pid)
		return &s->owners.items[o->last];

	for (o->last = 0; o->last < s->owners.len; o->last++) {
		if (s->owners.items[o->last].process.pid == pid)
			return &s->owners.items[o->last];
	}
	if (vec_push(&s->owners, (struct socket_owner){.process.pid = pid}))
		return NULL;
	return &s->owners.items[o->last];
}

static int count_for(int pid, int fd, const struct wanted_inode *w, void *arg)
{
	struct socket_owner *owner = owner_of(arg, pid);

	(void)fd;
	if (!owner)
		return -ENOMEM;
	owner->tally.states[WANTED_STATE(w->tag)]++;
	owner->tally.total++;
	return 0;
}

static int add_pids(int root, const char *path, struct pids *ret)
{
	auto_free char *text = NULL;
	char *save = NULL;
	int r = root_read(root, path, PIDS_MAX, &text, NULL, NULL);

	if (r)
		return r == -ENOMEM ? r : 0; /* gone, or threaded: then it has no list */

	for (const char *p = strtok_r(text, "\n", &save); p; p = strtok_r(NULL, "\n", &save)) {
		int pid;

		if (!descriptors_parse_id(p, &pid) || ret->len == FIRST_MAX)
			continue;
		if (vec_push(ret, pid))
			return -ENOMEM;
	}
	return 0;
}

/* The processes of the cgroups in which a wanted socket was made. */
static int list_likely(int root, const struct census *c, const struct cgroups *list,
		       struct pids *ret)
{
	for (uint32_t i = 0; list->mount && i < c->cgroups.len; i++) {
		const struct cgroup_count *count = heavy_at(&c->cgroups, i);
		const struct cgroup *g = cgroups_by_id(list, count->id);
		auto_free char *path = NULL;
		int r;

		if (!g || !g->path)
			continue;
		path = text_format("%s%s/cgroup.procs", list->mount, g->path);
		r = path ? add_pids(root, path, ret) : -ENOMEM;
		if (r)
			return r;
	}
	pids_sort(ret);
	return 0;
}

static int describe_owners(const struct host *h, int root, const struct deadline *deadline,
			   struct sockets *s)
{
	auto_close int proc = root_openat(root, "proc", O_PATH | O_DIRECTORY);

	for (size_t i = 0; proc >= 0 && i < s->owners.len; i++) {
		struct process *p = &s->owners.items[i].process;

		/* It has ended: what was counted is still true. */
		if (process_read(proc, p->pid, !h->captured, deadline, p) == -ENOMEM)
			return -ENOMEM;
		if (!p->comm)
			p->used = UINT64_MAX;
	}
	return 0;
}

static int compare_owners(const void *a, const void *b)
{
	const struct socket_owner *x = a, *y = b;

	if (x->tally.total != y->tally.total)
		return x->tally.total < y->tally.total ? 1 : -1;
	return (x->process.pid > y->process.pid) - (x->process.pid < y->process.pid);
}

static void pids_done(struct pids *list)
{
	vec_done(list);
}

static int find_owners(const struct host *h, int root, struct census *c, const struct cgroups *list)
{
	auto_call(pids_done) struct pids likely = {0};
	struct owners owners = {.out = c->out};
	struct descriptor_walk walk = {
		.root = root,
		.live = !h->captured,
		.deadline = deadline_in(c->options->deadline_ms),
		.wanted = &c->wanted,
		.first = &likely,
		.hit = count_for,
		.arg = &owners,
	};
	int r = list_likely(root, c, list, &likely);

	if (!r)
		r = descriptors_walk(&walk);
	if (r)
		return r;

	c->out->inodes_unseen = walk.ret_missing;
	c->out->processes_left_out = walk.ret_left_out;
	if (c->out->owners.len)
		qsort(c->out->owners.items, c->out->owners.len, sizeof(*c->out->owners.items),
		      compare_owners);
	return describe_owners(h, root, &walk.deadline, c->out);
}

int socket_owners_read(const struct host *h, int root, struct census *c)
{
	auto_call(cgroups_done) struct cgroups list = {0};
	unsigned groups = c->options->groups;
	int r = 0;

	if (!(groups & (GROUP_UNITS | GROUP_OWNERS)))
		return 0;

	r = list_cgroups(c, &list);
	if (!r && !h->captured)
		r = cgroups_find(root, &list);
	if (!r)
		r = name_units(c, &list);
	if (!r)
		r = name_listeners(c, &list);
	if (!r)
		r = find_socket_units(root, c->out);
	if (!r)
		drop_empty_units(c->out);
	if (!r && groups & GROUP_OWNERS)
		r = find_owners(h, root, c, &list);
	return r;
}
