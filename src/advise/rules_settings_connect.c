/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections that go out: the ports they may take, and how long they ask. */
#include "advise/rules_settings.h"

enum {
	PORTS_FEW = 1024,           /* connections to one destination */
	PORT_FIRST_ORDINARY = 1024, /* below are the ports of system services */
};

static bool range_is_below_unprivileged(struct trial *t)
{
	return trial_field(t, 0, 0) < trial_number(t, 1);
}

static bool range_holds_service_ports(struct trial *t)
{
	return trial_field(t, 0, 0) < PORT_FIRST_ORDINARY;
}

static bool ports_are_few(struct trial *t)
{
	t->numbers[0] = trial_usable_ports(t, 0, 1);
	return t->numbers[0] < PORTS_FEW;
}

static bool most_ports_are_reserved(struct trial *t)
{
	int64_t size = trial_field(t, 0, 1) - trial_field(t, 0, 0) + 1;

	t->numbers[0] = trial_usable_ports(t, 0, 1);
	t->numbers[1] = size;
	return t->values[1]->n && t->numbers[0] < size / 2;
}

static bool last_port_is_lost(struct trial *t)
{
	t->numbers[0] = trial_field(t, 0, 1);
	return trial_field(t, 0, 0) < trial_field(t, 0, 1) &&
	       (trial_field(t, 0, 0) - trial_field(t, 0, 1)) % 2 == 0;
}

static bool reuse_lacks_timestamps(struct trial *t)
{
	return trial_number(t, 0) != 0 && trial_number(t, 1) == 0;
}

static const struct rule rows[] = {
	{
		.id = "port-range-below-unprivileged",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start"},
		.holds = range_is_below_unprivileged,
		.summary = "The ports for outgoing connections ({0}) begin below the first "
			   "unprivileged port ({1}).",
		.remedy = "Set the low end of net.ipv4.ip_local_port_range to at least "
			  "net.ipv4.ip_unprivileged_port_start. The kernel refuses to write this "
			  "pair, so a boot that sets both ends with one of them unset.",
	},
	{
		.id = "port-range-takes-service-ports",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports"},
		.needs = 1,
		.holds = range_holds_service_ports,
		.summary = "Outgoing connections may take the ports of system services: the range "
			   "is {0}.",
		.remedy = "Begin net.ipv4.ip_local_port_range at 1024 or above. A service that "
			  "restarts while a connection holds its port fails with EADDRINUSE.",
	},
	{
		.id = "port-range-small",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports"},
		.needs = 1,
		.holds = ports_are_few,
		.summary = "Only {a} connections to one destination are possible at a time: the "
			   "range of ports is {0}.",
		.remedy = "Widen net.ipv4.ip_local_port_range; the default is 32768 60999. Beyond "
			  "that connect() fails with EADDRNOTAVAIL.",
	},
	{
		.id = "port-range-reserved",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports"},
		.holds = most_ports_are_reserved,
		.summary = "Reserved ports leave {a} of the {b} ports for outgoing connections.",
		.remedy = "Reserve only ports that a service really listens on, or move "
			  "net.ipv4.ip_local_port_range away from them.",
	},
	{
		.id = "port-range-parity",
		.severity = SEVERITY_INFO,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.ip_local_port_range"},
		.holds = last_port_is_lost,
		.summary = "Port {a} is never used by outgoing connections: the range has an odd "
			   "number of ports.",
		.remedy = "Give net.ipv4.ip_local_port_range one even and one odd end.",
	},
	{
		.id = "tw-reuse-without-timestamps",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_tw_reuse", "net.ipv4.tcp_timestamps"},
		.holds = reuse_lacks_timestamps,
		.summary = "net.ipv4.tcp_tw_reuse is {0} but can do nothing: TCP timestamps are "
			   "off.",
		.remedy = "Set net.ipv4.tcp_timestamps to 1. Connections made from then on can be "
			  "reused.",
	},
	{
		.id = "syn-retries-low",
		.severity = SEVERITY_WARNING,
		.fixed_by = FIXED_BY_SYSCTL,
		.keys = {"net.ipv4.tcp_syn_retries"},
		.holds = setting_is_below_two,
		.summary = "connect() gives up after about 3 seconds: a connection request is "
			   "repeated {0} times.",
		.remedy = "Set net.ipv4.tcp_syn_retries to at least 3. Where connections must "
			  "fail fast, give the application a timeout of its own.",
	},
};

const struct rules rules_settings_connect = {rows, ARRAY_LEN(rows)};
