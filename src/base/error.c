/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

static void say(struct error *err, int code, const char *fmt, va_list ap)
{
	if (!err)
		return;
	err->code = code;
	err->is_busy = false;
	err->line = 0;
	err->file[0] = '\0';
	(void)vsnprintf(err->text, sizeof(err->text), fmt, ap);
}

int error_set(struct error *err, int code, const char *fmt, ...)
{
	char reason[128];
	size_t used;
	va_list ap;

	va_start(ap, fmt);
	say(err, code, fmt, ap);
	va_end(ap);
	if (!err)
		return -code;

	used = strlen(err->text);
	(void)snprintf(err->text + used, sizeof(err->text) - used, ": %s",
		       strerror_r(code, reason, sizeof(reason)));
	return -code;
}

int error_say(struct error *err, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(err, code, fmt, ap);
	va_end(ap);
	return -code;
}

int error_busy(struct error *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(err, EBUSY, fmt, ap);
	va_end(ap);
	if (err)
		err->is_busy = true;
	return -EBUSY;
}

int error_at(struct error *err, int code, const char *file, unsigned line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(err, code, fmt, ap);
	va_end(ap);
	if (!err)
		return -code;

	err->line = line;
	(void)snprintf(err->file, sizeof(err->file), "%s", file);
	return -code;
}

int error_within(struct error *err, const char *fmt, ...)
{
	char inner[sizeof(err->text)];
	size_t used;
	va_list ap;

	memcpy(inner, err->text, sizeof(inner));
	va_start(ap, fmt);
	(void)vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);

	used = strlen(err->text);
	(void)snprintf(err->text + used, sizeof(err->text) - used, ": %s", inner);
	return -err->code;
}
