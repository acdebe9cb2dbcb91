/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/json.h"

#include "check.h"

/* The document as text, the caller's. */
static char *written(struct json *j)
{
	char *out = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&out, &len);

	assert_non_null(f);
	assert_ok(json_write(j, f, NULL));
	assert_int_equal(fclose(f), 0);
	return out;
}

static void the_envelope_comes_first(void **state)
{
	auto_json struct json j = {0};
	auto_free char *out = NULL;

	json_begin(&j, "check");
	out = written(&j);
	assert_string_equal(out, "{\n  \"schema\": 1,\n  \"version\": \"" TCPTUNE_VERSION
				 "\",\n  \"command\": \"check\"\n}\n");
}

static void fields_keep_the_order_they_were_put_in(void **state)
{
	auto_json struct json j = {0};
	auto_free char *out = NULL;
	json_t *list;

	json_begin(&j, "x");
	json_put_bool(&j, j.root, "zebra", true);
	list = json_put_array(&j, j.root, "list");
	json_put_null(&j, json_add_object(&j, list), "nothing");
	json_add_text(&j, list, "item");
	json_put_int(&j, json_put_object(&j, j.root, "apple"), "n", INT64_MIN);
	out = written(&j);
	assert_has(out, "  \"zebra\": true,\n"
			"  \"list\": [\n    {\n      \"nothing\": null\n    },\n    \"item\"\n"
			"  ],\n"
			"  \"apple\": {\n    \"n\": -9223372036854775808\n  }\n}\n");
}

static void any_bytes_are_a_text(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{NULL, "\"t\": null"},
		{"", "\"t\": \"\""},
		{"plain", "\"t\": \"plain\""},
		{"\xff"
		 "a\xc3",
		 "\"t\": \"\\\\xffa\\\\xc3\""},
		{"\xed\xa0\x80", "\"t\": \"\\\\xed\\\\xa0\\\\x80\""},
		{"\033[2J", "\"t\": \"\\u001B[2J\""},
		{"Zürich", "\"t\": \"Z\\u00FCrich\""},
		{"\u202e", "\"t\": \"\\u202E\""},
		{"a\"\\\n", "\"t\": \"a\\\"\\\\\\n\""},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		auto_json struct json j = {0};
		auto_free char *out = NULL;
		json_t *again;

		json_begin(&j, "x");
		json_put_text(&j, j.root, "t", cases[i].in);
		out = written(&j);
		assert_has(out, cases[i].out);

		again = json_loads(out, 0, NULL);
		assert_non_null(again);
		json_decref(again);
	}
}

static void counts_past_63_bits_stay_integers(void **state)
{
	auto_json struct json j = {0};
	auto_free char *out = NULL;

	json_begin(&j, "x");
	json_put_count(&j, j.root, "small", 7);
	json_put_count(&j, j.root, "limit", INT64_MAX);
	json_put_count(&j, j.root, "past", (uint64_t)INT64_MAX + 1);
	json_put_count(&j, j.root, "unlimited", UINT64_MAX);
	out = written(&j);
	assert_has(out, "\"small\": 7,");
	assert_has(out, "\"limit\": 9223372036854775807,");
	assert_has(out, "\"past\": 9223372036854775807,");
	assert_has(out, "\"unlimited\": null");
}

static void lists_end_at_null_or_at_their_length(void **state)
{
	static const char *const words[] = {"a", "b", NULL, "never"};
	auto_json struct json j = {0};
	auto_free char *out = NULL;

	json_begin(&j, "x");
	json_put_texts(&j, j.root, "ended", words, ARRAY_LEN(words));
	json_put_texts(&j, j.root, "first", words, 1);
	json_put_texts(&j, j.root, "none", words, 0);
	out = written(&j);
	assert_has(out, "\"ended\": [\n    \"a\",\n    \"b\"\n  ]");
	assert_has(out, "\"first\": [\n    \"a\"\n  ]");
	assert_has(out, "\"none\": []");
}

static void an_error_has_its_place_or_null(void **state)
{
	auto_json struct json with = {0}, without = {0}, none = {0};
	auto_free char *a = NULL, *b = NULL, *c = NULL;
	struct error err = {0};

	json_begin(&with, "x");
	(void)error_at(&err, EINVAL, "/etc/a.conf", 3, "not a key");
	json_put_error(&with, &err);
	a = written(&with);
	assert_has(a, "\"error\": {\n    \"code\": \"EINVAL\",\n    \"message\": \"not a key\",\n"
		      "    \"file\": \"/etc/a.conf\",\n    \"line\": 3\n  }");

	json_begin(&without, "x");
	(void)error_set(&err, ENOENT, "open x");
	err.file[0] = '\0';
	json_put_error(&without, &err);
	b = written(&without);
	assert_has(b, "\"code\": \"ENOENT\"");
	assert_has(b, "\"file\": null,\n    \"line\": null");

	json_begin(&none, "x");
	json_put_error(&none, NULL);
	c = written(&none);
	assert_has(c, "\"error\": null");
}

static size_t allocations, failing;

/* Only the failing-th call fails: what comes after it could still succeed. */
static void *rationed(size_t n)
{
	return allocations++ == failing ? NULL : malloc(n);
}

/* Each allocation in turn fails: never a crash, never half a document. */
static void memory_that_runs_out_anywhere_is_enomem(void **state)
{
	bool done = false;

	json_set_alloc_funcs(rationed, free);
	for (failing = 0; !done; failing++) {
		auto_json struct json j = {0};
		auto_free char *out = NULL;
		size_t len = 0;
		FILE *f = open_memstream(&out, &len);
		int r;

		allocations = 0;
		json_begin(&j, "x");
		json_put_text(&j, json_add_object(&j, json_put_array(&j, j.root, "a")), "t",
			      "\xff");
		r = json_write(&j, f, NULL);
		assert_int_equal(fclose(f), 0);

		done = allocations <= failing;
		assert_int_equal(r, done ? 0 : -ENOMEM);
		if (done) {
			assert_has(out, "\"t\": \"\\\\xff\"");
		} else {
			assert_int_equal(len, 0);
		}
		assert_true(failing < 1000);
	}
	json_set_alloc_funcs(malloc, free);
}

static void a_write_that_fails_says_so(void **state)
{
	auto_json struct json j = {0};
	auto_file FILE *full = fopen("/dev/full", "w");

	assert_non_null(full);
	setbuf(full, NULL);
	json_begin(&j, "x");
	assert_fails(json_write(&j, full, NULL), ENOSPC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_envelope_comes_first),
		cmocka_unit_test(fields_keep_the_order_they_were_put_in),
		cmocka_unit_test(any_bytes_are_a_text),
		cmocka_unit_test(counts_past_63_bits_stay_integers),
		cmocka_unit_test(lists_end_at_null_or_at_their_length),
		cmocka_unit_test(an_error_has_its_place_or_null),
		cmocka_unit_test(memory_that_runs_out_anywhere_is_enomem),
		cmocka_unit_test(a_write_that_fails_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
