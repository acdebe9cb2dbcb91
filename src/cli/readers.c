/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/readers.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "read/os_release.h"
#include "read/versions.h"

/*
 * Debian built systemd without the part that raises fs.nr_open until 256~rc3-3
 * ("Restore open files limit bump"); Ubuntu of that age took it from there.
 */
enum { DEBIAN_RAISES_NR_OPEN_SINCE = 256 };

static bool is_debian(const struct os_release *o)
{
	return text_equal(o->id, "debian") || text_equal(o->id, "ubuntu") ||
	       (o->id_like && strstr(o->id_like, "debian"));
}

static struct pid1_facts pid1_of(const struct versions *v, const struct os_release *o)
{
	return (struct pid1_facts){
		.systemd = v->boots_systemd,
		.version = v->systemd,
		.raises_nr_open =
			!is_debian(o) || !v->systemd || v->systemd >= DEBIAN_RAISES_NR_OPEN_SINCE,
	};
}

static int read_installed(int root, struct readers *r, struct error *err)
{
	auto_call(os_release_done) struct os_release os = {0};
	struct versions v = {0};
	int code = versions_read(root, &v, err);

	if (!code)
		code = os_release_read(root, &os, err);
	if (code)
		return code;

	r->boot = versions_boot_reader(&v);
	for (enum reader_kind k = 0; k < READER_KIND_COUNT; k++)
		r->sysctl[k] = versions_reader(&v, k);
	r->pam = pam_reader_for(os.id, os.id_like, os.version_id);
	r->manager = systemd_reader_for(v.systemd);
	r->manager_known = v.boots_known && v.boots_systemd;
	r->pid1 = pid1_of(&v, &os);
	return 0;
}

/* What --reader has named so far: one of each kind. */
struct forced {
	bool sysctl[READER_KIND_COUNT], pam;
};

static int name_twice(const char *name, struct error *err)
{
	return error_say(err, EINVAL, "--reader %s: a reader of this kind was named already", name);
}

static int force_sysctl(struct readers *r, struct forced *f, const struct reader *row,
			struct error *err)
{
	const struct systemd_reader *manager = systemd_reader_find(row->name);

	if (f->sysctl[row->kind])
		return name_twice(row->name, err);

	f->sysctl[row->kind] = true;
	r->sysctl[row->kind] = row;
	if (r->boot->kind == row->kind)
		r->boot = row;
	if (manager) {
		r->manager = manager;
		r->pid1.version = row->since;
	}
	return 0;
}

static int no_reader(const char *name, struct error *err)
{
	auto_text struct text known = {0};

	for (size_t i = 0; i < reader_count(); i++)
		text_addf(&known, " %s", reader_at(i)->name);
	for (size_t i = 0; pam_reader_at(i); i++)
		text_addf(&known, " %s", pam_reader_at(i)->name);
	if (known.failed)
		return error_set(err, ENOMEM, "choose a reader");
	return error_say(err, EINVAL, "--reader '%s' is no reader: expected one of%s", name,
			 known.str);
}

static int force(struct readers *r, struct forced *f, const char *name, struct error *err)
{
	const struct reader *row = reader_find(name);
	const struct pam_reader *pam = pam_reader_find(name);

	if (row)
		return force_sysctl(r, f, row, err);
	if (!pam)
		return no_reader(name, err);
	if (f->pam)
		return name_twice(name, err);

	f->pam = true;
	r->pam = pam;
	return 0;
}

int readers_choose(const struct session *s, struct readers *ret, struct error *err)
{
	struct readers r = {.files = tree_of(s->root)};
	struct forced forced = {0};
	int code = read_installed(s->root, &r, err);

	for (size_t i = 0; !code && i < s->options.readers.len; i++)
		code = force(&r, &forced, s->options.readers.items[i], err);
	if (code)
		return code;

	*ret = r;
	return 0;
}
