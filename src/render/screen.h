/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text for people: every human renderer writes on a screen, which is a string
 * that knows its column, its colours and how to wrap.
 *
 *	struct screen s = SCREEN_INIT(&style_none);
 *	screen_mark(&s, s.style->bold, "net.core.somaxconn");
 *	screen_tab(&s, 24);
 *	screen_wrap(&s, 24, t->what);
 *	return screen_write(&s, stdout, err);
 *
 * What newcomers get wrong: hostnames, file names and process names are
 * written by strangers.  Therefore everything that is put on a screen is
 * escaped on the way, trusted or not, and lines end by screen_newline() only:
 * a '\n' in a text is shown as \x0a (screen_wrap takes it as a blank).
 *
 * Failure is sticky, as in base/text.h: screen_write() reports it, once.
 */
#ifndef TCPTUNE_RENDER_SCREEN_H
#define TCPTUNE_RENDER_SCREEN_H

#include "base/error.h"
#include "base/text.h"

enum { SCREEN_WIDTH = 80 };

/* Terminal codes; each is "" when there is no colour. */
struct style {
	const char *bold, *dim, *red, *green, *yellow;
	const char *reset;
};

extern const struct style style_none, style_colour;

struct screen {
	struct text out;
	const struct style *style; /* borrowed */
	unsigned width;            /* lines are wrapped so as not to exceed it */
	size_t column;             /* where the next character goes, from 0 */
};

#define SCREEN_INIT(style_ptr)                                                                     \
	{                                                                                          \
		.style = (style_ptr), .width = SCREEN_WIDTH                                        \
	}
#define auto_screen __attribute__((cleanup(screen_done)))
void screen_done(struct screen *s);

/* Put text where we are, escaped; never breaks the line. */
void screen_put(struct screen *s, const char *text);
void screen_putf(struct screen *s, const char *fmt, ...) printf_like(2, 3);

/* The same in a colour or weight of s->style. */
void screen_mark(struct screen *s, const char *code, const char *text);

void screen_newline(struct screen *s);

/* Blanks up to this column; at least one if something is in the line already. */
void screen_tab(struct screen *s, size_t column);

/* Put text in a column of this many places, at its left or right end.  Longer text is not cut. */
void screen_left(struct screen *s, size_t places, const char *text);
void screen_right(struct screen *s, size_t places, const char *text);

/*
 * Put a paragraph: it begins where we are (at `indent` if that is further
 * left), goes on at `indent` and ends the line.  A word longer than the line
 * stands alone and is not cut, so that commands and paths can be copied.
 */
void screen_wrap(struct screen *s, size_t indent, const char *text);
void screen_wrapf(struct screen *s, size_t indent, const char *fmt, ...) printf_like(3, 4);

/* Put lines as they are, each indented: for code. */
void screen_lines(struct screen *s, size_t indent, const char *text);

/*
 * Write all of it to f and empty the screen.  -ENOMEM (then nothing is
 * written) or the errno of the write.  f is not flushed.
 */
must_check int screen_write(struct screen *s, FILE *f, struct error *err);

/*
 * What text looks like when nothing in it can steer a terminal: controls (C0,
 * DEL, C1), marks that change direction or are not seen, and bytes that are
 * not UTF-8 become \x1b, \u202e, \U000e0001.  A backslash stays as it is: this
 * is for reading, not for reading back.
 */
void screen_safe(struct text *out, const char *text);

/* Columns it takes when put on a screen. */
size_t screen_columns(const char *text);

#endif
