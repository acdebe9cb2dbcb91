/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/explain_nofile.h"

#include <inttypes.h>

#include "base/text.h"
#include "render/explain_boot.h"

enum { INDENT = 2, COLUMN = 18, NESTED = 6 };

static const char *const from_phrases[NOFILE_FROM_COUNT] = {
	[NOFILE_FILE] = "a file",
	[NOFILE_PID1] = "as PID 1 has",
	[NOFILE_CALLER] = "as the program that opens the session has",
	[NOFILE_NR_OPEN] = "all that fs.nr_open allows",
	[NOFILE_DEFAULT] = "built in",
};

static void heading(struct screen *s, const char *title)
{
	screen_newline(s);
	screen_mark(s, s->style->bold, title);
	screen_newline(s);
}

static void label(struct screen *s, const char *text)
{
	screen_tab(s, INDENT);
	screen_put(s, text);
	screen_tab(s, COLUMN);
}

static void add_value(struct text *t, const struct nofile_field *f)
{
	if (!f->known)
		text_add(t, "not known");
	else if (f->value == UINT64_MAX)
		text_add(t, "unlimited");
	else
		text_addf(t, "%" PRIu64, f->value);
}

static void add_place(struct text *t, const char *file, unsigned line)
{
	text_add(t, file);
	if (line)
		text_addf(t, ":%u", line);
}

/* "soft 1024 (/etc/security/limits.conf:3)" */
static void add_field(struct text *t, const char *name, const struct nofile_field *f)
{
	text_addf(t, "%s ", name);
	add_value(t, f);
	text_add(t, " (");
	if (f->file)
		add_place(t, f->file, f->line);
	if (f->file && f->from == NOFILE_NR_OPEN)
		text_add(t, ": ");
	if (!f->file || f->from == NOFILE_NR_OPEN)
		text_add(t, from_phrases[f->from]);
	text_add(t, ")");
}

static void add_pair(struct text *t, const struct nofile_pair *p)
{
	add_field(t, "soft", &p->soft);
	text_add(t, ", ");
	add_field(t, "hard", &p->hard);
}

/* Put what was gathered as a paragraph. */
static void put_text(struct screen *s, size_t indent, struct text *t)
{
	s->out.failed |= t->failed;
	screen_wrap(s, indent, t->str ? t->str : "");
	text_clear(t);
}

static void put_pair(struct screen *s, const char *name, const struct nofile_pair *p)
{
	auto_text struct text t = {0};

	label(s, name);
	add_pair(&t, p);
	put_text(s, COLUMN, &t);
}

static const char *user_title(const struct session_answer *a)
{
	return a->user[0] == '*' ? "any other user" : a->user;
}

/* ---- the chain ---- */

static void put_nr_open(struct screen *s, const struct nofile_answer *a)
{
	auto_text struct text t = {0};

	if (a->nr_open_now != UINT64_MAX)
		text_addf(&t, "%" PRIu64 " now; ", a->nr_open_now);
	text_addf(&t, "%" PRIu64 " after the next boot", a->nr_open.value);
	if (a->nr_open.file) {
		text_add(&t, " (");
		add_place(&t, a->nr_open.file, a->nr_open.line);
		text_add(&t, ")");
	}
	text_add(&t, ". No hard limit can be higher.");
	label(s, "fs.nr_open");
	put_text(s, COLUMN, &t);
}

static void put_in_use(struct screen *s, const struct limits *now)
{
	const struct process *p = limits_fullest(now);

	if (now->known) {
		label(s, "whole host");
		screen_wrapf(s, COLUMN, "%" PRIu64 " files open; fs.file-max is %" PRIu64,
			     now->file_used, now->file_max);
	}
	if (!p)
		return;
	label(s, "fullest");
	screen_wrapf(s, COLUMN,
		     "%s (pid %d%s%s) has %" PRIu64 " of %" PRIu64
		     " open, of the processes that listen",
		     p->comm, p->pid, p->unit ? ", " : "", p->unit ? p->unit : "", p->used,
		     p->limit.soft);
}

/* ---- sessions ---- */

static void put_refusal(struct screen *s, const struct nofile_session *n)
{
	auto_text struct text t = {0};

	text_addf(&t, "refused: %s", refusal_text(n->refused));
	if (n->refused_file) {
		text_add(&t, " (");
		add_place(&t, n->refused_file, n->refused_line);
		text_add(&t, ")");
	}
	put_text(s, COLUMN, &t);
}

static void put_session(struct screen *s, const struct session_answer *a)
{
	const struct nofile_session *n = &a->session;
	auto_text struct text t = {0};

	label(s, user_title(a));
	if (n->refused) {
		put_refusal(s, n);
		return;
	}
	add_pair(&t, &n->has);
	if (n->exempt)
		text_add(&t, "; a line takes this user out of all limits");
	put_text(s, COLUMN, &t);
	if (!n->kernel_refused)
		return;

	text_add(&t, "The files say ");
	add_pair(&t, &n->asked);
	text_add(&t, ", which the kernel does not grant.");
	screen_tab(s, COLUMN);
	put_text(s, COLUMN, &t);
}

/* root may be the one who was asked about. */
static bool is_shown(const struct nofile_answer *a, const struct session_answer *one)
{
	return !text_equal(a->user.user, one->user);
}

static void put_sessions(struct screen *s, const struct nofile_answer *a)
{
	heading(s, "Login sessions after the next boot");
	if (a->user.user)
		put_session(s, &a->user);
	for (size_t i = 0; i < ANSWER_SESSIONS; i++) {
		if (is_shown(a, &a->sessions[i]))
			put_session(s, &a->sessions[i]);
	}
}

static void put_services(struct screen *s, const struct nofile_answer *a)
{
	auto_text struct text t = {0};

	for (size_t i = 0; i < a->services->len; i++) {
		const char *name = a->services->items[i].service;

		if (!i || !text_equal(name, a->services->items[i - 1].service))
			text_addf(&t, "%s%s", t.len ? ", " : "", name);
	}
	if (t.len)
		text_add(&t, ". Who comes in by another PAM service gets no limits from files.");
	else if (a->has_pam)
		text_add(&t, "No PAM service runs it: limits.conf has no effect on this host.");
	else
		text_add(&t, "Not known: there are no PAM services here.");
	label(s, "pam_limits in");
	put_text(s, COLUMN, &t);
}

/* ---- ulimit ---- */

static void put_effect(struct screen *s, const struct session_answer *a, size_t i)
{
	const struct ulimit_effect *e = &a->effects.items[i];
	auto_text struct text t = {0};

	text_addf(&t, "%s: ", user_title(a));
	if (e->works) {
		text_add(&t, "soft ");
		add_value(&t, &e->after.soft);
		text_add(&t, ", hard ");
		add_value(&t, &e->after.hard);
	} else if (e->line->value == ULIMIT_UNKNOWN) {
		text_add(&t, "not known, the shell works the value out");
	} else if (e->line->value == ULIMIT_NOT_SET) {
		text_add(&t, "only printed");
	} else {
		text_add(&t, "fails, and nothing changes");
	}
	screen_tab(s, NESTED);
	put_text(s, NESTED, &t);
}

static void put_ulimits(struct screen *s, const struct nofile_answer *a)
{
	const struct session_answer *root = &a->sessions[ANSWER_ROOT];

	if (!root->effects.len)
		return;

	heading(s, "ulimit in login shells");
	for (size_t i = 0; i < root->effects.len; i++) {
		const struct ulimit_line *l = root->effects.items[i].line;

		screen_tab(s, INDENT);
		screen_wrapf(s, INDENT, "%s:%u: %s%s", l->file, l->line, l->text,
			     l->conditional ? "  (under a condition)" : "");
		if (a->user.user)
			put_effect(s, &a->user, i);
		for (size_t k = 0; k < ANSWER_SESSIONS; k++) {
			if (is_shown(a, &a->sessions[k]))
				put_effect(s, &a->sessions[k], i);
		}
	}
	screen_tab(s, INDENT);
	screen_wrap(s, INDENT,
		    "Only login shells run them: no service, no `ssh HOST COMMAND`, no plain su.");
}

/* ---- systemd ---- */

static bool same_values(const struct nofile_pair *a, const struct nofile_pair *b)
{
	return a->soft.known == b->soft.known && a->soft.value == b->soft.value &&
	       a->hard.known == b->hard.known && a->hard.value == b->hard.value;
}

static const char *unit_state(const struct systemd_unit *u)
{
	return u->masked      ? "masked"
	       : u->broken    ? "bad-setting"
	       : !u->fragment ? "not-found"
			      : "loaded";
}

static void put_unit_note(struct screen *s, const struct unit_answer *u)
{
	const char *note = NULL;

	if (u->unit && u->unit->masked)
		note = "It is masked and cannot be started.";
	else if (u->unit && u->unit->broken)
		note = "Its file has a mistake that keeps it from being loaded.";
	else if (u->unit && !u->unit->fragment)
		note = "There is no such unit file here; this is what drop-ins and the default "
		       "say.";
	else if (u->service.fails)
		note = "It will not start (205/LIMITS): the hard limit is above fs.nr_open.";
	else if (u->refused)
		note = "It will not start: PAM refuses the session it asks for by PAMName=.";
	if (!note)
		return;
	screen_tab(s, COLUMN);
	screen_wrap(s, COLUMN, note);
}

/* Where sessions are refused there is no user's manager. */
static bool is_known(const struct nofile_pair *p)
{
	return p->soft.known || p->hard.known;
}

static void put_systemd(struct screen *s, const struct nofile_answer *a)
{
	const struct unit_answer *u = &a->unit;

	heading(s, "Services after the next boot");
	put_pair(s, u->unit ? "unit" : "default", &u->service.configured);
	if (!same_values(&u->process, &u->service.configured))
		put_pair(s, "its processes", &u->process);
	put_unit_note(s, u);
	if (is_known(&a->user_services)) {
		put_pair(s, "users' services", &a->user_services);
	} else {
		label(s, "users' services");
		screen_wrap(s, COLUMN, "not known");
	}
}

/* ---- lines that are skipped ---- */

static void put_problems(struct screen *s, const struct problems *list)
{
	for (size_t i = 0; i < list->len; i++) {
		const struct problem *p = &list->items[i];
		auto_text struct text t = {0};

		add_place(&t, p->file, p->line);
		text_addf(&t, ": %s", p->text);
		screen_tab(s, INDENT);
		put_text(s, INDENT, &t);
	}
	if (list->more) {
		screen_tab(s, INDENT);
		screen_wrapf(s, INDENT, "... and %zu more", list->more);
	}
}

static void put_skipped(struct screen *s, const struct nofile_answer *a)
{
	const struct problems *of_unit = a->unit.unit ? &a->unit.unit->ignored : NULL;

	if (!a->limits->ignored.len && !a->system->ignored.len && !(of_unit && of_unit->len))
		return;

	heading(s, "Lines that are skipped");
	put_problems(s, &a->limits->ignored);
	put_problems(s, &a->system->ignored);
	if (of_unit)
		put_problems(s, of_unit);
}

void explain_nofile(struct screen *s, const struct nofile_answer *a)
{
	heading(s, "Open files");
	put_nr_open(s, a);
	put_in_use(s, a->now);
	put_sessions(s, a);
	put_services(s, a);
	put_ulimits(s, a);
	put_systemd(s, a);
	put_skipped(s, a);
	explain_owners(s, a->owners, "nofile");
}

/* ---- JSON ---- */

static void place_json(struct json *j, json_t *o, const char *file, unsigned line)
{
	json_put_text(j, o, "file", file);
	if (file && line)
		json_put_int(j, o, "line", line);
	else
		json_put_null(j, o, "line");
}

static void field_json(struct json *j, json_t *parent, const char *name,
		       const struct nofile_field *f)
{
	json_t *o = json_put_object(j, parent, name);

	if (!f->known)
		json_put_null(j, o, "value");
	else if (f->value == UINT64_MAX)
		json_put_text(j, o, "value", "infinity");
	else
		json_put_count(j, o, "value", f->value);
	json_put_text(j, o, "from", nofile_from_name(f->from));
	place_json(j, o, f->file, f->line);
}

static void pair_json(struct json *j, json_t *o, const struct nofile_pair *p)
{
	field_json(j, o, "soft", &p->soft);
	field_json(j, o, "hard", &p->hard);
}

static void effect_json(struct json *j, json_t *list, const struct ulimit_effect *e)
{
	json_t *o = json_add_object(j, list);

	place_json(j, o, e->line->file, e->line->line);
	json_put_text(j, o, "text", e->line->text);
	json_put_bool(j, o, "conditional", e->line->conditional);
	json_put_bool(j, o, "works", e->works);
	pair_json(j, o, &e->after);
}

/* The fields that are null while a session is allowed say what to mend. */
static void session_json(struct json *j, json_t *o, const struct session_answer *a)
{
	const struct nofile_session *n = &a->session;
	json_t *list;

	json_put_text(j, o, "user", a->user);
	json_put_text(j, o, "session", n->refused ? "refused" : "allowed");
	json_put_text(j, o, "reason", refusal_text(n->refused));
	place_json(j, o, n->refused_file, n->refused_line);
	json_put_bool(j, o, "exempt", n->exempt);
	json_put_bool(j, o, "kernel_refused", n->kernel_refused);
	pair_json(j, o, &n->has);
	pair_json(j, json_put_object(j, o, "asked"), &n->asked);
	pair_json(j, json_put_object(j, o, "login_shell"), &a->shell);
	list = json_put_array(j, o, "ulimits");
	for (size_t i = 0; i < a->effects.len; i++)
		effect_json(j, list, &a->effects.items[i]);
}

static void systemd_json(struct json *j, const struct unit_answer *u)
{
	json_t *o = json_put_object(j, j->root, "systemd");

	json_put_text(j, o, "unit", u->unit ? u->unit->id : NULL);
	json_put_text(j, o, "load_state", u->unit ? unit_state(u->unit) : NULL);
	json_put_text(j, o, "fragment", u->unit ? u->unit->fragment : NULL);
	if (u->unit)
		json_put_strings(j, o, "dropins", &u->unit->dropins);
	else
		json_put_array(j, o, "dropins");
	pair_json(j, o, &u->service.configured);
	pair_json(j, json_put_object(j, o, "process"), &u->process);
	json_put_bool(
		j, o, "starts",
		!u->service.fails && !u->refused &&
			!(u->unit && (u->unit->masked || u->unit->broken || !u->unit->fragment)));
}

static void nr_open_json(struct json *j, json_t *parent, const struct nofile_answer *a)
{
	json_t *o = json_put_object(j, parent, "nr_open");

	json_put_count(j, o, "running", a->nr_open_now);
	json_put_count(j, o, "boot", a->nr_open.value);
	place_json(j, o, a->nr_open.file, a->nr_open.line);
}

static void fullest_json(struct json *j, json_t *parent, const struct limits *now)
{
	const struct process *p = limits_fullest(now);
	json_t *o;

	if (!p) {
		json_put_null(j, parent, "fullest");
		return;
	}
	o = json_put_object(j, parent, "fullest");
	json_put_int(j, o, "pid", p->pid);
	json_put_text(j, o, "comm", p->comm);
	json_put_text(j, o, "unit", p->unit);
	json_put_count(j, o, "soft", p->limit.soft);
	json_put_count(j, o, "hard", p->limit.hard);
	json_put_count(j, o, "used", p->used);
}

static void services_json(struct json *j, json_t *parent, const struct pam_services *services)
{
	json_t *list = json_put_array(j, parent, "pam_services");

	for (size_t i = 0; i < services->len; i++) {
		const struct pam_service *service = &services->items[i];
		json_t *o = json_add_object(j, list);

		json_put_text(j, o, "service", service->service);
		place_json(j, o, service->file, service->line);
		json_put_bool(j, o, "set_all", service->set_all);
		json_put_text(j, o, "conf", service->conf);
	}
}

static void problems_json(struct json *j, json_t *list, const struct problems *problems)
{
	for (size_t i = 0; i < problems->len; i++) {
		json_t *o = json_add_object(j, list);

		place_json(j, o, problems->items[i].file, problems->items[i].line);
		json_put_text(j, o, "text", problems->items[i].text);
	}
}

void explain_nofile_json(struct json *j, const struct nofile_answer *a)
{
	json_t *o, *list;

	if (a->user.user)
		session_json(j, json_put_object(j, j->root, "pam"), &a->user);
	else
		json_put_null(j, j->root, "pam");
	systemd_json(j, &a->unit);

	o = json_put_object(j, j->root, "nofile");
	nr_open_json(j, o, a);
	fullest_json(j, o, a->now);
	list = json_put_array(j, o, "sessions");
	for (size_t i = 0; i < ANSWER_SESSIONS; i++)
		session_json(j, json_add_object(j, list), &a->sessions[i]);
	if (is_known(&a->user_services))
		pair_json(j, json_put_object(j, o, "user_services"), &a->user_services);
	else
		json_put_null(j, o, "user_services");
	services_json(j, o, a->services);
	list = json_put_array(j, o, "skipped");
	problems_json(j, list, &a->limits->ignored);
	problems_json(j, list, &a->system->ignored);
	if (a->unit.unit)
		problems_json(j, list, &a->unit.unit->ignored);
	explain_owners_json(j, a->owners, "nofile");
}
