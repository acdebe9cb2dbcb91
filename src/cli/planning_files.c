/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/planning_files.h"

#include <errno.h>
#include <string.h>

#include "advise/comment_out.h"
#include "base/root.h"
#include "base/text.h"
#include "read/own_files.h"
#include "render/own_text.h"

void planning_files_done(struct planning_files *p)
{
	own_files_done(&p->own);
	for (size_t i = 0; i < p->foreign.len; i++) {
		free(p->foreign.items[i].now.path);
		bytes_done(&p->foreign.items[i].now.bytes);
		bytes_done(&p->foreign.items[i].next);
	}
	vec_done(&p->foreign);
	for (size_t i = 0; i < p->files.len; i++)
		planned_file_done(&p->files.items[i]);
	vec_done(&p->files);
	strings_done(&p->reals);
	vec_done(&p->over);
}

static int no_memory(struct error *err)
{
	return error_set(err, ENOMEM, "plan");
}

/* ---- files as they are ---- */

/* The name a path really has, also where nothing is there yet. */
static int add_real(struct planning_files *p, const char *path, struct error *err)
{
	const char *slash = strrchr(path, '/');
	auto_free char *dir = strndup(path, (size_t)(slash - path));
	auto_free char *real = NULL;
	enum node_kind kind = NODE_MISSING;
	int r = dir ? seen_resolve(p->seen, p->root, dir, &kind, &real, err) : no_memory(err);

	if (r && r != -EACCES)
		return r;
	*err = (struct error){0};
	if (strings_add(&p->reals, "%s%s", !r && kind == NODE_DIR ? real : dir, slash))
		return no_memory(err);
	return 0;
}

static int wanted_paths(const struct profile *profile, struct strings *ret)
{
	for (size_t i = 0; i < profile->nofile.len; i++) {
		auto_free char *key = own_nofile_key(profile->nofile.items[i].target, "hard");
		auto_free char *path = key ? own_path(key) : NULL;

		if (!path || strings_add(ret, "%s", path))
			return -ENOMEM;
	}
	return 0;
}

static int read_own(struct planning_files *p, const struct profile *profile, struct error *err)
{
	auto_call(strings_done) struct strings paths = {0};
	int r = wanted_paths(profile, &paths)
			? no_memory(err)
			: own_files_read(p->root, &paths, own_text_state, &p->own, err);

	for (size_t i = 0; !r && i < p->own.len; i++) {
		const struct own_file *f = &p->own.items[i];

		r = add_real(p, f->path, err);
		if (!r && (f->state == OWN_UNTOUCHED || f->state == OWN_EDITED) &&
		    own_text_parse(&f->bytes, f->path, &p->own.entries))
			r = no_memory(err);
	}
	return r;
}

static int copy(const struct bytes *from, struct bytes *ret)
{
	ret->data = malloc(from->len + 1);
	if (!ret->data)
		return -ENOMEM;
	memcpy(ret->data, from->data, from->len);
	ret->data[from->len] = '\0';
	ret->len = from->len;
	return 0;
}

int planning_files_foreign(struct planning_files *p, const char *path, struct foreign_file **ret,
			   struct error *err)
{
	struct foreign_file f = {0};
	int r;

	*ret = NULL;
	for (size_t i = 0; i < p->foreign.len; i++) {
		if (strcmp(p->foreign.items[i].now.path, path) == 0) {
			*ret = &p->foreign.items[i];
			return 0;
		}
	}

	r = own_file_look(p->root, path, &f.now, err);
	if (!r && f.now.state == OWN_NOT_OURS && f.now.bytes.data) {
		r = copy(&f.now.bytes, &f.next) || vec_push(&p->foreign, f) ? no_memory(err) : 0;
		if (!r) {
			*ret = &p->foreign.items[p->foreign.len - 1];
			if (!p->keeps_marks)
				comment_unmark(&(*ret)->next);
			return 0;
		}
	}
	free(f.now.path);
	bytes_done(&f.now.bytes);
	bytes_done(&f.next);
	return r;
}

static int read_foreign(struct planning_files *p, const struct ours *ours, struct error *err)
{
	struct foreign_file *f;
	int r = 0;

	for (size_t i = 0; i < ours->files.len && !r; i++) {
		if (ours->files.items[i].foreign)
			r = planning_files_foreign(p, ours->files.items[i].path, &f, err);
	}
	return r;
}

static const char *const marked_dirs[] = {
	"/etc/sysctl.d",
	"/etc/security/limits.d",
	"/etc/systemd/system.conf.d",
	"/etc/systemd/user.conf.d",
};

static const char *const marked_files[] = {
	"/etc/sysctl.conf",
	"/etc/security/limits.conf",
	"/etc/systemd/system.conf",
	"/etc/systemd/user.conf",
};

static int find_mark(struct planning_files *p, const char *path, struct error *err)
{
	struct own_file look = {0};
	struct foreign_file *f;
	int r = own_file_look(p->root, path, &look, err);
	bool marked = !r && look.state == OWN_NOT_OURS && comment_any(&look.bytes);

	free(look.path);
	bytes_done(&look.bytes);
	return marked ? planning_files_foreign(p, path, &f, err) : r;
}

static int find_marks_in(struct planning_files *p, const char *dir, struct error *err)
{
	auto_call(names_done) struct names names = {0};
	int r = root_list(p->root, dir, &names, NULL);

	if (r)
		return r == -ENOMEM ? no_memory(err) : 0;
	for (size_t i = 0; i < names.len && !r; i++) {
		auto_free char *path = text_format("%s/%s", dir, names.items[i]);

		r = path ? find_mark(p, path, err) : no_memory(err);
	}
	return r;
}

/* An image keeps no history, and a host may have lost it: the marks tell as well. */
static int find_marks(struct planning_files *p, struct error *err)
{
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(marked_files) && !r; i++)
		r = find_mark(p, marked_files[i], err);
	for (size_t i = 0; i < ARRAY_LEN(marked_dirs) && !r; i++)
		r = find_marks_in(p, marked_dirs[i], err);
	return r;
}

int planning_files_read(struct planning_files *p, const struct profile *profile,
			const struct ours *ours, struct error *err)
{
	int r = read_own(p, profile, err);

	if (!r)
		r = read_foreign(p, ours, err);
	return r ? r : find_marks(p, err);
}

/* ---- files as they would be ---- */

static int lay(struct planning_files *p, const char *path, const struct bytes *b)
{
	return vec_push(&p->over,
			(struct overlay_file){.path = path, .data = b->data, .len = b->len});
}

static int lay_foreign(struct planning_files *p)
{
	for (size_t i = 0; i < p->foreign.len; i++) {
		if (lay(p, p->foreign.items[i].now.path, &p->foreign.items[i].next))
			return -ENOMEM;
	}
	return 0;
}

/* What is not ours, or in our place and nothing we may replace, stays. */
int planning_files_lay_without(struct planning_files *p, struct error *err)
{
	static const struct bytes none = {0};

	p->over.len = 0;
	for (size_t i = 0; i < p->own.len; i++) {
		enum own_state state = p->own.items[i].state;

		if ((state == OWN_UNTOUCHED || state == OWN_EDITED) &&
		    lay(p, p->reals.items[i], &none))
			return no_memory(err);
	}
	return lay_foreign(p) ? no_memory(err) : 0;
}

int planning_files_lay_with(struct planning_files *p, struct error *err)
{
	p->over.len = 0;
	for (size_t i = 0; i < p->own.len; i++) {
		const struct planned_file *f = &p->files.items[i];
		enum own_state state = f->now->state;
		bool ours = f->after.data || state == OWN_UNTOUCHED || state == OWN_EDITED;

		if (ours && lay(p, p->reals.items[i], &f->after))
			return no_memory(err);
	}
	return lay_foreign(p) ? no_memory(err) : 0;
}

/* An entry may be for a file nobody looked at yet: that of a unit named by an alias, say. */
static int look_at_new_paths(struct planning_files *p, const struct own_entries *entries,
			     struct error *err)
{
	for (size_t i = 0; i < entries->len; i++) {
		auto_free char *path = own_path(entries->items[i].key);
		struct own_file f = {0};
		int r;

		if (!path)
			return no_memory(err);
		if (own_files_find(&p->own, path))
			continue;
		r = own_file_look(p->root, path, &f, err);
		if (!r)
			r = add_real(p, path, err);
		if (!r && f.state == OWN_NOT_OURS)
			f.state = own_text_state(&f.bytes);
		if (!r && vec_push(&p->own, f))
			r = no_memory(err);
		if (r) {
			free(f.path);
			bytes_done(&f.bytes);
			return r;
		}
	}
	return 0;
}

int planning_files_make(struct planning_files *p, const struct own_entries *entries,
			const char *profile, struct error *err)
{
	int r = look_at_new_paths(p, entries, err);

	for (size_t i = 0; i < p->own.len && !r; i++) {
		struct planned_file f = {.now = &p->own.items[i]};

		if (own_text(entries, profile, f.now->path, &f.after) || vec_push(&p->files, f)) {
			bytes_done(&f.after);
			r = no_memory(err);
		}
	}
	return r;
}

/* ---- steps ---- */

struct steps {
	struct planning_files *files;
	const struct plan_request *request;
	struct plan *plan;
};

/* The topmost directory on the way that is not there. */
static int find_missing(const struct planning_files *p, const char *path, char **ret,
			struct error *err)
{
	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		auto_free char *dir = strndup(path, (size_t)(slash - path));
		auto_free char *real = NULL;
		enum node_kind kind = NODE_FILE;
		int r = dir ? seen_resolve(p->seen, p->root, dir, &kind, &real, err)
			    : no_memory(err);

		if (r)
			return r == -EACCES ? 0 : r;
		if (kind == NODE_MISSING) {
			*ret = take(dir);
			return 0;
		}
	}
	return 0;
}

/* Only of directories that systemd does not miss. */
static bool is_alone(int root, const char *path)
{
	auto_call(names_done) struct names names = {0};
	auto_free char *dir = strndup(path, (size_t)(strrchr(path, '/') - path));
	enum own_kind kind;

	return own_path_kind(path, &kind) && kind >= OWN_UNIT && dir &&
	       !root_list(root, dir, &names, NULL) && names.len == 1;
}

static int plan_one(const struct steps *s, struct planned_file *f, struct error *err)
{
	auto_free char *missing = NULL;
	int r = find_missing(s->files, f->now->path, &missing, err);

	if (r)
		return r;
	f->missing = missing;
	f->alone = !f->foreign && !f->after.data && is_alone(s->files->root, f->now->path);
	r = plan_file(s->request, f, s->plan);
	f->missing = NULL;
	return r ? no_memory(err) : 0;
}

static int plan_kind(const struct steps *s, enum own_kind kind, bool remove, struct error *err)
{
	int r = 0;

	for (size_t i = 0; i < s->files->files.len && !r; i++) {
		struct planned_file *f = &s->files->files.items[i];
		enum own_kind k;

		if (own_path_kind(f->now->path, &k) && k == kind && !f->after.data == remove)
			r = plan_one(s, f, err);
	}
	return r;
}

static int plan_foreign(const struct steps *s, bool remove, struct error *err)
{
	int r = 0;

	for (size_t i = 0; i < s->files->foreign.len && !r; i++) {
		struct foreign_file *f = &s->files->foreign.items[i];
		struct planned_file planned = {.now = &f->now, .foreign = true};

		if ((f->next.len < f->now.bytes.len) != remove)
			continue;
		planned.after = f->next;
		f->next = (struct bytes){0};
		r = plan_one(s, &planned, err);
		planned_file_done(&planned);
	}
	return r;
}

int planning_files_steps(struct planning_files *p, const struct plan_request *q, struct plan *plan,
			 struct error *err)
{
	const struct steps s = {.files = p, .request = q, .plan = plan};
	int r = plan_foreign(&s, true, err);

	for (enum own_kind k = OWN_KIND_COUNT; k-- > 0 && !r;)
		r = plan_kind(&s, k, true, err);
	for (enum own_kind k = 0; k < OWN_KIND_COUNT && !r; k++)
		r = plan_kind(&s, k, false, err);
	return r ? r : plan_foreign(&s, false, err);
}
