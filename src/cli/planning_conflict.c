/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/planning_conflict.h"

#include <errno.h>
#include <string.h>

#include "advise/comment_out.h"
#include "base/text.h"
#include "model/own.h"
#include "model/secret.h"
#include "read/own_files.h"

/* A word for the shell, as it is where it needs no quotes. */
static void add_word(struct text *t, const char *word)
{
	bool plain = true;

	for (const char *c = word; *c; c++)
		plain &= char_is_digit(*c) || strchr("/._-@+", *c) ||
			 (char_lower(*c) >= 'a' && char_lower(*c) <= 'z');
	if (plain) {
		text_add(t, word);
		return;
	}
	text_add(t, "'");
	for (const char *c = word; *c; c++)
		text_add_bytes(t, *c == '\'' ? "'\\''" : c, *c == '\'' ? 4 : 1);
	text_add(t, "'");
}

/* The place in /etc that hides a file of the distribution, or NULL. */
static char *place_in_etc(const char *file)
{
	static const char *const tops[] = {"/usr/local/lib/", "/usr/lib/", "/lib/", "/run/"};

	for (size_t i = 0; i < ARRAY_LEN(tops); i++) {
		if (text_starts(file, tops[i]))
			return text_format("/etc/%s", file + strlen(tops[i]));
	}
	return NULL;
}

static int add_command(struct conflict *c)
{
	auto_free char *copy_of = place_in_etc(c->file);
	auto_text struct text t = {0};

	text_addf(&t, "sed %s'%us/^/# /' ", copy_of ? "" : "-i ", c->line);
	add_word(&t, c->file);
	if (copy_of) {
		text_add(&t, " >");
		add_word(&t, copy_of);
	}
	return text_take(&t, &c->command);
}

/* What --comment-out would pass over, and why: else one is told to try what did not help. */
static int say_kept(int root, struct conflict *c)
{
	auto_free char *reason = NULL;
	struct own_file f = {0};
	struct error err;

	if (!text_starts(c->file, "/etc/"))
		return 0;
	if (!own_file_look(root, c->file, &f, &err) && f.state == OWN_HARD_LINKED)
		reason = text_format("%s; --comment-out leaves it, because the file has other "
				     "names (hard links), which would not change with it",
				     c->reason);
	c->kept = f.state == OWN_HARD_LINKED;
	free(f.path);
	bytes_done(&f.bytes);
	if (!c->kept)
		return 0;
	if (!reason)
		return -ENOMEM;
	free(c->reason);
	c->reason = take(reason);
	return 0;
}

/* Without its secrets, and no longer than a line that one can read.  NULL: no memory. */
static char *shown_line(const char *at, size_t n)
{
	enum { TEXT_MAX = 200 };
	auto_free char *line = strndup(at, n);
	auto_free char *shown = line ? secret_line(line) : NULL;

	return shown ? strndup(shown, TEXT_MAX) : NULL;
}

int conflict_explain(struct tree files, struct conflict *c)
{
	enum { FILE_MAX_BYTES = 4 * 1024 * 1024 };
	auto_call(bytes_done) struct bytes b = {0};
	const char *at;
	enum own_kind kind;
	size_t n;

	if (!c->file || !c->line || c->text || own_path_kind(c->file, &kind) ||
	    tree_read(files, c->file, FILE_MAX_BYTES, &b.data, &b.len, NULL) ||
	    !comment_line(&b, c->line, &at, &n))
		return 0;
	c->text = shown_line(at, n);
	if (!c->text)
		return -ENOMEM;
	if (text_starts(c->file, "/proc/"))
		return 0;
	return say_kept(files.root, c) ? -ENOMEM : add_command(c);
}
