/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise/diagnose.h"

#include <errno.h>
#include <string.h>

#include "advise/indict.h"
#include "base/text.h"
#include "model/default.h"

/* A value in a line of evidence: lists of ports may have any length. */
enum { VALUE_SHOWN_MAX = 160 };

static const struct rules *const others[] = {
	&rules_limits, &rules_accept, &rules_connect, &rules_close,
	&rules_peers,  &rules_memory, &rules_device,  &rules_conntrack,
};

/* NULL past the last. */
static const struct rules *group_at(size_t g)
{
	if (g < RULES_SETTINGS)
		return rules_settings[g];
	return g - RULES_SETTINGS < ARRAY_LEN(others) ? others[g - RULES_SETTINGS] : NULL;
}

const struct rule *rule_at(size_t i)
{
	const struct rules *group;

	for (size_t g = 0; (group = group_at(g)); g++) {
		if (i < group->n)
			return &group->rows[i];
		i -= group->n;
	}
	return NULL;
}

const struct rule *rule_find(const char *id)
{
	const struct rule *rule;

	for (size_t i = 0; (rule = rule_at(i)); i++) {
		if (strcmp(rule->id, id) == 0)
			break;
	}
	return rule;
}

bool rule_known(const char *id)
{
	return rule_find(id) != NULL;
}

/* What a rule may need to know, and what to say where it is not known. */
static bool memory_is_known(const struct evidence *e)
{
	return e->snapshot->host.memory_bytes && e->snapshot->host.page_size;
}

static bool profile_is_known(const struct evidence *e)
{
	return e->profile != NULL;
}

static bool is_online(const struct evidence *e)
{
	return e->snapshot->host.online;
}

static bool counters_are_known(const struct evidence *e)
{
	return e->counters && counters_any(e->counters);
}

static bool interval_is_not_lost(const struct evidence *e)
{
	return e->earlier || !e->wants_earlier;
}

static bool interval_is_known(const struct evidence *e)
{
	return e->earlier != NULL;
}

static bool sockets_are_known(const struct evidence *e)
{
	return e->sockets && e->sockets->source != SOCKETS_NOWHERE;
}

static bool each_socket_is_known(const struct evidence *e)
{
	return sockets_are_known(e) && e->sockets->method == SOCKETS_FULL;
}

static bool quiet_is_known(const struct evidence *e)
{
	return sockets_are_known(e) && e->sockets->quiet_ms != 0;
}

/* After sockets_are_known(): a rule about queues asks for the sockets, too. */
static bool queues_are_known(const struct evidence *e)
{
	return e->sockets->source == SOCKETS_NETLINK;
}

enum {
	FACTS_LIVE = FACT_COUNTERS | FACT_INTERVAL | FACT_SOCKETS | FACT_EACH_SOCKET | FACT_LIMITS |
		     FACT_QUIET | FACT_QUEUES
};

static const struct {
	unsigned facts; /* any of them */
	bool (*is_known)(const struct evidence *e);
	const char *unknown;
	bool lost; /* see struct not_evaluated */
} facts[] = {
	{FACT_MEMORY, memory_is_known, "how much memory this host has is not known", true},
	{FACT_PROFILE, profile_is_known, "no profile was given", false},
	{FACTS_LIVE, is_online, "the host is offline", false},
	{FACT_COUNTERS, counters_are_known, "the kernel's counters cannot be read", true},
	{FACT_SOCKETS | FACT_EACH_SOCKET | FACT_QUEUES, sockets_are_known,
	 "the sockets cannot be read", true},
	{FACT_EACH_SOCKET, each_socket_is_known,
	 "the sockets were only counted (--sockets full looks at each)", true},
	{FACT_QUEUES, queues_are_known,
	 "the limits of the accept queues are not known: /proc/net/tcp has none", true},
	{FACT_INTERVAL, interval_is_not_lost, "one of the two samples cannot be read", true},
	{FACT_QUIET, quiet_is_known, "for how long connections have been quiet is not known", true},
	{FACT_INTERVAL, interval_is_known, "it needs two samples (--interval)", false},
};

static unsigned keys_of(const struct rule *rule)
{
	unsigned n = 0;

	while (n < FINDING_KEYS_MAX && rule->keys[n])
		n++;
	return n;
}

static unsigned keys_needed(const struct rule *rule)
{
	if (rule->needs == NEEDS_NO_KEY)
		return 0;
	return rule->needs ? rule->needs : keys_of(rule);
}

/* Whether a rule can be asked here. */
enum readiness { READY, POINTLESS, NOT_READABLE, NO_MEMORY };

static bool is_elsewhere(const struct tunable *t, const struct reading *r, const struct host *h)
{
	return r->because == BECAUSE_HOST && tunable_presence(t, h->release) != PRESENCE_NO;
}

/* *why completes "KEY ..." where it is not readable. */
static enum readiness key_readiness(const struct tunable *t, const struct reading *r,
				    const struct host *h, const char **why)
{
	switch (r->state) {
	case READING_PRESENT:
		*why = "holds what is no value for it";
		return r->value.type == t->type ? READY : NOT_READABLE;
	case READING_OFFLINE:
		*why = "has no running value: the host is offline";
		return NOT_READABLE;
	case READING_UNREADABLE:
		*why = "cannot be read";
		return NOT_READABLE;
	case READING_ABSENT:
		break;
	}
	*why = "is the host's and not visible in this network namespace";
	return is_elsewhere(t, r, h) ? NOT_READABLE : POINTLESS;
}

/* Look keys[i] up and take its value. */
static enum readiness prepare_key(struct trial *t, unsigned i, const char **why)
{
	const struct snapshot *s = t->evidence->snapshot;
	const struct tunable *row = catalogue_find(t->rule->keys[i]);
	const struct reading *reading = snapshot_reading(s, row);
	enum readiness ready = key_readiness(row, reading, &s->host, why);

	t->tunables[i] = row;
	t->values[i] = ready == READY ? &reading->value : NULL;
	return ready;
}

/* One key that is not there makes the rule pointless, whatever else cannot be read. */
static enum readiness prepare_keys(struct trial *t, char **reason)
{
	const char *key = NULL, *why_key = NULL;

	for (unsigned i = 0; i < keys_of(t->rule); i++) {
		const char *why;
		enum readiness ready = prepare_key(t, i, &why);

		if (ready == READY || i >= keys_needed(t->rule))
			continue;
		if (ready == POINTLESS)
			return POINTLESS;
		if (!key) {
			key = t->rule->keys[i];
			why_key = why;
		}
	}
	if (!key)
		return READY;

	*reason = text_format("%s %s", key, why_key);
	return *reason ? NOT_READABLE : NO_MEMORY;
}

static enum readiness prepare_facts(const struct trial *t, struct not_evaluated *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(facts); i++) {
		if (!(t->rule->facts & facts[i].facts) || facts[i].is_known(t->evidence))
			continue;
		ret->reason = strdup(facts[i].unknown);
		ret->lost = facts[i].lost;
		return ret->reason ? NOT_READABLE : NO_MEMORY;
	}
	return READY;
}

/* The value of keys[i] for a person, without the tail of what is very long. */
static void add_value(struct text *out, const struct value *v)
{
	auto_free char *text = v ? value_text(v) : NULL;
	size_t n = text ? strlen(text) : 0;

	out->failed = out->failed || (v && !text);
	if (!text)
		return;
	if (n <= VALUE_SHOWN_MAX) {
		text_add(out, n ? text : "(empty)");
		return;
	}
	text_add_bytes(out, text, VALUE_SHOWN_MAX);
	text_add(out, "...");
}

/* {0} is a key's value, {a} a number of the predicate's, {s} its subject. */
static char *fill_in(const struct trial *t, const char *template)
{
	auto_text struct text out = {0};
	char *made = NULL;

	for (const char *p = template; *p; p++) {
		if (*p != '{') {
			text_add_bytes(&out, p, 1);
			continue;
		}
		if (char_is_digit(p[1]))
			add_value(&out, t->values[p[1] - '0']);
		else if (p[1] == 's')
			text_add(&out, t->subject ? t->subject : "");
		else
			text_addf(&out, "%lld", (long long)t->numbers[p[1] - 'a']);
		p += 2;
	}
	return text_take(&out, &made) ? NULL : made;
}

/* "count" goes without saying. */
static void add_unit(struct text *out, const struct tunable *t)
{
	if (t->unit && strcmp(t->unit, "count") != 0)
		text_addf(out, " %s", t->unit);
}

/*
 * "net.ipv4.tcp_fin_timeout = 90 seconds (kernel's default: 60)".  A key that
 * need not be there is worth a line only where somebody has changed it.
 */
static int add_key_line(struct strings *lines, const struct trial *t, unsigned i)
{
	auto_value struct value usual = {.type = TYPE_COUNT};
	auto_text struct text out = {0};
	int r = default_value(t->tunables[i], &t->evidence->snapshot->host, &usual);
	bool is_usual = !r && value_equal(&usual, t->values[i]);

	if (r == -ENOMEM || (is_usual && i >= keys_needed(t->rule)))
		return r == -ENOMEM ? r : 0;

	text_addf(&out, "%s = ", t->tunables[i]->key);
	add_value(&out, t->values[i]);
	add_unit(&out, t->tunables[i]);
	if (!r && !is_usual) {
		text_add(&out, " (kernel's default: ");
		add_value(&out, &usual);
		text_add(&out, ")");
	}
	return out.failed ? -ENOMEM : strings_add(lines, "%s", out.str);
}

static int fill_evidence(struct trial *t, struct finding *f)
{
	for (unsigned i = 0; i < keys_of(t->rule); i++) {
		if (t->values[i] && !(t->innocent & 1u << i) && add_key_line(&f->evidence, t, i))
			return -ENOMEM;
	}
	for (size_t i = 0; i < t->notes.len; i++) {
		if (strings_add(&f->evidence, "%s", t->notes.items[i]))
			return -ENOMEM;
	}
	if (t->notes_left_out)
		return strings_add(&f->evidence, "and %zu more", t->notes_left_out);
	return 0;
}

static void name_keys(const struct trial *t, struct finding *f)
{
	unsigned n = 0;

	for (unsigned i = 0; i < keys_of(t->rule); i++) {
		if (!(t->innocent & 1u << i))
			f->keys[n++] = t->rule->keys[i];
	}
}

static int add_finding(struct trial *t, struct findings *findings)
{
	struct finding f = {
		.id = t->rule->id,
		.severity = t->severity,
		.fixed_by = t->rule->fixed_by,
		.live = t->rule->facts & FACTS_LIVE,
		.states = indicted_by(t->rule->id),
		.summary = fill_in(t, t->rule->summary),
		.remedy = t->rule->remedy,
	};

	name_keys(t, &f);
	f.rows = t->rows;
	t->rows = (struct strings){0};
	if (!f.summary || fill_evidence(t, &f) || vec_push(findings, f)) {
		finding_done(&f);
		return -ENOMEM;
	}
	return 0;
}

static int judge(struct trial *t, struct report *report)
{
	struct not_evaluated n = {.id = t->rule->id};
	enum readiness ready = prepare_keys(t, &n.reason);
	bool holds;

	if (ready == READY)
		ready = prepare_facts(t, &n);
	if (ready == POINTLESS)
		return 0;
	if (ready == NO_MEMORY || (ready == NOT_READABLE && vec_push(&report->not_evaluated, n))) {
		free(n.reason);
		return -ENOMEM;
	}
	if (ready == NOT_READABLE)
		return 0;

	holds = t->rule->holds(t);
	if (t->failed)
		return -ENOMEM;
	return holds ? add_finding(t, &report->findings) : 0;
}

static int judge_rule(const struct evidence *e, const struct rule *rule, struct report *report)
{
	struct trial t = {.rule = rule, .evidence = e, .severity = rule->severity};
	int r = judge(&t, report);

	strings_done(&t.notes);
	strings_done(&t.rows);
	free(t.subject);
	return r;
}

int rules_judge(const struct rules *rules, const struct evidence *e, struct report *report)
{
	for (size_t i = 0; i < rules->n; i++) {
		if (judge_rule(e, &rules->rows[i], report))
			return -ENOMEM;
	}
	return 0;
}

int diagnose(const struct evidence *e, struct report *report, struct error *err)
{
	const struct rules *group;

	for (size_t g = 0; (group = group_at(g)); g++) {
		if (rules_judge(group, e, report))
			return error_set(err, ENOMEM, "diagnose the host");
	}
	findings_sort(&report->findings);
	return 0;
}
