/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/boot_answer.h"

void boot_answer_done(struct boot_answer *a)
{
	vec_done(&a->lines);
}

enum reader_kind boot_answer_kind(const struct boot_answer *a)
{
	for (enum reader_kind k = 0; k < READER_KIND_COUNT; k++) {
		if (a->verdicts[k].boots)
			return k;
	}
	return READER_SYSTEMD;
}
