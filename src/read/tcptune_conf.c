/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/tcptune_conf.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "model/catalogue.h"
#include "read/profile_reading.h"
#include "read/profile_search.h"

enum conf_field { FIELD_PROFILE, FIELD_EXCEPT, FIELD_COUNT };

static const struct field fields[FIELD_COUNT] = {
	[FIELD_PROFILE] = {"profile", CONF_STRING, false},
	[FIELD_EXCEPT] = {"except", CONF_LIST, false},
};

void tcptune_conf_done(struct tcptune_conf *c)
{
	free(c->profile);
	strings_done(&c->except);
	*c = (struct tcptune_conf){0};
}

static void read_profile(struct reading_profile *r, const struct config_setting_t *node,
			 struct tcptune_conf *c)
{
	const char *word = node ? conf_string(node) : PROFILE_DEFAULT;

	if (!profile_name_ok(word) && !(profile_is_path(word) && word[0] == '/')) {
		mistake(r, conf_line(node), "profile: \"%s\" is neither a name nor a full path",
			word);
		return;
	}
	c->profile = keep(r, word);
}

/* A misspelt exception would silently except nothing.  Names of limits are not known here. */
static bool matches_something(const char *glob)
{
	if (text_starts(glob, "nofile.") || strcmp(glob, "*") == 0)
		return true;

	for (size_t i = 0; i < catalogue_size(); i++) {
		if (text_glob(glob, catalogue_at(i)->key))
			return true;
	}
	return false;
}

static void read_exception(struct reading_profile *r, const struct config_setting_t *item,
			   struct tcptune_conf *c)
{
	const struct tunable *near;
	const char *glob;

	if (!is_kind(r, item, CONF_STRING))
		return;

	glob = conf_string(item);
	if (matches_something(glob)) {
		r->out_of_memory |= strings_add(&c->except, "%s", glob) != 0;
		return;
	}
	near = catalogue_nearest(glob);
	if (near)
		mistake(r, conf_line(item), "except: \"%s\" matches no key; did you mean \"%s\"?",
			glob, near->key);
	else
		mistake(r, conf_line(item), "except: \"%s\" matches no key", glob);
}

static void read_conf(struct reading_profile *r, const struct config_setting_t *root,
		      struct tcptune_conf *c)
{
	const struct config_setting_t *nodes[FIELD_COUNT] = {0};
	const struct config_setting_t *list;

	if (root)
		(void)read_fields(r, root, fields, FIELD_COUNT, nodes); /* mistakes are in r */
	read_profile(r, nodes[FIELD_PROFILE], c);
	list = nodes[FIELD_EXCEPT];
	for (size_t i = 0; list && i < conf_len(list); i++)
		read_exception(r, conf_at(list, i), c);
}

int tcptune_conf_read(int root, uid_t trusted, struct tcptune_conf *ret, struct problems *problems,
		      struct error *err)
{
	struct reading_profile reading = {.file = TCPTUNE_CONF, .problems = problems};
	auto_call(trusted_file_done) struct trusted_file file = {0};
	auto_call(tcptune_conf_done) struct tcptune_conf c = {0};
	auto_conf struct conf *conf = NULL;
	struct error missing = {0};
	int r = trusted_read(root, TCPTUNE_CONF, CONF_SIZE_MAX, trusted, &file, &missing);

	if (r && r != -ENOENT) {
		*err = missing;
		return r;
	}
	r = r ? 0 : conf_parse(TCPTUNE_CONF, file.text, file.len, &conf, problems);

	if (!r)
		read_conf(&reading, conf ? conf_root(conf) : NULL, &c);
	if (r == -ENOMEM || reading.out_of_memory)
		return error_set(err, ENOMEM, "read %s", TCPTUNE_CONF);
	r = problems_as_error(problems, err);
	if (r)
		return r;

	*ret = c;
	c = (struct tcptune_conf){0};
	return 0;
}
