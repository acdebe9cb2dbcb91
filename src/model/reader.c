/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/reader.h"

#include <string.h>

/* What the rows of a kind have in common; a row overrides what it does otherwise. */
#define SYSTEMD_COMMON                                                                             \
	.kind = READER_SYSTEMD, .grammar = GRAMMAR_SYSTEMD, .resolves_dirs = true, .merges = true, \
	.globs = true, .exclusions = EXCLUDE_THIS_KEY, .unopened_exit = 1, .mistake_fails = true,  \
	.refusal_fails = true, .minus = MINUS_SPARES_ALL, .key_directory_fails = true,             \
	.top_fails = true, .file_directory_fails = true

#define PROCPS_COMMON                                                                              \
	.kind = READER_PROCPS, .reads_lib = true, .reads_dot_files = true, .reads_etc_conf = true, \
	.loop_masks = true, .semicolon_comments = true, .dangling_fails = true

#define PROCPS4_COMMON                                                                             \
	PROCPS_COMMON, .grammar = GRAMMAR_PROCPS4, .globs = true, .unopened_exit = 1,              \
		       .refusal_fails = true, .enoent_is_refusal = true, .top_fails = true

static const struct reader readers[] = {
	{
		SYSTEMD_COMMON,
		.name = "sd247",
		.program = "systemd-sysctl 247",
		.reads_lib = true,
		.loop_masks = true,
		.semicolon_comments = true,
	},
	{
		SYSTEMD_COMMON,
		.name = "sd252",
		.program = "systemd-sysctl 252",
		.since = 248,
		.reads_lib = true,
		.reads_credential = true,
		.loop_masks = true,
		.semicolon_comments = true,
		.refuses_odd_keys = true,
		.saves_equal_writes = true,
		.prefix_in_pattern = true,
	},
	{
		SYSTEMD_COMMON,
		.name = "sd257",
		.program = "systemd-sysctl 257",
		.since = 256,
		.reads_credential = true,
		.loop_masks = true,
		.semicolon_comments = true,
		.refuses_odd_keys = true,
		.saves_equal_writes = true,
		.prefix_in_pattern = true,
	},
	{
		SYSTEMD_COMMON,
		.name = "sd262",
		.program = "systemd-sysctl 262",
		.since = 260,
		.reads_credential = true,
		.refuses_odd_keys = true,
		.saves_equal_writes = true,
		.prefix_in_pattern = true,
	},
	{
		PROCPS_COMMON,
		.name = "pp3317",
		.program = "sysctl --system, procps 3.3.17",
		.grammar = GRAMMAR_PROCPS3,
		.skips_deprecated = true,
		.unopened_exit = 255,
	},
	{
		PROCPS4_COMMON,
		.name = "pp402",
		.program = "sysctl --system, procps 4.0.2",
		.since = VERSION(4, 0, 0),
		.exclusions = EXCLUDE_THIS_KEY,
	},
	{
		PROCPS4_COMMON,
		.name = "pp404",
		.program = "sysctl --system, procps 4.0.4",
		.since = VERSION(4, 0, 3),
		.exclusions = EXCLUDE_THIS_KEY,
	},
	{
		PROCPS4_COMMON,
		.name = "pp407",
		.program = "sysctl --system, procps 4.0.7",
		.since = VERSION(4, 0, 5),
		.exclusions = EXCLUDE_BY_GLOB,
		.minus = MINUS_SPARES_REFUSALS,
		.key_directory_fails = true,
		.read_only_fails = true,
	},
};

static const char *const kind_names[READER_KIND_COUNT] = {
	[READER_SYSTEMD] = "systemd",
	[READER_PROCPS] = "procps",
};

size_t reader_count(void)
{
	return ARRAY_LEN(readers);
}

const struct reader *reader_at(size_t i)
{
	return &readers[i];
}

const struct reader *reader_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(readers); i++) {
		if (strcmp(readers[i].name, name) == 0)
			return &readers[i];
	}
	return NULL;
}

const struct reader *reader_for(enum reader_kind kind, unsigned version)
{
	const struct reader *best = NULL;

	for (size_t i = 0; i < ARRAY_LEN(readers); i++) {
		if (readers[i].kind == kind && (!best || !version || readers[i].since <= version))
			best = &readers[i];
	}
	return best;
}

const char *reader_kind_name(enum reader_kind kind)
{
	return kind_names[kind];
}
