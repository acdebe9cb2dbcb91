/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/catalogue.h"

#include <string.h>

#include "base/text.h"
#include "model/catalogue_rows.h"

static const struct catalogue_rows *const groups[TOPIC_COUNT] = {
	[TOPIC_ACCEPT] = &catalogue_accept,       [TOPIC_CONNECT] = &catalogue_connect,
	[TOPIC_CLOSE] = &catalogue_close,         [TOPIC_PEERS] = &catalogue_peers,
	[TOPIC_BUFFERS] = &catalogue_buffers,     [TOPIC_PROTOCOL] = &catalogue_protocol,
	[TOPIC_DEVICE] = &catalogue_device,       [TOPIC_CONNTRACK] = &catalogue_conntrack,
	[TOPIC_INTERFACE] = &catalogue_interface, [TOPIC_FILES] = &catalogue_files,
};

static const char *const topic_titles[TOPIC_COUNT] = {
	[TOPIC_ACCEPT] = "Accepting connections",
	[TOPIC_CONNECT] = "Opening connections",
	[TOPIC_CLOSE] = "Closing connections",
	[TOPIC_PEERS] = "Dead peers",
	[TOPIC_BUFFERS] = "Buffers and memory",
	[TOPIC_PROTOCOL] = "Protocol",
	[TOPIC_DEVICE] = "Devices",
	[TOPIC_CONNTRACK] = "Connection tracking",
	[TOPIC_INTERFACE] = "Interfaces",
	[TOPIC_FILES] = "Open files",
};

static const char *const type_names[TYPE_COUNT] = {
	[TYPE_INT] = "number",          [TYPE_BOOL] = "boolean",        [TYPE_ENUM] = "choice",
	[TYPE_BITMAP] = "bitmap",       [TYPE_PORTS] = "list of ports", [TYPE_WORD] = "name",
	[TYPE_WORDS] = "list of names",
};

static const char *const scope_names[SCOPE_COUNT] = {
	[SCOPE_NETNS] = "netns",
	[SCOPE_HOST_VISIBLE] = "host-visible",
	[SCOPE_HOST] = "host",
	[SCOPE_PROCESS] = "process",
};

static const char *const risk_names[RISK_COUNT] = {
	[RISK_LOW] = "low",
	[RISK_MEDIUM] = "medium",
	[RISK_HIGH] = "high",
};

static const char *const effect_texts[EFFECT_COUNT] = {
	[EFFECT_NOW] = "at once",
	[EFFECT_NEW_CONNECTIONS] = "for new connections",
	[EFFECT_NEW_SOCKETS] =
		"for new sockets; a daemon's listener keeps the old value until restart",
	[EFFECT_LISTEN] = "when the application calls listen() again or restarts",
	[EFFECT_TIMER] = "when a socket's timer is armed next; armed timers run out first",
	[EFFECT_NEW_NETNS] = "for new network namespaces",
	[EFFECT_NEW_DEVICES] = "for devices set up afterwards",
	[EFFECT_NEW_PROCESS] = "for processes started afterwards",
	[EFFECT_NEVER] = "never",
};

size_t catalogue_size(void)
{
	size_t n = 0;

	for (size_t g = 0; g < ARRAY_LEN(groups); g++)
		n += groups[g]->n;
	return n;
}

const struct tunable *catalogue_at(size_t i)
{
	for (size_t g = 0; g < ARRAY_LEN(groups); g++) {
		if (i < groups[g]->n)
			return &groups[g]->rows[i];
		i -= groups[g]->n;
	}
	return NULL;
}

size_t catalogue_index(const struct tunable *row)
{
	size_t before = 0;

	for (size_t g = 0; g < (size_t)row->topic; g++)
		before += groups[g]->n;
	return before + (size_t)(row - groups[row->topic]->rows);
}

static int compare_key(const void *key, const void *row)
{
	return strcmp(key, ((const struct tunable *)row)->key);
}

const struct tunable *catalogue_find(const char *key)
{
	const struct tunable *t = NULL;

	for (size_t g = 0; g < ARRAY_LEN(groups) && !t; g++)
		t = bsearch(key, groups[g]->rows, groups[g]->n, sizeof(*t), compare_key);
	return t;
}

bool tunable_is_hostwide(const struct tunable *t)
{
	return t && (t->scope == SCOPE_HOST || t->scope == SCOPE_HOST_VISIBLE);
}

bool tunable_is_pattern(const struct tunable *t)
{
	return strchr(t->key, '*') != NULL;
}

unsigned tunable_fields(const struct tunable *t)
{
	return t->fields ? t->fields : 1;
}

/* "net.ipv4.conf.*.rp_filter": whatever stands for the star is one interface name. */
static bool family_matches(const char *pattern, const char *key)
{
	const char *star = strchr(pattern, '*');
	size_t head = (size_t)(star - pattern), tail = strlen(star + 1), n = strlen(key);

	return n > head + tail && strncmp(pattern, key, head) == 0 &&
	       strcmp(star + 1, key + n - tail) == 0;
}

const struct tunable *catalogue_match(const char *key)
{
	const struct tunable *exact = catalogue_find(key);

	if (exact)
		return exact;

	for (size_t i = 0; i < catalogue_size(); i++) {
		const struct tunable *t = catalogue_at(i);

		if (tunable_is_pattern(t) && family_matches(t->key, key))
			return t;
	}
	return NULL;
}

/* Modules whose keys people set, as far as the catalogue has no rows for them. */
static const struct {
	const char *prefix, *module;
} module_keys[] = {
	{"net.bridge.", "br_netfilter"},
	{"net.netfilter.nf_conntrack_", "nf_conntrack"},
	{"net.netfilter.nf_flowtable_", "nf_conntrack"},
	{"net.nf_conntrack_max", "nf_conntrack"},
};

const char *catalogue_module(const char *key)
{
	const struct tunable *t = catalogue_match(key);

	if (t)
		return t->module;
	for (size_t i = 0; i < ARRAY_LEN(module_keys); i++) {
		if (text_starts(key, module_keys[i].prefix))
			return module_keys[i].module;
	}
	return NULL;
}

/*
 * Reading some of these gives away a secret, writing others acts: flush empties
 * the route cache, nf_hooks_lwtunnel changes the whole host from a child
 * namespace and cannot be set back before a reboot.
 */
bool catalogue_denies(const char *key)
{
	static const char *const endings[] = {"_key", "_secret", ".flush", ".nf_hooks_lwtunnel"};

	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		if (text_ends(key, endings[i]))
			return true;
	}
	return false;
}

static const char *last_component(const char *key)
{
	const char *dot = strrchr(key, '.');

	return dot ? dot + 1 : key;
}

static bool in_family(const struct tunable *t, const char *key)
{
	return tunable_is_pattern(t) &&
	       strncmp(t->key, key, (size_t)(strchr(t->key, '*') - t->key)) == 0;
}

/*
 * A full key is compared with full keys, a bare name with last components; so
 * is a key of one interface, whose name is not the pattern's to know.
 */
static size_t distance(const char *key, const struct tunable *t)
{
	if (!strchr(key, '.') || in_family(t, key))
		return text_distance(last_component(key), last_component(t->key));
	return text_distance(key, t->key);
}

const struct tunable *catalogue_nearest(const char *key)
{
	const struct tunable *best = NULL;
	size_t least = SIZE_MAX;

	for (size_t i = 0; i < catalogue_size(); i++) {
		size_t d = distance(key, catalogue_at(i));

		if (d < least) {
			least = d;
			best = catalogue_at(i);
		}
	}
	return least <= 2 + strlen(last_component(key)) / 6 ? best : NULL;
}

/* -1 before it, 1 from it on, 0 when the release is where nobody looked. */
static int when(const struct tunable_event *e, unsigned release)
{
	if (release >= e->at)
		return 1;
	return e->not_before && release > e->not_before ? 0 : -1;
}

enum presence tunable_presence(const struct tunable *t, unsigned release)
{
	int begun = t->since.at ? when(&t->since, release) : 1;
	int ended = t->removed.at ? when(&t->removed, release) : -1;

	if (!release)
		return PRESENCE_UNKNOWN;
	if (begun < 0 || ended > 0)
		return PRESENCE_NO;
	return begun > 0 && ended < 0 ? PRESENCE_YES : PRESENCE_UNKNOWN;
}

bool tunable_is_dead(const struct tunable *t, unsigned release)
{
	return t->dead.at && release && when(&t->dead, release) > 0;
}

const char *topic_title(enum topic topic)
{
	return topic_titles[topic];
}

const char *type_name(enum tunable_type type)
{
	return type_names[type];
}

const char *scope_name(enum scope scope)
{
	return scope_names[scope];
}

const char *risk_name(enum risk risk)
{
	return risk_names[risk];
}

const char *effect_text(enum effect effect)
{
	return effect_texts[effect];
}
