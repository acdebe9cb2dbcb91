/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/number.h"
#include "model/journal_record.h"

/* "644 0 0 1764218323000000000" */
static int set_meta(const struct field *f, struct meta *m)
{
	struct cursor c = {f->value, f->value + f->len};
	char mode[16], uid[24], gid[24], last[24];
	uint64_t octal = 0, u = 0, g = 0;
	size_t rest;

	if (m->known || !cursor_word(&c, ' ', mode, sizeof(mode) - 1) ||
	    !cursor_word(&c, ' ', uid, sizeof(uid) - 1) ||
	    !cursor_word(&c, ' ', gid, sizeof(gid) - 1))
		return -EBADMSG;

	rest = (size_t)(c.end - c.at);
	if (rest >= sizeof(last))
		return -EBADMSG;
	memcpy(last, c.at, rest);
	last[rest] = '\0';
	if (number_parse_u64(uid, &u) || number_parse_u64(gid, &g) || u > UINT32_MAX ||
	    g > UINT32_MAX || number_parse_i64(last, &m->mtime))
		return -EBADMSG;

	for (const char *p = mode; *p; p++) {
		if (*p < '0' || *p > '7')
			return -EBADMSG;
		octal = octal * 8 + (uint64_t)(*p - '0');
	}
	if (octal > 07777)
		return -EBADMSG;
	m->mode = (mode_t)octal;
	m->uid = (uid_t)u;
	m->gid = (gid_t)g;
	m->known = true;
	return 0;
}

static int add_xattr(const struct field *f, struct meta *m)
{
	struct xattr x = {0};
	int r = m ? field_text(f, &x.name) : -EBADMSG;

	if (!r)
		r = vec_push(&m->xattrs, x);
	if (r)
		xattr_done(&x);
	return r;
}

static int set_xattr(const struct field *f, struct meta *m)
{
	struct xattr *x = m && m->xattrs.len ? &m->xattrs.items[m->xattrs.len - 1] : NULL;
	struct bytes b = {0};
	int r = x && !x->value ? field_bytes(f, &b) : -EBADMSG;

	if (r)
		return r;
	x->value = b.data;
	x->len = b.len;
	return 0;
}

static int set_number(struct step *s, const struct field *f)
{
	int64_t n = 0, max = field_is(f, "kind")   ? STEP_KIND_COUNT - 1
			     : field_is(f, "risk") ? RISK_HIGH
						   : 1;
	int r = field_int(f, 0, max, &n);

	if (r)
		return r;
	if (field_is(f, "kind"))
		s->kind = (enum step_kind)n;
	else if (field_is(f, "risk"))
		s->risk = (enum risk)n;
	else
		s->foreign = n;
	return 0;
}

/* *meta: the one whose extended attributes come now. */
static int set_step_field(struct step *s, struct meta **meta, const struct field *f)
{
	if (field_is(f, "name"))
		return field_text(f, &s->name);
	if (field_is(f, "before"))
		return field_bytes(f, &s->before);
	if (field_is(f, "after"))
		return field_bytes(f, &s->after);
	if (field_is(f, "before-meta"))
		return set_meta(f, *meta = &s->before_meta);
	if (field_is(f, "after-meta"))
		return set_meta(f, *meta = &s->after_meta);
	if (field_is(f, "xattr"))
		return add_xattr(f, *meta);
	if (field_is(f, "xattr-value"))
		return set_xattr(f, *meta);
	if (field_is(f, "kind") || field_is(f, "risk") || field_is(f, "foreign"))
		return set_number(s, f);
	return 0; /* of a later version */
}

static bool is_sound(const struct step *s)
{
	const struct meta *m = &s->before_meta;

	for (size_t i = 0; i < m->xattrs.len; i++) {
		if (!m->xattrs.items[i].value)
			return false;
	}
	m = &s->after_meta;
	for (size_t i = 0; i < m->xattrs.len; i++) {
		if (!m->xattrs.items[i].value)
			return false;
	}
	if (s->kind == STEP_SYSCTL)
		return s->name && s->before.data && s->after.data &&
		       strlen(s->before.data) == s->before.len &&
		       strlen(s->after.data) == s->after.len;
	return s->name && s->name[0] == '/';
}

int journal_parse_step(struct journal *j, struct cursor c)
{
	struct step s = {0};
	struct meta *meta = NULL;
	struct field f;
	int r = 0;

	while (!r && c.at < c.end)
		r = cursor_field(&c, &f) ? set_step_field(&s, &meta, &f) : -EBADMSG;
	if (!r && !is_sound(&s))
		r = -EBADMSG;
	if (!r && s.kind == STEP_SYSCTL)
		s.tunable = catalogue_find(s.name);
	if (!r)
		r = vec_push(&j->steps, s);
	if (r)
		step_done(&s);
	return r;
}
