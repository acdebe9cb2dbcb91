/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "read/profile_reading.h"

enum nofile_field {
	NOFILE_FOR,
	NOFILE_SOFT,
	NOFILE_HARD,
	NOFILE_EXACT,
	NOFILE_WHY,
	NOFILE_DROP,
	NOFILE_COUNT
};

static const struct field nofile_fields[NOFILE_COUNT] = {
	[NOFILE_FOR] = {"for", CONF_STRING, false},   [NOFILE_SOFT] = {"soft", CONF_STRING, false},
	[NOFILE_HARD] = {"hard", CONF_STRING, false}, [NOFILE_EXACT] = {"exact", CONF_BOOL, false},
	[NOFILE_WHY] = {"why", CONF_STRING, false},   [NOFILE_DROP] = {"drop", CONF_BOOL, false},
};

/* Below 64 nothing works; the kernel takes no nr_open beyond 2147483584 (fs/file.c). */
enum { NOFILE_MIN = 64 };
static const uint64_t NOFILE_MAX = 2147483584;

/* What may follow "pam:" or "unit:"; it becomes a word in limits.d or a directory's name. */
static bool is_plain(const char *s, const char *also)
{
	for (const char *p = s; *p; p++) {
		bool letter = char_lower(*p) >= 'a' && char_lower(*p) <= 'z';

		if (!letter && !char_is_digit(*p) && !strchr(also, *p))
			return false;
	}
	return *s && *s != '-' && *s != '.' && strlen(s) <= 255;
}

static bool is_unit(const char *name)
{
	static const char *const types[] = {".service", ".socket", ".mount", ".swap"};

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		if (text_ends(name, types[i]) && strlen(name) > strlen(types[i]))
			return is_plain(name, "-_.:@\\");
	}
	return false;
}

static bool is_target(const char *s)
{
	if (strcmp(s, "systemd") == 0 || strcmp(s, "systemd-user") == 0 || strcmp(s, "pam:*") == 0)
		return true;
	if (text_starts(s, "pam:@"))
		return is_plain(s + 5, "-_.");
	if (text_starts(s, "pam:"))
		return is_plain(s + 4, "-_.");
	return text_starts(s, "unit:") && is_unit(s + 5);
}

static bool read_target(struct reading_profile *r, const struct config_setting_t *group,
			const struct config_setting_t *node, struct nofile_entry *e)
{
	const char *name = node ? conf_string(node) : NULL;

	if (!name)
		return missing(r, conf_line(group), "the entry has no \"for\"");

	e->line = conf_line(node);
	if (!is_target(name))
		return mistake(r, e->line,
			       "for: \"%s\" is none of pam:*, pam:USER, pam:@GROUP, "
			       "systemd, systemd-user, unit:NAME.service",
			       name);
	e->target = keep(r, name);
	return e->target;
}

static bool read_limit(struct reading_profile *r, const struct config_setting_t *node,
		       const char *target, uint64_t *ret)
{
	const char *text = node ? conf_string(node) : NULL;

	if (!text)
		return true;
	if (strcmp(text, "unlimited") == 0 || strcmp(text, "infinity") == 0)
		return mistake(r, conf_line(node),
			       "%s: %s: the kernel has no \"%s\" open files, the "
			       "most is fs.nr_open: write a number",
			       target, conf_name(node), text);
	if (*text == '0' || number_parse_u64(text, ret))
		return mistake(r, conf_line(node), "%s: %s: \"%s\" is not a whole decimal number",
			       target, conf_name(node), text);
	if (*ret < NOFILE_MIN || *ret > NOFILE_MAX)
		return mistake(r, conf_line(node), "%s: %s: %s is outside %d to %llu", target,
			       conf_name(node), text, NOFILE_MIN, (unsigned long long)NOFILE_MAX);
	return true;
}

static bool read_limits(struct reading_profile *r, const struct config_setting_t *const *nodes,
			struct nofile_entry *e)
{
	bool soft = read_limit(r, nodes[NOFILE_SOFT], e->target, &e->soft);
	bool hard = read_limit(r, nodes[NOFILE_HARD], e->target, &e->hard);

	if (!soft || !hard)
		return false;
	if (!e->soft && !e->hard)
		return missing(r, e->line, "expected soft, hard or both");
	if (e->soft && strcmp(e->target, "systemd") == 0)
		return mistake(
			r, conf_line(nodes[NOFILE_SOFT]),
			"systemd: hard only: the soft limit "
			"of services stays 1024 for programs that use select(2); raise it with "
			"unit:NAME.service");
	if (e->soft && e->hard && e->soft > e->hard)
		return mistake(r, e->line, "%s: soft %llu is above hard %llu", e->target,
			       (unsigned long long)e->soft, (unsigned long long)e->hard);
	return true;
}

static bool fill_nofile(struct reading_profile *r, const struct config_setting_t *const *nodes,
			struct layer_nofile *s)
{
	struct nofile_entry *e = &s->entry;

	s->drop = nodes[NOFILE_DROP] && conf_bool(nodes[NOFILE_DROP]);
	if (s->drop)
		return only_drops(r, nodes, NOFILE_SOFT, NOFILE_EXACT, e->target);

	e->exact = nodes[NOFILE_EXACT] && conf_bool(nodes[NOFILE_EXACT]);
	if (nodes[NOFILE_WHY])
		e->why = keep(r, conf_string(nodes[NOFILE_WHY]));
	return read_limits(r, nodes, e);
}

bool read_nofile_entry(struct reading_profile *r, const struct config_setting_t *group,
		       struct layer_nofile *ret)
{
	const struct config_setting_t *nodes[NOFILE_COUNT];
	struct layer_nofile s = {0};
	bool good = read_fields(r, group, nofile_fields, NOFILE_COUNT, nodes);

	if (!read_target(r, group, nodes[NOFILE_FOR], &s.entry))
		return false;

	good &= fill_nofile(r, nodes, &s);
	s.entry.file = keep(r, r->file);
	if (!good || r->out_of_memory) {
		nofile_entry_done(&s.entry);
		return false;
	}
	*ret = s;
	return true;
}
