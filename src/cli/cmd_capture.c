/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "cli/cmd.h"
#include "read/capture.h"
#include "render/tar.h"

static void free_anonymizer(struct anonymizer **a)
{
	anonymizer_free(*a);
}

static struct tar_member member_of(const struct capture_item *item)
{
	static const enum tar_kind kinds[] = {
		[CAPTURE_FILE] = TAR_FILE,
		[CAPTURE_LINK] = TAR_LINK,
		[CAPTURE_DIR] = TAR_DIR,
	};

	return (struct tar_member){
		.path = item->path,
		.kind = kinds[item->kind],
		.target = item->text,
		.mode = item->mode,
		.uid = item->uid,
		.gid = item->gid,
		.mtime = item->mtime,
	};
}

static int no_memory(struct error *err)
{
	return error_set(err, ENOMEM, "capture this host");
}

static int put_member(const struct tar_member *m, const char *bytes, size_t n, struct error *err)
{
	int r = tar_add(stdout, m, bytes, n);

	return r ? error_set(err, -r, "write the archive to standard output") : 0;
}

static int put_item(struct session *s, struct capture *c, struct capture_item *item,
		    struct anonymizer *anonymizer, struct error *err)
{
	auto_free char *bytes = NULL;
	struct tar_member member;
	size_t len = 0;

	if (item->kind == CAPTURE_FILE) {
		int r = capture_read(c, s->root, item, anonymizer, &bytes, &len);

		if (r == -ENOENT)
			return 0;
		if (r)
			return no_memory(err);
	}
	member = member_of(item);
	return put_member(&member, bytes, len, err);
}

/* What a reader of the archive must know of it; last, when all of it is known. */
static int put_notes(const struct session *s, const struct capture *c, struct error *err)
{
	struct tar_member member = {.path = "tcptune-capture.txt", .mode = 0644};
	auto_text struct text notes = {0};

	text_addf(&notes, "A capture by tcptune %s, for tcptune --root DIR.\n", TCPTUNE_VERSION);
	if (s->options.anonymize)
		text_add(&notes, "Host name, user names and addresses are replaced.\n");
	for (size_t i = 0; i < c->left_out.len; i++)
		text_addf(&notes, "Left out: %s\n", c->left_out.items[i]);
	if (notes.failed)
		return no_memory(err);
	return put_member(&member, notes.str, notes.len, err);
}

static int put_archive(struct session *s, struct capture *c, struct anonymizer *anonymizer,
		       struct error *err)
{
	int r = 0;

	for (size_t i = 0; i < c->len && !r; i++)
		r = put_item(s, c, &c->items[i], anonymizer, err);
	if (!r)
		r = put_notes(s, c, err);
	if (r)
		return r;

	r = tar_end(stdout);
	return r ? error_set(err, -r, "write the archive to standard output") : 0;
}

static int capture(struct session *s, struct capture *c, struct error *err)
{
	auto_call(free_anonymizer) struct anonymizer *anonymizer = NULL;

	if (s->options.anonymize &&
	    (anonymizer_new(&anonymizer) || capture_keep_system_names(s->root, anonymizer)))
		return no_memory(err);
	if (capture_list(&s->snapshot.host, s->root, c, err))
		return err->code;
	return put_archive(s, c, anonymizer, err);
}

enum status cmd_capture(struct session *s)
{
	auto_call(capture_done) struct capture c = {0};
	struct error err = {0};

	if (isatty(STDOUT_FILENO)) {
		(void)error_say(
			&err, EINVAL,
			"an archive is not for a terminal (try 'tcptune capture >FILE.tar')");
		return session_fail(s, &err);
	}
	if (capture(s, &c, &err))
		return session_fail(s, &err);

	for (size_t i = 0; i < c.left_out.len; i++)
		session_warn(s, "left out: %s", c.left_out.items[i]);
	return STATUS_OK;
}
