/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/session.h"

#include <errno.h>
#include <string.h>

#include "advise/diagnose.h"
#include "apply/privilege.h"
#include "base/root.h"
#include "base/text.h"
#include "read/hostfacts.h"
#include "read/netns.h"
#include "read/open_files.h"
#include "read/profile_load.h"
#include "read/sysctl.h"
#include "render/check.h"
#include "render/json.h"

static const char *root_name(const struct session *s)
{
	return s->options.root ? s->options.root : "/";
}

static int prepare_root(struct session *s, struct error *err)
{
	const char *netns = s->options.netns;
	int r;

	if (netns && s->options.root)
		return error_say(err, EINVAL,
				 "--netns needs the running host: it cannot go with --root");

	r = root_open(root_name(s), &s->root, err);
	if (!r && netns)
		r = netns_enter(netns, err);
	if (r)
		return r;
	return s->command->writes ? privilege_narrow_writer(err) : privilege_narrow(err);
}

static int prepare_host(struct session *s, struct error *err)
{
	struct snapshot *shot = &s->snapshot;
	int r = hostfacts_read(s->root, root_name(s), s->options.netns, &shot->host, &s->proc_sys,
			       err);

	if (r)
		return r;

	shot->host.privileged = privilege_sees_all();
	open_files_read(&shot->host, s->root, &shot->limits);
	return sysctl_read_all(s->proc_sys, &shot->host, &shot->readings, err);
}

static uid_t trusted_owner(void)
{
	return geteuid() == 0 ? 0 : TRUST_ANYBODY;
}

int session_read_conf(struct session *s, struct error *err)
{
	int r = tcptune_conf_read(s->root, trusted_owner(), &s->conf, &s->problems, err);

	if (r != -EACCES || geteuid() == 0)
		return r;

	/* An ordinary user can change nothing anyway: he goes on without it. */
	session_warn(s, "%s: the default profile is taken, and nothing is excepted", err->text);
	*err = (struct error){0};
	s->conf.profile = strdup(PROFILE_DEFAULT);
	return s->conf.profile ? 0 : error_set(err, ENOMEM, "read the configuration");
}

struct profile_search session_search(const struct session *s)
{
	return (struct profile_search){
		.root = s->root,
		.trusted = trusted_owner(),
		.gate_known = rule_known,
	};
}

static bool profile_has(const struct profile *p, const char *glob)
{
	for (size_t i = 0; i < p->sysctls.len; i++) {
		if (text_glob(glob, p->sysctls.items[i].tunable->key))
			return true;
	}
	for (size_t i = 0; i < p->nofile.len; i++) {
		auto_free char *soft = text_format("nofile.%s.soft", p->nofile.items[i].target);
		auto_free char *hard = text_format("nofile.%s.hard", p->nofile.items[i].target);

		if ((soft && text_glob(glob, soft)) || (hard && text_glob(glob, hard)))
			return true;
	}
	return false;
}

static bool catalogue_has(const char *glob)
{
	for (size_t i = 0; i < catalogue_size(); i++) {
		if (text_glob(glob, catalogue_at(i)->key))
			return true;
	}
	return text_starts(glob, "nofile");
}

static int no_match(const char *option, const char *glob, const char *where, struct error *err)
{
	const struct tunable *near = catalogue_nearest(glob);

	return error_say(err, EINVAL, "--%s '%s' matches nothing of %s%s%s%s", option, glob, where,
			 near ? "; did you mean '" : "", near ? near->key : "", near ? "'?" : "");
}

/* A glob that matches nothing is a slip of the pen, and would pass as "compliant". */
static int check_globs(const struct session *s, struct error *err)
{
	for (size_t i = 0; i < s->options.only.len; i++) {
		const char *glob = s->options.only.items[i];

		if (!profile_has(&s->profile, glob))
			return no_match("only", glob, s->profile.name, err);
	}
	for (size_t i = 0; i < s->options.except.len; i++) {
		const char *glob = s->options.except.items[i];

		if (!profile_has(&s->profile, glob) && !catalogue_has(glob))
			return no_match("except", glob, "the catalogue", err);
	}
	return 0;
}

static int prepare_profile(struct session *s, struct error *err)
{
	const struct profile_search search = session_search(s);
	int r = session_read_conf(s, err);

	if (r)
		return r;
	r = profile_load(&search, s->options.profile ? s->options.profile : s->conf.profile,
			 &s->profile, &s->problems, err);
	return r ? r : check_globs(s, err);
}

int session_prepare(struct session *s, enum needs needs, struct error *err)
{
	static int (*const steps[])(struct session *, struct error *) = {
		[NEEDS_ROOT] = prepare_root,
		[NEEDS_HOST] = prepare_host,
		[NEEDS_PROFILE] = prepare_profile,
	};

	for (unsigned i = s->prepared + 1; i <= needs; i++) {
		int r = steps[i](s, err);

		if (r)
			return r;
		s->prepared = i;
	}
	return 0;
}

void session_done(struct session *s)
{
	snapshot_done(&s->snapshot);
	holders_done(&s->holders);
	profile_done(&s->profile);
	tcptune_conf_done(&s->conf);
	problems_done(&s->problems);
	options_done(&s->options);
	vec_done(&s->args);
	close_indirect(&s->root);
	close_indirect(&s->proc_sys);
}

int session_walk_processes(struct session *s, struct error *err)
{
	unsigned deadline = s->options.full_walk ? 0 : PROCESSES_DEADLINE_MS;

	if (!s->snapshot.host.online)
		return 0;
	return processes_read(&s->snapshot.host, s->root, deadline, &s->holders,
			      &s->snapshot.limits, err);
}

static void say_in_json(const struct session *s, const struct error *err)
{
	auto_json struct json j = {0};

	json_begin(&j, s->command ? s->command->name : NULL);
	json_put_error(&j, err);
	if (json_write(&j, stdout, NULL))
		fputs("tcptune: out of memory\n", stderr);
}

static void say(const char *kind, const char *text)
{
	auto_text struct text safe = {0};

	screen_safe(&safe, text);
	fprintf(stderr, "tcptune: %s%s\n", kind, safe.str ? safe.str : "");
}

static void say_at(const char *file, unsigned line, const char *text)
{
	auto_text struct text t = {0};

	if (*file)
		text_addf(&t, line ? "%s:%u: " : "%s: ", file, line);
	text_add(&t, text);
	say("", t.str ? t.str : "out of memory");
}

/* Every mistake of the files that were read, each with its place. */
static void say_problems(const struct problems *list)
{
	for (size_t i = 0; i < list->len; i++)
		say_at(list->items[i].file, list->items[i].line, list->items[i].text);
	if (list->more)
		fprintf(stderr, "tcptune: ... and %zu more\n", list->more);
}

/* Monitoring shows the first line of standard output. */
static enum status say_unknown(const struct error *err)
{
	struct error failed = {0};

	if (check_nagios_unknown(err, stdout, &failed))
		say_at(failed.file, failed.line, failed.text);
	return PLUGIN_UNKNOWN;
}

enum status session_fail(const struct session *s, const struct error *err)
{
	/* Whoever read us has gone (`| head`): there is nobody to tell. */
	if (err->code == EPIPE)
		return STATUS_FAILED;
	if (s->options.format == FORMAT_NAGIOS)
		return say_unknown(err);
	if (s->options.json)
		say_in_json(s, err);
	else if (s->problems.len)
		say_problems(&s->problems);
	else
		say_at(err->file, err->line, err->text);
	return STATUS_FAILED;
}

void session_warn_damaged(const struct session *s, const struct history *h)
{
	for (size_t i = 0; i < h->damaged.len; i++)
		session_warn(s, "a transaction is left out: %s", h->damaged.items[i]);
}

void session_warn(const struct session *s, const char *fmt, ...)
{
	auto_text struct text t = {0};
	va_list ap;

	if (s->options.quiet)
		return;

	va_start(ap, fmt);
	text_addv(&t, fmt, ap);
	va_end(ap);
	say("warning: ", t.str ? t.str : "out of memory");
}

static bool matches_any(const struct words *globs, const char *key)
{
	for (size_t i = 0; i < globs->len; i++) {
		if (text_glob(globs->items[i], key))
			return true;
	}
	return false;
}

bool session_wants(const struct session *s, const char *key)
{
	for (size_t i = 0; i < s->conf.except.len; i++) {
		if (text_glob(s->conf.except.items[i], key))
			return false;
	}
	if (s->options.only.len && !matches_any(&s->options.only, key))
		return false;
	return !matches_any(&s->options.except, key);
}
