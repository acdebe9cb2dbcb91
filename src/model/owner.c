/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/owner.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "model/value.h"

static const struct {
	const char *name, *phrase;
} whens[WHEN_COUNT] = {
	[WHEN_EARLY] = {"early", "before sysctl.d is read"},
	[WHEN_NEXT_EARLY] = {"next-early", "at the next boot, before sysctl.d is read"},
	[WHEN_BOOT] = {"boot", "at boot, after sysctl.d was read"},
	[WHEN_FIRST_BOOT] = {"first-boot", "once, at the first boot of this host"},
	[WHEN_INTERFACE] = {"interface", "when an interface appears or goes up"},
	[WHEN_MODULE] = {"module", "when a kernel module is loaded"},
	[WHEN_ANY_TIME] = {"any-time", "at any time"},
	[WHEN_ON_DEMAND] = {"on-demand", "when it is started, which nothing does at boot"},
	[WHEN_CONTAINER] = {"container", "inside containers"},
};

static const char *const confidences[CONFIDENCE_COUNT] = {
	[CONFIDENCE_LOW] = "low",
	[CONFIDENCE_MEDIUM] = "medium",
	[CONFIDENCE_HIGH] = "high",
};

const char *owner_when_name(enum owner_when w)
{
	return whens[w].name;
}

const char *confidence_name(enum confidence c)
{
	return confidences[c];
}

void owner_done(struct owner *o)
{
	free(o->file);
	free(o->key);
	free(o->value);
}

void owners_done(struct owners *list)
{
	for (size_t i = 0; i < list->len; i++)
		owner_done(&list->items[i]);
	vec_done(list);
	strings_done(&list->unread);
}

/* "all" and "default" are no interfaces: what is done for each of those leaves them alone. */
static bool is_no_interface(const char *key)
{
	return strstr(key, ".conf.all.") || strstr(key, ".conf.default.") ||
	       strstr(key, ".neigh.default.");
}

bool owner_touches(const struct owner *o, const char *key)
{
	if (!o->key)
		return strchr(key, '.') != NULL;
	if (o->when == WHEN_INTERFACE && o->repeats && is_no_interface(key))
		return false;
	return text_equal(o->key, key) || text_glob(o->key, key);
}

bool owner_comes_later(const struct owner *o)
{
	return o->when != WHEN_EARLY && o->when != WHEN_NEXT_EARLY && o->when != WHEN_CONTAINER &&
	       !o->repeats;
}

static void add_what(struct text *t, const struct owner *o)
{
	const char *key = o->key ? o->key : "every setting";

	if (o->repeats)
		text_addf(t, "%s applies the files of sysctl.d again to %s", o->who, key);
	else if (o->value)
		text_addf(t, "%s sets %s = %s", o->who, key, o->value);
	else
		text_addf(t, "%s may set %s", o->who, key);
}

char *owner_text(const struct owner *o)
{
	auto_text struct text t = {0};
	char *made = NULL;

	add_what(&t, o);
	text_addf(&t, " %s", whens[o->when].phrase);
	if (o->yields)
		text_add(&t, "; what /etc/sysctl.d, /run/sysctl.d or /etc/sysctl.conf say wins");
	return text_take(&t, &made) ? NULL : made;
}

/* Is what it sets known to be the value wanted? */
static bool agrees(const struct owner *o, const struct owner_subject *subject)
{
	const struct tunable *t = catalogue_match(subject->key);
	auto_value struct value theirs = {0}, ours = {0};

	if (!o->value || !subject->value)
		return false;
	if (!t || value_read(t, o->value, &theirs) || value_read(t, subject->value, &ours))
		return text_equal(o->value, subject->value);
	return value_equal(&theirs, &ours);
}

/* Does it put back what the line says that wins at boot? */
static bool gives_way(const struct owner *o, const struct owner_subject *subject)
{
	return o->yields && subject->file &&
	       (text_starts(subject->file, "/etc/") || text_starts(subject->file, "/run/"));
}

static bool threatens(const struct owner *o, const struct owner_subject *subject)
{
	return o->key && owner_comes_later(o) && o->when != WHEN_ON_DEMAND &&
	       owner_touches(o, subject->key) && !gives_way(o, subject) && !agrees(o, subject);
}

static int warn(const struct owner *o, const char *key, struct strings *ret)
{
	if (!o->line)
		return strings_add(ret, "%s may be changed later by %s, %s", key, o->who, o->file);
	return strings_add(ret, "%s may be changed later by %s, %s:%u", key, o->who, o->file,
			   o->line);
}

int owners_warnings(const struct owners *list, const struct owner_subject *subjects, size_t n,
		    struct strings *ret)
{
	int r = 0;

	for (size_t i = 0; i < n && !r; i++) {
		for (size_t k = 0; k < list->len && !r; k++) {
			const struct owner *o = &list->items[k];

			if (threatens(o, &subjects[i]))
				r = warn(o, subjects[i].key, ret);
		}
	}
	return r;
}
