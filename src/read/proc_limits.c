/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/proc_limits.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/number.h"
#include "base/root.h"
#include "base/text.h"

enum { LIMITS_MAX = 64 * 1024 }; /* the kernel's text has 1.3 KiB */

/* The next word of *line into buf, "" at its end; false when it is too long. */
static bool next_word(const char **line, char *buf, size_t size)
{
	const char *p = *line + strspn(*line, " \t");
	size_t n = strcspn(p, " \t\n");

	*line = p + n;
	if (n >= size)
		return false;

	memcpy(buf, p, n);
	buf[n] = '\0';
	return true;
}

static bool parse_limit(const char **line, uint64_t *ret)
{
	char word[32];

	if (!next_word(line, word, sizeof(word)))
		return false;
	if (strcmp(word, "unlimited") == 0) {
		*ret = UINT64_MAX;
		return true;
	}
	return number_parse_u64(word, ret) == 0;
}

int proc_limits_parse(const char *text, struct nofile *ret)
{
	static const char title[] = "Max open files";
	struct nofile found = {.known = true};

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!text_starts(line, title))
			continue;

		line += sizeof(title) - 1;
		if (!char_is_blank(*line) || !parse_limit(&line, &found.soft) ||
		    !parse_limit(&line, &found.hard))
			return -EINVAL;
		*ret = found;
		return 0;
	}
	return -ENODATA;
}

int proc_limits_read(int dir, const char *path, struct nofile *ret)
{
	auto_free char *text = NULL;
	int r = root_read(dir, path, LIMITS_MAX, &text, NULL, NULL);

	return r ? r : proc_limits_parse(text, ret);
}
