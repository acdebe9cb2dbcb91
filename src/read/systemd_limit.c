/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/systemd_limit.h"

#include <errno.h>
#include <string.h>

#include "model/secret.h"

int systemd_limit_assign(const struct systemd_reader *reader, const char *file, char *value,
			 const struct logical_line *l, struct systemd_limit *limit,
			 struct problems *ignored)
{
	auto_free char *written = secret_line(value);
	struct systemd_limit new = {.set = true, .soft_line = logical_line_number(l, value)};
	const char *hard_at;

	if (!written)
		return -ENOMEM;
	if (!systemd_limit_parse(reader, value, &new.soft, &new.hard, &hard_at)) {
		problem_add(ignored, file, new.soft_line,
			    "systemd refuses the value \"%.80s\" and keeps the earlier one",
			    written);
		return 0;
	}

	new.hard_line = logical_line_number(l, hard_at);
	new.file = strdup(file);
	if (!new.file)
		return -ENOMEM;
	systemd_limit_done(limit);
	*limit = new;
	return 0;
}
