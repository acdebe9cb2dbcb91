/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ufw loads a sysctl file of its own when it starts, after sysctl.d: `sysctl
 * -e -q -p $IPT_SYSCTL` in ufw-init-functions.
 */
#include "read/owner_scan.h"

#include <string.h>

#include "base/text.h"

struct shell_variable {
	const char *name;
	char value[256];
};

/* NAME=value, NAME="value"; the last one counts. */
static int take_variable(void *context, const char *section, const char *key, char *value,
			 unsigned line)
{
	struct shell_variable *v = context;
	size_t n = strlen(value);

	(void)section;
	(void)line;
	if (strcmp(key, v->name) != 0)
		return 0;
	if (n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n - 1] == value[0]) {
		value[n - 1] = '\0';
		value++;
	}
	snprintf(v->value, sizeof(v->value), "%s", value);
	return 0;
}

static int read_variable(struct owner_scan *s, const char *path, struct shell_variable *v)
{
	auto_free char *text = NULL;
	int r = owner_text_of(s, path, &text);

	return r || !text ? r : owner_ini(text, take_variable, v);
}

static bool is_yes(const char *s)
{
	return char_lower(s[0]) == 'y' && char_lower(s[1]) == 'e' && char_lower(s[2]) == 's' &&
	       !s[3];
}

int owners_of_ufw(struct owner_scan *s)
{
	static const struct owner_source source = {
		.who = "ufw",
		.when = WHEN_BOOT,
		.confidence = CONFIDENCE_HIGH,
		.replaces = true,
	};
	struct shell_variable enabled = {.name = "ENABLED"}, file = {.name = "IPT_SYSCTL"};
	int r = read_variable(s, "/etc/ufw/ufw.conf", &enabled);

	if (r || !is_yes(enabled.value))
		return r;
	r = read_variable(s, "/etc/default/ufw", &file);
	if (r || file.value[0] != '/')
		return r;
	return owner_sysctl_file(s, &source, file.value);
}
