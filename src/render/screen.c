/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/screen.h"

#include <errno.h>
#include <string.h>

#include "base/utf8.h"

const struct style style_none = {
	.bold = "", .dim = "", .red = "", .green = "", .yellow = "", .reset = ""};

const struct style style_colour = {
	.bold = "\033[1m",
	.dim = "\033[2m",
	.red = "\033[31m",
	.green = "\033[32m",
	.yellow = "\033[33m",
	.reset = "\033[0m",
};

/* One character as it may be shown. */
struct glyph {
	char bytes[12];
	size_t len;     /* of bytes */
	size_t columns; /* it takes on a terminal */
	size_t used;    /* bytes of the text it stands for */
};

/*
 * Controls; marks that turn the direction of what follows; what cannot be
 * seen, so that two names look alike; separators that some terminals obey.
 */
static bool is_harmful(uint32_t c)
{
	static const struct {
		uint32_t low, high;
	} spans[] = {
		{0x0000, 0x001f}, {0x007f, 0x009f}, {0x00ad, 0x00ad},   {0x061c, 0x061c},
		{0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e},   {0x2060, 0x206f},
		{0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe0fff},
	};

	for (size_t i = 0; i < ARRAY_LEN(spans); i++) {
		if (c >= spans[i].low && c <= spans[i].high)
			return true;
	}
	return false;
}

/* Bytes as \x1b, characters as \u202e or \U000e0001. */
static struct glyph escaped(uint32_t c, size_t used)
{
	bool is_byte = c < 0x80 || used == 0;
	char letter = is_byte ? 'x' : c < 0x10000 ? 'u' : 'U';
	int digits = is_byte ? 2 : c < 0x10000 ? 4 : 8;
	struct glyph g = {.used = used ? used : 1};

	g.len = (size_t)snprintf(g.bytes, sizeof(g.bytes), "\\%c%0*x", letter, digits, (unsigned)c);
	g.columns = g.len;
	return g;
}

static struct glyph glyph_of(const char *text)
{
	struct glyph g = {.used = 0};
	uint32_t c;

	g.used = utf8_decode(text, &c);
	if (!g.used)
		return escaped((unsigned char)*text, 0);
	if (is_harmful(c))
		return escaped(c, g.used);

	memcpy(g.bytes, text, g.used);
	g.len = g.used;
	g.columns = utf8_columns(c);
	return g;
}

void screen_safe(struct text *out, const char *text)
{
	while (*text) {
		struct glyph g = glyph_of(text);

		text_add_bytes(out, g.bytes, g.len);
		text += g.used;
	}
}

static bool ends_text(char c)
{
	return c == '\0';
}

static bool ends_line(char c)
{
	return c == '\0' || c == '\n';
}

static bool ends_word(char c)
{
	return c == '\0' || char_is_space(c);
}

static size_t columns_until(const char *text, bool (*is_end)(char))
{
	size_t columns = 0;

	while (!is_end(*text)) {
		struct glyph g = glyph_of(text);

		columns += g.columns;
		text += g.used;
	}
	return columns;
}

size_t screen_columns(const char *text)
{
	return columns_until(text, ends_text);
}

/* Put the text up to its end, and say where that is. */
static const char *put_until(struct screen *s, const char *text, bool (*is_end)(char))
{
	while (!is_end(*text)) {
		struct glyph g = glyph_of(text);

		text_add_bytes(&s->out, g.bytes, g.len);
		s->column += g.columns;
		text += g.used;
	}
	return text;
}

void screen_done(struct screen *s)
{
	text_done(&s->out);
}

void screen_put(struct screen *s, const char *text)
{
	(void)put_until(s, text, ends_text);
}

void screen_putf(struct screen *s, const char *fmt, ...)
{
	auto_text struct text t = {0};
	va_list ap;

	va_start(ap, fmt);
	text_addv(&t, fmt, ap);
	va_end(ap);

	s->out.failed |= t.failed;
	if (t.str)
		screen_put(s, t.str);
}

void screen_mark(struct screen *s, const char *code, const char *text)
{
	text_add(&s->out, code);
	screen_put(s, text);
	if (*code)
		text_add(&s->out, s->style->reset);
}

void screen_newline(struct screen *s)
{
	text_add_bytes(&s->out, "\n", 1);
	s->column = 0;
}

static void put_blanks(struct screen *s, size_t n)
{
	while (n--)
		screen_put(s, " ");
}

void screen_tab(struct screen *s, size_t column)
{
	if (s->column < column)
		put_blanks(s, column - s->column);
	else if (s->column)
		put_blanks(s, 1);
}

void screen_left(struct screen *s, size_t places, const char *text)
{
	size_t end = s->column + places;

	screen_put(s, text);
	if (s->column < end)
		put_blanks(s, end - s->column);
}

void screen_right(struct screen *s, size_t places, const char *text)
{
	size_t columns = screen_columns(text);

	if (columns < places)
		put_blanks(s, places - columns);
	screen_put(s, text);
}

void screen_wrap(struct screen *s, size_t indent, const char *text)
{
	bool fresh = true; /* no word in this line yet: the next one goes in, however long */

	if (s->column < indent)
		put_blanks(s, indent - s->column);

	for (;;) {
		while (char_is_space(*text))
			text++;
		if (!*text)
			break;

		if (!fresh && s->column + 1 + columns_until(text, ends_word) > s->width) {
			screen_newline(s);
			put_blanks(s, indent);
		} else if (!fresh) {
			put_blanks(s, 1);
		}
		text = put_until(s, text, ends_word);
		fresh = false;
	}
	screen_newline(s);
}

void screen_wrapf(struct screen *s, size_t indent, const char *fmt, ...)
{
	auto_text struct text t = {0};
	va_list ap;

	va_start(ap, fmt);
	text_addv(&t, fmt, ap);
	va_end(ap);

	s->out.failed |= t.failed;
	screen_wrap(s, indent, t.str ? t.str : "");
}

void screen_lines(struct screen *s, size_t indent, const char *text)
{
	while (*text) {
		if (*text != '\n')
			put_blanks(s, indent);
		text = put_until(s, text, ends_line);
		if (*text)
			text++;
		screen_newline(s);
	}
}

int screen_write(struct screen *s, FILE *f, struct error *err)
{
	size_t len = s->out.len;

	if (s->out.failed)
		return error_set(err, ENOMEM, "write the output");

	errno = 0;
	if (len && fwrite(s->out.str, 1, len, f) != len)
		return error_set(err, errno ? errno : EIO, "write the output");

	text_clear(&s->out);
	s->column = 0;
	return 0;
}
