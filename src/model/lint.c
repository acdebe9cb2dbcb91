/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/lint.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/text.h"

static const struct lint_kind kinds[LINT_COUNT] = {
	[LINT_HANGS] = {"sysctl-file-hangs-boot", SEVERITY_CRITICAL,
			"Something in sysctl.d is no file, and reading it may stop the boot.",
			"{n} entries of sysctl.d are no files, and reading them may stop the boot.",
			"Remove it. Reading a FIFO waits for somebody to write to it; the boot "
			"goes on without any of the settings after 90 seconds."},
	[LINT_REMOVED] = {"sysctl-removed-key", SEVERITY_WARNING,
			  "A line sets a key that the kernel no longer has.",
			  "{n} lines set keys that the kernel no longer has.",
			  "Delete these lines. They do nothing, and they mislead whoever reads "
			  "them."},
	[LINT_DEAD] = {"sysctl-dead-key", SEVERITY_INFO,
		       "A line sets a key that has no effect on this kernel.",
		       "{n} lines set keys that have no effect on this kernel.",
		       "Delete these lines. The kernel takes the value and does nothing with it."},
	[LINT_TOO_NEW] = {"sysctl-key-too-new", SEVERITY_WARNING,
			  "A line sets a key that this kernel does not have yet.",
			  "{n} lines set keys that this kernel does not have yet.",
			  "Delete these lines, or write '-' before the key if the file is shared "
			  "with hosts that have it."},
	[LINT_MISSPELT] = {"sysctl-misspelt-key", SEVERITY_WARNING,
			   "A line sets a key that does not exist and looks misspelt.",
			   "{n} lines set keys that do not exist and look misspelt.",
			   "Correct the name. The boot only logs a warning and goes on."},
	[LINT_INTERFACE] = {"sysctl-interface-key-lost", SEVERITY_WARNING,
			    "A line names an interface with a dot in a way that is lost.",
			    "{n} lines name an interface with a dot in a way that is lost.",
			    "Write '/' for the dot in the interface's name: "
			    "net.ipv4.conf.eth0/100.rp_filter. Without it the line is ignored and "
			    "nothing is said."},
	[LINT_NOT_A_KEY] = {"sysctl-not-a-key", SEVERITY_WARNING,
			    "What stands before '=' in a line cannot be a key.",
			    "What stands before '=' in {n} lines cannot be a key.",
			    "Write lines as KEY = VALUE, with the key as sysctl(8) prints it. "
			    "Commands do not belong into these files."},
	[LINT_NOT_AN_ASSIGNMENT] =
		{"sysctl-not-an-assignment", SEVERITY_WARNING,
		 "A line is neither a setting nor a comment.",
		 "{n} lines are neither settings nor comments.",
		 "Write KEY = VALUE, or put '#' before it. Such a line is skipped "
		 "and may mark the boot service as failed."},
	[LINT_SEMICOLON] = {"sysctl-semicolon-comment", SEVERITY_WARNING,
			    "A line begins with ';', which is no comment here.",
			    "{n} lines begin with ';', which is no comment here.",
			    "Write '#'. systemd-sysctl 262 no longer takes ';' for a comment."},
	[LINT_TOO_LONG] = {"sysctl-line-too-long", SEVERITY_WARNING,
			   "A line is so long that the rest of its file is dropped.",
			   "{n} lines are so long that the rest of their files is dropped.",
			   "Break or delete the line; systemd-sysctl stops at 1 MiB."},
	[LINT_NOT_WRITABLE] = {"sysctl-key-not-writable", SEVERITY_WARNING,
			       "A line sets a key that cannot or must not be set from a file.",
			       "{n} lines set keys that cannot or must not be set from a file.",
			       "Delete these lines."},
	[LINT_MODULE] = {"sysctl-module-not-loaded", SEVERITY_WARNING,
			 "A line will be lost at boot, because its module is not loaded by then.",
			 "{n} lines will be lost at boot, because their modules are not loaded by "
			 "then.",
			 "Name the module in a file of /etc/modules-load.d, which is read before "
			 "sysctl.d. Loaded later, a module starts with the kernel's defaults."},
	[LINT_QUOTED] = {"sysctl-value-quoted", SEVERITY_WARNING,
			 "A value stands in quotes, which become part of it.",
			 "{n} values stand in quotes, which become part of them.",
			 "Remove the quotes; a value goes to the end of its line."},
	[LINT_COMMENT] = {"sysctl-value-with-comment", SEVERITY_WARNING,
			  "A comment stands behind a value and becomes part of it.",
			  "Comments stand behind {n} values and become part of them.",
			  "Put the comment on a line of its own."},
	[LINT_REFUSED] = {"sysctl-value-refused", SEVERITY_WARNING,
			  "The kernel will refuse a value.", "The kernel will refuse {n} values.",
			  "Correct the value, or delete the line. Until then the key keeps what "
			  "it had, which is not what an earlier line says."},
	[LINT_PARTIAL] = {"sysctl-value-partly-refused", SEVERITY_WARNING,
			  "The kernel will refuse a value after it took a part of it.",
			  "The kernel will refuse {n} values after it took a part of them.",
			  "Correct the value: the first numbers are set, the others are not."},
	[LINT_OCTAL] = {"sysctl-value-octal", SEVERITY_WARNING,
			"A number begins with 0 and is read as octal.",
			"In {n} lines a number begins with 0 and is read as octal.",
			"Remove the leading zeros."},
	[LINT_HEX] = {"sysctl-value-hexadecimal", SEVERITY_INFO, "A number is hexadecimal.",
		      "In {n} lines a number is hexadecimal.",
		      "Write it in decimal: tools that compare files with /proc do not see that "
		      "it is the same."},
	[LINT_ROUNDED] = {"sysctl-value-rounded", SEVERITY_INFO, "The kernel rounds a value up.",
			  "The kernel rounds {n} values up.",
			  "Write what the key reads afterwards: tools that compare files with "
			  "/proc do not see that it is the same."},
	[LINT_SHORT] = {"sysctl-value-incomplete", SEVERITY_WARNING,
			"A line gives fewer numbers than the key has.",
			"{n} lines give fewer numbers than the key has.",
			"Write all numbers: those that are missing keep whatever was there."},
	[LINT_TRAILING] = {"sysctl-value-trailing", SEVERITY_WARNING,
			   "The kernel ignores the end of a value.",
			   "The kernel ignores the end of {n} values.",
			   "Write as many numbers as the key has."},
	[LINT_RECIPE] = {"sysctl-bad-recipe", SEVERITY_WARNING,
			 "A line follows advice that does harm.",
			 "{n} lines follow advice that does harm.",
			 "Delete these lines, so that the kernel's defaults hold again."},
	[LINT_INSANE] = {"sysctl-value-unwise", SEVERITY_WARNING,
			 "The kernel takes a value that makes no sense.",
			 "The kernel takes {n} values that make no sense.",
			 "Choose a value in the sensible range; see tcptune explain KEY."},
	[LINT_OURS_OVERRIDDEN] = {"sysctl-ours-overridden", SEVERITY_WARNING,
				  "A setting that tcptune wrote is overridden by another file.",
				  "{n} settings that tcptune wrote are overridden by other files.",
				  "Decide which value is right, and delete the other line."},
	[LINT_CONTRADICTION] = {"sysctl-contradictory-lines", SEVERITY_INFO,
				"Two lines set the same key to different values.",
				"{n} lines set keys that later lines set to other values.",
				"Keep one line for each key. The last one in the order of file "
				"names wins, whatever its directory."},
	[LINT_NOT_READ] = {"sysctl-file-not-read", SEVERITY_WARNING,
			   "A file with settings is not read at boot.",
			   "{n} files with settings are not read at boot.",
			   "Move what is still wanted to a file in /etc/sysctl.d, and delete the "
			   "rest."},
	[LINT_DANGLING] = {"sysctl-link-dangling", SEVERITY_WARNING,
			   "A link in sysctl.d leads nowhere.",
			   "{n} links in sysctl.d lead nowhere.",
			   "Remove the link, or put back what it pointed to. It also hides files "
			   "of the same name in /run and /usr/lib."},
};

const struct lint_kind *lint_kind(enum lint_id id)
{
	return &kinds[id];
}

const struct lint_kind *lint_kind_find(const char *id)
{
	for (enum lint_id i = 0; i < LINT_COUNT; i++) {
		if (strcmp(kinds[i].id, id) == 0)
			return &kinds[i];
	}
	return NULL;
}

static void lint_done(struct lint *l)
{
	free(l->file);
	free(l->text);
	free(l->wrong);
}

void lint_list_done(struct lint_list *list)
{
	for (size_t i = 0; i < list->len; i++)
		lint_done(&list->items[i]);
	vec_done(list);
}

static int keep(struct lint_list *list, struct lint *l)
{
	if (!l->file || !l->text || !l->wrong || vec_push(list, *l)) {
		lint_done(l);
		return -ENOMEM;
	}
	list->kept[l->id]++;
	return 0;
}

int lint_add(struct lint_list *list, enum lint_id id, const char *file, unsigned line,
	     const char *text, const struct tunable *about, const char *fmt, ...)
{
	struct lint l = {.id = id, .line = line, .about = about};
	auto_text struct text wrong = {0};
	va_list ap;

	if (list->kept[id] == LINT_KEPT_MAX) {
		list->more[id]++;
		return 0;
	}

	va_start(ap, fmt);
	text_addv(&wrong, fmt, ap);
	va_end(ap);
	if (text_take(&wrong, &l.wrong))
		return -ENOMEM;
	l.file = strdup(file);
	l.text = strdup(text);
	return keep(list, &l);
}

const struct lint *lint_find(const struct lint_list *list, const char *file, unsigned line)
{
	for (size_t i = 0; i < list->len; i++) {
		const struct lint *l = &list->items[i];

		if (l->line == line && text_equal(l->file, file))
			return l;
	}
	return NULL;
}

/* ---- findings ---- */

static char *summary_of(const struct lint_kind *k, size_t n)
{
	const char *hole = strstr(k->many, "{n}");

	if (n == 1)
		return strdup(k->one);
	return text_format("%.*s%zu%s", (int)(hole - k->many), k->many, n, hole + 3);
}

static int add_evidence(struct finding *f, const struct lint *l)
{
	const char *key = l->about ? l->about->key : NULL;

	if (!l->line)
		return finding_add_line(f, key, text_format("%s: %s", l->file, l->wrong));
	return finding_add_line(f, key,
				text_format("%s:%u: %s: %s", l->file, l->line, l->text, l->wrong));
}

static int add_finding(const struct lint_list *list, enum lint_id id, struct findings *ret)
{
	const struct lint_kind *k = lint_kind(id);
	struct finding f = {
		.id = k->id,
		.severity = k->severity,
		.fixed_by = FIXED_BY_CONFIG,
		.summary = summary_of(k, list->kept[id] + list->more[id]),
		.remedy = k->remedy,
	};
	int r = f.summary ? 0 : -ENOMEM;

	for (size_t i = 0; i < list->len && !r; i++) {
		if (list->items[i].id == id)
			r = add_evidence(&f, &list->items[i]);
	}
	if (!r && list->more[id])
		r = finding_add_line(&f, NULL, text_format("and %zu more", list->more[id]));
	if (!r)
		r = vec_push(ret, f);
	if (r)
		finding_done(&f);
	return r;
}

int lint_findings(const struct lint_list *list, struct findings *ret)
{
	int r = 0;

	for (enum lint_id id = 0; id < LINT_COUNT && !r; id++) {
		if (list->kept[id])
			r = add_finding(list, id, ret);
	}
	return r;
}
