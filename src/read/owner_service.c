/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Services that are known to set sysctls by themselves, whatever their
 * configuration says; and Docker, whose configuration says more.
 */
#include "read/owner_scan.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "base/text.h"

enum { SERVICE_KEYS_MAX = 8 };

struct service {
	const char *who, *unit;
	const char *keys[SERVICE_KEYS_MAX]; /* ends at NULL */
	enum owner_when when;               /* if it is enabled */
};

#define FORWARDS "net.ipv4.ip_forward"
#define BRIDGES "net.bridge.bridge-nf-call-*"
#define KUBE_PROXY_KEYS                                                                            \
	FORWARDS, BRIDGES, "net.ipv4.conf.*.route_localnet", "net.netfilter.nf_conntrack_max",     \
		"net.netfilter.nf_conntrack_tcp_timeout_established",                              \
		"net.netfilter.nf_conntrack_tcp_timeout_close_wait"

static const struct service services[] = {
	{"containerd", "containerd", {FORWARDS, BRIDGES}, WHEN_ANY_TIME},
	{"CRI-O", "crio", {FORWARDS, BRIDGES}, WHEN_ANY_TIME},
	{"Podman", "podman-restart", {FORWARDS, "net.ipv4.conf.*.route_localnet"}, WHEN_BOOT},
	{"kubelet", "kubelet", {KUBE_PROXY_KEYS}, WHEN_BOOT},
	{"kube-proxy", "kube-proxy", {KUBE_PROXY_KEYS}, WHEN_BOOT},
	{"K3s", "k3s", {KUBE_PROXY_KEYS}, WHEN_BOOT},
	{"K3s", "k3s-agent", {KUBE_PROXY_KEYS}, WHEN_BOOT},
	{"RKE2", "rke2-server", {KUBE_PROXY_KEYS}, WHEN_BOOT},
	{"RKE2", "rke2-agent", {KUBE_PROXY_KEYS}, WHEN_BOOT},
	{"libvirt", "libvirtd", {FORWARDS, "net.ipv6.conf.*.forwarding"}, WHEN_BOOT},
	{"libvirt", "virtnetworkd", {FORWARDS, "net.ipv6.conf.*.forwarding"}, WHEN_BOOT},
	{"firewalld", "firewalld", {FORWARDS, "net.ipv6.conf.all.forwarding"}, WHEN_BOOT},
	{"keepalived",
	 "keepalived",
	 {"net.ipv4.conf.*.arp_ignore", "net.ipv4.conf.*.arp_filter", "net.ipv4.conf.*.rp_filter"},
	 WHEN_BOOT},
	{"NetworkManager",
	 "NetworkManager",
	 {"net.ipv6.conf.*.accept_ra", "net.ipv6.conf.*.use_tempaddr",
	  "net.ipv6.conf.*.disable_ipv6"},
	 WHEN_INTERFACE},
	{"bpftune",
	 "bpftune",
	 {"net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem", "net.ipv4.tcp_mem", "net.ipv4.tcp_max_orphans",
	  "net.ipv4.tcp_congestion_control", "net.core.netdev_max_backlog",
	  "net.ipv4.neigh.default.gc_thresh*"},
	 WHEN_ANY_TIME},
};

static int claim_keys(struct owner_scan *s, const struct service *service)
{
	struct owner_source source = {.who = service->who, .when = service->when};
	enum owner_unit state = UNIT_MISSING;
	auto_free char *file = NULL;
	int r = owner_unit_state(s, service->unit, &state, &file);

	if (state == UNIT_PRESENT)
		source.when = WHEN_ON_DEMAND;
	for (size_t i = 0; file && i < SERVICE_KEYS_MAX && service->keys[i] && !r; i++)
		r = owner_claim(s, &source, file, 0, service->keys[i], NULL);
	return r;
}

int owners_of_services(struct owner_scan *s)
{
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(services) && !r; i++)
		r = claim_keys(s, &services[i]);
	return r;
}

/* ---- Docker ---- */

#define DAEMON_JSON "/etc/docker/daemon.json"

/* The line a name stands in, looked for from another name on; 0: it is not there. */
static unsigned line_of(const char *text, const char *after, const char *name)
{
	const char *p = strstr(text, after);
	unsigned line = 1;

	p = p ? strstr(p, name) : NULL;
	if (!p)
		return 0;
	while (p > text)
		line += *--p == '\n';
	return line;
}

/* "default-ulimits": { "nofile": { "Name": "nofile", "Hard": 64000, "Soft": 64000 } } */
static int claim_ulimits(struct owner_scan *s, const json_t *config, const char *text)
{
	static const struct owner_source source = {
		.who = "Docker",
		.when = WHEN_CONTAINER,
		.confidence = CONFIDENCE_HIGH,
	};
	const json_t *limit = json_object_get(json_object_get(config, "default-ulimits"), "nofile");
	const json_t *soft = json_object_get(limit, "Soft"), *hard = json_object_get(limit, "Hard");
	char value[64];

	if (!json_is_object(limit))
		return 0;
	snprintf(value, sizeof(value), "%lld:%lld", (long long)json_integer_value(soft),
		 (long long)json_integer_value(hard));
	return owner_claim(s, &source, DAEMON_JSON,
			   line_of(text, "\"default-ulimits\"", "\"nofile\""), "nofile",
			   json_is_integer(soft) && json_is_integer(hard) ? value : NULL);
}

int owners_of_docker(struct owner_scan *s)
{
	static const struct service forwarding = {
		"Docker",
		"docker",
		{FORWARDS, "net.ipv6.conf.all.forwarding", "net.ipv4.conf.*.route_localnet",
		 BRIDGES},
		WHEN_BOOT,
	};
	static const struct service quiet = {
		"Docker", "docker", {"net.ipv4.conf.*.route_localnet", BRIDGES}, WHEN_BOOT};
	auto_free char *text = NULL;
	json_t *config = NULL;
	int r = owner_text_of(s, DAEMON_JSON, &text);
	bool forwards = true;

	if (!r && text)
		config = json_loads(text, 0, NULL);
	if (config) {
		forwards = !json_is_false(json_object_get(config, "ip-forward"));
		r = claim_ulimits(s, config, text);
	}
	json_decref(config);
	return r ? r : claim_keys(s, forwards ? &forwarding : &quiet);
}
