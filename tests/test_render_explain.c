/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/explain.h"

#include "check.h"

#include "base/text.h"

/* Made up, so that every field is there and nothing depends on the catalogue. */
static const struct tunable full_row = {
	.key = "net.test.full",
	.topic = TOPIC_CLOSE,
	.type = TYPE_INT,
	.scope = SCOPE_NETNS,
	.unit = "seconds",
	.min = 15,
	.max = 60,
	.kernel_min = -1,
	.kernel_max = INT32_MAX,
	.bounded = KERNEL(5, 14),
	.choices = {{0, "off"}, {1, "on"}},
	.scales = "half the hash table",
	.since = {.at = KERNEL(4, 6)},
	.dead = {.not_before = KERNEL(6, 14), .at = KERNEL(6, 17)},
	.netns_since = {.at = KERNEL(4, 9)},
	.module = "nf_conntrack",
	.config = "CONFIG_TEST",
	.effect = EFFECT_NOW,
	.effect_note = "once more",
	.what = "What it does.",
	.why = "Why one changes it, in a sentence that is long enough to be wrapped at the width "
	       "of a terminal.",
	.myth = "The myth.",
	.evidence = "The evidence.",
	.links = "The links.",
	.instead = "Another key.",
	.risk = RISK_MEDIUM,
	.risk_why = "it may hurt",
	.source = "net/test.c:test",
};

static const struct tunable bare_row = {
	.key = "net.test.bare",
	.topic = TOPIC_CLOSE,
	.type = TYPE_WORD,
	.scope = SCOPE_HOST,
	.effect = EFFECT_NEW_SOCKETS,
	.what = "What it does.",
	.why = "Why.",
	.risk = RISK_LOW,
	.source = "somewhere",
};

static char empty[] = "", kernel_name[] = "6.1.0-28-amd64";
static const struct host old_host = {.kernel = kernel_name, .release = KERNEL(6, 1)};
static const struct host new_host = {.kernel = empty, .release = KERNEL(6, 17)};
static const struct host unknown_host = {.kernel = empty};

static char *shown(const struct explained_key *k, const struct style *style)
{
	auto_screen struct screen s = SCREEN_INIT(style);
	char *out = NULL;

	explain_key(&s, k);
	assert_ok(text_take(&s.out, &out));
	return out;
}

static char *shown_term(const struct term *t, const struct style *style)
{
	auto_screen struct screen s = SCREEN_INIT(style);
	char *out = NULL;

	explain_term(&s, t);
	assert_ok(text_take(&s.out, &out));
	return out;
}

static void a_key_is_explained_from_the_question_to_the_source(void **state)
{
	char fifty[] = "50";
	const struct reading reading = {.state = READING_PRESENT, .text = fifty};
	const struct explained_key k = {&full_row, "net.test.full", &old_host, &reading, "60", NULL,
					NULL};
	auto_free char *out = shown(&k, &style_none);

	assert_string_equal(
		out,
		"net.test.full\n"
		"What it does.\n"
		"\nUse instead\n  Another key.\n"
		"\nThis host\n"
		"  running value   50\n"
		"  default         60 (Linux 6.1); half the hash table\n"
		"  scope           each network namespace has its own\n"
		"\nTakes effect\n  at once; once more\n"
		"\nWhy one changes it\n"
		"  Why one changes it, in a sentence that is long enough to be wrapped at the\n"
		"  width of a terminal.\n"
		"\nOften said, and wrong\n  The myth.\n"
		"\nRisk\n  medium: it may hurt\n"
		"\nTogether with\n  The links.\n"
		"\nWhen it matters\n  The evidence.\n"
		"\nValues\n"
		"  type            number, in seconds\n"
		"  sensible        15 to 60\n"
		"  accepted        -1 to 2147483647 (since Linux 5.14)\n"
		"  0               off\n"
		"  1               on\n"
		"\nWhere it exists\n"
		"  since           Linux 4.6\n"
		"  per namespace   Linux 4.9\n"
		"  without effect  after Linux 6.14, at the latest in 6.17\n"
		"  module          nf_conntrack\n"
		"  kernel option   CONFIG_TEST\n"
		"\nSource\n  net/test.c:test\n");
}

static void what_a_row_does_not_say_takes_no_room(void **state)
{
	char none[] = "";
	const struct reading reading = {.state = READING_PRESENT, .text = none};
	const struct explained_key k = {
		&bare_row, "net.test.bare", &unknown_host, &reading, NULL, NULL, NULL};
	auto_free char *out = shown(&k, &style_none);

	assert_string_equal(
		out, "net.test.bare\n"
		     "What it does.\n"
		     "\nThis host\n"
		     "  running value   empty\n"
		     "  default         not known\n"
		     "  scope           one for the host\n"
		     "\nTakes effect\n"
		     "  for new sockets; a daemon's listener keeps the old value until restart\n"
		     "\nWhy one changes it\n  Why.\n"
		     "\nRisk\n  low\n"
		     "\nValues\n"
		     "  type            name\n"
		     "\nSource\n  somewhere\n");
}

static void a_value_that_is_not_there_has_a_reason(void **state)
{
	static const struct {
		struct reading reading;
		const char *human, *state, *because;
	} cases[] = {
		{{READING_OFFLINE, BECAUSE_NONE, NULL, {.n = 0}}, "not running", "offline", NULL},
		{{READING_ABSENT, BECAUSE_KERNEL, NULL, {.n = 0}},
		 "this kernel has no such key",
		 "absent",
		 "kernel"},
		{{READING_ABSENT, BECAUSE_HOST, NULL, {.n = 0}},
		 "first network namespace",
		 "absent",
		 "host"},
		{{READING_ABSENT, BECAUSE_MODULE, NULL, {.n = 0}},
		 "module is not loaded",
		 "absent",
		 "module"},
		{{READING_UNREADABLE, BECAUSE_NONE, NULL, {.n = 0}, EACCES},
		 "there, but not readable for you",
		 "unreadable",
		 NULL},
		{{READING_UNREADABLE, BECAUSE_NONE, NULL, {.n = 0}, ENXIO},
		 "not as a file that can be read",
		 "unreadable",
		 NULL},
		{{READING_UNREADABLE, BECAUSE_NONE, NULL, {.n = 0}, EBADMSG},
		 "what it holds is no value",
		 "unreadable",
		 NULL},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct explained_key k = {
			&bare_row, bare_row.key, &old_host, &cases[i].reading, NULL, NULL, NULL};
		auto_free char *out = shown(&k, &style_none);
		auto_json struct json j = {0};
		json_t *host;

		assert_has(out, cases[i].human);
		json_begin(&j, "explain");
		explain_key_json(&j, &k);
		host = json_object_get(json_object_get(j.root, "sysctl"), "host");
		assert_string_equal(json_string_value(json_object_get(host, "state")),
				    cases[i].state);
		assert_true(text_equal(json_string_value(json_object_get(host, "because")),
				       cases[i].because));
		assert_true(json_is_null(json_object_get(host, "running")));
	}
}

static void a_family_has_no_value(void **state)
{
	const struct explained_key k = {&bare_row, "net.test.*.bare", &old_host, NULL, NULL, NULL,
					NULL};
	const struct explained_key one = {
		&bare_row, "net.test.eth0.bare", &old_host, NULL, NULL, NULL, NULL};
	auto_free char *out = shown(&k, &style_none), *other = shown(&one, &style_none);

	assert_has(out, "running value   none: the name stands for a family of keys\n");
	assert_has(other, "running value   not read: single interfaces are not looked at\n");
}

static void a_dead_key_says_so_before_anything_else(void **state)
{
	static const struct tunable removed_row = {
		.key = "net.test.gone",
		.removed = {.at = KERNEL(4, 12)},
		.effect = EFFECT_NEVER,
		.what = "Did harm.",
		.source = "x",
	};
	const struct explained_key dead = {&full_row, full_row.key, &new_host, NULL,
					   NULL,      NULL,         NULL};
	const struct explained_key alive = {&full_row, full_row.key, &old_host, NULL,
					    NULL,      NULL,         NULL};
	const struct explained_key gone = {
		&removed_row, removed_row.key, &old_host, NULL, NULL, NULL, NULL};
	const struct explained_key maybe = {
		&removed_row, removed_row.key, &unknown_host, NULL, NULL, NULL, NULL};
	auto_free char *a = shown(&dead, &style_none), *b = shown(&alive, &style_none);
	const struct reading absent = {.state = READING_ABSENT, .because = BECAUSE_KERNEL};
	const struct explained_key seen = {
		&removed_row, removed_row.key, &old_host, &absent, NULL, NULL, NULL};
	auto_free char *c = shown(&gone, &style_none), *d = shown(&maybe, &style_none);
	auto_free char *e = shown(&seen, &style_none);

	assert_has(a, "net.test.full\nIt has no effect on this kernel.\n");
	assert_null(strstr(b, "no effect"));
	assert_has(c, "net.test.gone\nThis kernel no longer has it.\n");
	assert_null(strstr(d, "no longer"));
	assert_has(c, "  default ");
	assert_null(strstr(e, "  default ")); /* of a key that is not there */
}

static void what_a_kernel_prints_cannot_steer_the_terminal(void **state)
{
	char hostile[] = "1\033[2J\n\xff";
	const struct reading reading = {.state = READING_PRESENT, .text = hostile};
	const struct explained_key k = {&bare_row, bare_row.key, &old_host, &reading,
					hostile,   NULL,         NULL};
	auto_free char *out = shown(&k, &style_none);

	assert_null(strchr(out, '\033'));
	assert_has(out, "1\\x1b[2J \\xff");
}

/* Bytes that stay on one line of 80 columns. */
static void assert_fits(const char *name, const char *out)
{
	while (*out) {
		size_t n = strcspn(out, "\n");
		auto_free char *line = strndup(out, n);

		assert_non_null(line);
		if (screen_columns(line) > SCREEN_WIDTH)
			fail_msg("%s: too wide: %s", name, line);
		if (n && out[n - 1] == ' ')
			fail_msg("%s: blank at the end: %s", name, line);
		out += n + (out[n] == '\n');
	}
}

static void every_term_fits_a_terminal(void **state)
{
	for (size_t i = 0; i < term_size(); i++) {
		const struct term *t = term_at(i);
		auto_free char *out = shown_term(t, &style_none);

		assert_fits(t->name, out);
		assert_null(strchr(out, '\033'));
		assert_null(strstr(out, "\\x"));
		assert_has(out, t->name);
		assert_has(out, "\nSource\n  ");
	}
}

static void every_key_fits_a_terminal(void **state)
{
	for (size_t i = 0; i < catalogue_size(); i++) {
		const struct explained_key k = {
			catalogue_at(i), catalogue_at(i)->key, &old_host, NULL, NULL, NULL, NULL};
		auto_free char *out = shown(&k, &style_none);

		assert_fits(k.key, out);
		assert_null(strstr(out, "\\x"));
	}
}

static void a_term_shows_levers_code_and_commands(void **state)
{
	auto_free char *out = shown_term(term_find("CLOSE-WAIT"), &style_none);

	assert_has(out, "CLOSE-WAIT  (TCP state)\n");
	assert_has(out, "\nWhat many of them mean\n  - ");
	assert_has(out, "\nWhat never helps\n  net.ipv4.tcp_fin_timeout\n      ");
	assert_null(strstr(out, "Settings that help")); /* nothing does */
	assert_has(out, "\nCode\n");
	assert_has(out, "\n    void on_readable(int fd)\n    {\n        char buf[4096];\n");
	assert_has(out, "\nHow to see it\n    ss -tanp state close-wait\n");
	assert_has(out, "\nSee also\n  EMFILE, FIN-WAIT-2,");
}

static void a_figure_keeps_its_shape(void **state)
{
	auto_free char *out = shown_term(term_find("four-way close"), &style_none);

	assert_has(out, "\n  closes first                              closes second\n"
			"  ESTABLISHED                               ESTABLISHED\n");
}

static void what_is_not_ours_names_the_tool(void **state)
{
	auto_free char *out = shown_term(term_find("ring buffer"), &style_none);

	assert_has(out, "NIC queues  (not tcptune's)\n");
	assert_has(out, "\nUse instead\n  ethtool");
}

static void colour_changes_nothing_but_colour(void **state)
{
	for (size_t i = 0; i < term_size(); i++) {
		auto_free char *plain = shown_term(term_at(i), &style_none);
		auto_free char *colour = shown_term(term_at(i), &style_colour);
		char *to = colour;

		assert_has(colour, "\033[1m");
		for (const char *p = colour; *p; p++) {
			if (*p == '\033')
				p = strchr(p, 'm');
			else
				*to++ = *p;
		}
		*to = '\0';
		assert_string_equal(colour, plain);
	}
}

static const char *string_of(json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void every_term_is_whole_in_json(void **state)
{
	for (size_t i = 0; i < term_size(); i++) {
		const struct term *t = term_at(i);
		auto_json struct json j = {0};
		json_t *o;

		json_begin(&j, "explain");
		explain_term_json(&j, t);
		assert_false(j.failed);

		assert_true(json_is_null(json_object_get(j.root, "sysctl")));
		o = json_object_get(j.root, "term");
		assert_string_equal(string_of(o, "name"), t->name);
		assert_string_equal(string_of(o, "kind"), term_kind_name(t->kind));
		assert_string_equal(string_of(o, "means"), t->means);
		assert_true(text_equal(string_of(o, "snippet"), t->snippet));
		assert_true(text_equal(string_of(o, "application"), t->application));
		assert_true(text_equal(string_of(o, "instead"), t->instead));
		assert_true(json_array_size(json_object_get(o, "look")) > 0);
		assert_true((json_array_size(json_object_get(o, "causes")) > 0) ==
			    (t->causes != NULL));
		assert_true((json_array_size(json_object_get(o, "helps")) > 0) ==
			    (t->helps != NULL));
		assert_true((json_array_size(json_object_get(o, "never")) > 0) ==
			    (t->never != NULL));
	}
}

static void a_key_is_whole_in_json(void **state)
{
	static const char expected[] =
		"{'key':'net.test.full','topic':'Closing connections','what':'What it does.',"
		"'instead':'Another key.','host':{'kernel':'6.1.0-28-amd64','state':'present',"
		"'because':null,'running':'50','default':'60'},'scope':'netns',"
		"'takes_effect':'at once','takes_effect_note':'once more',"
		"'myth':'The myth.','risk':'medium','risk_why':'it may hurt','links':'The links.',"
		"'evidence':'The evidence.','type':'number','unit':'seconds','fields':null,"
		"'min':15,'max':60,'choices':[{'value':0,'means':'off'},{'value':1,'means':'on'}],"
		"'default_scales':'half the hash table','writable':true,"
		"'since':{'after':null,'at':'4.6'},'removed':null,"
		"'without_effect':{'after':'6.14','at':'6.17'},"
		"'per_namespace':{'after':null,'at':'4.9'},'module':'nf_conntrack',"
		"'kernel_option':'CONFIG_TEST','source':'net/test.c:test'}";
	char fifty[] = "50";
	const struct reading reading = {.state = READING_PRESENT, .text = fifty};
	const struct explained_key k = {&full_row, "net.test.full", &old_host, &reading, "60", NULL,
					NULL};
	auto_json struct json j = {0};
	auto_free char *out = NULL;
	json_t *o;

	json_begin(&j, "explain");
	explain_key_json(&j, &k);
	assert_true(json_is_null(json_object_get(j.root, "term")));
	o = json_object_get(j.root, "sysctl");
	assert_string_equal(string_of(o, "why"), full_row.why);
	assert_int_equal(json_object_del(o, "why"), 0);

	out = json_dumps(o, JSON_COMPACT);
	assert_non_null(out);
	for (char *p = out; *p; p++)
		*p = *p == '"' ? '\'' : *p;
	assert_string_equal(out, expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_explained_from_the_question_to_the_source),
		cmocka_unit_test(what_a_row_does_not_say_takes_no_room),
		cmocka_unit_test(a_value_that_is_not_there_has_a_reason),
		cmocka_unit_test(a_family_has_no_value),
		cmocka_unit_test(a_dead_key_says_so_before_anything_else),
		cmocka_unit_test(what_a_kernel_prints_cannot_steer_the_terminal),
		cmocka_unit_test(every_term_fits_a_terminal),
		cmocka_unit_test(every_key_fits_a_terminal),
		cmocka_unit_test(a_term_shows_levers_code_and_commands),
		cmocka_unit_test(a_figure_keeps_its_shape),
		cmocka_unit_test(what_is_not_ours_names_the_tool),
		cmocka_unit_test(colour_changes_nothing_but_colour),
		cmocka_unit_test(every_term_is_whole_in_json),
		cmocka_unit_test(a_key_is_whole_in_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
