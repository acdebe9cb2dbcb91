/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/profile_reading.h"

#include <stdarg.h>
#include <string.h>

#include "base/text.h"

bool mistake(struct reading_profile *r, unsigned line, const char *fmt, ...)
{
	auto_text struct text t = {0};
	va_list ap;

	va_start(ap, fmt);
	text_addv(&t, fmt, ap);
	va_end(ap);
	problem_add(r->problems, r->file, line, "%s", t.str ? t.str : "out of memory");
	return false;
}

bool missing(struct reading_profile *r, unsigned line, const char *what)
{
	return r->group_is_whole && mistake(r, line, "%s", what);
}

char *keep(struct reading_profile *r, const char *s)
{
	char *copy = strdup(s);

	if (!copy)
		r->out_of_memory = true;
	return copy;
}

bool is_kind(struct reading_profile *r, const struct config_setting_t *field, enum conf_kind kind)
{
	const char *name = conf_name(field);

	if (conf_kind(field) == kind)
		return true;
	if (kind == CONF_STRING && conf_kind(field) == CONF_NUMBER)
		return mistake(r, conf_line(field), "%s: numbers are written in quotes, as \"30\"",
			       name ? name : "item");
	return mistake(r, conf_line(field), "%s: expected %s, found %s", name ? name : "item",
		       conf_kind_name(kind), conf_kind_name(conf_kind(field)));
}

static bool unknown_field(struct reading_profile *r, const struct config_setting_t *member,
			  const struct field *fields, size_t n)
{
	const char *name = conf_name(member), *nearest = NULL;
	auto_text struct text known = {0};
	size_t least = 3;

	for (size_t i = 0; i < n; i++) {
		size_t d = text_distance(name, fields[i].name);

		text_addf(&known, "%s%s", i ? ", " : "", fields[i].name);
		if (d < least) {
			least = d;
			nearest = fields[i].name;
		}
	}
	if (nearest)
		return mistake(r, conf_line(member), "unknown field \"%s\"; did you mean \"%s\"?",
			       name, nearest);
	return mistake(r, conf_line(member), "unknown field \"%s\"; known are %s", name,
		       known.str ? known.str : "");
}

bool read_fields(struct reading_profile *r, const struct config_setting_t *group,
		 const struct field *fields, size_t n, const struct config_setting_t **nodes)
{
	bool good = true;

	memset(nodes, 0, n * sizeof(*nodes));
	for (size_t i = 0; i < conf_len(group); i++) {
		const struct config_setting_t *member = conf_at(group, i);
		size_t f = 0;

		while (f < n && strcmp(fields[f].name, conf_name(member)) != 0)
			f++;
		if (f == n)
			good = unknown_field(r, member, fields, n);
		else if (fields[f].any_kind || is_kind(r, member, fields[f].kind))
			nodes[f] = member;
		else
			good = false;
	}
	r->group_is_whole = good;
	return good;
}

bool only_drops(struct reading_profile *r, const struct config_setting_t *const *nodes, size_t from,
		size_t to, const char *what)
{
	for (size_t i = from; i <= to; i++) {
		if (nodes[i])
			return mistake(r, conf_line(nodes[i]),
				       "%s: an entry with drop = true has no \"%s\"", what,
				       conf_name(nodes[i]));
	}
	return true;
}
