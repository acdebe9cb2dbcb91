/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/profile_search.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/root.h"
#include "base/text.h"
#include "read/conf_file.h"
#include "read/profiles_embedded.h"

static const char *const directories[] = {
	"/etc/tcptune/profiles",
	"/run/tcptune/profiles",
	"/usr/local/share/tcptune/profiles",
	"/usr/share/tcptune/profiles",
};

_Static_assert(ARRAY_LEN(directories) + 1 == PROFILE_LEVELS, "the binary is the last level");

static const char suffix[] = ".conf";

void profile_source_done(struct profile_source *s)
{
	free(s->name);
	free(s->file);
	trusted_file_done(&s->read);
	*s = (struct profile_source){0};
}

bool profile_is_path(const char *word)
{
	return strchr(word, '/') || text_ends(word, suffix);
}

static const struct embedded_profile *find_embedded(const char *name)
{
	for (const struct embedded_profile *e = embedded_profiles; e->name; e++) {
		if (strcmp(e->name, name) == 0)
			return e;
	}
	return NULL;
}

/* Fill in what messages call it.  -ENOMEM. */
static int name_source(struct profile_source *s, const char *name, const char *file,
		       struct error *err)
{
	s->name = strdup(name);
	s->file = strdup(file);
	return s->name && s->file ? 0 : error_set(err, ENOMEM, "read profile %s", name);
}

static int read_source(const struct profile_search *search, int root, const char *name,
		       const char *path, struct profile_source *ret, struct error *err)
{
	auto_call(profile_source_done) struct profile_source s = {0};
	int r = trusted_read(root, path, CONF_SIZE_MAX, search->trusted, &s.read, err);

	if (r)
		return r;
	r = name_source(&s, name, path, err);
	if (r)
		return r;

	s.text = s.read.text;
	s.len = s.read.len;
	*ret = s;
	s = (struct profile_source){0};
	return 0;
}

static int read_embedded(const char *name, struct profile_source *ret, struct error *err)
{
	const struct embedded_profile *e = find_embedded(name);
	auto_call(profile_source_done) struct profile_source s = {0};

	if (!e)
		return -ENOENT;
	if (name_source(&s, name, "built-in", err))
		return -ENOMEM;

	s.text = e->text;
	s.len = e->len;
	*ret = s;
	s = (struct profile_source){0};
	return 0;
}

static int read_level(const struct profile_search *search, const char *name, unsigned level,
		      struct profile_source *ret, struct error *err)
{
	auto_free char *path = NULL;

	if (level == ARRAY_LEN(directories))
		return read_embedded(name, ret, err);

	path = text_format("%s/%s%s", directories[level], name, suffix);
	if (!path)
		return error_set(err, ENOMEM, "look for profile %s", name);
	return read_source(search, search->root, name, path, ret, err);
}

static bool same_file(const struct file_id *a, const struct file_id *b)
{
	return a && a->dev == b->dev && a->ino == b->ino;
}

static int say_unknown(const struct profile_search *search, const char *name, struct error *err)
{
	auto_call(strings_done) struct strings names = {0};
	const char *near = NULL;
	size_t least = 3;

	if (profile_names(search, &names, NULL))
		return error_say(err, ENOENT, "there is no profile \"%s\"", name);

	for (size_t i = 0; i < names.len; i++) {
		size_t d = text_distance(name, names.items[i]);

		if (d < least && d) {
			least = d;
			near = names.items[i];
		}
	}
	if (near)
		return error_say(err, ENOENT, "there is no profile \"%s\"; did you mean \"%s\"?",
				 name, near);
	return error_say(err, ENOENT, "there is no profile \"%s\"", name);
}

int profile_find(const struct profile_search *search, const char *name, unsigned level,
		 const struct file_id *not_this, struct profile_source *ret, struct error *err)
{
	bool beyond = level > 0 || not_this;

	if (!profile_name_ok(name))
		return error_say(err, EINVAL, "\"%s\" is not the name of a profile", name);

	for (; level < PROFILE_LEVELS; level++) {
		struct profile_source s = {0};
		struct error problem = {0};
		int r = read_level(search, name, level, &s, &problem);

		if (r == -ENOENT)
			continue;
		if (r && err)
			*err = problem;
		if (r)
			return r;
		if (level < ARRAY_LEN(directories) && same_file(not_this, &s.read.id)) {
			profile_source_done(&s);
			continue;
		}
		s.level = level;
		*ret = s;
		return 0;
	}
	if (beyond)
		return error_say(err, ENOENT, "there is no further profile \"%s\"", name);
	return say_unknown(search, name, err);
}

int profile_open(const struct profile_search *search, const char *path, struct profile_source *ret,
		 struct error *err)
{
	const char *slash = strrchr(path, '/');
	auto_free char *name = strdup(slash ? slash + 1 : path);
	int r;

	if (!name)
		return error_set(err, ENOMEM, "read %s", path);
	if (text_ends(name, suffix))
		name[strlen(name) - strlen(suffix)] = '\0';
	if (!profile_name_ok(name))
		return error_say(err, EINVAL, "%s: not the file of a profile, which is NAME%s",
				 path, suffix);

	r = read_source(search, AT_FDCWD, name, path, ret, err);
	if (!r)
		ret->direct = true;
	return r;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int add_directory(const struct profile_search *search, const char *dir, struct strings *list,
			 struct error *err)
{
	auto_call(names_done) struct names entries = {0};
	int r = root_list(search->root, dir, &entries, err);

	if (r == -ENOENT || r == -ENOTDIR)
		return 0;
	for (size_t i = 0; !r && i < entries.len; i++) {
		const char *entry = entries.items[i];

		if (text_ends(entry, suffix) &&
		    strings_add(list, "%.*s", (int)(strlen(entry) - strlen(suffix)), entry))
			return error_set(err, ENOMEM, "list profiles");
	}
	return r;
}

/* Sort, and keep the first of equals. */
static void unite(struct strings *list)
{
	size_t kept = 0;

	if (list->len)
		qsort(list->items, list->len, sizeof(*list->items), compare);
	for (size_t i = 0; i < list->len; i++) {
		if (kept && strcmp(list->items[kept - 1], list->items[i]) == 0)
			free(list->items[i]);
		else
			list->items[kept++] = list->items[i];
	}
	list->len = kept;
}

int profile_names(const struct profile_search *search, struct strings *ret, struct error *err)
{
	auto_call(strings_done) struct strings list = {0};

	for (const struct embedded_profile *e = embedded_profiles; e->name; e++) {
		if (strings_add(&list, "%s", e->name))
			return error_set(err, ENOMEM, "list profiles");
	}
	for (size_t i = 0; i < ARRAY_LEN(directories); i++) {
		int r = add_directory(search, directories[i], &list, err);

		if (r)
			return r;
	}

	unite(&list);
	*ret = list;
	list = (struct strings){0};
	return 0;
}
