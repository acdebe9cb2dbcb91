/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a profile: never a crash, and what is accepted can be resolved
 * and printed, and its values pass the check they were held to.
 */
#include "read/profile_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* On a syntax error libconfig 1.5 loses the string it has just read. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libconfig.so";
}

static void use(const struct sysctl_entry *e)
{
	const struct host h = {.memory_bytes = (uint64_t)3 << 30, .cpus = 4};
	struct wanted w;
	char *text;

	if (profile_resolve(e, &h, &w))
		return;
	for (size_t i = 0; i < w.n; i++) {
		if (value_check(e->tunable, &w.values[i], NULL))
			abort();
	}
	text = wanted_text(&w);
	free(text);
	wanted_done(&w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct problems problems = {0};
	struct layer l = {0};
	char *text = malloc(size + 1);

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';

	if (layer_parse("fuzz", "fuzz.conf", text, size, NULL, &l, &problems) == 0) {
		for (size_t i = 0; i < l.sysctls.len; i++) {
			if (!l.sysctls.items[i].drop)
				use(&l.sysctls.items[i].entry);
		}
	}
	layer_done(&l);
	problems_done(&problems);
	free(text);
	return 0;
}
