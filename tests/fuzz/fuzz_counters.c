/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bytes of one file through the parser of each of the kernel's counter
 * files: whatever they are, nothing is known that no row names, and a mistake
 * is told with its line.
 */
#include <stdint.h>
#include <string.h>

#include "read/counters.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_owner(enum counter_file file, const struct counters *list)
{
	for (enum counter c = 0; c < COUNTER_COUNT; c++) {
		if (list->known[c] && counter_row(c)->file != file)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (enum counter_file f = 0; f < COUNTER_FILE_COUNT; f++) {
		char *text = malloc(size + 1);
		struct counters list = {0};
		struct error err = {0};

		if (!text)
			return 0;
		memcpy(text, data, size);
		text[size] = '\0';
		if (counters_parse(f, text, &list, &err) && !err.line)
			abort();
		check_owner(f, &list);
		free(text);
	}
	return 0;
}
