/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that is known of one key's next boot: what each kind of reader makes of
 * the files, and every line about it with its fate.  For `explain`; strings are
 * borrowed from the predictions it was made of.
 */
#ifndef TCPTUNE_MODEL_BOOT_ANSWER_H
#define TCPTUNE_MODEL_BOOT_ANSWER_H

#include "model/boot.h"
#include "model/owner.h"

struct boot_verdict {
	const struct reader *reader;
	bool boots; /* this one runs when the host boots; the other when somebody calls it */
	bool set;   /* some line decides */
	struct boot_outcome outcome;
};

/* FATE_COUNT: to this reader the line is none. */
struct boot_line_fate {
	enum fate fate;
	const char *by_file; /* what decides over it, or NULL */
	unsigned by_line;
};

struct boot_line {
	const char *file, *text;
	const char *wrong; /* a fault of the line, or NULL */
	unsigned line;
	struct boot_line_fate fates[READER_KIND_COUNT];
};

struct boot_answer {
	const char *key; /* dotted */
	bool exists;     /* the kernel has it now, as far as can be seen */
	struct boot_verdict verdicts[READER_KIND_COUNT];
	struct {
		VEC(struct boot_line);
	} lines;                     /* in the order of the reader that boots the host */
	const struct owners *owners; /* who else sets keys; NULL: nobody looked */
};

void boot_answer_done(struct boot_answer *a);

/* The kind of reader that sets sysctls at boot. */
enum reader_kind boot_answer_kind(const struct boot_answer *a);

#endif
