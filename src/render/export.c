/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/export.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "render/json.h"
#include "render/own_text.h"

static int no_memory(struct error *err)
{
	return error_set(err, ENOMEM, "export profile");
}

static int put(const struct text *t, FILE *f, struct error *err)
{
	if (t->failed)
		return no_memory(err);

	errno = 0;
	if (t->str && fputs(t->str, f) == EOF)
		return error_set(err, errno ? errno : EIO, "write the export");
	return 0;
}

/* The paths of entries of these kinds, each once, by kind.  -ENOMEM. */
static int list_paths(const struct own_entries *entries, unsigned kinds, struct strings *ret)
{
	for (enum own_kind kind = 0; kind < OWN_KIND_COUNT; kind++) {
		for (size_t i = 0; i < entries->len; i++) {
			auto_free char *path = NULL;

			if (own_kind_of(entries->items[i].key) != kind || !(kinds >> kind & 1))
				continue;
			path = own_path(entries->items[i].key);
			if (!path || (!strings_has(ret, path) && strings_add(ret, "%s", path)))
				return -ENOMEM;
		}
	}
	return 0;
}

static int own_bytes(const struct exported *e, const char *path, struct bytes *ret)
{
	return own_text(e->entries, e->report->profile->name, path, ret);
}

static int add_file(const struct exported *e, const char *path, bool alone, struct text *t)
{
	auto_call(bytes_done) struct bytes bytes = {0};

	if (own_bytes(e, path, &bytes))
		return -ENOMEM;
	if (!alone)
		text_addf(t, "%s# %s:\n", t->len ? "\n" : "", path);
	text_add_bytes(t, bytes.data, bytes.len);
	return 0;
}

int export_files(const struct exported *e, unsigned kinds, FILE *f, size_t *ret_files,
		 struct error *err)
{
	auto_call(strings_done) struct strings paths = {0};
	auto_text struct text t = {0};

	if (list_paths(e->entries, kinds, &paths))
		return no_memory(err);
	for (size_t i = 0; i < paths.len; i++) {
		if (add_file(e, paths.items[i], paths.len == 1, &t))
			return no_memory(err);
	}
	*ret_files = paths.len;
	return put(&t, f, err);
}

/* ---- Ansible ---- */

/* JSON's strings are YAML's, in double quotes. */
static void add_quoted(struct text *t, const char *s, size_t n)
{
	json_t *value = json_stringn(s, n);
	auto_free char *quoted =
		value ? json_dumps(value, JSON_ENCODE_ANY | JSON_ENSURE_ASCII) : NULL;

	json_decref(value);
	t->failed |= !quoted;
	text_add(t, quoted ? quoted : "");
}

static void add_field(struct text *t, const char *name, const char *s, size_t n)
{
	text_addf(t, "%s%s: ", t->str[t->len - 1] == '{' ? "" : ", ", name);
	add_quoted(t, s, n);
}

static void add_sysctl(struct text *t, const struct own_entry *e)
{
	add_field(t, "name", e->key, strlen(e->key));
	add_field(t, "value", e->value, strlen(e->value));
}

static void add_module(struct text *t, const struct own_entry *e)
{
	const char *name = e->key + strlen(OWN_MODULE_PREFIX);

	add_field(t, "name", name, strlen(name));
}

static void add_pam(struct text *t, const struct own_entry *e)
{
	const char *field = strrchr(e->key, '.') + 1;
	size_t n;
	const char *target = own_target(e->key, &n);

	add_field(t, "domain", target + strlen("pam:"), n - strlen("pam:"));
	add_field(t, "limit_type", field, strlen(field));
	add_field(t, "limit_item", "nofile", strlen("nofile"));
	add_field(t, "value", e->value, strlen(e->value));
}

static const struct {
	const char *variable, *module;
	enum own_kind kind;
	void (*add)(struct text *, const struct own_entry *);
} lists[] = {
	{"tcptune_modules", "community.general.modprobe", OWN_MODULES, add_module},
	{"tcptune_sysctl", "ansible.posix.sysctl", OWN_SYSCTL, add_sysctl},
	{"tcptune_pam_limits", "community.general.pam_limits", OWN_PAM, add_pam},
};

static void add_list(struct text *t, const struct own_entries *entries, size_t list)
{
	size_t n = 0;

	text_addf(t, "\n# For %s.\n%s:", lists[list].module, lists[list].variable);
	for (size_t i = 0; i < entries->len; i++) {
		if (own_kind_of(entries->items[i].key) != lists[list].kind)
			continue;
		text_add(t, n++ ? "  - {" : "\n  - {");
		lists[list].add(t, &entries->items[i]);
		text_add(t, "}\n");
	}
	text_add(t, n ? "" : " []\n");
}

enum { SYSTEMD_KINDS = 1 << OWN_UNIT | 1 << OWN_USER | 1 << OWN_SYSTEM };

/* systemd's drop-ins have no module of their own. */
static int add_drop_ins(struct text *t, const struct exported *e)
{
	auto_call(strings_done) struct strings paths = {0};

	if (list_paths(e->entries, SYSTEMD_KINDS, &paths))
		return -ENOMEM;
	text_addf(t, "\n# For ansible.builtin.copy.\ntcptune_files:%s\n", paths.len ? "" : " []");
	for (size_t i = 0; i < paths.len; i++) {
		auto_call(bytes_done) struct bytes bytes = {0};

		if (own_bytes(e, paths.items[i], &bytes))
			return -ENOMEM;
		text_add(t, "  - {");
		add_field(t, "dest", paths.items[i], strlen(paths.items[i]));
		add_field(t, "content", bytes.data, bytes.len);
		text_add(t, "}\n");
	}
	return 0;
}

int export_ansible(const struct exported *e, FILE *f, struct error *err)
{
	const char *name = e->report->profile->name;
	auto_text struct text t = {0};

	text_add(&t, "# Made by tcptune " TCPTUNE_VERSION ".\ntcptune_profile: ");
	add_quoted(&t, name, strlen(name));
	text_add(&t, "\n");
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		add_list(&t, e->entries, i);
	return add_drop_ins(&t, e) ? no_memory(err) : put(&t, f, err);
}

/* ---- JSON ---- */

static const char *kind_name(const char *key)
{
	switch (own_kind_of(key)) {
	case OWN_SYSCTL:
		return "sysctl";
	case OWN_MODULES:
		return "module";
	default:
		return "nofile";
	}
}

static void put_entries(struct json *j, const struct own_entries *entries)
{
	json_t *list = json_put_array(j, j->root, "settings");

	for (size_t i = 0; i < entries->len; i++) {
		const struct own_entry *e = &entries->items[i];
		json_t *o = json_add_object(j, list);
		const char *kind = kind_name(e->key);
		bool module = strcmp(kind, "module") == 0;

		json_put_text(j, o, "kind", kind);
		json_put_text(j, o, "key", module ? e->key + strlen(OWN_MODULE_PREFIX) : e->key);
		json_put_text(j, o, "value", module ? NULL : e->value);
	}
}

static int put_files(struct json *j, const struct exported *e)
{
	auto_call(strings_done) struct strings paths = {0};
	json_t *list = json_put_array(j, j->root, "files");

	if (list_paths(e->entries, (1 << OWN_KIND_COUNT) - 1, &paths))
		return -ENOMEM;
	for (size_t i = 0; i < paths.len; i++) {
		auto_call(bytes_done) struct bytes bytes = {0};
		json_t *o = json_add_object(j, list);

		if (own_bytes(e, paths.items[i], &bytes))
			return -ENOMEM;
		json_put_text(j, o, "path", paths.items[i]);
		json_put_text(j, o, "content", bytes.data);
	}
	return 0;
}

static void put_left_out(struct json *j, const struct report *r)
{
	json_t *list = json_put_array(j, j->root, "left_out");

	for (size_t i = 0; i < r->settings.len; i++) {
		const struct setting *s = &r->settings.items[i];
		json_t *o = s->set ? NULL : json_add_object(j, list);

		if (s->set)
			continue;
		json_put_text(j, o, "key", s->key);
		json_put_text(j, o, "reason", setting_because(s));
	}
}

int export_json(const struct exported *e, FILE *f, struct error *err)
{
	const struct profile *p = e->report->profile;
	auto_json struct json j = {0};
	json_t *o;

	json_begin(&j, "export");
	o = json_put_object(&j, j.root, "profile");
	json_put_text(&j, o, "name", p->name);
	json_put_text(&j, o, "file", p->file);
	json_put_strings(&j, o, "layers", &p->layers);
	put_entries(&j, e->entries);
	if (put_files(&j, e))
		return no_memory(err);
	put_left_out(&j, e->report);
	json_put_strings(&j, j.root, "warnings", &e->report->warnings);
	return json_write(&j, f, err);
}
