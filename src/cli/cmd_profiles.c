/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "cli/cmd.h"
#include "read/profile_load.h"
#include "render/profiles.h"

static int show_list(struct session *s, struct error *err)
{
	auto_call(profile_list_done) struct profile_list list = {0};
	auto_screen struct screen out = SCREEN_INIT(&s->style);
	const struct profile_search search = session_search(s);
	int r = session_read_conf(s, err);

	if (!r)
		r = profile_list(&search, &list, err);
	if (r)
		return r;
	if (s->options.json)
		return profiles_json(&list, s->conf.profile, stdout, err);

	profiles_human(&out, &list, s->conf.profile);
	return screen_write(&out, stdout, err);
}

static int show_one(struct session *s, const char *word, struct error *err)
{
	auto_screen struct screen out = SCREEN_INIT(&s->style);
	const struct profile_search search = session_search(s);
	int r = profile_load(&search, word, &s->profile, &s->problems, err);

	if (r)
		return r;
	if (s->options.json)
		return profile_json(&s->profile, &s->snapshot.host, stdout, err);

	profile_human(&out, &s->profile, &s->snapshot.host);
	return screen_write(&out, stdout, err);
}

/* Mistakes are the result here, not a failure to have one; *ret_valid tells. */
static int validate(struct session *s, const char *file, bool *ret_valid, struct error *err)
{
	auto_call(problems_done) struct problems problems = {.max = PROBLEMS_ALL};
	auto_screen struct screen out = SCREEN_INIT(&s->style);
	struct profile_search search = session_search(s);
	auto_free char *path = NULL;
	int r;

	path = profile_is_path(file) ? strdup(file) : text_format("./%s", file);
	if (!path)
		return error_set(err, ENOMEM, "validate %s", file);

	search.trusted = TRUST_ANYBODY;
	r = profile_load(&search, path, &s->profile, &problems, err);
	if (r && !problems.len && !problems.more)
		return r;

	*ret_valid = !r;
	if (s->options.json)
		return validation_json(file, &problems, stdout, err);

	validation_human(&out, file, &s->profile, &problems);
	return screen_write(&out, stdout, err);
}

enum status cmd_profiles(struct session *s)
{
	const char *file = s->options.validate, *name = s->args.len ? s->args.items[0] : NULL;
	struct error err = {0};
	bool good = true;
	int r;

	if (file && name)
		r = error_say(&err, EINVAL,
			      "--validate takes a file and no name beside it "
			      "(try 'tcptune profiles --help')");
	else if (file)
		r = validate(s, file, &good, &err);
	else if (name)
		r = show_one(s, name, &err);
	else
		r = show_list(s, &err);
	if (r)
		return session_fail(s, &err);
	return good ? STATUS_OK : STATUS_FAILED;
}
