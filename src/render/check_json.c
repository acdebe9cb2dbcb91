/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/check.h"
#include "render/json.h"
#include "render/sockets_json.h"

enum { PEERS_SHOWN = 20 };

static void put_host(struct json *j, json_t *parent, const struct host *h)
{
	json_t *o = json_put_object(j, parent, "host");

	json_put_text(j, o, "hostname", h->hostname);
	json_put_text(j, o, "kernel", h->kernel);
	json_put_text(j, o, "root", h->root);
	json_put_text(j, o, "netns", h->netns);
	json_put_text(j, o, "boot_id", *h->boot_id ? h->boot_id : NULL);
	json_put_count(j, o, "memory_bytes", h->memory_bytes);
	json_put_int(j, o, "cpus", h->cpus);
	json_put_bool(j, o, "online", h->online);
	json_put_bool(j, o, "privileged", h->privileged);
	json_put_text(j, o, "boot_reader", h->systemd ? "systemd-sysctl" : "sysctl");
}

static void put_profile(struct json *j, json_t *parent, const struct profile *p)
{
	json_t *o = json_put_object(j, parent, "profile");

	json_put_text(j, o, "name", p->name);
	json_put_text(j, o, "file", p->file);
	json_put_strings(j, o, "layers", &p->layers);
}

static void put_boot(struct json *j, json_t *parent, const struct boot_value *b)
{
	json_t *o;

	if (!b->judged) {
		json_put_null(j, parent, "boot");
		return;
	}
	o = json_put_object(j, parent, "boot");
	json_put_text(j, o, "value", b->text);
	json_put_text(j, o, "from", boot_from_name(b->from));
	json_put_text(j, o, "file", b->file);
	if (b->line)
		json_put_int(j, o, "line", b->line);
	else
		json_put_null(j, o, "line");
}

static void put_setting(struct json *j, json_t *list, const struct setting *s)
{
	json_t *o = json_add_object(j, list), *wanted;

	json_put_text(j, o, "kind", s->tunable ? "sysctl" : "nofile");
	json_put_text(j, o, "key", s->key);
	json_put_text(j, o, "scope", scope_name(s->scope));
	json_put_text(j, o, "running", s->running);
	put_boot(j, o, &s->boot);
	wanted = json_put_object(j, o, "wanted");
	json_put_text(j, wanted, "op", op_name(s->op));
	json_put_text(j, wanted, "value", s->wanted);
	json_put_text(j, o, "verdict", verdict_name(s->verdict));
	json_put_text(j, o, "because", because_name(s->because));
	json_put_text(j, o, "set", s->set);
	json_put_text(j, o, "why", s->why);
	json_put_strings(j, o, "evidence", &s->evidence);
	json_put_text(j, o, "risk", risk_name(s->risk));
	json_put_text(j, o, "takes_effect", s->takes_effect);
	json_put_text(j, o, "source", s->source);
}

static void put_nofile(struct json *j, json_t *parent, const char *key, const struct nofile *n)
{
	json_t *o;

	if (!n->known) {
		json_put_null(j, parent, key);
		return;
	}
	o = json_put_object(j, parent, key);
	json_put_count(j, o, "soft", n->soft);
	json_put_count(j, o, "hard", n->hard);
}

static void put_process(struct json *j, json_t *list, const struct process *p)
{
	json_t *o = json_add_object(j, list);

	json_put_int(j, o, "pid", p->pid);
	json_put_text(j, o, "comm", p->comm);
	json_put_text(j, o, "unit", p->unit);
	json_put_count(j, o, "soft", p->limit.known ? p->limit.soft : UINT64_MAX);
	json_put_count(j, o, "hard", p->limit.known ? p->limit.hard : UINT64_MAX);
	json_put_count(j, o, "used", p->used);
}

static void put_processes(struct json *j, json_t *list, const struct processes *processes)
{
	for (size_t i = 0; i < processes->len; i++)
		put_process(j, list, &processes->items[i]);
}

static void put_session(struct json *j, json_t *list, const struct session_limits *s)
{
	json_t *o = json_add_object(j, list);

	json_put_text(j, o, "user", s->user);
	json_put_text(j, o, "session", s->refused ? "refused" : "allowed");
	json_put_count(j, o, "soft", s->has.known ? s->has.soft : UINT64_MAX);
	json_put_count(j, o, "hard", s->has.known ? s->has.hard : UINT64_MAX);
}

static void put_limits(struct json *j, json_t *parent, const struct report *r)
{
	const struct limits *l = &r->snapshot->limits;
	const struct boot_limits *boot = &r->boot_limits;
	json_t *o = json_put_object(j, parent, "limits"), *list;

	json_put_count(j, o, "nr_open", l->known ? l->nr_open : UINT64_MAX);
	json_put_count(j, o, "file_max", l->known ? l->file_max : UINT64_MAX);
	json_put_count(j, o, "file_used", l->known ? l->file_used : UINT64_MAX);
	put_nofile(j, o, "shell", &l->shell);
	put_nofile(j, o, "pid1", &l->pid1);
	put_nofile(j, o, "manager", &boot->manager);
	list = json_put_array(j, o, "sessions");
	for (size_t i = 0; boot->judged && i < BOOT_SESSIONS; i++)
		put_session(j, list, &boot->sessions[i]);
	list = json_put_array(j, o, "processes");
	put_processes(j, list, &l->processes);
	put_processes(j, list, &l->near);
}

/* How it grew between `earlier` and now; earlier NULL: as it is. */
static void put_counts(struct json *j, json_t *o, const struct counters *now,
		       const struct counters *earlier)
{
	for (enum counter c = 0; now && c < COUNTER_COUNT; c++) {
		uint64_t n = now->values[c];

		if (earlier ? counters_grown(earlier, now, c, &n) : now->known[c])
			json_put_count(j, o, counter_row(c)->name, n);
	}
}

static void put_counters(struct json *j, json_t *parent, const struct report *r)
{
	json_t *o = json_put_object(j, parent, "counters");

	put_counts(j, o, r->counters, NULL);
	if (!r->earlier) {
		json_put_null(j, parent, "interval");
		return;
	}
	o = json_put_object(j, parent, "interval");
	json_put_count(j, o, "milliseconds", counters_apart_ms(r->earlier, r->counters));
	put_counts(j, json_put_object(j, o, "counters"), r->counters, r->earlier);
}

static void put_keys(struct json *j, json_t *o, const struct finding *f)
{
	json_t *keys;

	if (!f->about.len) {
		json_put_texts(j, o, "keys", f->keys, FINDING_KEYS_MAX);
		return;
	}
	keys = json_put_array(j, o, "keys");
	for (size_t i = 0; i < f->about.len; i++) {
		const char *key = finding_new_key(f, i);

		if (key)
			json_add_text(j, keys, key);
	}
}

static void put_finding(struct json *j, json_t *list, const struct finding *f)
{
	json_t *o = json_add_object(j, list);

	json_put_text(j, o, "id", f->id);
	json_put_text(j, o, "severity", severity_name(f->severity));
	json_put_text(j, o, "summary", f->summary);
	json_put_strings(j, o, "evidence", &f->evidence);
	json_put_text(j, o, "remedy", f->remedy);
	json_put_text(j, o, "fixed_by", fixed_by_name(f->fixed_by));
	put_keys(j, o, f);
}

static void put_lists(struct json *j, const struct report *r)
{
	json_t *list = json_put_array(j, j->root, "findings");

	for (size_t i = 0; i < r->findings.len; i++)
		put_finding(j, list, &r->findings.items[i]);

	list = json_put_array(j, j->root, "not_evaluated");
	for (size_t i = 0; i < r->not_evaluated.len; i++) {
		json_t *o = json_add_object(j, list);

		json_put_text(j, o, "id", r->not_evaluated.items[i].id);
		json_put_text(j, o, "reason", r->not_evaluated.items[i].reason);
	}
	json_put_strings(j, j->root, "warnings", &r->warnings);
}

int check_json(const struct report *r, FILE *f, struct error *err)
{
	auto_json struct json j = {0};
	json_t *list;

	json_begin(&j, "check");
	put_host(&j, j.root, &r->snapshot->host);
	put_profile(&j, j.root, r->profile);
	if (r->judged)
		json_put_bool(&j, j.root, "compliant", r->compliant);
	else
		json_put_null(&j, j.root, "compliant");

	list = json_put_array(&j, j.root, "settings");
	for (size_t i = 0; i < r->settings.len; i++)
		put_setting(&j, list, &r->settings.items[i]);

	put_limits(&j, j.root, r);
	json_put_sockets(&j, j.root, r->sockets, PEERS_SHOWN);
	put_counters(&j, j.root, r);
	put_lists(&j, r);
	return json_write(&j, f, err);
}
