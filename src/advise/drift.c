/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise/drift.h"

#include <errno.h>

#include "base/text.h"

enum { LINES_MAX = 12 };

/* -ENOMEM.  *ret: is the boot value known, and another than what runs? */
static int drifted(const struct tunable *t, const struct reading *now,
		   const struct boot_value *boot, bool *ret)
{
	auto_value struct value v = {0};
	int r;

	*ret = false;
	if (t->read_only || now->state != READING_PRESENT || now->value.type == TYPE_COUNT ||
	    !boot->text)
		return 0;

	r = value_read(t, boot->text, &v);
	*ret = !r && !value_reads_back(t, &now->value, &v);
	return r == -ENOMEM ? r : 0;
}

static int add_line(const struct tunable *t, const struct reading *now,
		    const struct boot_value *boot, struct finding *f)
{
	auto_free char *text = value_text(&now->value);
	char buf[ORIGIN_MAX];

	if (!text)
		return -ENOMEM;
	return strings_add(&f->evidence, "%s runs %s; next boot: %s (%s)", t->key, text, boot->text,
			   boot_value_origin(boot, buf));
}

static int collect(const struct snapshot *snapshot, const struct boot_layer *boot,
		   struct finding *f, size_t *ret_n)
{
	size_t n = 0;

	for (size_t i = 0; i < catalogue_size(); i++) {
		const struct tunable *t = catalogue_at(i);
		const struct reading *now = &snapshot->readings[i];
		bool differs;

		if (drifted(t, now, &boot->values[i], &differs))
			return -ENOMEM;
		if (!differs || n++ >= LINES_MAX)
			continue;
		if (add_line(t, now, &boot->values[i], f))
			return -ENOMEM;
		if (n <= FINDING_KEYS_MAX)
			f->keys[n - 1] = t->key;
	}
	if (n > LINES_MAX && strings_add(&f->evidence, "and %zu more", n - LINES_MAX))
		return -ENOMEM;
	*ret_n = n;
	return 0;
}

int drift_find(const struct snapshot *snapshot, const struct boot_layer *boot,
	       struct findings *list)
{
	struct finding f = {
		.id = "drift",
		.severity = SEVERITY_INFO,
		.fixed_by = FIXED_BY_CONFIG,
		.remedy =
			"Put what is right into a file of /etc/sysctl.d, or set the running value "
			"back.",
	};
	size_t n = 0;

	if (!collect(snapshot, boot, &f, &n)) {
		if (!n)
			return 0;
		f.summary = n == 1 ? text_format("%s is now otherwise than after the next boot",
						 f.keys[0])
				   : text_format("%zu settings are now otherwise than after the "
						 "next boot",
						 n);
		if (f.summary && !vec_push(list, f))
			return 0;
	}
	finding_done(&f);
	return -ENOMEM;
}
