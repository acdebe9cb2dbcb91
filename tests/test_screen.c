/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/screen.h"

#include "check.h"

#include "base/utf8.h"

/* What is on the screen; valid until the next call that puts something. */
static const char *shown(const struct screen *s)
{
	assert_false(s->out.failed);
	return s->out.str ? s->out.str : "";
}

struct safe_case {
	const char *in, *out;
};

static void nothing_hostile_reaches_a_terminal_raw(void **state)
{
	static const struct safe_case cases[] = {
		{"", ""},
		{"web-01.example", "web-01.example"},
		{"Zürich 東京 🙂", "Zürich 東京 🙂"},
		{"\033[2J\033]0;owned\007", "\\x1b[2J\\x1b]0;owned\\x07"},
		{"ok\rFAIL", "ok\\x0dFAIL"},
		{"a\nb\tc", "a\\x0ab\\x09c"},
		{"\x7f", "\\x7f"},
		{"\xc2\x9b"
		 "31m",
		 "\\u009b31m"}, /* CSI as one C1 control */
		{"\x9b"
		 "31m",
		 "\\x9b31m"},                                /* the same, 8 bit */
		{"user\u202etxt.exe", "user\\u202etxt.exe"}, /* right-to-left override */
		{"\u2066x\u2069", "\\u2066x\\u2069"},
		{"\u202a\u202b\u202c\u202d", "\\u202a\\u202b\\u202c\\u202d"},
		{"a\u200bb\ufeff", "a\\u200bb\\ufeff"}, /* invisible */
		{"a\u2028b", "a\\u2028b"},
		{"\U000e0041", "\\U000e0041"},
		{"\xc0\xaf", "\\xc0\\xaf"}, /* overlong '/' */
		{"\xe0\x80\xaf", "\\xe0\\x80\\xaf"},
		{"\xf0\x80\x80\xaf", "\\xf0\\x80\\x80\\xaf"},
		{"\xed\xa0\x80", "\\xed\\xa0\\x80"},          /* surrogate */
		{"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"}, /* past U+10FFFF */
		{"\xe6\x9d", "\\xe6\\x9d"},                   /* cut short by the end */
		{"\xff\xfe", "\\xff\\xfe"},
		{"dev-by\\x2duuid", "dev-by\\x2duuid"}, /* a backslash is harmless */
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		auto_text struct text t = {0};

		screen_safe(&t, cases[i].in);
		assert_string_equal(t.str ? t.str : "", cases[i].out);
	}
}

/* Whatever way it is put: no byte below 0x20 but '\n', no DEL, valid UTF-8. */
static void assert_harmless(const char *out)
{
	uint32_t c;

	while (*out) {
		size_t n = utf8_decode(out, &c);

		assert_true(n > 0);
		assert_true(c == '\n' || (c >= 0x20 && (c < 0x7f || c > 0x9f)));
		out += n;
	}
}

static void every_way_onto_the_screen_escapes(void **state)
{
	char every_byte[256];
	auto_screen struct screen s = SCREEN_INIT(&style_none);

	for (int i = 0; i < 255; i++)
		every_byte[i] = (char)(i + 1);
	every_byte[255] = '\0';

	screen_put(&s, every_byte);
	screen_putf(&s, "<%s>", every_byte);
	screen_mark(&s, s.style->red, every_byte);
	screen_left(&s, 10, every_byte);
	screen_right(&s, 10, every_byte);
	screen_wrap(&s, 4, every_byte);
	screen_wrapf(&s, 4, "%s!", every_byte);
	screen_lines(&s, 4, every_byte);
	assert_harmless(shown(&s));
}

static void widths_are_those_of_a_terminal(void **state)
{
	assert_int_equal(screen_columns(""), 0);
	assert_int_equal(screen_columns("abc"), 3);
	assert_int_equal(screen_columns("Zürich"), 6);
	assert_int_equal(screen_columns("東京"), 4);
	assert_int_equal(screen_columns("e\u0301"), 1); /* e and a combining acute */
	assert_int_equal(screen_columns("🙂"), 2);
	assert_int_equal(screen_columns("\033"), 4); /* as \x1b */
}

static void columns_are_padded_by_width_not_by_bytes(void **state)
{
	auto_screen struct screen s = SCREEN_INIT(&style_none);

	screen_left(&s, 6, "東京");
	screen_put(&s, "|");
	screen_right(&s, 6, "é");
	screen_put(&s, "|");
	screen_left(&s, 2, "longer");
	screen_put(&s, "|");
	assert_string_equal(shown(&s), "東京  |     é|longer|");
	assert_int_equal(s.column, 21);
}

static void a_tab_keeps_texts_apart(void **state)
{
	auto_screen struct screen s = SCREEN_INIT(&style_none);

	screen_tab(&s, 0);
	screen_put(&s, "key");
	screen_tab(&s, 6);
	screen_put(&s, "value");
	screen_tab(&s, 3);
	screen_put(&s, "x");
	assert_string_equal(shown(&s), "key   value x");
}

struct wrap_case {
	const char *label;
	size_t indent;
	const char *text, *out;
};

static void paragraphs_wrap_at_the_width(void **state)
{
	static const struct wrap_case cases[] = {
		{"", 0, "", "\n"},
		{"", 0, "one two", "one two\n"},
		{"", 0, "0123456789 0123456789", "0123456789\n0123456789\n"},
		{"", 0, "012345678 0123456789", "012345678\n0123456789\n"},
		{"", 0, "0123 56789 x", "0123 56789\nx\n"}, /* exactly the width */
		{"", 2, "one two three", "  one two\n  three\n"},
		{"- ", 2, "one two three", "- one two\n  three\n"},
		{"ab", 4, "one", "ab  one\n"},
		{"too-long ", 2, "one two", "too-long one\n  two\n"},
		{"", 0, " one\n two\t ", "one two\n"}, /* any space is a blank */
		{"", 2, "/a/very/long/path x", "  /a/very/long/path\n  x\n"},
		{"", 0, "東京 東京 x", "東京 東京\nx\n"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		auto_screen struct screen s = SCREEN_INIT(&style_none);

		s.width = 10;
		screen_put(&s, cases[i].label);
		screen_wrap(&s, cases[i].indent, cases[i].text);
		assert_string_equal(shown(&s), cases[i].out);
		assert_int_equal(s.column, 0);
	}
}

static void code_keeps_its_lines(void **state)
{
	auto_screen struct screen s = SCREEN_INIT(&style_none);

	screen_lines(&s, 4, "if (x)\n    return;\n\ndone\n");
	assert_string_equal(shown(&s), "    if (x)\n        return;\n\n    done\n");
}

static void no_colour_leaves_no_trace(void **state)
{
	auto_screen struct screen plain = SCREEN_INIT(&style_none);
	auto_screen struct screen colour = SCREEN_INIT(&style_colour);

	screen_mark(&plain, plain.style->bold, "key");
	screen_mark(&colour, colour.style->bold, "key");
	assert_string_equal(shown(&plain), "key");
	assert_string_equal(shown(&colour), "\033[1mkey\033[0m");
	assert_int_equal(plain.column, 3);
	assert_int_equal(colour.column, 3);
}

static void a_write_that_fails_says_so(void **state)
{
	auto_screen struct screen s = SCREEN_INIT(&style_none);
	auto_file FILE *full = fopen("/dev/full", "w");
	struct error err = {0};

	assert_non_null(full);
	setbuf(full, NULL);
	screen_put(&s, "text");
	assert_fails(screen_write(&s, full, &err), ENOSPC);
	assert_has(err.text, "No space left");
}

static void memory_that_ran_out_is_reported_once_at_the_end(void **state)
{
	auto_screen struct screen s = SCREEN_INIT(&style_none);
	auto_free char *out = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&out, &len);

	screen_put(&s, "begun");
	s.out.failed = true; /* as text.c does when realloc() fails */
	screen_put(&s, "more");
	assert_fails(screen_write(&s, f, NULL), ENOMEM);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(len, 0);
}

static void writing_empties_the_screen(void **state)
{
	auto_screen struct screen s = SCREEN_INIT(&style_none);
	auto_free char *out = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&out, &len);

	assert_ok(screen_write(&s, f, NULL)); /* nothing put yet */
	screen_put(&s, "one");
	assert_ok(screen_write(&s, f, NULL));
	screen_put(&s, "two");
	assert_ok(screen_write(&s, f, NULL));
	assert_int_equal(fclose(f), 0);
	assert_string_equal(out, "onetwo");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_hostile_reaches_a_terminal_raw),
		cmocka_unit_test(every_way_onto_the_screen_escapes),
		cmocka_unit_test(widths_are_those_of_a_terminal),
		cmocka_unit_test(columns_are_padded_by_width_not_by_bytes),
		cmocka_unit_test(a_tab_keeps_texts_apart),
		cmocka_unit_test(paragraphs_wrap_at_the_width),
		cmocka_unit_test(code_keeps_its_lines),
		cmocka_unit_test(no_colour_leaves_no_trace),
		cmocka_unit_test(a_write_that_fails_says_so),
		cmocka_unit_test(memory_that_ran_out_is_reported_once_at_the_end),
		cmocka_unit_test(writing_empties_the_screen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
