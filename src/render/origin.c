/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/origin.h"

static const char *const origins[BOOT_FROM_COUNT] = {
	[BOOT_FILE] = "a file",
	[BOOT_CMDLINE] = "kernel command line",
	[BOOT_PID1] = "set by PID 1",
	[BOOT_DEFAULT] = "the default; nothing sets it",
	[BOOT_UNKNOWN] = "nothing sets it, and the default is not known",
};

const char *origin_text(const struct boot_value *b, char buf[static ORIGIN_MAX])
{
	if (!b->file)
		return origins[b->from];
	snprintf(buf, ORIGIN_MAX, "%s:%u", b->file, b->line);
	return buf;
}
