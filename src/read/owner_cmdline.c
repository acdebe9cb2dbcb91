/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "sysctl.KEY=VALUE" on the kernel command line, of this boot and of the next.
 * The kernel sets those before init runs, so sysctl.d overrides them; a
 * credential given there is read by systemd-sysctl last of all.
 */
#include "read/owner_scan.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

static const struct owner_source now = {
	.who = "the kernel command line",
	.when = WHEN_EARLY,
	.confidence = CONFIDENCE_HIGH,
};

static const struct owner_source next = {
	.who = "the kernel command line",
	.when = WHEN_NEXT_EARLY,
	.confidence = CONFIDENCE_MEDIUM,
};

/* All separators alike: "sysctl.net/core/somaxconn" is good, too. */
static int take_sysctl(struct owner_scan *s, const struct owner_source *source, const char *file,
		       unsigned line, char *word)
{
	char *equals = strchr(word, '=');

	if (!equals)
		return 0;
	*equals = '\0';
	return owner_claim(s, source, file, line, word, equals + 1);
}

static int take_word(struct owner_scan *s, const struct owner_source *source, const char *file,
		     unsigned line, char *word)
{
	static const char credential[] = "systemd.set_credential=sysctl.extra:";
	struct owner_source last = *source;

	if (text_starts(word, "sysctl.") || text_starts(word, "sysctl/"))
		return take_sysctl(s, source, file, line, word + strlen("sysctl."));
	if (!text_starts(word, credential))
		return 0;
	last.who = "the credential sysctl.extra";
	last.when = WHEN_BOOT;
	return take_sysctl(s, &last, file, line, word + strlen(credential));
}

/* Blanks part words; the quotes of /etc/default/grub are around many of them. */
static int take_line(struct owner_scan *s, const struct owner_source *source, const char *file,
		     unsigned line, char *text)
{
	char *save = NULL;
	int r = 0;

	for (char *w = strtok_r(text, " \t\"'", &save); w && !r;
	     w = strtok_r(NULL, " \t\"'", &save)) {
		char *grub = text_starts(w, "GRUB_CMDLINE_LINUX") ? strchr(w, '=') : NULL;

		r = take_word(s, source, file, line, grub ? grub + 1 : w);
	}
	return r;
}

static int read_lines(struct owner_scan *s, const struct owner_source *source, const char *path,
		      const char *prefix)
{
	struct owner_lines lines = {0};
	auto_free char *text = NULL;
	char *p;
	int r = owner_text_of(s, path, &text);

	lines.rest = text;
	while (!r && (p = owner_next_line(&lines))) {
		if (*p != '#' && text_starts(p, prefix))
			r = take_line(s, source, path, lines.line, p);
	}
	return r;
}

static int read_next(struct owner_scan *s, const char *path, const void *prefix)
{
	return read_lines(s, &next, path, prefix);
}

int owners_of_cmdline(struct owner_scan *s)
{
	static const char *const grub[] = {"/etc/default/grub.d", NULL};
	static const char *const entries[] = {"/boot/loader/entries", "/efi/loader/entries",
					      "/boot/efi/loader/entries", NULL};
	int r = read_lines(s, &now, "/proc/cmdline", "");

	if (!r)
		r = read_next(s, "/etc/default/grub", "GRUB_CMDLINE_LINUX");
	if (!r)
		r = owner_each_file(s, grub, ".cfg", read_next, "GRUB_CMDLINE_LINUX");
	if (!r)
		r = read_next(s, "/etc/kernel/cmdline", "");
	if (!r)
		r = owner_each_file(s, entries, ".conf", read_next, "options");
	return r;
}
