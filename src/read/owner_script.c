/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scripts and files that hold commands: one row a place.
 */
#include "read/owner_scan.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

enum { DIRS_MAX = 5, PREFIXES_MAX = 5 };

struct script_place {
	const char *who;
	const char *file;                   /* or ... */
	const char *dirs[DIRS_MAX];         /* ... these; ends at NULL */
	const char *suffix;                 /* of files in dirs; NULL: any */
	const char *prefixes[PREFIXES_MAX]; /* of lines that count; none: all */
	const char *only_if;                /* word that a line must have, or NULL */
	const char *at_boot;                /* word of a line that runs at boot, or NULL */
	enum owner_when when;
	enum confidence confidence;
	bool must_run; /* without its executable bit nothing runs it */
};

#define PLACE_RC_LOCAL(path)                                                                       \
	{                                                                                          \
		.who = (path), .file = (path), .when = WHEN_BOOT, .must_run = true                 \
	}

static const struct script_place places[] = {
	PLACE_RC_LOCAL("/etc/rc.local"),
	PLACE_RC_LOCAL("/etc/rc.d/rc.local"),
	PLACE_RC_LOCAL("/etc/init.d/boot.local"),
	PLACE_RC_LOCAL("/etc/init.d/after.local"),
	{
		.who = "local.d",
		.dirs = {"/etc/local.d"},
		.suffix = ".start",
		.when = WHEN_BOOT,
		.must_run = true,
	},
	{
		.who = "a systemd unit",
		.dirs = {"/etc/systemd/system", "/run/systemd/system"},
		.suffix = ".service",
		.prefixes = {"Exec"},
		.when = WHEN_BOOT,
	},
	{
		.who = "udev",
		.dirs = {"/etc/udev/rules.d", "/run/udev/rules.d", "/usr/local/lib/udev/rules.d",
			 "/usr/lib/udev/rules.d", "/lib/udev/rules.d"},
		.suffix = ".rules",
		.only_if = "RUN",
		.when = WHEN_INTERFACE,
		.confidence = CONFIDENCE_HIGH,
	},
	{
		.who = "modprobe",
		.dirs = {"/etc/modprobe.d", "/run/modprobe.d", "/usr/lib/modprobe.d",
			 "/lib/modprobe.d"},
		.suffix = ".conf",
		.prefixes = {"install", "remove"},
		.when = WHEN_MODULE,
	},
	{
		.who = "ifupdown",
		.file = "/etc/network/interfaces",
		.prefixes = {"up", "pre-up", "post-up", "down", "post-down"},
		.when = WHEN_INTERFACE,
		.confidence = CONFIDENCE_MEDIUM,
	},
	{
		.who = "ifupdown",
		.dirs = {"/etc/network/interfaces.d"},
		.prefixes = {"up", "pre-up", "post-up", "down", "post-down"},
		.when = WHEN_INTERFACE,
		.confidence = CONFIDENCE_MEDIUM,
	},
	{
		.who = "ifupdown",
		.dirs = {"/etc/network/if-pre-up.d"},
		.when = WHEN_INTERFACE,
		.must_run = true,
	},
	{
		.who = "ifupdown",
		.dirs = {"/etc/network/if-up.d"},
		.when = WHEN_INTERFACE,
		.must_run = true,
	},
	{
		.who = "NetworkManager",
		.dirs = {"/etc/NetworkManager/dispatcher.d",
			 "/usr/lib/NetworkManager/dispatcher.d"},
		.when = WHEN_INTERFACE,
		.must_run = true,
	},
	{
		.who = "NetworkManager",
		.dirs = {"/etc/NetworkManager/dispatcher.d/pre-up.d",
			 "/usr/lib/NetworkManager/dispatcher.d/pre-up.d"},
		.when = WHEN_INTERFACE,
		.must_run = true,
	},
	{
		.who = "networkd-dispatcher",
		.dirs = {"/etc/networkd-dispatcher/routable.d",
			 "/usr/lib/networkd-dispatcher/routable.d"},
		.when = WHEN_INTERFACE,
		.must_run = true,
	},
	{
		.who = "networkd-dispatcher",
		.dirs = {"/etc/networkd-dispatcher/configured.d",
			 "/usr/lib/networkd-dispatcher/configured.d"},
		.when = WHEN_INTERFACE,
		.must_run = true,
	},
	{
		.who = "dhclient",
		.dirs = {"/etc/dhcp/dhclient-enter-hooks.d"},
		.when = WHEN_INTERFACE,
	},
	{
		.who = "dhclient",
		.dirs = {"/etc/dhcp/dhclient-exit-hooks.d"},
		.when = WHEN_INTERFACE,
	},
	{
		.who = "pppd",
		.dirs = {"/etc/ppp/ip-up.d"},
		.when = WHEN_INTERFACE,
		.must_run = true,
	},
	{
		.who = "WireGuard",
		.dirs = {"/etc/wireguard"},
		.suffix = ".conf",
		.prefixes = {"PreUp", "PostUp", "PreDown", "PostDown"},
		.when = WHEN_INTERFACE,
		.confidence = CONFIDENCE_MEDIUM,
	},
	{
		.who = "cron",
		.file = "/etc/crontab",
		.at_boot = "@reboot",
		.when = WHEN_ANY_TIME,
	},
	{
		.who = "cron",
		.dirs = {"/etc/cron.d"},
		.at_boot = "@reboot",
		.when = WHEN_ANY_TIME,
	},
	{
		.who = "cron",
		.dirs = {"/var/spool/cron/crontabs", "/var/spool/cron"},
		.at_boot = "@reboot",
		.when = WHEN_ANY_TIME,
	},
	{
		.who = "cron",
		.dirs = {"/etc/cron.hourly"},
		.when = WHEN_ANY_TIME,
		.must_run = true,
	},
	{
		.who = "cron",
		.dirs = {"/etc/cron.daily"},
		.when = WHEN_ANY_TIME,
		.must_run = true,
	},
};

/* "post-up sysctl ...", "PostUp = sysctl ...", "ExecStartPost=-/sbin/sysctl ...". */
static bool has_prefix(const struct script_place *p, const char *line)
{
	bool any = !p->prefixes[0];

	for (size_t i = 0; i < PREFIXES_MAX && p->prefixes[i] && !any; i++)
		any = text_starts(line, p->prefixes[i]);
	return any;
}

static bool counts(const struct script_place *p, const char *line)
{
	return *line && *line != '#' && has_prefix(p, line) &&
	       (!p->only_if || strstr(line, p->only_if));
}

/* A unit counts when something starts it, and not at boot when nothing does. */
static int unit_when(struct owner_scan *s, const char *path, enum owner_when *ret)
{
	const char *name = strrchr(path, '/') + 1;
	auto_free char *stem = strndup(name, strlen(name) - strlen(".service"));

	if (!stem)
		return -ENOMEM;
	*ret = owner_is_enabled(s, stem) ? WHEN_BOOT : WHEN_ON_DEMAND;
	return 0;
}

static int read_line(struct owner_scan *s, const struct script_place *p,
		     const struct owner_source *usual, const char *path, unsigned line, char *text)
{
	struct owner_source source = *usual;

	if (!counts(p, text))
		return 0;
	if (p->at_boot && strstr(text, p->at_boot))
		source.when = WHEN_BOOT;
	return owner_command(s, &source, path, line, SYNTAX_SHELL, text);
}

static int read_script(struct owner_scan *s, const char *path, const void *context)
{
	const struct script_place *p = context;
	struct owner_source source = {.who = p->who, .when = p->when, .confidence = p->confidence};
	struct owner_lines lines = {.joins = true};
	auto_free char *text = NULL;
	char *line;
	int r = p->must_run ? owner_script_of(s, path, &text) : owner_text_of(s, path, &text);

	if (!r && text && text_equal(p->suffix, ".service"))
		r = unit_when(s, path, &source.when);

	lines.rest = text;
	while (!r && (line = owner_next_line(&lines)))
		r = read_line(s, p, &source, path, lines.line, line);
	return r;
}

int owners_of_scripts(struct owner_scan *s)
{
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(places) && !r; i++) {
		const struct script_place *p = &places[i];

		r = p->file ? read_script(s, p->file, p)
			    : owner_each_file(s, p->dirs, p->suffix ? p->suffix : "", read_script,
					      p);
	}
	return r;
}
