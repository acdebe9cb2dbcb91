/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise/diagnose_boot.h"

#include <errno.h>
#include <string.h>

#include "advise/rule.h"
#include "base/text.h"

/* The host as it will be: what is not known of the boot stays as it runs. */
struct next_host {
	struct snapshot snapshot; /* its readings are ours, most of their strings are not */
	struct {
		VEC(size_t);
	} ours; /* the readings that own their value */
};

static void next_host_done(struct next_host *n)
{
	for (size_t i = 0; i < n->ours.len; i++)
		value_done(&n->snapshot.readings[n->ours.items[i]].value);
	vec_done(&n->ours);
	free(n->snapshot.readings);
}

/* What this kernel or namespace has not got, no line brings. */
static bool can_be_there(const struct reading *r)
{
	return r->state != READING_ABSENT || r->because == BECAUSE_MODULE;
}

static int set_reading(struct next_host *n, size_t i, const struct boot_value *boot)
{
	struct reading *r = &n->snapshot.readings[i];
	auto_value struct value v = {.type = TYPE_COUNT};
	int code;

	if (!boot->text || !can_be_there(r))
		return 0;
	code = value_read(catalogue_at(i), boot->text, &v);
	if (code)
		return code == -ENOMEM ? code : 0;
	if (vec_push(&n->ours, i))
		return -ENOMEM;

	*r = (struct reading){.state = READING_PRESENT, .text = boot->text, .value = v};
	v = (struct value){.type = TYPE_COUNT};
	return 0;
}

static int next_host_make(const struct snapshot *now, const struct boot_layer *boot,
			  struct next_host *ret)
{
	size_t n = catalogue_size();

	ret->snapshot = *now;
	ret->snapshot.readings = calloc(n, sizeof(*now->readings));
	if (!ret->snapshot.readings)
		return -ENOMEM;
	memcpy(ret->snapshot.readings, now->readings, n * sizeof(*now->readings));
	for (size_t i = 0; i < n; i++) {
		if (set_reading(ret, i, &boot->values[i]))
			return -ENOMEM;
	}
	return 0;
}

/* Where the lines are that do it. */
static int tell_lines(const struct boot_layer *boot, struct finding *f)
{
	for (size_t i = 0; i < FINDING_KEYS_MAX && f->keys[i]; i++) {
		const struct boot_value *b = boot_layer_value(boot, catalogue_find(f->keys[i]));
		char buf[ORIGIN_MAX];

		if (b->file && strings_add(&f->evidence, "%s is set by %s", f->keys[i],
					   boot_value_origin(b, buf)))
			return -ENOMEM;
	}
	return 0;
}

static int take_finding(const struct boot_layer *boot, struct finding *f, struct report *report)
{
	char *summary = text_format("After the next boot: %s", f->summary);

	if (!summary)
		return -ENOMEM;
	free(f->summary);
	f->summary = summary;
	if (tell_lines(boot, f) || vec_push(&report->findings, *f))
		return -ENOMEM;
	*f = (struct finding){0};
	return 0;
}

int diagnose_boot(const struct snapshot *snapshot, const struct boot_layer *boot,
		  struct report *report)
{
	auto_call(next_host_done) struct next_host next = {0};
	auto_call(report_done) struct report later = {0};
	const struct evidence evidence = {.snapshot = &next.snapshot};
	int r = next_host_make(snapshot, boot, &next);

	for (size_t g = 0; g < RULES_SETTINGS && !r; g++)
		r = rules_judge(rules_settings[g], &evidence, &later);
	for (size_t i = 0; i < later.findings.len && !r; i++) {
		struct finding *f = &later.findings.items[i];

		if (f->severity > SEVERITY_INFO && !findings_have(&report->findings, f->id))
			r = take_finding(boot, f, report);
	}
	return r;
}
