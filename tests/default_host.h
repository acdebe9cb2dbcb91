/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host made up from the catalogue: every key a release has, at the kernel's
 * default, for tests that then change a few.
 */
#ifndef TCPTUNE_TESTS_DEFAULT_HOST_H
#define TCPTUNE_TESTS_DEFAULT_HOST_H

#include "check.h"

#include "model/default.h"
#include "model/snapshot.h"

#define GIB ((uint64_t)1 << 30)

/* What the build, the distribution or memory decides; figures of an 8 GiB host. */
static const struct {
	const char *key, *text;
} usual_values[] = {
	{"net.ipv4.tcp_congestion_control", "cubic"},
	{"net.ipv4.tcp_available_congestion_control", "reno cubic"},
	{"net.ipv4.tcp_allowed_congestion_control", "reno cubic"},
	{"net.ipv4.tcp_mem", "94002\t125339\t188004"},
	{"net.ipv4.tcp_rmem", "4096\t131072\t6291456"},
	{"net.ipv4.tcp_wmem", "4096\t16384\t4194304"},
	{"net.core.default_qdisc", "fq_codel"},
	{"net.core.netdev_budget_usecs", "8000"},
	{"net.netfilter.nf_conntrack_count", "212"},
	{"fs.file-max", "9223372036854775807"},
	{"fs.file-nr", "1984\t0\t9223372036854775807"},
};

static inline struct reading *reading_of(struct snapshot *s, const char *key)
{
	const struct tunable *t = catalogue_find(key);

	if (!t)
		fail_msg("%s is not in the catalogue", key);
	return &s->readings[catalogue_index(t)];
}

static inline void host_unset(struct snapshot *s, const char *key, enum reading_state state,
			      enum because because)
{
	struct reading *r = reading_of(s, key);

	free(r->text);
	value_done(&r->value);
	*r = (struct reading){.state = state, .because = because, .value.type = TYPE_COUNT};
}

/* As the kernel would print it; text that is no value stays text. */
static inline void host_set(struct snapshot *s, const char *key, const char *text)
{
	struct reading *r = reading_of(s, key);

	host_unset(s, key, READING_PRESENT, BECAUSE_NONE);
	r->text = strdup(text);
	assert_non_null(r->text);
	(void)!value_read(catalogue_find(key), text, &r->value);
}

/* "key=value;key=value", in a copy of which this may write. */
static inline void host_set_all(struct snapshot *s, const char *settings)
{
	char *copy = strdup(settings), *save = NULL;

	for (char *p = strtok_r(copy, ";", &save); p; p = strtok_r(NULL, ";", &save)) {
		char *value = strchr(p, '=');

		assert_non_null(value);
		*value++ = '\0';
		host_set(s, p, value);
	}
	free(copy);
}

static inline void host_set_default(struct snapshot *s, const struct tunable *t)
{
	struct value v = {.type = TYPE_COUNT};
	char *text;

	if (default_value(t, &s->host, &v))
		return;
	text = value_text(&v);
	assert_non_null(text);
	host_set(s, t->key, text);
	free(text);
	value_done(&v);
}

/* A host of 8 GiB, to be freed with snapshot_done(). */
static inline struct snapshot host_of_release(unsigned release)
{
	struct snapshot s = {
		.host =
			{
				.release = release,
				.memory_bytes = 8 * GIB,
				.page_size = 4096,
				.cpus = 4,
				.ehash_entries = 65536,
				.online = true,
			},
		.readings = calloc(catalogue_size(), sizeof(*s.readings)),
	};

	assert_non_null(s.readings);
	for (size_t i = 0; i < catalogue_size(); i++) {
		const struct tunable *t = catalogue_at(i);

		s.readings[i].value.type = TYPE_COUNT;
		if (tunable_is_pattern(t) || t->scope == SCOPE_PROCESS)
			continue;
		host_unset(&s, t->key, READING_ABSENT, BECAUSE_KERNEL);
		if (tunable_presence(t, release) == PRESENCE_YES)
			host_set_default(&s, t);
	}
	for (size_t i = 0; i < ARRAY_LEN(usual_values); i++)
		host_set(&s, usual_values[i].key, usual_values[i].text);
	return s;
}

/* As a child namespace sees it: the host's keys are not there. */
static inline void host_make_child(struct snapshot *s)
{
	s->host.child_netns = true;
	for (size_t i = 0; i < catalogue_size(); i++) {
		const struct tunable *t = catalogue_at(i);

		if (t->scope == SCOPE_HOST && strncmp(t->key, "net.", 4) == 0 &&
		    !tunable_is_pattern(t))
			host_unset(s, t->key, READING_ABSENT, BECAUSE_HOST);
	}
}

#endif
