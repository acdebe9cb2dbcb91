/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The syntax of systemd's own files: sections, assignments, comments and
 * continued lines.  It is not that of sysctl.d.
 *
 * What newcomers get wrong: some mistakes end the file where they stand (a
 * header without its bracket, a line that is not UTF-8, a line of a megabyte),
 * and whoever reads several files may stop at that file, too.
 */
#ifndef TCPTUNE_READ_SYSTEMD_FILE_H
#define TCPTUNE_READ_SYSTEMD_FILE_H

#include "base/error.h"
#include "base/vec.h"
#include "model/limits_reader.h"

/* Where in the file a byte of a logical line stands. */
struct logical_line {
	char *text; /* borrowed */
	const struct line_start {
		size_t at; /* offset in text from which on ... */
		unsigned line;
	} * starts;
	size_t n;
};

unsigned logical_line_number(const struct logical_line *l, const char *where);

/* Whom assignments are given to. */
struct assignment_sink {
	void *context;
	/*
	 * key and value are trimmed and may be written to; both lie in l->text.
	 * 0 or -ENOMEM.
	 */
	int (*assign)(void *context, const char *section, char *key, char *value,
		      const struct logical_line *l);
};

/* data is written to, and data[len] is a NUL.  0 at the end, 1 where a mistake ends the file early, -ENOMEM. */
must_check int systemd_file_parse(const struct systemd_reader *reader, char *data, size_t len,
				  const struct assignment_sink *sink);

/*
 * "N", "SOFT:HARD", "infinity", in bases 10, 8 and 16.  value is written to;
 * *ret_hard_at is where in it the hard limit begins.  False when systemd
 * refuses it, and keeps what it had.
 */
bool systemd_limit_parse(const struct systemd_reader *reader, char *value, uint64_t *ret_soft,
			 uint64_t *ret_hard, const char **ret_hard_at);

#endif
