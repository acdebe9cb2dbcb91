/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/journal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/digest.h"
#include "model/journal_record.h"

#define FIELD(member) offsetof(struct journal, member)

const struct journal_field journal_fields[] = {
	{"id", FIELD(id), FIELD_TEXT},
	{"command", FIELD(command), FIELD_TEXT},
	{"profile", FIELD(profile), FIELD_TEXT},
	{"undoes", FIELD(undoes), FIELD_TEXT},
	{"time", FIELD(time), FIELD_I64},
	{"boot", FIELD(who.boot_id), FIELD_TEXT},
	{"netns", FIELD(who.netns), FIELD_TEXT},
	{"netns-name", FIELD(who.netns_name), FIELD_TEXT},
	{"uid", FIELD(who.uid), FIELD_UID},
	{"loginuid", FIELD(who.login_uid), FIELD_LOGIN_UID},
	{"confirm-until", FIELD(confirm_until), FIELD_I64},
	{"confirm-boottime", FIELD(confirm_boottime), FIELD_I64},
	{0},
};

static const char *const end_names[END_COUNT] = {
	[END_NONE] = "unfinished",
	[END_COMMITTED] = "committed",
	[END_ROLLED_BACK] = "rolled-back",
	[END_STRANDED] = "stranded",
};

const char *journal_end_name(enum journal_end e)
{
	return end_names[e];
}

void journal_done(struct journal *j)
{
	for (size_t i = 0; i < j->steps.len; i++)
		step_done(&j->steps.items[i]);
	vec_done(&j->steps);
	ours_done(&j->ours);
	identity_done(&j->who);
	strings_done(&j->left);
	free(j->begun);
	free(j->undoes);
	free(j->profile);
	free(j->command);
	free(j->id);
	*j = (struct journal){0};
}

int record_digest(const char *type, const char *payload, size_t n,
		  char ret[static RECORD_DIGEST + 1])
{
	auto_text struct text all = {0};
	char digest[DIGEST_SIZE];

	text_add(&all, type);
	text_add(&all, " ");
	text_add_bytes(&all, payload, n);
	if (all.failed)
		return -ENOMEM;

	digest_of(all.str, all.len, digest);
	memcpy(ret, digest, RECORD_DIGEST);
	ret[RECORD_DIGEST] = '\0';
	return 0;
}

static void put_record(struct text *out, const char *type, const struct text *payload)
{
	char digest[RECORD_DIGEST + 1];

	if (payload->failed ||
	    record_digest(type, payload->str ? payload->str : "", payload->len, digest)) {
		out->failed = true;
		return;
	}
	text_addf(out, "%s %zu %s\n", type, payload->len, digest);
	text_add_bytes(out, payload->str ? payload->str : "", payload->len);
	text_add(out, "\n");
}

static void put_bytes(struct text *payload, const char *name, const char *data, size_t n)
{
	text_addf(payload, "%s %zu\n", name, n);
	text_add_bytes(payload, data, n);
	text_add(payload, "\n");
}

static void put_text(struct text *payload, const char *name, const char *s)
{
	if (s)
		put_bytes(payload, name, s, strlen(s));
}

static void put_int(struct text *payload, const char *name, int64_t n)
{
	char digits[24];

	(void)snprintf(digits, sizeof(digits), "%" PRId64, n);
	put_text(payload, name, digits);
}

static void put_field(struct text *payload, const struct journal *j, const struct journal_field *f)
{
	const char *at = (const char *)j + f->offset;

	switch (f->kind) {
	case FIELD_TEXT:
		put_text(payload, f->name, *(char *const *)at);
		break;
	case FIELD_I64:
		put_int(payload, f->name, *(const int64_t *)at);
		break;
	case FIELD_UID:
		put_int(payload, f->name, *(const uid_t *)at);
		break;
	case FIELD_LOGIN_UID:
		put_int(payload, f->name, *(const uint32_t *)at);
		break;
	}
}

static void put_begin(struct text *out, const struct journal *j)
{
	auto_text struct text payload = {0};

	for (const struct journal_field *f = journal_fields; f->name; f++)
		put_field(&payload, j, f);
	for (size_t i = 0; i < j->who.argv.len; i++)
		put_text(&payload, "argv", j->who.argv.items[i]);
	put_record(out, "begin", &payload);
}

static void put_meta(struct text *payload, const char *name, const struct meta *m)
{
	char value[96];

	if (!m->known)
		return;
	(void)snprintf(value, sizeof(value), "%o %u %u %" PRId64, (unsigned)m->mode,
		       (unsigned)m->uid, (unsigned)m->gid, m->mtime);
	put_text(payload, name, value);
	for (size_t i = 0; i < m->xattrs.len; i++) {
		const struct xattr *x = &m->xattrs.items[i];

		put_text(payload, "xattr", x->name);
		put_bytes(payload, "xattr-value", x->value, x->len);
	}
}

static void put_step(struct text *out, const struct step *s)
{
	auto_text struct text payload = {0};

	put_int(&payload, "kind", s->kind);
	put_text(&payload, "name", s->name);
	put_int(&payload, "foreign", s->foreign);
	put_int(&payload, "risk", s->risk);
	if (s->before.data)
		put_bytes(&payload, "before", s->before.data, s->before.len);
	if (s->after.data)
		put_bytes(&payload, "after", s->after.data, s->after.len);
	put_meta(&payload, "before-meta", &s->before_meta);
	put_meta(&payload, "after-meta", &s->after_meta);
	put_record(out, "step", &payload);
}

static void put_ours(struct text *out, const struct ours *o)
{
	auto_text struct text payload = {0};

	for (size_t i = 0; i < o->values.len; i++) {
		const struct our_value *v = &o->values.items[i];

		put_text(&payload, "key", v->key);
		put_text(&payload, "first", v->first);
		put_text(&payload, "ours", v->ours);
		put_text(&payload, "boot", v->boot_id);
		put_text(&payload, "netns", v->netns);
	}
	for (size_t i = 0; i < o->files.len; i++) {
		const struct our_file *f = &o->files.items[i];

		put_text(&payload, "path", f->path);
		put_text(&payload, "digest", f->digest);
		put_int(&payload, "foreign", f->foreign);
	}
	put_record(out, "ours", &payload);
}

void journal_put_plan(struct text *out, const struct journal *j)
{
	put_begin(out, j);
	for (size_t i = 0; i < j->steps.len; i++)
		put_step(out, &j->steps.items[i]);
	put_ours(out, &j->ours);
}

static void put_empty(struct text *out, const char *type)
{
	const struct text nothing = {0};

	put_record(out, type, &nothing);
}

void journal_put_ready(struct text *out)
{
	put_empty(out, "ready");
}

void journal_put_doing(struct text *out, size_t step)
{
	auto_text struct text payload = {0};

	put_int(&payload, "step", (int64_t)step);
	put_record(out, "doing", &payload);
}

void journal_put_live(struct text *out)
{
	put_empty(out, "live");
}

void journal_put_done(struct text *out)
{
	put_empty(out, "done");
}

void journal_put_undoing(struct text *out)
{
	put_empty(out, "undoing");
}

void journal_put_end(struct text *out, enum journal_end end, const struct strings *left)
{
	auto_text struct text payload = {0};

	put_text(&payload, "state", end_names[end]);
	for (size_t i = 0; i < left->len; i++)
		put_text(&payload, "left", left->items[i]);
	put_record(out, "end", &payload);
}

bool journal_left(const struct journal *j, const char *name)
{
	return strings_has(&j->left, name);
}

bool journal_has_files(const struct journal *j)
{
	for (size_t i = 0; i < j->steps.len; i++) {
		if (j->steps.items[i].kind != STEP_SYSCTL)
			return true;
	}
	return false;
}

bool journal_is_on_trial(const struct journal *j)
{
	if (!j->ready || !j->live || j->done || j->undoing || j->end || !j->confirm_boottime)
		return false;
	for (size_t i = 0; i < j->steps.len; i++) {
		if (j->steps.items[i].kind != STEP_SYSCTL && j->begun[i])
			return false; /* `confirm` was at work */
	}
	return true;
}

static int add_value(struct ours *o, const struct our_value *from)
{
	struct our_value v = {
		.key = strdup(from->key),
		.first = strdup(from->first),
		.ours = strdup(from->ours),
		.boot_id = strdup(from->boot_id),
		.netns = strdup(from->netns),
	};

	if (v.key && v.first && v.ours && v.boot_id && v.netns && !vec_push(&o->values, v))
		return 0;
	our_value_done(&v);
	return -ENOMEM;
}

static int add_file(struct ours *o, const struct our_file *from)
{
	struct our_file f = {
		.path = strdup(from->path),
		.digest = strdup(from->digest),
		.foreign = from->foreign,
	};

	if (f.path && f.digest && !vec_push(&o->files, f))
		return 0;
	our_file_done(&f);
	return -ENOMEM;
}

/* Somebody's now; of the same key elsewhere nothing was seen. */
static bool is_left(const struct journal *j, const struct our_value *v)
{
	return journal_left(j, v->key) && strcmp(v->boot_id, j->who.boot_id) == 0 &&
	       strcmp(v->netns, j->who.netns) == 0;
}

int journal_ours(const struct journal *j, struct ours *ret)
{
	struct ours o = {0};
	int r = 0;

	for (size_t i = 0; !r && i < j->ours.values.len; i++) {
		if (!is_left(j, &j->ours.values.items[i]))
			r = add_value(&o, &j->ours.values.items[i]);
	}
	for (size_t i = 0; !r && i < j->ours.files.len; i++) {
		if (!journal_left(j, j->ours.files.items[i].path))
			r = add_file(&o, &j->ours.files.items[i]);
	}
	if (r) {
		ours_done(&o);
		return r;
	}
	*ret = o;
	return 0;
}
