/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "advise/planner.h"
#include "base/number.h"
#include "base/text.h"

static const char root_prefix[] = OWN_NOFILE_PREFIX "pam:root.";

static bool asks(const struct plan_request *q, const char *key)
{
	return !q->selects || q->selects(q->context, key);
}

static bool selects_field(const struct plan_request *q, const char *target, size_t n,
			  const char *field)
{
	auto_free char *key = text_format(OWN_NOFILE_PREFIX "%.*s.%s", (int)n, target, field);

	return key && asks(q, key);
}

/*
 * Both numbers of systemd's assignment go together, and root's line with that
 * of everybody else.  A module goes with its keys and is judged with them.
 */
bool plan_selects(const struct plan_request *q, const char *key)
{
	size_t n = 0;
	const char *target = own_target(key, &n);

	if (asks(q, key))
		return true;
	if (!target)
		return false;
	if (text_starts(key, root_prefix))
		return selects_field(q, "pam:*", strlen("pam:*"), strrchr(key, '.') + 1);
	if (own_kind_of(key) == OWN_PAM)
		return false;
	return selects_field(q, target, n, "soft") || selects_field(q, target, n, "hard");
}

/* ---- what is put into the files ---- */

static bool is_missing(const struct setting *s)
{
	return s->counts && s->set &&
	       (s->verdict == VERDICT_BOOT_DIFFERS || s->verdict == VERDICT_ABSENT);
}

static const char *module_of(const struct profile *p, const struct tunable *t)
{
	for (size_t i = 0; i < p->sysctls.len; i++) {
		if (p->sysctls.items[i].tunable == t)
			return p->sysctls.items[i].module;
	}
	return NULL;
}

static int put_module(const char *module, const struct strings *modules, struct own_entries *ret)
{
	auto_free char *key = text_format(OWN_MODULE_PREFIX "%s", module);

	if (!key)
		return -ENOMEM;
	return strings_has(modules, module) ? 0 : own_entries_put(ret, key, "");
}

/* systemd's assignment has two numbers: the one nobody asks for stays what it would be. */
static int put_partner(const struct setting *s, const struct boot_layer *layer,
		       struct own_entries *ret)
{
	size_t n = 0;
	const char *name = own_target(s->key, &n);
	auto_free char *target = strndup(name, n);
	bool soft = text_ends(s->key, ".soft");
	auto_free char *key = target ? own_nofile_key(target, soft ? "hard" : "soft") : NULL;
	const struct boot_nofile *boot = target ? boot_layer_nofile(layer, target) : NULL;
	const struct boot_value *other = !boot ? NULL : soft ? &boot->hard : &boot->soft;
	const char *value = other && other->text ? other->text : s->set;
	uint64_t have = 0, set = 0;

	if (!key)
		return -ENOMEM;
	if (own_entries_find(ret, key))
		return 0;
	/* soft <= hard, or systemd refuses the whole assignment. */
	if (!number_parse_u64(value, &have) && !number_parse_u64(s->set, &set) &&
	    (soft ? have < set : have > set))
		value = s->set;
	return own_entries_put(ret, key, value);
}

static bool profile_names(const struct profile *p, const char *target)
{
	for (size_t i = 0; i < p->nofile.len; i++) {
		if (strcmp(p->nofile.items[i].target, target) == 0)
			return true;
	}
	return false;
}

/*
 * Debian's `*` passes root by, so he gets a line of his own; but none that
 * would take away what another line gives him.
 */
static int put_root(const struct setting *s, const struct profile *p,
		    const struct boot_layer *layer, struct own_entries *ret)
{
	const char *field = strrchr(s->key, '.') + 1;
	const struct nofile *root = &layer->limits.sessions[0].has;
	auto_free char *key = own_nofile_key("pam:root", field);
	uint64_t wanted = 0;

	if (!key)
		return -ENOMEM;
	if (profile_names(p, "pam:root") || number_parse_u64(s->set, &wanted))
		return 0;
	if (root->known && (strcmp(field, "soft") == 0 ? root->soft : root->hard) >= wanted)
		return 0;
	return own_entries_put(ret, key, s->set);
}

static int put_setting(const struct setting *s, const struct report *without,
		       const struct boot_layer *layer, const struct strings *modules,
		       struct own_entries *ret)
{
	enum own_kind kind = own_kind_of(s->key);
	const char *module = s->tunable ? module_of(without->profile, s->tunable) : NULL;
	int r = own_entries_put(ret, s->key, s->set);

	if (!r && module)
		r = put_module(module, modules, ret);
	if (!r && text_starts(s->key, OWN_NOFILE_PREFIX "pam:*."))
		r = put_root(s, without->profile, layer, ret);
	if (!r && (kind == OWN_SYSTEM || kind == OWN_USER || kind == OWN_UNIT))
		r = put_partner(s, layer, ret);
	return r;
}

/* ---- what stays in them ---- */

static bool needs_module(const struct own_entries *list, const char *module)
{
	for (size_t i = 0; i < list->len; i++) {
		const struct tunable *t = catalogue_find(list->items[i].key);

		if (t && text_equal(t->module, module))
			return true;
	}
	return false;
}

static int keep_rest(const struct plan_request *q, const struct own_entries *now,
		     struct own_entries *ret)
{
	for (size_t i = 0; i < now->len; i++) {
		const struct own_entry *e = &now->items[i];

		if (own_kind_of(e->key) == OWN_MODULES || plan_selects(q, e->key))
			continue;
		if (own_entries_put(ret, e->key, e->value))
			return -ENOMEM;
	}
	return 0;
}

static int keep_modules(const struct own_entries *now, struct own_entries *ret)
{
	for (size_t i = 0; i < now->len; i++) {
		const struct own_entry *e = &now->items[i];

		if (own_kind_of(e->key) != OWN_MODULES ||
		    !needs_module(ret, e->key + strlen(OWN_MODULE_PREFIX)))
			continue;
		if (own_entries_put(ret, e->key, ""))
			return -ENOMEM;
	}
	return 0;
}

int plan_entries(const struct plan_request *q, const struct report *without,
		 const struct boot_layer *layer, const struct strings *modules,
		 const struct own_entries *now, struct own_entries *ret)
{
	auto_call(own_entries_done) struct own_entries list = {0};

	if (q->filtered && keep_rest(q, now, &list))
		return -ENOMEM;
	for (size_t i = 0; without && i < without->settings.len; i++) {
		const struct setting *s = &without->settings.items[i];

		if (is_missing(s) && put_setting(s, without, layer, modules, &list))
			return -ENOMEM;
	}
	if (q->filtered && keep_modules(now, &list))
		return -ENOMEM;

	*ret = list;
	list = (struct own_entries){0};
	return 0;
}
