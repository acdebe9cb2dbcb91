/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cloud-init: bootcmd runs at every boot, runcmd and scripts once, and
 * write_files may write anything, files of sysctl.d among them.  Its YAML is
 * followed by top-level names and lines only.
 */
#include "read/owner_scan.h"

#include <string.h>

#include "base/text.h"

enum cloud_part { PART_NONE, PART_BOOTCMD, PART_RUNCMD, PART_FILES, PART_SCRIPT };

static const struct {
	const char *name;
	enum cloud_part part;
} parts[] = {
	{"bootcmd:", PART_BOOTCMD},
	{"runcmd:", PART_RUNCMD},
	{"write_files:", PART_FILES},
};

static const struct owner_source sources[] = {
	[PART_BOOTCMD] = {.who = "cloud-init", .when = WHEN_BOOT, .confidence = CONFIDENCE_MEDIUM},
	[PART_RUNCMD] = {.who = "cloud-init",
			 .when = WHEN_FIRST_BOOT,
			 .confidence = CONFIDENCE_MEDIUM},
	[PART_FILES] = {.who = "cloud-init",
			.when = WHEN_FIRST_BOOT,
			.confidence = CONFIDENCE_MEDIUM},
	[PART_SCRIPT] = {.who = "cloud-init",
			 .when = WHEN_FIRST_BOOT,
			 .confidence = CONFIDENCE_LOW},
};

/* A line that is not indented begins another part; comments and items do not. */
static enum cloud_part part_of(const char *line, enum cloud_part part)
{
	if (!*line || char_is_blank(*line) || *line == '#' || *line == '-' || *line == '\n')
		return part;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (text_starts(line, parts[i].name))
			return parts[i].part;
	}
	return PART_NONE;
}

/* "net.core.somaxconn = 4096" among the contents of a file to be written. */
static int written_line(struct owner_scan *s, const char *path, unsigned line, char *text)
{
	static const char *const tops[] = {"net.", "net/", "fs.", "fs/", "vm.", "kernel."};
	char *equals = strchr(text, '='), *end;
	bool known = false;

	for (size_t i = 0; i < ARRAY_LEN(tops); i++)
		known |= text_starts(text, tops[i]);
	if (!known || !equals)
		return 0;

	for (end = equals; end > text && char_is_blank(end[-1]); end--)
		;
	*end = '\0';
	equals++;
	while (char_is_blank(*equals))
		equals++;
	return owner_claim(s, &sources[PART_FILES], path, line, text, equals);
}

static int take_line(struct owner_scan *s, const char *path, enum cloud_part part, unsigned line,
		     char *text)
{
	if (part == PART_NONE || *text == '#')
		return 0;
	if (part == PART_FILES)
		return written_line(s, path, line, text);
	return owner_command(s, &sources[part], path, line,
			     part == PART_SCRIPT ? SYNTAX_SHELL : SYNTAX_LISTS, text);
}

/* What does not begin as cloud-config is a script, or a bundle with scripts in it. */
static int read_config(struct owner_scan *s, const char *path, enum cloud_part otherwise)
{
	struct owner_lines lines = {0};
	auto_free char *text = NULL;
	enum cloud_part part = otherwise;
	int r = owner_text_of(s, path, &text);
	bool yaml;

	if (r || !text)
		return r;
	yaml = otherwise == PART_NONE || text_starts(text, "#cloud-config");
	part = yaml ? PART_NONE : otherwise;

	lines.rest = text;
	while (!r && lines.rest) {
		const char *raw = lines.rest;
		char *line;

		/* Before the line is cut up: its indentation is what counts. */
		if (yaml)
			part = part_of(raw, part);
		line = owner_next_line(&lines);
		if (line)
			r = take_line(s, path, part, lines.line, line);
		else
			break;
	}
	return r;
}

static int read_cfg(struct owner_scan *s, const char *path, const void *context)
{
	(void)context;
	return read_config(s, path, PART_NONE);
}

static int read_user_script(struct owner_scan *s, const char *path, const void *context)
{
	(void)context;
	return read_config(s, path, PART_SCRIPT);
}

int owners_of_cloud_init(struct owner_scan *s)
{
	static const char *const cfg[] = {"/etc/cloud/cloud.cfg.d", NULL};
	static const char *const scripts[] = {"/var/lib/cloud/instance/scripts", NULL};
	static const char *const data[] = {
		"/var/lib/cloud/instance/user-data.txt",
		"/var/lib/cloud/instance/vendor-data.txt",
	};
	auto_free char *disabled = NULL;
	int r = owner_text_of(s, "/etc/cloud/cloud-init.disabled", &disabled);

	if (r || disabled)
		return r;
	r = read_cfg(s, "/etc/cloud/cloud.cfg", NULL);
	if (!r)
		r = owner_each_file(s, cfg, ".cfg", read_cfg, NULL);
	for (size_t i = 0; i < ARRAY_LEN(data) && !r; i++)
		r = read_user_script(s, data[i], NULL);
	if (!r)
		r = owner_each_file(s, scripts, "", read_user_script, NULL);
	return r;
}
