/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/release.h"

#include "base/text.h"

static unsigned scan_part(const char **p)
{
	unsigned v = 0;

	while (char_is_digit(**p) && v < 1000)
		v = v * 10 + (unsigned)(*(*p)++ - '0');
	return v;
}

unsigned release_parse(const char *text)
{
	const char *p = text;
	unsigned major, minor;

	if (!char_is_digit(*p))
		return 0;

	major = scan_part(&p);
	if (*p++ != '.' || !char_is_digit(*p))
		return 0;

	minor = scan_part(&p);
	return KERNEL(major, minor);
}

const char *release_text(unsigned release, char buf[static 16])
{
	(void)snprintf(buf, 16, "%u.%u", release >> 16, release & 0xffff);
	return buf;
}
