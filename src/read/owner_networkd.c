/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * systemd-networkd sets per-interface sysctls for every link it configures,
 * when it configures it.
 */
#include "read/owner_scan.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

enum { INTERFACE_MAX = 64 };

struct option_value {
	const char *name, *value;
};

/* What yes and no become, where a key is more than a switch. */
static const struct option_value reverse_path[] = {
	{"no", "0"}, {"strict", "1"}, {"loose", "2"}, {NULL, NULL}};
static const struct option_value privacy[] = {
	{"no", "0"}, {"prefer-public", "1"}, {"yes", "2"}, {NULL, NULL}};
/* networkd speaks the protocol itself and keeps the kernel out of it. */
static const struct option_value router_advertisements[] = {
	{"no", "0"}, {"yes", "0"}, {NULL, NULL}};
/* "no" leaves the key alone. */
static const struct option_value ipv4_only_on[] = {
	{"yes", "1"}, {"ipv4", "1"}, {"both", "1"}, {NULL, NULL}};
static const struct option_value ipv6_only_on[] = {
	{"yes", "1"}, {"ipv6", "1"}, {"both", "1"}, {NULL, NULL}};

/* Options of [Network]; '%' in a key stands for the interface. */
static const struct network_option {
	const char *name, *key;
	const struct option_value *values; /* NULL: yes and no are 1 and 0 */
} link_options[] =
	{
		{"IPForward", "net.ipv4.ip_forward", ipv4_only_on},
		{"IPForward", "net.ipv6.conf.all.forwarding", ipv6_only_on},
		{"IPMasquerade", "net.ipv4.ip_forward", ipv4_only_on},
		{"IPv4Forwarding", "net.ipv4.conf.%.forwarding", NULL},
		{"IPv6Forwarding", "net.ipv6.conf.%.forwarding", NULL},
		{"IPv4ReversePathFilter", "net.ipv4.conf.%.rp_filter", reverse_path},
		{"IPv4AcceptLocal", "net.ipv4.conf.%.accept_local", NULL},
		{"IPv4RouteLocalnet", "net.ipv4.conf.%.route_localnet", NULL},
		{"IPv4ProxyARP", "net.ipv4.conf.%.proxy_arp", NULL},
		{"IPv6AcceptRA", "net.ipv6.conf.%.accept_ra", router_advertisements},
		{"IPv6PrivacyExtensions", "net.ipv6.conf.%.use_tempaddr", privacy},
		{"IPv6ProxyNDP", "net.ipv6.conf.%.proxy_ndp", NULL},
		{"IPv6HopLimit", "net.ipv6.conf.%.hop_limit", NULL},
		{"IPv6DuplicateAddressDetection", "net.ipv6.conf.%.dad_transmits", NULL},
},
  manager_options[] = {
	  {"IPv4Forwarding", "net.ipv4.ip_forward", NULL},
	  {"IPv6Forwarding", "net.ipv6.conf.all.forwarding", NULL},
};

struct network_file {
	struct owner_scan *scan;
	const struct owner_source *source;
	const char *path;
	const struct network_option *options;
	size_t n;
	char interface[INTERFACE_MAX]; /* as in a dotted key; "*" for several */
};

/* One boolean has many spellings; everything else stands for itself. */
static const char *spelling(const char *value)
{
	static const struct option_value spellings[] = {
		{"1", "yes"}, {"true", "yes"}, {"on", "yes"}, {"t", "yes"}, {"y", "yes"},
		{"0", "no"},  {"false", "no"}, {"off", "no"}, {"f", "no"},  {"n", "no"},
	};

	for (size_t i = 0; i < ARRAY_LEN(spellings); i++) {
		if (text_distance(value, spellings[i].name) == 0)
			return spellings[i].value;
	}
	return text_distance(value, "yes") == 0  ? "yes"
	       : text_distance(value, "no") == 0 ? "no"
						 : value;
}

/* What is written, or NULL where the option leaves the key alone. */
static const char *written(const struct network_option *o, const char *value)
{
	static const struct option_value boolean[] = {{"yes", "1"}, {"no", "0"}, {NULL, NULL}};
	const struct option_value *v = o->values ? o->values : boolean;
	const char *s = spelling(value);

	for (; v->name; v++) {
		if (strcmp(v->name, s) == 0)
			return v->value;
	}
	return !o->values && char_is_digit(value[0]) ? value : NULL;
}

static int claim(const struct network_file *f, const struct network_option *o, const char *value,
		 unsigned line)
{
	auto_text struct text key = {0};
	const char *hole = strchr(o->key, '%');

	if (!hole)
		return owner_claim(f->scan, f->source, f->path, line, o->key, value);

	text_add_bytes(&key, o->key, (size_t)(hole - o->key));
	text_addf(&key, "%s%s", f->interface, hole + 1);
	if (key.failed)
		return -ENOMEM;
	return owner_claim(f->scan, f->source, f->path, line, key.str, value);
}

static int take_option(void *context, const char *section, const char *key, char *value,
		       unsigned line)
{
	const struct network_file *f = context;
	int r = 0;

	if (strcmp(section, "Network") != 0)
		return 0;
	for (size_t i = 0; i < f->n && !r; i++) {
		const char *v;

		if (strcmp(key, f->options[i].name) != 0)
			continue;
		v = written(&f->options[i], value);
		if (v)
			r = claim(f, &f->options[i], v, line);
	}
	return r;
}

/* [Match] Name=eth0.100 is "eth0/100" in a key; several names are all. */
static int take_name(void *context, const char *section, const char *key, char *value,
		     unsigned line)
{
	struct network_file *f = context;

	(void)line;
	if (strcmp(section, "Match") != 0 || strcmp(key, "Name") != 0)
		return 0;
	if (!*value || strpbrk(value, " \t!?[$%/") || strlen(value) >= sizeof(f->interface))
		return 0;
	snprintf(f->interface, sizeof(f->interface), "%s", value);
	for (char *p = f->interface; (p = strchr(p, '.'));)
		*p = '/';
	return 0;
}

static int read_network(struct owner_scan *s, const char *path, const void *context)
{
	struct network_file f = {
		.scan = s,
		.source = context,
		.path = path,
		.options = link_options,
		.n = ARRAY_LEN(link_options),
		.interface = "*",
	};
	auto_free char *text = NULL, *copy = NULL;
	int r = owner_text_of(s, path, &text);

	if (r || !text)
		return r;
	copy = strdup(text);
	if (!copy)
		return -ENOMEM;

	r = owner_ini(copy, take_name, &f);
	return r ? r : owner_ini(text, take_option, &f);
}

static int read_manager(struct owner_scan *s, const char *path, const void *context)
{
	struct network_file f = {
		.scan = s,
		.source = context,
		.path = path,
		.options = manager_options,
		.n = ARRAY_LEN(manager_options),
	};
	auto_free char *text = NULL;
	int r = owner_text_of(s, path, &text);

	return r || !text ? r : owner_ini(text, take_option, &f);
}

/*
 * /usr/lib has files for containers and virtual machines of any host, so that
 * only those count that somebody put in /etc, unless the service is enabled.
 */
int owners_of_networkd(struct owner_scan *s)
{
	static const char *const all[] = {"/etc/systemd/network", "/run/systemd/network",
					  "/usr/local/lib/systemd/network",
					  "/usr/lib/systemd/network", NULL};
	static const char *const own[] = {"/etc/systemd/network", "/run/systemd/network", NULL};
	static const char *const manager[] = {"/etc/systemd/networkd.conf.d", NULL};
	struct owner_source source = {
		.who = "systemd-networkd",
		.when = WHEN_ON_DEMAND,
		.confidence = CONFIDENCE_LOW,
	};
	enum owner_unit state = UNIT_MISSING;
	int r = owner_unit_state(s, "systemd-networkd", &state, NULL);

	if (state == UNIT_ENABLED) {
		source.when = WHEN_INTERFACE;
		source.confidence = CONFIDENCE_MEDIUM;
	}
	if (!r)
		r = owner_each_file(s, state == UNIT_ENABLED ? all : own, ".network", read_network,
				    &source);
	if (!r)
		r = read_manager(s, "/etc/systemd/networkd.conf", &source);
	if (!r)
		r = owner_each_file(s, manager, ".conf", read_manager, &source);
	return r;
}
