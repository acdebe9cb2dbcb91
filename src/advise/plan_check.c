/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules between settings, judged on what will stand: the running values after
 * the steps, and the next boot.  A rule speaks only where the plan touches one
 * of its keys: what was wrong before us is for findings.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "advise/planner.h"
#include "base/number.h"
#include "base/text.h"

#define PORT_RANGE "net.ipv4.ip_local_port_range"
#define PORT_START "net.ipv4.ip_unprivileged_port_start"
#define TIMESTAMPS "net.ipv4.tcp_timestamps"
#define TW_REUSE "net.ipv4.tcp_tw_reuse"
#define NR_OPEN "fs.nr_open"

/* The values of one layer as they will stand. */
struct standing {
	const struct snapshot *snapshot;
	const struct own_entries *entries; /* what we put there at boot */
	const struct boot_layer *boot;     /* NULL: the running values */
	struct plan *plan;
};

static const struct step *step_of(const struct plan *plan, const char *key)
{
	for (size_t i = 0; i < plan->steps.len; i++) {
		if (strcmp(plan->steps.items[i].name, key) == 0)
			return &plan->steps.items[i];
	}
	return NULL;
}

static bool touches(const struct standing *s, const char *key)
{
	return s->boot ? own_entries_find(s->entries, key) != NULL : step_of(s->plan, key) != NULL;
}

/* NULL: not known. */
static const char *value_of(const struct standing *s, const char *key)
{
	const struct tunable *t = catalogue_find(key);
	const struct step *step = step_of(s->plan, key);

	if (s->boot)
		return boot_layer_value(s->boot, t)->text;
	return step ? step->after.data : snapshot_reading(s->snapshot, t)->text;
}

/* The first number of a value. */
static bool number_of(const struct standing *s, const char *key, uint64_t *ret)
{
	const char *text = value_of(s, key);
	auto_free char *word = text ? strndup(text, strcspn(text, " \t")) : NULL;

	return word && !number_parse_u64(word, ret);
}

static const char *when(const struct standing *s)
{
	return s->boot ? "after the next boot" : "now";
}

static int check_ports(const struct standing *s)
{
	const struct conflict_place place = {.key = PORT_RANGE, .value = value_of(s, PORT_RANGE)};
	uint64_t low = 0, start = 0;

	if ((!touches(s, PORT_RANGE) && !touches(s, PORT_START)) ||
	    !number_of(s, PORT_RANGE, &low) || !number_of(s, PORT_START, &start) || low >= start)
		return 0;
	return plan_refuse(s->plan, &place,
			   "the kernel takes no port range that begins below " PORT_START
			   ", which will be %" PRIu64 " %s",
			   start, when(s));
}

static int check_timestamps(const struct standing *s)
{
	const struct conflict_place place = {.key = TW_REUSE, .value = value_of(s, TW_REUSE)};
	uint64_t reuse = 0, timestamps = 0;

	if (!touches(s, TW_REUSE) || !number_of(s, TW_REUSE, &reuse) || !reuse ||
	    !number_of(s, TIMESTAMPS, &timestamps) || timestamps)
		return 0;
	return plan_refuse(s->plan, &place,
			   "it does nothing without timestamps, and " TIMESTAMPS " will be 0 %s",
			   when(s));
}

/* The highest hard limit anybody has or will have, and whose it is; 0: none is known. */
static uint64_t highest_limit(const struct standing *s, const char **ret_whose)
{
	const struct limits *l = &s->snapshot->limits;
	uint64_t most = 0;

	if (s->boot && s->boot->limits.manager.known) {
		most = s->boot->limits.manager.hard;
		*ret_whose = "services of systemd get";
	}
	for (size_t i = 0; s->boot && i < BOOT_SESSIONS; i++) {
		const struct session_limits *session = &s->boot->limits.sessions[i];

		if (session->has.known && session->has.hard > most) {
			most = session->has.hard;
			*ret_whose = "logins get";
		}
	}
	for (size_t i = 0; !s->boot && i < l->processes.len; i++) {
		if (l->processes.items[i].limit.known && l->processes.items[i].limit.hard > most) {
			most = l->processes.items[i].limit.hard;
			*ret_whose = l->processes.items[i].comm;
		}
	}
	if (!s->boot && l->shell.known && l->shell.hard > most) {
		most = l->shell.hard;
		*ret_whose = "this shell has";
	}
	return most;
}

/*
 * A hard limit above fs.nr_open keeps services from starting (205/LIMITS) and
 * people from logging in, so a lower fs.nr_open than any that stands is never
 * written.
 */
static int check_nr_open(const struct standing *s)
{
	const struct conflict_place place = {.key = NR_OPEN, .value = value_of(s, NR_OPEN)};
	const char *whose = "";
	uint64_t nr_open = 0, most;

	if (!touches(s, NR_OPEN) || !number_of(s, NR_OPEN, &nr_open))
		return 0;
	most = highest_limit(s, &whose);
	if (most <= nr_open || most == UINT64_MAX)
		return 0;
	return plan_refuse(s->plan, &place,
			   "it would be below a hard limit that stands: %s %" PRIu64, whose, most);
}

/* A login is refused, or its limits ignored, where its hard limit is above fs.nr_open. */
static int check_limits(const struct standing *s)
{
	uint64_t nr_open = 0, value = 0;

	if (!s->boot || !number_of(s, NR_OPEN, &nr_open))
		return 0;
	for (size_t i = 0; i < s->entries->len; i++) {
		const struct own_entry *e = &s->entries->items[i];
		const struct conflict_place place = {.key = e->key, .value = e->value};

		if (own_kind_of(e->key) != OWN_PAM || number_parse_u64(e->value, &value) ||
		    value <= nr_open)
			continue;
		if (plan_refuse(s->plan, &place,
				"the kernel grants no limit above " NR_OPEN
				", which will be %" PRIu64 " %s",
				nr_open, when(s)))
			return -ENOMEM;
	}
	return 0;
}

static bool has_session_lines(const struct own_entries *list)
{
	for (size_t i = 0; i < list->len; i++) {
		if (own_kind_of(list->items[i].key) == OWN_PAM)
			return true;
	}
	return false;
}

/* One bad line in limits.d shuts everybody out, root included. */
static int check_logins(const struct standing *s)
{
	static const struct conflict_place nowhere = {0};
	int r = 0;

	if (!s->boot || !has_session_lines(s->entries))
		return 0;
	for (size_t i = 0; i < BOOT_SESSIONS && !r; i++) {
		const struct session_limits *session = &s->boot->limits.sessions[i];
		bool root = session->user && strcmp(session->user, "root") == 0;

		if (session->refused)
			r = plan_refuse(s->plan, &nowhere,
					"logins of %s would be refused (tcptune explain nofile)",
					root ? "root" : "users");
	}
	return r;
}

static int check_layer(const struct standing *s)
{
	static int (*const rules[])(const struct standing *) = {
		check_ports, check_timestamps, check_nr_open, check_limits, check_logins,
	};
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(rules) && !r; i++)
		r = rules[i](s);
	return r;
}

/* Fields of running vectors are mixed with ours, so the whole is looked at again. */
static int check_value(const struct step *step, struct plan *plan)
{
	const struct conflict_place place = {.key = step->name, .value = step->after.data};
	auto_value struct value v = {.type = TYPE_COUNT};
	struct error err = {0};
	int r = value_read(step->tunable, step->after.data, &v);

	if (r == -ENOMEM)
		return r;
	if (!r)
		r = value_check(step->tunable, &v, &err);
	return r ? plan_refuse(plan, &place, "%s", *err.text ? err.text : "it makes no sense") : 0;
}

/* What goes back to what it was before us need not make sense: it was not ours. */
static bool is_ours_to_judge(const struct step *step)
{
	return step->kind == STEP_SYSCTL && !plan_goes_back(step);
}

int plan_check(const struct snapshot *snapshot, const struct own_entries *entries,
	       const struct boot_layer *with, struct plan *plan)
{
	const struct standing now = {.snapshot = snapshot, .entries = entries, .plan = plan},
			      boot = {.snapshot = snapshot,
				      .entries = entries,
				      .boot = with,
				      .plan = plan};
	size_t n = plan->steps.len;
	int r = check_layer(&now);

	if (!r && with)
		r = check_layer(&boot);
	for (size_t i = 0; i < n && !r; i++) {
		if (is_ours_to_judge(&plan->steps.items[i]))
			r = check_value(&plan->steps.items[i], plan);
	}
	return r;
}
