/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/session.h"

#include <errno.h>
#include <string.h>

#include "apply/privilege.h"
#include "base/root.h"
#include "base/text.h"
#include "read/hostfacts.h"
#include "read/netns.h"
#include "read/sysctl.h"
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
	return r ? r : privilege_narrow(err);
}

static int prepare_host(struct session *s, struct error *err)
{
	struct snapshot *shot = &s->snapshot;
	int r = hostfacts_read(s->root, root_name(s), s->options.netns, &shot->host, &s->proc_sys,
			       err);

	if (r)
		return r;

	shot->host.privileged = privilege_sees_all();
	return sysctl_read_all(s->proc_sys, &shot->host, &shot->readings, err);
}

int session_prepare(struct session *s, struct error *err)
{
	static int (*const steps[])(struct session *, struct error *) = {
		[NEEDS_ROOT] = prepare_root,
		[NEEDS_HOST] = prepare_host,
	};

	for (unsigned i = NEEDS_ROOT; i <= s->command->needs; i++) {
		int r = steps[i](s, err);

		if (r)
			return r;
	}
	return 0;
}

void session_done(struct session *s)
{
	snapshot_done(&s->snapshot);
	profile_done(&s->profile);
	strings_done(&s->excepted);
	options_done(&s->options);
	vec_done(&s->args);
	close_indirect(&s->root);
	close_indirect(&s->proc_sys);
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

enum status session_fail(const struct session *s, const struct error *err)
{
	auto_text struct text t = {0};

	if (s->options.json) {
		say_in_json(s, err);
		return STATUS_FAILED;
	}

	if (err->file[0])
		text_addf(&t, err->line ? "%s:%u: " : "%s: ", err->file, err->line);
	text_add(&t, err->text);
	say("", t.str ? t.str : "out of memory");
	return STATUS_FAILED;
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
	for (size_t i = 0; i < s->excepted.len; i++) {
		if (text_glob(s->excepted.items[i], key))
			return false;
	}
	if (s->options.only.len && !matches_any(&s->options.only, key))
		return false;
	return !matches_any(&s->options.except, key);
}
