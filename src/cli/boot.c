/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/boot.h"

#include <errno.h>

#include "advise/boot_layer.h"
#include "advise/lint.h"
#include "cli/boot_nofile.h"
#include "read/modules.h"
#include "read/owners.h"
#include "read/sysctld.h"

#define OUR_SYSCTL_FILE "90-tcptune.conf"

void sysctl_boot_done(struct sysctl_boot *b)
{
	boot_done(&b->boot);
	strings_done(&b->modules);
	boot_present_done(&b->present);
	boot_lines_done(&b->lines);
}

/* Somebody calls the other reader, at any time: what runs then nobody knows. */
static int find_modules(const struct session *s, const struct readers *readers,
			const struct reader *reader, struct sysctl_boot *b, struct error *err)
{
	if (reader != readers->boot)
		return 0;
	b->options.modules = &b->modules;
	return modules_at_boot(readers->files, &s->snapshot.host, &b->modules, err);
}

int sysctl_boot_read(const struct session *s, const struct readers *readers,
		     const struct reader *reader, const char *key, struct sysctl_boot *ret,
		     struct error *err)
{
	const struct sysctld_want want = {
		.reader = reader, .key = key, .hidden = true, .strays = key == NULL};
	int r = sysctld_read(readers->files, &want, &ret->lines, err);

	if (!r)
		r = sysctld_present(s->root, &ret->lines, key, &ret->present, err);
	if (!r)
		r = find_modules(s, readers, reader, ret, err);
	if (r)
		return r;

	ret->options.host = &s->snapshot.host;
	ret->options.running = &s->snapshot;
	if (boot_predict(&ret->lines, &ret->present, &ret->options, &ret->boot))
		return error_set(err, ENOMEM, "predict the next boot");
	return 0;
}

int sysctl_boot_lint(const struct session *s, const struct sysctl_boot *b, struct lint_list *ret,
		     struct error *err)
{
	const struct lint_facts facts = {
		.boot = &b->boot,
		.now = &s->snapshot,
		.modules = b->options.modules,
		.ours = OUR_SYSCTL_FILE,
	};
	int r = lint_boot(&facts, ret);

	return r ? error_set(err, -r, "look for faults in sysctl.d") : 0;
}

static int add_lint(const struct session *s, const struct sysctl_boot *b, struct findings *findings,
		    struct error *err)
{
	auto_call(lint_list_done) struct lint_list list = {0};
	int r = sysctl_boot_lint(s, b, &list, err);

	if (!r && lint_findings(&list, findings))
		r = error_set(err, ENOMEM, "look for faults in sysctl.d");
	return r;
}

static int add_nofile(const struct session *s, const struct readers *readers,
		      struct boot_layer *layer, struct findings *findings, struct error *err)
{
	auto_call(nofile_world_done) struct nofile_world world = {0};
	int r = nofile_world_read(s, readers, layer, &world, err);

	for (size_t i = 0; !r && i < s->profile.nofile.len; i++)
		r = nofile_world_add(&world, s->profile.nofile.items[i].target, layer, err);
	if (!r)
		r = nofile_world_limits(&world, &layer->limits, err);
	if (!r && strings_add_all(&layer->warnings, &world.warnings))
		r = error_set(err, ENOMEM, "predict limits");
	return r ? r : nofile_world_findings(&world, findings, err);
}

int boot_layer_read(const struct session *s, const struct readers *readers, struct boot_layer *ret,
		    struct findings *findings, struct error *err)
{
	auto_call(sysctl_boot_done) struct sysctl_boot b = {0};
	struct boot_layer layer = {0};
	int r = sysctl_boot_read(s, readers, readers->boot, NULL, &b, err);

	if (r)
		return r;
	if (boot_layer_fill(&b.boot, &s->snapshot.host, &readers->pid1, &layer))
		return error_set(err, ENOMEM, "predict the next boot");

	r = add_lint(s, &b, findings, err);
	if (!r)
		r = add_nofile(s, readers, &layer, findings, err);
	if (r) {
		boot_layer_done(&layer);
		return r;
	}
	*ret = layer;
	return 0;
}

/* A value that will be right is to be kept; one that will not is to become so. */
static struct owner_subject subject_of(const struct setting *setting)
{
	const char *boot = setting->boot.judged ? setting->boot.text : NULL;

	return (struct owner_subject){
		.key = setting->key,
		.value = setting->verdict == VERDICT_OK && boot ? boot : setting->wanted,
		.file = setting->boot.judged ? setting->boot.file : NULL,
	};
}

int boot_owner_warnings(const struct session *s, struct report *report, struct error *err)
{
	auto_call(owners_done) struct owners owners = {0};
	int r = owners_read(s->root, &owners, err);

	for (size_t i = 0; i < report->settings.len && !r; i++) {
		const struct setting *setting = &report->settings.items[i];
		struct owner_subject subject = subject_of(setting);

		if (setting->tunable && owners_warnings(&owners, &subject, 1, &report->warnings))
			r = error_set(err, ENOMEM, "look for other owners of settings");
	}
	return r;
}
