/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One key's story under both kinds of reader, put together from their
 * predictions.
 */
#ifndef TCPTUNE_ADVISE_BOOT_ANSWER_H
#define TCPTUNE_ADVISE_BOOT_ANSWER_H

#include "advise/boot.h"
#include "model/boot_answer.h"

/*
 * key is dotted; boots[kind] is the prediction of that kind of reader, first
 * the one that boots the host.  All of it must outlive *ret.  -ENOMEM.
 */
must_check int boot_answer_make(const char *key, const struct boot *const boots[READER_KIND_COUNT],
				enum reader_kind booting, struct boot_answer *ret);

#endif
