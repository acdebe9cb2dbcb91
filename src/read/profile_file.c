/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/profile_file.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "read/profile_reading.h"

enum top_field { TOP_SUMMARY, TOP_INHERITS, TOP_SYSCTL, TOP_NOFILE, TOP_COUNT };

static const struct field top_fields[TOP_COUNT] = {
	[TOP_SUMMARY] = {"summary", CONF_STRING, false},
	[TOP_INHERITS] = {"inherits", CONF_LIST, false},
	[TOP_SYSCTL] = {"sysctl", CONF_LIST, false},
	[TOP_NOFILE] = {"nofile", CONF_LIST, false},
};

bool profile_name_ok(const char *name)
{
	size_t n = strlen(name);

	if (!n || n > PROFILE_NAME_MAX || *name == '.' || *name == '-')
		return false;

	for (const char *p = name; *p; p++) {
		bool letter = char_lower(*p) >= 'a' && char_lower(*p) <= 'z';

		if (!letter && !char_is_digit(*p) && *p != '-' && *p != '_' && *p != '.')
			return false;
	}
	return true;
}

void layer_done(struct layer *l)
{
	free(l->name);
	free(l->file);
	free(l->summary);
	for (size_t i = 0; i < l->parents.len; i++)
		free(l->parents.items[i].name);
	vec_done(&l->parents);
	for (size_t i = 0; i < l->sysctls.len; i++)
		sysctl_entry_done(&l->sysctls.items[i].entry);
	vec_done(&l->sysctls);
	for (size_t i = 0; i < l->nofile.len; i++)
		nofile_entry_done(&l->nofile.items[i].entry);
	vec_done(&l->nofile);
	*l = (struct layer){0};
}

static bool parent_seen(const struct layer *l, const char *name)
{
	for (size_t i = 0; i < l->parents.len; i++) {
		if (strcmp(l->parents.items[i].name, name) == 0)
			return true;
	}
	return false;
}

static void read_parent(struct reading_profile *r, const struct config_setting_t *item,
			struct layer *l)
{
	struct layer_parent p = {.line = conf_line(item)};
	const char *name;

	if (!is_kind(r, item, CONF_STRING))
		return;

	name = conf_string(item);
	if (!profile_name_ok(name)) {
		mistake(r, p.line, "\"%s\" is not the name of a profile", name);
		return;
	}
	if (parent_seen(l, name)) {
		mistake(r, p.line, "\"%s\" is inherited twice", name);
		return;
	}

	p.name = keep(r, name);
	if (p.name && vec_push(&l->parents, p)) {
		free(p.name);
		r->out_of_memory = true;
	}
}

static void add_sysctl(struct reading_profile *r, const struct config_setting_t *item,
		       struct layer *l)
{
	struct layer_sysctl s;

	if (!is_kind(r, item, CONF_GROUP) || !read_sysctl_entry(r, item, &s))
		return;

	for (size_t i = 0; i < l->sysctls.len; i++) {
		const struct sysctl_entry *e = &l->sysctls.items[i].entry;

		if (e->tunable == s.entry.tunable) {
			mistake(r, s.entry.line, "%s is here for the second time (first: line %u)",
				e->tunable->key, e->line);
			sysctl_entry_done(&s.entry);
			return;
		}
	}
	if (vec_push(&l->sysctls, s)) {
		sysctl_entry_done(&s.entry);
		r->out_of_memory = true;
	}
}

static void add_nofile(struct reading_profile *r, const struct config_setting_t *item,
		       struct layer *l)
{
	struct layer_nofile s;

	if (!is_kind(r, item, CONF_GROUP) || !read_nofile_entry(r, item, &s))
		return;

	for (size_t i = 0; i < l->nofile.len; i++) {
		const struct nofile_entry *e = &l->nofile.items[i].entry;

		if (strcmp(e->target, s.entry.target) == 0) {
			mistake(r, s.entry.line,
				"\"%s\" is here for the second time (first: line %u)", e->target,
				e->line);
			nofile_entry_done(&s.entry);
			return;
		}
	}
	if (vec_push(&l->nofile, s)) {
		nofile_entry_done(&s.entry);
		r->out_of_memory = true;
	}
}

static void name_the_layer(struct reading_profile *r, struct layer *l)
{
	for (size_t i = 0; i < l->sysctls.len; i++)
		l->sysctls.items[i].entry.layer = keep(r, l->name);
	for (size_t i = 0; i < l->nofile.len; i++)
		l->nofile.items[i].entry.layer = keep(r, l->name);
}

typedef void item_fn(struct reading_profile *r, const struct config_setting_t *item,
		     struct layer *l);

static void each_item(struct reading_profile *r, const struct config_setting_t *list, item_fn *read,
		      struct layer *l)
{
	for (size_t i = 0; list && i < conf_len(list); i++)
		read(r, conf_at(list, i), l);
}

static void read_top(struct reading_profile *r, const struct config_setting_t *root,
		     struct layer *l)
{
	const struct config_setting_t *top[TOP_COUNT];

	(void)read_fields(r, root, top_fields, TOP_COUNT,
			  top); /* what is good is read all the same */
	if (top[TOP_SUMMARY])
		l->summary = keep(r, conf_string(top[TOP_SUMMARY]));
	each_item(r, top[TOP_INHERITS], read_parent, l);
	each_item(r, top[TOP_SYSCTL], add_sysctl, l);
	each_item(r, top[TOP_NOFILE], add_nofile, l);
	name_the_layer(r, l);
}

int layer_parse(const char *name, const char *file, const char *text, size_t len,
		gate_known_fn *gate_known, struct layer *ret, struct problems *problems)
{
	struct reading_profile r = {.file = file, .gate_known = gate_known, .problems = problems};
	auto_call(layer_done) struct layer l = {0};
	auto_conf struct conf *conf = NULL;
	int failed = conf_parse(file, text, len, &conf, problems);

	if (failed == -ENOMEM)
		return failed;

	l.name = keep(&r, name);
	l.file = keep(&r, file);
	if (conf && !r.out_of_memory)
		read_top(&r, conf_root(conf), &l);
	if (r.out_of_memory)
		return -ENOMEM;

	*ret = l;
	l = (struct layer){0};
	return 0;
}
