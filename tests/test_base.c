/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include "base/digest.h"
#include "base/number.h"
#include "base/problem.h"
#include "base/strings.h"
#include "base/text.h"

static void an_error_gathers_its_context(void **state)
{
	struct error err = {0};

	assert_int_equal(error_set(&err, ENOENT, "open %s", "x"), -ENOENT);
	assert_int_equal(error_within(&err, "profile %s", "p"), -ENOENT);
	assert_string_equal(err.text, "profile p: open x: No such file or directory");
	assert_int_equal(error_set(NULL, EIO, "nobody asks"), -EIO);
}

static void an_error_longer_than_its_buffer_is_cut(void **state)
{
	struct error err = {0};
	char longer[2000];

	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	error_set(&err, EIO, "%s", longer);
	error_within(&err, "%s", longer);
	error_at(&err, EIO, longer, 7, "%s", longer);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	assert_int_equal(strlen(err.file), sizeof(err.file) - 1);
	assert_int_equal(err.line, 7);
}

static void a_later_error_forgets_the_place_of_an_earlier(void **state)
{
	struct error err = {0};

	error_at(&err, EINVAL, "/etc/x", 3, "bad");
	error_set(&err, EIO, "worse");
	assert_string_equal(err.file, "");
	assert_int_equal(err.line, 0);
}

static void numbers_are_strict(void **state)
{
	static const struct {
		const char *text;
		int code;
		int64_t value;
	} cases[] = {
		{"0", 0, 0},
		{"-1", 0, -1},
		{"9223372036854775807", 0, INT64_MAX},
		{"9223372036854775808", ERANGE, 0},
		{"-9223372036854775808", 0, INT64_MIN},
		{"-9223372036854775809", ERANGE, 0},
		{"99999999999999999999999", ERANGE, 0},
		{"", EINVAL, 0},
		{"-", EINVAL, 0},
		{"+1", EINVAL, 0},
		{" 1", EINVAL, 0},
		{"1 ", EINVAL, 0},
		{"0x10", EINVAL, 0},
		{"1e3", EINVAL, 0},
		{"--1", EINVAL, 0},
		{"99999999999999999999999x", EINVAL, 0},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int64_t v = 42;
		int r = number_parse_i64(cases[i].text, &v);

		if (r != -cases[i].code || v != (r ? 42 : cases[i].value))
			fail_msg("\"%s\": %d, %lld", cases[i].text, r, (long long)v);
	}
}

static void unsigned_numbers_reach_64_bits(void **state)
{
	uint64_t v = 0;

	assert_ok(number_parse_u64("18446744073709551615", &v));
	assert_true(v == UINT64_MAX);
	assert_fails(number_parse_u64("18446744073709551616", &v), ERANGE);
	assert_fails(number_parse_u64("-1", &v), EINVAL);
	assert_ok(number_parse_hex("00ff", &v));
	assert_true(v == 255);
	assert_fails(number_parse_hex("0x1", &v), EINVAL);
}

static void c_numbers_are_read_in_their_base(void **state)
{
	static const struct {
		const char *text;
		int code;
		uint64_t value;
		const char *rest;
	} cases[] = {
		{"010", 0, 8, ""}, {"0x10", 0, 16, ""},     {"0xg", 0, 0, "xg"},
		{"08", 0, 0, "8"}, {"7junk", 0, 7, "junk"}, {"-3 x", 0, 3, " x"},
		{"+3", 0, 3, ""},  {"x", EINVAL, 0, "x"},   {"", EINVAL, 0, ""},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		uint64_t v = 0;
		const char *end;
		bool negative;

		assert_fails(number_scan_c(cases[i].text, &end, &negative, &v), cases[i].code);
		assert_string_equal(end, cases[i].rest);
		assert_true(v == cases[i].value);
		assert_int_equal(negative, cases[i].text[0] == '-');
	}
}

static void durations_have_units(void **state)
{
	uint64_t v = 0;

	assert_ok(number_parse_duration("90", &v));
	assert_int_equal(v, 90);
	assert_ok(number_parse_duration("2min", &v));
	assert_int_equal(v, 120);
	assert_ok(number_parse_duration("1d", &v));
	assert_int_equal(v, 86400);
	assert_fails(number_parse_duration("2 min", &v), EINVAL);
	assert_fails(number_parse_duration("min", &v), EINVAL);
	assert_fails(number_parse_duration("9999999999999999999h", &v), ERANGE);
}

static void a_text_grows(void **state)
{
	auto_text struct text t = {0};
	auto_free char *made = NULL;

	for (int i = 0; i < 1000; i++)
		text_addf(&t, "%d,", i);
	text_add_bytes(&t, "end!", 3);
	assert_ok(text_take(&t, &made));
	assert_int_equal(strlen(made), 3890 + 3);
	assert_has(made, "998,999,end");
	assert_null(t.str);
}

static void an_empty_text_is_an_empty_string(void **state)
{
	auto_text struct text t = {0};
	auto_free char *made = NULL;

	assert_ok(text_take(&t, &made));
	assert_string_equal(made, "");
}

static void distance_counts_edits(void **state)
{
	static const struct {
		const char *a, *b;
		size_t d;
	} cases[] = {
		{"", "", 0},           {"abc", "abc", 0},        {"abc", "ABC", 0},
		{"abc", "abd", 1},     {"abc", "acb", 1},        {"abc", "ab", 1},
		{"abc", "abcd", 1},    {"", "abc", 3},           {"somaxconn", "somaxcon", 1},
		{"check", "chekc", 1}, {"kitten", "sitting", 3},
	};
	char longer[200];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(text_distance(cases[i].a, cases[i].b), cases[i].d);
		assert_int_equal(text_distance(cases[i].b, cases[i].a), cases[i].d);
	}
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_true(text_distance(longer, "x") == SIZE_MAX);
}

static void problems_are_capped_and_counted(void **state)
{
	auto_call(problems_done) struct problems list = {0};
	struct error err = {0};

	assert_ok(problems_as_error(&list, &err));
	for (unsigned i = 1; i <= 25; i++)
		problem_add(&list, "f", i, "wrong %u", i);
	assert_int_equal(list.len, PROBLEMS_MAX);
	assert_int_equal(list.more, 5);
	assert_fails(problems_as_error(&list, &err), EINVAL);
	assert_string_equal(err.text, "wrong 1 (and 24 more mistakes)");
	assert_string_equal(err.file, "f");
	assert_int_equal(err.line, 1);
}

static void problems_are_told_by_line(void **state)
{
	static const struct {
		const char *file;
		unsigned line;
	} added[] = {{"f", 3}, {"f", 5}, {"f", 1}, {"f", 0},
		     {"f", 4}, {"g", 2}, {"g", 1}, {"f", 2}};
	static const char *const order[] = {"f:1", "f:3", "f:5", "f:0", "f:4", "g:1", "g:2", "f:2"};
	auto_call(problems_done) struct problems list = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(added); i++)
		problem_add(&list, added[i].file, added[i].line, "wrong");
	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		char place[16];

		snprintf(place, sizeof(place), "%s:%u", list.items[i].file, list.items[i].line);
		assert_string_equal(place, order[i]);
	}
}

static void strings_own_what_they_hold(void **state)
{
	auto_call(strings_done) struct strings list = {0};

	for (int i = 0; i < 20; i++)
		assert_ok(strings_add(&list, "%d", i));
	assert_int_equal(list.len, 20);
	assert_string_equal(list.items[19], "19");
}

/* FIPS 180-2, B.1 and B.2. */
static void a_digest_is_what_sha256sum_prints(void **state)
{
	static const struct {
		const char *text, *digest;
	} cases[] = {
		{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	};
	char digest[DIGEST_SIZE];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		digest_of(cases[i].text, strlen(cases[i].text), digest);
		assert_string_equal(digest, cases[i].digest);
	}
	digest_of(NULL, 0, digest);
	assert_string_equal(digest, cases[0].digest);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_error_gathers_its_context),
		cmocka_unit_test(an_error_longer_than_its_buffer_is_cut),
		cmocka_unit_test(a_later_error_forgets_the_place_of_an_earlier),
		cmocka_unit_test(numbers_are_strict),
		cmocka_unit_test(unsigned_numbers_reach_64_bits),
		cmocka_unit_test(c_numbers_are_read_in_their_base),
		cmocka_unit_test(durations_have_units),
		cmocka_unit_test(a_text_grows),
		cmocka_unit_test(an_empty_text_is_an_empty_string),
		cmocka_unit_test(distance_counts_edits),
		cmocka_unit_test(problems_are_capped_and_counted),
		cmocka_unit_test(problems_are_told_by_line),
		cmocka_unit_test(strings_own_what_they_hold),
		cmocka_unit_test(a_digest_is_what_sha256sum_prints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
