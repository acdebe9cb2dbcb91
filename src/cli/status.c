/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/status.h"

static const char *const texts[STATUS_COUNT] = {
	[STATUS_OK] = "compliant, or done (also when nothing was to be done)",
	[STATUS_FAILED] = "failed, and nothing was changed",
	[STATUS_DIFFERS] = "differences were found",
	[STATUS_RESTORED] = "apply failed on the way and everything was restored",
	[STATUS_STRANDED] = "restoring failed or met a foreign change: a person must look",
	[STATUS_BUSY] = "busy: another transaction is running or awaits confirmation",
};

const char *status_text(enum status status)
{
	return texts[status];
}
