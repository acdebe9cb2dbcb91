/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/planning_later.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "advise/compare.h"
#include "base/text.h"
#include "cli/boot.h"
#include "read/limits_conf.h"
#include "read/systemd_unit.h"

static int no_memory(struct error *err)
{
	return error_set(err, ENOMEM, "plan");
}

static bool wants(const void *context, const char *key)
{
	return session_wants(context, key);
}

static bool is_fine(const struct report *report, const char *key)
{
	for (size_t i = 0; i < report->settings.len; i++) {
		if (strcmp(report->settings.items[i].key, key) == 0)
			return report->settings.items[i].verdict == VERDICT_OK;
	}
	return false;
}

/* What the reader that does not boot this host would set when somebody calls it. */
static int add_reader(const struct session *s, const struct readers *readers,
		      const struct reader *reader, const struct report *boots, struct strings *list,
		      struct error *err)
{
	auto_call(sysctl_boot_done) struct sysctl_boot b = {0};
	auto_call(boot_layer_done) struct boot_layer layer = {0};
	auto_call(report_done) struct report report = {0};
	struct compare_scope scope = {.boot = &layer, .wants = wants, .context = s};
	int r = sysctl_boot_read(s, readers, reader, NULL, &b, err);

	if (!r && boot_layer_fill(&b.boot, &s->snapshot.host, &readers->pid1, &layer))
		r = no_memory(err);
	if (!r)
		r = compare(&s->snapshot, &s->profile, &scope, &report, err);
	for (size_t i = 0; i < report.settings.len && !r; i++) {
		const struct setting *set = &report.settings.items[i];

		if (!set->tunable || set->verdict != VERDICT_BOOT_DIFFERS || !set->boot.file ||
		    !is_fine(boots, set->key))
			continue;
		if (strings_add(list, "%s would set %s to %s (%s:%u)", reader->program, set->key,
				set->boot.text ? set->boot.text : "something unknown",
				set->boot.file, set->boot.line))
			r = no_memory(err);
	}
	return r;
}

static const struct nofile_entry *everybody(const struct profile *p)
{
	for (size_t i = 0; i < p->nofile.len; i++) {
		if (strcmp(p->nofile.items[i].target, "pam:*") == 0)
			return &p->nofile.items[i];
	}
	return NULL;
}

/* "root" has a line of ours; what the profile names itself is judged as such. */
static bool is_named(const struct profile *p, const char *domain)
{
	for (size_t i = 0; i < p->nofile.len; i++) {
		if (text_starts(p->nofile.items[i].target, "pam:") &&
		    strcmp(p->nofile.items[i].target + strlen("pam:"), domain) == 0)
			return true;
	}
	return strcmp(domain, "*") == 0;
}

static bool is_lower(const struct limits_rule *rule, const struct nofile_entry *all)
{
	return rule->item == ITEM_NOFILE &&
	       (((rule->fields & LIMIT_SOFT) && rule->value < all->soft) ||
		((rule->fields & LIMIT_HARD) && rule->value < all->hard));
}

/* Lines for single users and groups beat the one for everybody. */
static int add_users(const struct session *s, const struct readers *readers, struct strings *list,
		     struct error *err)
{
	auto_call(limits_conf_done) struct limits_conf conf = {0};
	const struct nofile_entry *all = everybody(&s->profile);
	int r = all ? limits_conf_read(readers->files, readers->pam, NULL, &conf, err) : 0;

	if (r == -EACCES)
		return 0;
	for (size_t i = 0; i < conf.rules.len && !r; i++) {
		const struct limits_rule *rule = &conf.rules.items[i];

		if (!is_lower(rule, all) || is_named(&s->profile, rule->domain))
			continue;
		if (strings_add(list,
				"%s:%u gives %s fewer open files (%" PRIu64 ") than everybody else",
				conf.files.items[rule->file], rule->line, rule->domain,
				rule->value))
			r = no_memory(err);
	}
	return r;
}

static bool was_asked(const struct limits *l, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (text_equal(l->processes.items[k].unit, l->processes.items[i].unit))
			return true;
	}
	return false;
}

static uint64_t manager_limit(const struct profile *p)
{
	for (size_t i = 0; i < p->nofile.len; i++) {
		if (strcmp(p->nofile.items[i].target, "systemd") == 0)
			return p->nofile.items[i].hard;
	}
	return 0;
}

static int add_unit(const struct readers *readers, const char *name, uint64_t wanted,
		    struct strings *list, struct error *err)
{
	auto_call(systemd_unit_done) struct systemd_unit unit = {0};
	int r = systemd_unit_read(readers->files, readers->manager, name, &unit, NULL);

	if (r == -ENOMEM)
		return no_memory(err);
	if (r || !unit.nofile.set || unit.nofile.hard >= wanted)
		return 0;
	return strings_add(list,
			   "%s:%u: %s has a LimitNOFILE= of its own (%" PRIu64
			   "), whatever the manager's default",
			   unit.nofile.file, unit.nofile.hard_line, unit.id, unit.nofile.hard)
		       ? no_memory(err)
		       : 0;
}

/* Of those that listen, which is what a profile is about. */
static int add_units(const struct session *s, const struct readers *readers, struct strings *list,
		     struct error *err)
{
	const struct limits *l = &s->snapshot.limits;
	uint64_t wanted = manager_limit(&s->profile);
	int r = 0;

	for (size_t i = 0; wanted && i < l->processes.len && !r; i++) {
		const char *unit = l->processes.items[i].unit;

		if (unit && !was_asked(l, i))
			r = add_unit(readers, unit, wanted, list, err);
	}
	return r;
}

int planning_later(const struct session *s, const struct readers *readers,
		   const struct plan_request *q, struct report *report, struct plan *plan,
		   struct error *err)
{
	static const struct conflict_place nowhere = {0};
	struct strings *list = &report->warnings;
	size_t before = list->len;
	int r = boot_owner_warnings(s, report, err);

	for (enum reader_kind k = 0; k < READER_KIND_COUNT && !r; k++) {
		if (k != readers->boot->kind)
			r = add_reader(s, readers, readers->sysctl[k], report, list, err);
	}
	if (!r)
		r = add_users(s, readers, list, err);
	if (!r)
		r = add_units(s, readers, list, err);
	if (r)
		return r;

	for (size_t i = before; i < list->len; i++) {
		if (q->strict ? plan_refuse(plan, &nowhere, "%s", list->items[i])
			      : strings_add(&plan->warnings, "%s", list->items[i]))
			return no_memory(err);
	}
	return 0;
}
