/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise/boot_answer.h"

#include <errno.h>
#include <string.h>

#include "model/key.h"

static void story_done(struct boot_story *s)
{
	vec_done(s);
}

static const char *file_of(const struct boot_lines *lines, const struct assignment *a)
{
	return lines->files.items[a->file].real;
}

static struct boot_line_fate fate_of(const struct boot_lines *lines, const struct line_fate *f)
{
	struct boot_line_fate fate = {.fate = f->fate};

	if (f->by != NO_ITEM) {
		const struct assignment *by = &lines->items.items[f->by];

		fate.by_file = file_of(lines, by);
		fate.by_line = by->line;
	}
	return fate;
}

static struct boot_line *find_line(struct boot_answer *a, const char *file, unsigned line)
{
	for (size_t i = 0; i < a->lines.len; i++) {
		struct boot_line *l = &a->lines.items[i];

		if (l->line == line && strcmp(l->file, file) == 0)
			return l;
	}
	return NULL;
}

static int add_fate(struct boot_answer *a, const struct boot_lines *lines,
		    const struct line_fate *f)
{
	const struct assignment *from = &lines->items.items[f->item];
	const char *file = file_of(lines, from);
	struct boot_line *line = find_line(a, file, from->line);

	if (!line) {
		struct boot_line fresh = {.file = file, .line = from->line, .text = from->text};

		for (enum reader_kind k = 0; k < READER_KIND_COUNT; k++)
			fresh.fates[k].fate = FATE_COUNT;
		if (vec_push(&a->lines, fresh))
			return -ENOMEM;
		line = &a->lines.items[a->lines.len - 1];
	}
	line->fates[lines->reader->kind] = fate_of(lines, f);
	return 0;
}

static int add_reader(struct boot_answer *a, const char *path, const struct boot *boot)
{
	auto_call(story_done) struct boot_story story = {0};
	struct boot_verdict *v = &a->verdicts[boot->lines->reader->kind];

	v->reader = boot->lines->reader;
	v->set = boot_outcome(boot, path, &v->outcome);
	if (boot_story(boot, path, &story))
		return -ENOMEM;

	for (size_t i = 0; i < story.len; i++) {
		if (add_fate(a, boot->lines, &story.items[i]))
			return -ENOMEM;
	}
	return 0;
}

int boot_answer_make(const char *key, const struct boot *const boots[READER_KIND_COUNT],
		     enum reader_kind booting, struct boot_answer *ret)
{
	auto_free char *path = strdup(key);
	struct boot_answer a = {.key = key};
	int r = path ? 0 : -ENOMEM;

	if (!r) {
		key_to_path(path);
		a.verdicts[booting].boots = true;
		a.exists = boot_present_find(boots[booting]->present, path) != NULL;
		r = add_reader(&a, path, boots[booting]);
	}
	for (enum reader_kind k = 0; !r && k < READER_KIND_COUNT; k++) {
		if (k != booting)
			r = add_reader(&a, path, boots[k]);
	}
	if (r) {
		boot_answer_done(&a);
		return r;
	}
	*ret = a;
	return 0;
}
