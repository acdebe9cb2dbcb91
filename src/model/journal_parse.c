/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/number.h"
#include "model/journal_record.h"

struct record {
	char type[RECORD_TYPE_MAX + 1];
	struct cursor payload;
};

/* A word of at most max bytes that ends at `stop`, which is skipped. */
bool cursor_word(struct cursor *c, char stop, char *ret, size_t max)
{
	const char *end = memchr(c->at, stop, (size_t)(c->end - c->at));
	size_t n = end ? (size_t)(end - c->at) : 0;

	if (!end || !n || n > max || memchr(c->at, '\0', n))
		return false;
	memcpy(ret, c->at, n);
	ret[n] = '\0';
	c->at = end + 1;
	return true;
}

static bool read_size(struct cursor *c, char stop, size_t *ret)
{
	char digits[24];
	uint64_t n;

	if (!cursor_word(c, stop, digits, sizeof(digits) - 1) || number_parse_u64(digits, &n) ||
	    n > JOURNAL_MAX)
		return false;
	*ret = (size_t)n;
	return true;
}

/* n bytes and a newline. */
static bool read_block(struct cursor *c, size_t n, const char **ret)
{
	if ((size_t)(c->end - c->at) <= n || c->at[n] != '\n')
		return false;
	*ret = c->at;
	c->at += n + 1;
	return true;
}

bool cursor_field(struct cursor *c, struct field *ret)
{
	return cursor_word(c, ' ', ret->name, RECORD_TYPE_MAX) && read_size(c, '\n', &ret->len) &&
	       read_block(c, ret->len, &ret->value);
}

enum frame { FRAME_WHOLE, FRAME_CUT, FRAME_DAMAGED };

/*
 * The next record.  Cut is what a crash leaves at the end of a file: a head or
 * a payload that the file is too short for, a last record whose pages are not
 * all on the disk, or nothing but zeros.
 */
static enum frame read_record(struct cursor *c, struct record *ret, int *ret_memory)
{
	char digest[RECORD_DIGEST + 1], expected[RECORD_DIGEST + 1];
	struct cursor p = *c;
	const char *payload;
	size_t n;

	*ret_memory = 0;
	if (!cursor_word(&p, ' ', ret->type, RECORD_TYPE_MAX) || !read_size(&p, ' ', &n) ||
	    !cursor_word(&p, '\n', digest, RECORD_DIGEST))
		return memchr(c->at, '\n', (size_t)(c->end - c->at)) ? FRAME_DAMAGED : FRAME_CUT;
	if ((size_t)(p.end - p.at) <= n)
		return FRAME_CUT;

	payload = p.at;
	*ret_memory = record_digest(ret->type, payload, n, expected);
	if (*ret_memory)
		return FRAME_DAMAGED;
	if (payload[n] != '\n' || strcmp(digest, expected) != 0)
		return payload + n + 1 == p.end ? FRAME_CUT : FRAME_DAMAGED;

	ret->payload = (struct cursor){payload, payload + n};
	c->at = payload + n + 1;
	return FRAME_WHOLE;
}

bool field_is(const struct field *f, const char *name)
{
	return strcmp(f->name, name) == 0;
}

/* All but bytes of files are text: no NUL in it. */
int field_text(const struct field *f, char **where)
{
	char *copy;

	if (memchr(f->value, '\0', f->len))
		return -EBADMSG;
	copy = strndup(f->value, f->len);
	if (!copy)
		return -ENOMEM;
	free(*where);
	*where = copy;
	return 0;
}

int field_bytes(const struct field *f, struct bytes *where)
{
	char *copy = malloc(f->len + 1);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, f->value, f->len);
	copy[f->len] = '\0';
	bytes_done(where);
	*where = (struct bytes){copy, f->len};
	return 0;
}

int field_int(const struct field *f, int64_t min, int64_t max, int64_t *ret)
{
	char digits[24];

	if (f->len >= sizeof(digits) || memchr(f->value, '\0', f->len))
		return -EBADMSG;
	memcpy(digits, f->value, f->len);
	digits[f->len] = '\0';
	return number_parse_i64(digits, ret) || *ret < min || *ret > max ? -EBADMSG : 0;
}

static int set_field(struct journal *j, const struct journal_field *row, const struct field *f)
{
	char *at = (char *)j + row->offset;
	int64_t n = 0;
	int r;

	if (row->kind == FIELD_TEXT)
		return field_text(f, (char **)at);

	r = field_int(f, row->kind == FIELD_I64 ? INT64_MIN : 0,
		      row->kind == FIELD_I64 ? INT64_MAX : UINT32_MAX, &n);
	if (r)
		return r;
	if (row->kind == FIELD_I64)
		*(int64_t *)at = n;
	else if (row->kind == FIELD_UID)
		*(uid_t *)at = (uid_t)n;
	else
		*(uint32_t *)at = (uint32_t)n;
	return 0;
}

static int add_argv(struct journal *j, const struct field *f)
{
	auto_free char *word = NULL;
	int r = field_text(f, &word);

	return r ? r : strings_add(&j->who.argv, "%s", word);
}

static int parse_begin(struct journal *j, struct cursor c)
{
	struct field f;
	int r = 0;

	while (!r && c.at < c.end) {
		if (!cursor_field(&c, &f))
			return -EBADMSG;
		if (field_is(&f, "argv"))
			r = add_argv(j, &f);
		for (const struct journal_field *row = journal_fields; !r && row->name; row++) {
			if (field_is(&f, row->name))
				r = set_field(j, row, &f);
		}
	}
	return r || (j->id && j->command && j->who.boot_id && j->who.netns) ? r : -EBADMSG;
}

static int push_value(struct ours *o, const struct field *f)
{
	struct our_value v = {0};
	int r = field_text(f, &v.key);

	if (!r)
		r = vec_push(&o->values, v);
	if (r)
		our_value_done(&v);
	return r;
}

static int push_file(struct ours *o, const struct field *f)
{
	struct our_file file = {0};
	int r = field_text(f, &file.path);

	if (!r)
		r = vec_push(&o->files, file);
	if (r)
		our_file_done(&file);
	return r;
}

static int set_ours_field(struct ours *o, const struct field *f)
{
	struct our_value *v = o->values.len ? &o->values.items[o->values.len - 1] : NULL;
	struct our_file *file = o->files.len ? &o->files.items[o->files.len - 1] : NULL;
	int64_t n = 0;
	int r = 0;

	if (field_is(f, "key"))
		return push_value(o, f);
	if (field_is(f, "path"))
		return push_file(o, f);
	if (v && field_is(f, "first"))
		return field_text(f, &v->first);
	if (v && field_is(f, "ours"))
		return field_text(f, &v->ours);
	if (v && field_is(f, "boot"))
		return field_text(f, &v->boot_id);
	if (v && field_is(f, "netns"))
		return field_text(f, &v->netns);
	if (file && field_is(f, "digest"))
		return field_text(f, &file->digest);
	if (file && field_is(f, "foreign")) {
		r = field_int(f, 0, 1, &n);
		file->foreign = n;
	}
	return r;
}

static int parse_ours(struct journal *j, struct cursor c)
{
	struct field f;
	int r = 0;

	while (!r && c.at < c.end)
		r = cursor_field(&c, &f) ? set_ours_field(&j->ours, &f) : -EBADMSG;

	for (size_t i = 0; !r && i < j->ours.values.len; i++) {
		const struct our_value *v = &j->ours.values.items[i];

		r = v->first && v->ours && v->boot_id && v->netns ? 0 : -EBADMSG;
	}
	for (size_t i = 0; !r && i < j->ours.files.len; i++)
		r = j->ours.files.items[i].digest ? 0 : -EBADMSG;
	return r;
}

static int parse_ready(struct journal *j, struct cursor c)
{
	(void)c;
	j->begun = calloc(j->steps.len + 1, sizeof(*j->begun));
	j->ready = j->begun != NULL;
	return j->ready ? 0 : -ENOMEM;
}

static int parse_doing(struct journal *j, struct cursor c)
{
	struct field f;
	int64_t n = 0;
	int r = j->ready && cursor_field(&c, &f) ? 0 : -EBADMSG;

	if (!r)
		r = field_int(&f, 0, (int64_t)j->steps.len - 1, &n);
	if (!r)
		j->begun[n] = true;
	return r;
}

static int parse_live(struct journal *j, struct cursor c)
{
	(void)c;
	j->live = true;
	return 0;
}

static int parse_done(struct journal *j, struct cursor c)
{
	(void)c;
	j->done = true;
	return 0;
}

static int parse_undoing(struct journal *j, struct cursor c)
{
	(void)c;
	j->undoing = true;
	return 0;
}

static enum journal_end find_end(const struct field *f)
{
	for (enum journal_end e = END_COMMITTED; e < END_COUNT; e++) {
		if (strlen(journal_end_name(e)) == f->len &&
		    memcmp(journal_end_name(e), f->value, f->len) == 0)
			return e;
	}
	return END_NONE;
}

/* A stranded one may end again: the last end counts. */
static int parse_end(struct journal *j, struct cursor c)
{
	struct field f;
	int r = 0;

	strings_done(&j->left);
	while (!r && c.at < c.end) {
		auto_free char *name = NULL;

		if (!cursor_field(&c, &f))
			return -EBADMSG;
		if (field_is(&f, "state"))
			j->end = find_end(&f);
		if (!field_is(&f, "left"))
			continue;
		r = field_text(&f, &name);
		if (!r)
			r = strings_add(&j->left, "%s", name);
	}
	return r || j->end ? r : -EBADMSG;
}

static const struct {
	const char *type;
	int (*parse)(struct journal *j, struct cursor payload);
	enum { BEFORE_READY, AFTER_READY } when;
} types[] = {
	{"step", journal_parse_step, BEFORE_READY}, {"ours", parse_ours, BEFORE_READY},
	{"ready", parse_ready, BEFORE_READY},       {"doing", parse_doing, AFTER_READY},
	{"live", parse_live, AFTER_READY},          {"done", parse_done, AFTER_READY},
	{"undoing", parse_undoing, AFTER_READY},    {"end", parse_end, AFTER_READY},
};

static int parse_record(struct journal *j, const struct record *rec)
{
	if (!j->good)
		return strcmp(rec->type, "begin") == 0 ? parse_begin(j, rec->payload) : -EBADMSG;

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		if (strcmp(types[i].type, rec->type) == 0)
			return (types[i].when == AFTER_READY) == j->ready
				       ? types[i].parse(j, rec->payload)
				       : -EBADMSG;
	}
	return -EBADMSG; /* of a version whose transactions are not ours to undo */
}

static int parse_all(struct journal *j, const char *data, size_t len)
{
	struct cursor c = {data, data + len};
	struct record rec;
	int r;

	while (c.at < c.end) {
		enum frame frame = read_record(&c, &rec, &r);

		if (r)
			return r;
		if (frame == FRAME_CUT)
			return 0;
		r = frame == FRAME_DAMAGED ? -EBADMSG : parse_record(j, &rec);
		if (r)
			return r;
		j->good = (size_t)(c.at - data);
	}
	return 0;
}

int journal_parse(const char *data, size_t len, const char *file, struct journal *ret,
		  struct error *err)
{
	struct journal j = {0};
	int r = len > JOURNAL_MAX ? -EBADMSG : parse_all(&j, data, len);
	size_t good = j.good;

	if (!r) {
		*ret = j;
		return 0;
	}
	journal_done(&j);
	if (r == -ENOMEM)
		return error_set(err, ENOMEM, "read %s", file);
	return error_at(err, EBADMSG, file, 0,
			"the journal is damaged after byte %zu: expected a record as tcptune "
			"writes them",
			good);
}
