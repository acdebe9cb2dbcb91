/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/proc_capability.h"

#include <errno.h>
#include <string.h>

#include "base/number.h"
#include "base/root.h"
#include "base/text.h"

enum { STATUS_MAX = 64 * 1024 };

int proc_capability_read(int dir, const char *path, uint64_t *ret)
{
	static const char title[] = "CapBnd:";
	auto_free char *text = NULL;
	char *save = NULL;
	int r = root_read(dir, path, STATUS_MAX, &text, NULL, NULL);

	if (r)
		return r;

	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		if (!text_starts(l, title))
			continue;
		l += strlen(title);
		return number_parse_hex(l + strspn(l, " \t"), ret) ? -ENODATA : 0;
	}
	return -ENODATA;
}
