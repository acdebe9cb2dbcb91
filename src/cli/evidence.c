/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/evidence.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "read/counters.h"
#include "read/processes.h"
#include "read/sockets.h"

/* Only --interval compares listeners; the rest of a first sample is not looked at. */
static const struct sockets_options of_listeners = {.method = SOCKETS_SUMMARY};

static int not_judged(struct strings *warnings, const struct error *err, const char *what)
{
	if (err->line)
		return strings_add(warnings, "%s:%u: %s; %s not judged", err->file, err->line,
				   err->text, what);
	return strings_add(warnings, "%s; %s not judged", err->text, what);
}

/* The counters are believed whole or not at all. */
static int take_counters(const struct session *s, const char *what, struct counters *ret,
			 bool *ret_has, struct strings *warnings)
{
	struct error err = {0};
	int r = counters_read(s->root, ret, &err);

	*ret_has = !r;
	if (!r || r == -ENOMEM)
		return r;
	return not_judged(warnings, &err, what);
}

static int take_sockets(const struct session *s, const struct sockets_options *options,
			struct sockets *ret, struct strings *warnings)
{
	struct error err = {0};
	int r = sockets_read(&s->snapshot.host, s->root, options, ret, &err);

	/* Two dumps may complain of the same. */
	for (size_t i = 0; !r && i < ret->warnings.len; i++) {
		if (!strings_has(warnings, ret->warnings.items[i]))
			r = strings_add(warnings, "%s", ret->warnings.items[i]);
	}
	return !r || r == -ENOMEM ? r : not_judged(warnings, &err, "the sockets are");
}

/* What a program holds and should not, in its largest kind. */
static uint64_t most_held(const struct sockets *s)
{
	uint64_t a = s->kinds[SOCKET_CLOSE_WAIT_HELD], b = s->kinds[SOCKET_FIN_WAIT_2_HELD];

	return a > b ? a : b;
}

/* A pile is a finding, and of little use without the program's name. */
static unsigned owners_deadline(const struct session *s, const struct sockets *found)
{
	if (s->options.full_walk)
		return 0;
	return sockets_are_a_pile(found, most_held(found), SOCKETS_HELD_FEW)
		       ? PILE_DEADLINE_MS
		       : PROCESSES_DEADLINE_MS;
}

/*
 * Who holds what is not closed.  A dump of those states alone, because only
 * then is the walk through /proc worth its time.
 */
static int find_owners(const struct session *s, struct sockets *ret, struct strings *warnings)
{
	const struct sockets_options options = {
		.method = SOCKETS_SUMMARY,
		.groups = GROUP_OWNERS,
		.states = TCP_STATE_BIT(TCP_STATE_CLOSE_WAIT) | TCP_STATE_BIT(TCP_STATE_FIN_WAIT_2),
		.inodes_max = INODES_SAMPLE,
		.deadline_ms = owners_deadline(s, ret),
	};
	auto_call(sockets_done) struct sockets held = {0};

	if (most_held(ret) < SOCKETS_HELD_FEW)
		return 0;
	if (take_sockets(s, &options, &held, warnings))
		return -ENOMEM;

	ret->owners.items = take(held.owners.items);
	ret->owners.len = held.owners.len;
	held.owners.len = 0;
	ret->inodes_wanted = held.inodes_wanted;
	ret->inodes_kept = held.inodes_kept;
	ret->inodes_unseen = held.inodes_unseen;
	ret->processes_left_out = held.processes_left_out;
	if (!held.processes_left_out)
		return 0;
	return strings_add(warnings,
			   "%zu processes were not looked at for sockets they do not close, time "
			   "ran out (--full-walk looks at all)",
			   held.processes_left_out);
}

static const struct process *process_of(const struct session *s, int pid)
{
	const struct limits *l = &s->snapshot.limits;

	for (size_t i = 0; i < l->processes.len; i++) {
		if (l->processes.items[i].pid == pid)
			return &l->processes.items[i];
	}
	return NULL;
}

/* The first process that holds it: the one that opened it, as a rule. */
static const struct process *holder_of(const struct session *s, uint32_t inode)
{
	for (size_t i = 0; inode && i < s->holders.len; i++) {
		if (s->holders.items[i].inode == inode)
			return process_of(s, s->holders.items[i].pid);
	}
	return NULL;
}

int listeners_name(const struct session *s, struct sockets *ret)
{
	for (size_t i = 0; i < ret->listeners.len; i++) {
		struct socket_listener *l = &ret->listeners.items[i];
		const struct process *p = l->pid ? NULL : holder_of(s, l->inode);

		if (!p)
			continue;
		l->pid = p->pid;
		l->comm = strdup(p->comm);
		if (p->unit && !l->unit)
			l->unit = strdup(p->unit);
		if (!l->comm || (p->unit && !l->unit))
			return -ENOMEM;
	}
	return 0;
}

static void set_range(const struct session *s, struct sockets_options *options)
{
	const struct tunable *t = catalogue_find("net.ipv4.ip_local_port_range");
	const struct reading *r = snapshot_reading(&s->snapshot, t);

	if (r->state != READING_PRESENT || r->value.type != t->type || r->value.num[0] < 0 ||
	    r->value.num[1] > UINT16_MAX)
		return;
	options->low = (uint16_t)r->value.num[0];
	options->high = (uint16_t)r->value.num[1];
}

static int take_all_sockets(const struct session *s, struct sockets *ret, struct strings *warnings)
{
	struct sockets_options options = {
		.method = (enum sockets_method)s->options.sockets,
		.groups = GROUP_PEERS | GROUP_DESTINATIONS,
	};
	int r;

	options.quiet_ms = evidence_quiet_ms(&s->snapshot);
	set_range(s, &options);
	r = take_sockets(s, &options, ret, warnings);
	if (!r)
		r = listeners_name(s, ret);
	return r ? r : find_owners(s, ret, warnings);
}

static void wait_for(uint64_t seconds)
{
	struct timespec rest = {.tv_sec = (time_t)seconds};

	while (nanosleep(&rest, &rest) && errno == EINTR)
		;
}

static int take_first(const struct session *s, struct samples *ret, struct strings *warnings)
{
	if (take_counters(s, "what the kernel counted in the interval is", &ret->earlier,
			  &ret->has_earlier, warnings) ||
	    take_sockets(s, &of_listeners, &ret->before, warnings))
		return -ENOMEM;

	wait_for(s->options.interval);
	return 0;
}

static int take_all(const struct session *s, struct samples *ret, struct strings *warnings)
{
	if (s->options.interval && take_first(s, ret, warnings))
		return -ENOMEM;
	if (take_counters(s, "what the kernel counts is", &ret->counters, &ret->has_counters,
			  warnings))
		return -ENOMEM;
	return take_all_sockets(s, &ret->sockets, warnings);
}

int samples_take(const struct session *s, struct samples *ret, struct strings *warnings,
		 struct error *err)
{
	const struct host *h = &s->snapshot.host;

	if (s->options.interval && (!h->online || h->captured))
		return error_say(err, EINVAL, "--interval needs a host that runs: %s is none",
				 h->root);
	if (h->online && take_all(s, ret, warnings))
		return error_set(err, ENOMEM, "read the sockets and what the kernel counts");
	return 0;
}

void samples_done(struct samples *samples)
{
	sockets_done(&samples->sockets);
	sockets_done(&samples->before);
}

struct evidence samples_evidence(const struct session *s, const struct samples *samples)
{
	bool two = samples->has_counters && samples->has_earlier;

	return (struct evidence){
		.snapshot = &s->snapshot,
		.profile = &s->profile,
		.counters = samples->has_counters ? &samples->counters : NULL,
		.earlier = two ? &samples->earlier : NULL,
		.wants_earlier = s->options.interval != 0,
		.sockets = &samples->sockets,
		.before = two ? &samples->before : NULL,
	};
}
