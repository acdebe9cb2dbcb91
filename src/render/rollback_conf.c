/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/rollback_conf.h"

#include <string.h>
#include <time.h>

#include "render/screen.h"

static void add_safe(struct text *out, const char *s)
{
	screen_safe(out, s);
}

static void add_time(struct text *out, int64_t at)
{
	const time_t seconds = (time_t)at;
	struct tm tm;
	char buf[32] = "at an unknown time";

	if (gmtime_r(&seconds, &tm))
		(void)strftime(buf, sizeof(buf), "%Y-%m-%d %H:%M:%S UTC", &tm);
	text_add(out, buf);
}

static void add_origin(struct text *out, const struct journal *j)
{
	text_addf(out, "# tcptune transaction %s: %s", j->id, j->command);
	if (j->profile)
		text_addf(out, " of profile %s", j->profile);
	text_add(out, "\n# ");
	add_time(out, j->time);
	text_addf(out, ", user %u", (unsigned)j->who.uid);
	if (j->who.login_uid != LOGIN_UID_NONE)
		text_addf(out, " (logged in as %u)", (unsigned)j->who.login_uid);
	text_add(out, ":");
	for (size_t i = 0; i < j->who.argv.len; i++) {
		text_add(out, " ");
		add_safe(out, j->who.argv.items[i]);
	}
	text_addf(out, "\n# boot %s, network namespace %s", j->who.boot_id, j->who.netns);
	if (j->who.netns_name) {
		text_add(out, " ");
		add_safe(out, j->who.netns_name);
	}
	text_add(out, "\n#\n");
}

static void add_howto(struct text *out, const struct journal *j)
{
	text_addf(out,
		  "# `tcptune rollback %s` undoes it, and leaves alone what others changed "
		  "since.\n"
		  "# Without tcptune, in the same boot and network namespace:\n"
		  "#   sysctl -p THIS-FILE\n",
		  j->id);
	for (size_t i = j->steps.len; i-- > 0;) {
		const struct step *s = &j->steps.items[i];
		char name[300];

		if (s->kind != STEP_FILE)
			continue;
		rollback_copy_name(j, i, name, sizeof(name));
		if (s->before.data)
			text_addf(out, "#   cp --preserve=all files/%s %s\n", name, s->name);
		else
			text_addf(out, "#   rm %s\n", s->name);
	}
	text_add(out, "\n");
}

static void add_value(struct text *out, const struct step *s)
{
	text_addf(out, "%s = %s\n", s->name, s->before.data);
}

void rollback_conf(struct text *out, const struct journal *j)
{
	add_origin(out, j);
	add_howto(out, j);
	for (size_t i = j->steps.len; i-- > 0;) {
		if (j->steps.items[i].kind == STEP_SYSCTL)
			add_value(out, &j->steps.items[i]);
	}
}

void rollback_copy_name(const struct journal *j, size_t step, char *buf, size_t size)
{
	const char *path = j->steps.items[step].name, *slash = strrchr(path, '/');

	(void)snprintf(buf, size, "%zu-%s", step + 1, slash ? slash + 1 : path);
}
