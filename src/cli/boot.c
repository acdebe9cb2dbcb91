/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/boot.h"

#include <errno.h>

#include "advise/lint.h"
#include "cli/boot_nofile.h"
#include "read/modules.h"
#include "read/sysctld.h"

/* The name all our files have. */
#define OUR_FILE "90-tcptune.conf"

void sysctl_boot_done(struct sysctl_boot *b)
{
	boot_done(&b->boot);
	boot_present_done(&b->present);
	boot_lines_done(&b->lines);
}

int sysctl_boot_read(const struct session *s, const struct reader *reader, const char *key,
		     struct sysctl_boot *ret, struct error *err)
{
	const struct sysctld_want want = {
		.reader = reader,
		.key = key,
		.hidden = true,
		.strays = !key,
	};
	int r = sysctld_read(s->root, &want, &ret->lines, err);

	if (!r)
		r = sysctld_present(s->root, &ret->lines, key, &ret->present, err);
	if (r)
		return r;

	ret->options.host = &s->snapshot.host;
	if (boot_predict(&ret->lines, &ret->present, &ret->options, &ret->boot))
		return error_set(err, ENOMEM, "predict the next boot");
	return 0;
}

static int add_nofile(const struct session *s, const struct readers *readers,
		      struct boot_layer *layer, struct findings *findings, struct error *err)
{
	auto_call(nofile_world_done) struct nofile_world world = {0};
	int r = nofile_world_read(s, readers, layer, &world, err);

	for (size_t i = 0; !r && i < s->profile.nofile.len; i++)
		r = nofile_world_add(s, &world, s->profile.nofile.items[i].target, layer, err);
	return r ? r : nofile_world_findings(s, &world, findings, err);
}

static int find_bad_lines(const struct session *s, const struct sysctl_boot *b,
			  struct findings *findings, struct error *err)
{
	auto_call(strings_done) struct strings modules = {0};
	auto_call(lint_list_done) struct lint_list lint = {0};
	struct lint_facts facts = {.boot = &b->boot, .now = &s->snapshot, .ours = OUR_FILE};
	int r = modules_at_boot(s->root, &s->snapshot.host, &modules, err);

	if (r)
		return r;

	facts.modules = &modules;
	if (lint_boot(&facts, &lint) || lint_findings(&lint, findings))
		return error_set(err, ENOMEM, "look for bad lines");
	return 0;
}

int boot_layer_read(const struct session *s, const struct readers *readers, struct boot_layer *ret,
		    struct findings *findings, struct error *err)
{
	auto_call(sysctl_boot_done) struct sysctl_boot b = {0};
	struct boot_layer layer = {0};
	int r = sysctl_boot_read(s, readers->boot, NULL, &b, err);

	if (r)
		return r;
	if (boot_layer_fill(&b.boot, &s->snapshot.host, &readers->pid1, &layer))
		return error_set(err, ENOMEM, "predict the next boot");

	r = find_bad_lines(s, &b, findings, err);
	if (!r)
		r = add_nofile(s, readers, &layer, findings, err);
	if (r) {
		boot_layer_done(&layer);
		return r;
	}
	*ret = layer;
	return 0;
}
