/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "read/profile_reading.h"

enum sysctl_field {
	SYSCTL_KEY,
	SYSCTL_EXACT, /* the operators, in the order of enum op */
	SYSCTL_AT_LEAST,
	SYSCTL_AT_MOST,
	SYSCTL_ONE_OF,
	SYSCTL_SET,
	SYSCTL_GATE,
	SYSCTL_MODULE,
	SYSCTL_ACCEPT_RISK, /* the last that does not go with drop */
	SYSCTL_WHY,
	SYSCTL_DROP,
	SYSCTL_COUNT,
};

static const struct field sysctl_fields[SYSCTL_COUNT] = {
	[SYSCTL_KEY] = {"key", CONF_STRING, false},
	[SYSCTL_EXACT] = {"exact", CONF_STRING, true},
	[SYSCTL_AT_LEAST] = {"at_least", CONF_STRING, true},
	[SYSCTL_AT_MOST] = {"at_most", CONF_STRING, true},
	[SYSCTL_ONE_OF] = {"one_of", CONF_LIST, false},
	[SYSCTL_SET] = {"set", CONF_STRING, false},
	[SYSCTL_WHY] = {"why", CONF_STRING, false},
	[SYSCTL_GATE] = {"gate", CONF_STRING, false},
	[SYSCTL_MODULE] = {"module", CONF_STRING, false},
	[SYSCTL_ACCEPT_RISK] = {"accept_risk", CONF_BOOL, false},
	[SYSCTL_DROP] = {"drop", CONF_BOOL, false},
};

enum scale_field {
	SCALE_FIELD_GIB,
	SCALE_FIELD_CPU,
	SCALE_FIELD_MIN,
	SCALE_FIELD_MAX,
	SCALE_COUNT
};

static const struct field scale_fields[SCALE_COUNT] = {
	[SCALE_FIELD_GIB] = {"per_gib", CONF_STRING, false},
	[SCALE_FIELD_CPU] = {"per_cpu", CONF_STRING, false},
	[SCALE_FIELD_MIN] = {"min", CONF_STRING, false},
	[SCALE_FIELD_MAX] = {"max", CONF_STRING, false},
};

static bool is_nofile_word(const char *key)
{
	return strstr(key, "nofile") || strstr(key, "NOFILE");
}

/* As a path below /proc/sys, which sysctl(8) takes too. */
static bool written_with_slashes(struct reading_profile *r, unsigned line, const char *key)
{
	auto_free char *dotted = keep(r, key);

	if (!dotted)
		return false;
	for (char *p = dotted; (p = strchr(p, '/'));)
		*p = '.';
	return catalogue_find(dotted) &&
	       !mistake(r, line, "\"%s\" is written with dots here: \"%s\"", key, dotted);
}

static bool unknown_key(struct reading_profile *r, unsigned line, const char *key)
{
	const struct tunable *near = catalogue_nearest(key);

	if (strchr(key, '/') && written_with_slashes(r, line, key))
		return false;
	if (catalogue_denies(key))
		return mistake(r, line,
			       "\"%s\" is never read or written: it is a secret, or writing "
			       "it acts on more than it says",
			       key);
	if (is_nofile_word(key))
		return mistake(r, line, "\"%s\" is not a sysctl: use the list \"nofile\"", key);
	if (catalogue_match(key))
		return mistake(r, line,
			       "\"%s\" is one interface's: such keys are explained, never "
			       "applied",
			       key);
	if (near)
		return mistake(r, line, "unknown key \"%s\"; did you mean \"%s\"?", key, near->key);
	return mistake(r, line, "unknown key \"%s\"", key);
}

/* May a profile name it?  The reasons not to are the row's. */
static bool check_tunable(struct reading_profile *r, unsigned line, const struct tunable *t)
{
	const char *instead = t->instead ? t->instead : "take the entry out";
	char since[16];

	if (tunable_is_pattern(t))
		return mistake(r, line,
			       "\"%s\" is a family of keys: such keys are explained, never "
			       "applied",
			       t->key);
	if (t->never_write || catalogue_denies(t->key))
		return mistake(r, line, "\"%s\" is never written: %s", t->key, instead);
	if (t->removed.at)
		return mistake(r, line, "\"%s\" was removed in Linux %s: %s", t->key,
			       release_text(t->removed.at, since), instead);
	if (t->dead.at)
		return mistake(r, line, "\"%s\" has no effect since Linux %s: %s", t->key,
			       release_text(t->dead.at, since), instead);
	if (t->read_only)
		return mistake(r, line, "\"%s\" can only be read", t->key);
	if (t->scope == SCOPE_PROCESS)
		return mistake(r, line, "\"%s\" is not a sysctl: use the list \"nofile\"", t->key);
	return true;
}

static bool read_key(struct reading_profile *r, const struct config_setting_t *group,
		     const struct config_setting_t *node, struct sysctl_entry *e)
{
	if (!node)
		return missing(r, conf_line(group), "the entry has no \"key\"");

	e->line = conf_line(node);
	e->tunable = catalogue_find(conf_string(node));
	if (!e->tunable)
		return unknown_key(r, e->line, conf_string(node));
	return check_tunable(r, e->line, e->tunable);
}

static bool read_value(struct reading_profile *r, const struct tunable *t, const char *what,
		       const struct config_setting_t *node, struct value *ret)
{
	struct error err = {0};

	if (!is_kind(r, node, CONF_STRING))
		return false;
	if (value_parse(t, conf_string(node), ret, &err) == 0)
		return true;
	if (err.code == ENOMEM)
		r->out_of_memory = true;
	return mistake(r, conf_line(node), "%s: %s: %s", t->key, what, err.text);
}

static bool push_operand(struct reading_profile *r, struct sysctl_entry *e, struct operand o)
{
	if (!vec_push(&e->operands, o))
		return true;
	value_done(&o.value);
	r->out_of_memory = true;
	return false;
}

/* How much for each GiB or CPU: any number above 0, the bounds see to the rest. */
static bool read_factor(struct reading_profile *r, const struct config_setting_t *node,
			int64_t *ret)
{
	const char *text = conf_string(node);

	if (*text != '0' && number_parse_i64(text, ret) == 0 && *ret > 0)
		return true;
	return mistake(r, conf_line(node), "%s: \"%s\" is not a whole decimal number above 0",
		       conf_name(node), text);
}

static bool read_bounds(struct reading_profile *r, const struct tunable *t,
			const struct config_setting_t *const nodes[SCALE_COUNT], struct operand *o)
{
	auto_value struct value min = {0}, max = {0};

	if (!read_value(r, t, "min", nodes[SCALE_FIELD_MIN], &min) ||
	    !read_value(r, t, "max", nodes[SCALE_FIELD_MAX], &max))
		return false;

	o->min = min.num[0];
	o->max = max.num[0];
	if (o->min <= o->max && o->min >= 0)
		return true;
	return mistake(r, conf_line(nodes[SCALE_FIELD_MIN]), "%s: min is above max, or below 0",
		       t->key);
}

/* { per_gib | per_cpu, min, max } */
/* Memory and CPUs say nothing about how long a time should be. */
static bool can_scale(const struct tunable *t)
{
	return t->type == TYPE_INT && tunable_fields(t) == 1 &&
	       !(t->unit && text_ends(t->unit, "seconds"));
}

static bool read_scaled(struct reading_profile *r, struct sysctl_entry *e,
			const struct config_setting_t *group)
{
	const struct config_setting_t *nodes[SCALE_COUNT];
	struct operand o = {.scale = SCALE_PER_GIB, .value.type = TYPE_COUNT};
	const struct config_setting_t *factor;

	if (!read_fields(r, group, scale_fields, SCALE_COUNT, nodes))
		return false;
	if (!can_scale(e->tunable))
		return mistake(r, conf_line(group), "%s cannot scale: it is no single amount",
			       e->tunable->key);
	if (!nodes[SCALE_FIELD_GIB] == !nodes[SCALE_FIELD_CPU] || !nodes[SCALE_FIELD_MIN] ||
	    !nodes[SCALE_FIELD_MAX])
		return mistake(r, conf_line(group),
			       "%s: a scaled value has either per_gib or "
			       "per_cpu, and min and max",
			       e->tunable->key);

	if (nodes[SCALE_FIELD_CPU])
		o.scale = SCALE_PER_CPU;
	factor = nodes[o.scale == SCALE_PER_CPU ? SCALE_FIELD_CPU : SCALE_FIELD_GIB];
	return read_factor(r, factor, &o.per) && read_bounds(r, e->tunable, nodes, &o) &&
	       push_operand(r, e, o);
}

/* More or less of it must mean something. */
static bool has_order(const struct tunable *t)
{
	return t->type == TYPE_INT || t->type == TYPE_PORTS || t->type == TYPE_BITMAP;
}

static bool read_amount(struct reading_profile *r, struct sysctl_entry *e,
			const struct config_setting_t *node)
{
	struct operand o = {.scale = SCALE_NONE};

	if (e->op != OP_EXACT && !has_order(e->tunable))
		return mistake(r, conf_line(node),
			       "%s: the values of this key have no order: use "
			       "exact or one_of instead of %s",
			       e->tunable->key, op_name(e->op));
	if (conf_kind(node) == CONF_GROUP)
		return read_scaled(r, e, node);
	return read_value(r, e->tunable, op_name(e->op), node, &o.value) && push_operand(r, e, o);
}

static bool has_choice(const struct sysctl_entry *e, const struct value *v)
{
	for (size_t i = 0; i < e->operands.len; i++) {
		if (value_equal(&e->operands.items[i].value, v))
			return true;
	}
	return false;
}

static bool read_choices(struct reading_profile *r, struct sysctl_entry *e,
			 const struct config_setting_t *list)
{
	const char *key = e->tunable->key;
	bool good = true;

	if (!conf_len(list) || conf_len(list) > WANTED_MAX)
		return mistake(r, conf_line(list), "%s: one_of takes 1 to %d values", key,
			       WANTED_MAX);

	for (size_t i = 0; i < conf_len(list); i++) {
		struct operand o = {.scale = SCALE_NONE};

		if (!read_value(r, e->tunable, "one_of", conf_at(list, i), &o.value)) {
			good = false;
		} else if (has_choice(e, &o.value)) {
			value_done(&o.value);
			good = mistake(r, conf_line(list), "%s: one_of names a value twice", key);
		} else if (!push_operand(r, e, o)) {
			good = false;
		}
	}
	return good;
}

static bool read_set(struct reading_profile *r, struct sysctl_entry *e,
		     const struct config_setting_t *node)
{
	if (!node)
		return true;
	if (e->op != OP_ONE_OF)
		return mistake(r, conf_line(node), "%s: \"set\" goes with one_of only",
			       e->tunable->key);
	if (!read_value(r, e->tunable, "set", node, &e->set))
		return false;
	return has_choice(e, &e->set) ||
	       mistake(r, conf_line(node), "%s: \"set\" must be one of the values of one_of",
		       e->tunable->key);
}

/* The one operator of the entry, and its operands. */
static bool read_operator(struct reading_profile *r, const struct config_setting_t *const *nodes,
			  struct sysctl_entry *e)
{
	const struct config_setting_t *found = NULL;

	for (size_t op = 0; op < OP_COUNT; op++) {
		const struct config_setting_t *node = nodes[SYSCTL_EXACT + op];

		if (node && found)
			return mistake(r, conf_line(node),
				       "%s: %s and %s: an entry has one operator", e->tunable->key,
				       conf_name(found), conf_name(node));
		if (node) {
			found = node;
			e->op = (enum op)op;
		}
	}
	if (!found)
		return missing(r, e->line, "expected one of exact, at_least, at_most, one_of");
	if (e->op == OP_ONE_OF ? !read_choices(r, e, found) : !read_amount(r, e, found))
		return false;
	return read_set(r, e, nodes[SYSCTL_SET]);
}

static bool is_id(const char *s)
{
	return *s && !s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_")];
}

static bool read_gate(struct reading_profile *r, const struct config_setting_t *node,
		      struct sysctl_entry *e)
{
	const char *id = node ? conf_string(node) : NULL;

	if (!id)
		return true;
	if (!is_id(id) || (r->gate_known && !r->gate_known(id)))
		return mistake(r, conf_line(node), "%s: gate: there is no diagnosis \"%s\"",
			       e->tunable->key, id);
	e->gate = keep(r, id);
	return true;
}

/* An algorithm or a queue discipline comes with a module the catalogue cannot know. */
static bool read_module(struct reading_profile *r, const struct config_setting_t *node,
			struct sysctl_entry *e)
{
	const struct tunable *t = e->tunable;
	const char *name = node ? conf_string(node) : NULL;

	if (!name)
		return true;
	if (!t->module && t->type != TYPE_WORD)
		return mistake(r, conf_line(node), "%s: this key needs no module", t->key);
	if (t->module && strcmp(t->module, name) != 0)
		return mistake(r, conf_line(node), "%s: the module of this key is \"%s\"", t->key,
			       t->module);
	if (!is_id(name))
		return mistake(r, conf_line(node), "%s: \"%s\" is not the name of a module", t->key,
			       name);
	e->module = keep(r, name);
	return true;
}

static bool accept_risk(struct reading_profile *r, const struct config_setting_t *node,
			const struct sysctl_entry *e)
{
	const struct tunable *t = e->tunable;

	if (t->risk != RISK_HIGH || (node && conf_bool(node)))
		return true;
	if (!r->group_is_whole)
		return false;
	return mistake(r, e->line,
		       "%s: the risk is high (%s): say accept_risk = true if it is meant", t->key,
		       t->risk_why ? t->risk_why : "see explain");
}

static bool fill_sysctl(struct reading_profile *r, const struct config_setting_t *const *nodes,
			struct layer_sysctl *s)
{
	struct sysctl_entry *e = &s->entry;
	bool good = true;

	s->drop = nodes[SYSCTL_DROP] && conf_bool(nodes[SYSCTL_DROP]);
	if (s->drop)
		return only_drops(r, nodes, SYSCTL_EXACT, SYSCTL_ACCEPT_RISK, e->tunable->key);

	good &= accept_risk(r, nodes[SYSCTL_ACCEPT_RISK], e);
	good &= read_operator(r, nodes, e);
	good &= read_gate(r, nodes[SYSCTL_GATE], e);
	good &= read_module(r, nodes[SYSCTL_MODULE], e);
	if (nodes[SYSCTL_WHY])
		e->why = keep(r, conf_string(nodes[SYSCTL_WHY]));
	return good;
}

bool read_sysctl_entry(struct reading_profile *r, const struct config_setting_t *group,
		       struct layer_sysctl *ret)
{
	const struct config_setting_t *nodes[SYSCTL_COUNT];
	struct layer_sysctl s = {.entry.set.type = TYPE_COUNT};
	bool good = read_fields(r, group, sysctl_fields, SYSCTL_COUNT, nodes);

	if (!read_key(r, group, nodes[SYSCTL_KEY], &s.entry))
		return false;

	good &= fill_sysctl(r, nodes, &s);
	s.entry.file = keep(r, r->file);
	if (!good || r->out_of_memory) {
		sysctl_entry_done(&s.entry);
		return false;
	}
	*ret = s;
	return true;
}
