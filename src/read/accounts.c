/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/accounts.h"

#include <errno.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "read/lines.h"

enum { ACCOUNT_LINE_MAX = 1024 * 1024 };

static const char passwd_file[] = "/etc/passwd", group_file[] = "/etc/group";

/* Cut the first field off *rest; NULL when there is none. */
static char *next_field(char **rest)
{
	char *field = *rest;
	char *colon = field ? strchr(field, ':') : NULL;

	*rest = colon ? colon + 1 : NULL;
	if (colon)
		*colon = '\0';
	return field;
}

static bool parse_id(const char *s, uint32_t *ret)
{
	uint64_t v = 0;

	if (!s || number_parse_u64(s, &v) || v > UINT32_MAX)
		return false;
	*ret = (uint32_t)v;
	return true;
}

/* The next line that is an entry at all; 1, 0 at the end, -errno. */
static int next_entry(struct lines *l, char **ret)
{
	size_t n;
	int r;

	while ((r = lines_next(l, ret, &n)) > 0) {
		while (char_is_space(**ret))
			(*ret)++;
		if (!l->continues && **ret && **ret != '#' && **ret != '+' && **ret != '-')
			return 1;
	}
	return r;
}

static int find_user(struct lines *l, const char *name, struct account *a)
{
	char *line;
	int r;

	while ((r = next_entry(l, &line)) > 0) {
		const char *user = next_field(&line);

		if (strcmp(user, name) != 0 || !next_field(&line))
			continue;
		if (parse_id(next_field(&line), &a->uid) && parse_id(next_field(&line), &a->gid))
			return 1;
	}
	return r;
}

static bool lists(char *members, const char *name)
{
	char *save = NULL;

	for (char *m = strtok_r(members, ",", &save); m; m = strtok_r(NULL, ",", &save)) {
		if (strcmp(m, name) == 0)
			return true;
	}
	return false;
}

struct group_line {
	char *name, *members;
	uint32_t gid;
};

static int next_group(struct lines *l, struct group_line *ret)
{
	char *line;
	int r;

	while ((r = next_entry(l, &line)) > 0) {
		ret->name = next_field(&line);
		if (!next_field(&line) || !parse_id(next_field(&line), &ret->gid))
			continue;
		ret->members = line;
		return 1;
	}
	return r;
}

struct ids {
	VEC(uint32_t);
};

/* The numbers of all groups the user is in: what getgrouplist(3) answers. */
static int collect_ids(struct lines *l, const struct account *a, struct ids *ids)
{
	struct group_line g;
	int r = vec_push(ids, a->gid);

	while (!r && (r = next_group(l, &g)) > 0) {
		r = 0;
		if (g.members && lists(g.members, a->name))
			r = vec_push(ids, g.gid);
	}
	return r;
}

static bool holds(const struct ids *ids, uint32_t gid)
{
	for (size_t i = 0; i < ids->len; i++) {
		if (ids->items[i] == gid)
			return true;
	}
	return false;
}

/*
 * The names of those numbers.  Membership goes by number: two names of one gid
 * both hold the user, whichever of them lists him.
 */
static int collect_names(struct lines *l, const struct ids *ids, struct account *a)
{
	struct group_line g;
	int r = 0;

	while (!r && (r = next_group(l, &g)) > 0) {
		struct group found = {.gid = g.gid};

		r = 0;
		if (!holds(ids, g.gid))
			continue;
		found.name = strdup(g.name);
		if (!found.name || vec_push(&a->groups, found)) {
			free(found.name);
			r = -ENOMEM;
		}
	}
	return r;
}

static int open_accounts(struct tree files, const char *path, struct lines *l, struct error *err)
{
	return lines_open_in(files, path, ACCOUNT_LINE_MAX, l, err);
}

static int find_groups(struct tree files, struct account *a, struct error *err)
{
	auto_lines struct lines first = {.fd = -1}, second = {.fd = -1};
	struct ids ids = {0};
	int r = open_accounts(files, group_file, &first, err);

	if (r == -ENOENT)
		return 0;
	if (!r)
		r = open_accounts(files, group_file, &second, err);
	if (r)
		return r;

	r = collect_ids(&first, a, &ids);
	if (!r)
		r = collect_names(&second, &ids, a);
	vec_done(&ids);
	return r ? error_set(err, -r, "read %s", group_file) : 0;
}

int account_read(struct tree files, const char *name, struct account *ret, struct error *err)
{
	auto_lines struct lines l = {.fd = -1};
	auto_call(account_done) struct account a = {.name = strdup(name)};
	int r;

	if (!a.name)
		return error_set(err, ENOMEM, "look for user %s", name);

	r = open_accounts(files, passwd_file, &l, err);
	if (r)
		return r;

	r = find_user(&l, name, &a);
	if (r < 0)
		return error_set(err, -r, "read %s", passwd_file);
	if (!r)
		return error_say(err, ENOENT, "there is no user \"%s\" in %s", name, passwd_file);

	r = find_groups(files, &a, err);
	if (r)
		return r;

	*ret = a;
	a = (struct account){0};
	return 0;
}
