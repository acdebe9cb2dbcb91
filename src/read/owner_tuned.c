/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TuneD's active profile and those it includes, and saptune's notes: both are
 * sections of an ini file, and both services apply them when they start.
 *
 * A profile is read after the ones it includes, so that its own lines replace
 * theirs.  With reapply_sysctl (the default) TuneD then writes the lines of
 * /run/sysctl.d, /etc/sysctl.d and /etc/sysctl.conf once more, which therefore
 * win over the profile; this is what `yields` says.
 */
#include "read/owner_scan.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

enum { PROFILES_MAX = 32 };

struct tuned {
	struct owner_scan *scan;
	struct owner_source source;
	struct strings read; /* files, so that none is read twice */
};

/* One file of TuneD, or one note of saptune. */
struct ini_file {
	struct owner_scan *scan;
	const struct owner_source *source;
	const char *path;
	char *include;    /* owned; [main] include= */
	char section[64]; /* the one that "type=sysctl" was seen in */
};

static int take_option(void *context, const char *section, const char *key, char *value,
		       unsigned line)
{
	struct ini_file *f = context;
	struct owner_source source = *f->source;
	char *comment = strstr(value, " #");

	if (comment)
		*comment = '\0';
	if (strcmp(section, "main") == 0 && strcmp(key, "include") == 0) {
		free(f->include);
		f->include = strdup(value);
		return f->include ? 0 : -ENOMEM;
	}
	if (strcmp(key, "type") == 0) {
		if (strcmp(value, "sysctl") == 0)
			snprintf(f->section, sizeof(f->section), "%s", section);
		return 0;
	}
	if (!strpbrk(key, "./") || (strcmp(section, "sysctl") != 0 &&
				    (!f->section[0] || strcmp(section, f->section) != 0)))
		return 0;

	/* ">4096" raises only; what it comes to depends on the value found. */
	if (strchr("<>", value[0]) && value[0]) {
		source.confidence = CONFIDENCE_MEDIUM;
		value = NULL;
	}
	return owner_claim(f->scan, &source, f->path, line, key, value);
}

/* A first time over: what is included is read before the profile's own lines. */
static int take_include(void *context, const char *section, const char *key, char *value,
			unsigned line)
{
	(void)line;
	if (strcmp(section, "main") == 0 && strcmp(key, "include") == 0)
		return take_option(context, section, key, value, 0);
	return 0;
}

/* The first of TuneD's directories that has the profile; those read are skipped. */
static int find_profile(struct tuned *t, const char *name, char **ret_path, char **ret_text)
{
	static const char *const dirs[] = {"/etc/tuned/profiles", "/etc/tuned",
					   "/usr/lib/tuned/profiles", "/usr/lib/tuned"};
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(dirs) && !r && !*ret_text; i++) {
		auto_free char *path = text_format("%s/%s/tuned.conf", dirs[i], name);

		if (!path)
			return -ENOMEM;
		if (strings_has(&t->read, path))
			continue;
		r = owner_text_of(t->scan, path, ret_text);
		if (!r && *ret_text)
			*ret_path = take(path);
	}
	return r;
}

static int read_profiles(struct tuned *t, char *names, const char *separators);

static int read_profile(struct tuned *t, const char *name)
{
	auto_free char *path = NULL, *text = NULL, *copy = NULL;
	struct ini_file f = {.scan = t->scan, .source = &t->source};
	int r = find_profile(t, name, &path, &text);

	if (r || !text)
		return r;
	copy = strdup(text);
	if (!copy || strings_add(&t->read, "%s", path))
		return -ENOMEM;

	f.path = path;
	r = owner_ini(copy, take_include, &f);
	if (!r && f.include)
		r = read_profiles(t, f.include, ",; \t");
	if (!r)
		r = owner_ini(text, take_option, &f);
	free(f.include);
	return r;
}

static int read_profiles(struct tuned *t, char *names, const char *separators)
{
	char *save = NULL;
	int r = 0;

	for (char *name = strtok_r(names, separators, &save); name && !r;
	     name = strtok_r(NULL, separators, &save)) {
		if (t->read.len < PROFILES_MAX && !strchr(name, '/') && name[0] != '.')
			r = read_profile(t, name);
	}
	return r;
}

struct reapply {
	bool off;
};

static int take_reapply(void *context, const char *section, const char *key, char *value,
			unsigned line)
{
	struct reapply *w = context;

	(void)section;
	(void)line;
	if (strcmp(key, "reapply_sysctl") == 0)
		w->off = strcmp(value, "0") == 0 || text_distance(value, "false") == 0 ||
			 text_distance(value, "no") == 0 || text_distance(value, "off") == 0;
	return 0;
}

static int read_reapply(struct owner_scan *s, bool *ret)
{
	struct reapply w = {0};
	auto_free char *text = NULL;
	int r = owner_text_of(s, "/etc/tuned/tuned-main.conf", &text);

	if (!r && text)
		r = owner_ini(text, take_reapply, &w);
	*ret = !w.off;
	return r;
}

/* Of a service that applies its files when it starts. */
static int source_of(struct owner_scan *s, const char *unit, struct owner_source *source)
{
	enum owner_unit state = UNIT_MISSING;
	int r = owner_unit_state(s, unit, &state, NULL);
	bool starts = state == UNIT_ENABLED;

	source->when = starts ? WHEN_BOOT : WHEN_ON_DEMAND;
	source->confidence = starts ? CONFIDENCE_HIGH : CONFIDENCE_LOW;
	source->replaces = true;
	return r;
}

int owners_of_tuned(struct owner_scan *s)
{
	struct tuned t = {.scan = s, .source = {.who = "TuneD"}};
	auto_free char *active = NULL;
	int r = owner_text_of(s, "/etc/tuned/active_profile", &active);

	if (r || !active)
		return r;

	r = source_of(s, "tuned", &t.source);
	if (!r)
		r = read_reapply(s, &t.source.yields);
	if (!r)
		r = read_profiles(&t, active, " \t\r\n");
	if (!r && t.read.len && t.source.yields) {
		struct owner_source again = t.source;

		/* Not every host reads it at boot; TuneD does on all of them, last. */
		again.yields = false;
		r = owner_sysctl_file(s, &again, "/etc/sysctl.conf");
	}
	strings_done(&t.read);
	return r;
}

/* ---- saptune ---- */

struct notes {
	char names[1024];
};

static int take_notes(void *context, const char *section, const char *key, char *value,
		      unsigned line)
{
	struct notes *n = context;

	(void)section;
	(void)line;
	if (strcmp(key, "NOTE_APPLY_ORDER") == 0)
		snprintf(n->names, sizeof(n->names), "%s", value);
	return 0;
}

/* A note's own file and what the administrator put over it. */
static int read_note(struct owner_scan *s, const struct owner_source *source, const char *name)
{
	static const char *const places[][2] = {
		{"/usr/share/saptune/notes/", ""},
		{"/var/lib/saptune/working/notes/", ""},
		{"/etc/saptune/extra/", ".conf"},
		{"/etc/saptune/override/", ""},
	};
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(places) && !r; i++) {
		auto_free char *path = text_format("%s%s%s", places[i][0], name, places[i][1]);
		auto_free char *text = NULL;
		struct ini_file f = {.scan = s, .source = source, .path = path};

		r = path ? owner_text_of(s, path, &text) : -ENOMEM;
		if (!r && text)
			r = owner_ini(text, take_option, &f);
		free(f.include);
	}
	return r;
}

int owners_of_saptune(struct owner_scan *s)
{
	struct owner_source source = {.who = "saptune"};
	struct notes notes = {0};
	auto_free char *text = NULL;
	char *save = NULL;
	int r = owner_text_of(s, "/etc/sysconfig/saptune", &text);

	if (r || !text)
		return r;

	r = source_of(s, "saptune", &source);
	if (!r)
		r = owner_ini(text, take_notes, &notes);
	for (char *name = strtok_r(notes.names, "\"' \t", &save); name && !r;
	     name = strtok_r(NULL, "\"' \t", &save)) {
		if (!strchr(name, '/') && name[0] != '.')
			r = read_note(s, &source, name);
	}
	return r;
}
