/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise/drift.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

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
	return finding_add_line(f, t->key,
				text_format("%s: %s now, %s after the next boot (%s)", t->key, text,
					    boot->text, boot_value_origin(boot, buf)));
}

static int collect(const struct snapshot *snapshot, const struct boot_layer *boot,
		   struct finding *f)
{
	for (size_t i = 0; i < catalogue_size(); i++) {
		const struct tunable *t = catalogue_at(i);
		const struct reading *now = &snapshot->readings[i];
		bool differs;

		if (drifted(t, now, &boot->values[i], &differs))
			return -ENOMEM;
		if (differs && add_line(t, now, &boot->values[i], f))
			return -ENOMEM;
	}
	return 0;
}

int drift_find(const struct snapshot *snapshot, const struct boot_layer *boot,
	       struct findings *list)
{
	struct finding f = {
		.id = "drift",
		.severity = SEVERITY_INFO,
		.fixed_by = FIXED_BY_CONFIG,
		.in_rows = true,
		.remedy =
			"Put what is right into a file of /etc/sysctl.d, or set the running value "
			"back.",
	};

	if (!collect(snapshot, boot, &f)) {
		size_t n = f.about.len;

		if (!n)
			return 0;
		f.summary = n == 1 ? strdup(f.evidence.items[0])
				   : text_format("%zu settings are now otherwise than after the "
						 "next boot",
						 n);
		if (f.summary && !vec_push(list, f))
			return 0;
	}
	finding_done(&f);
	return -ENOMEM;
}
