/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers from text: the only strto* in the tree.  Strict: the whole string,
 * ASCII digits only, no blanks, no sign but a leading '-' where signed, and no
 * silent wrap.
 */
#ifndef TCPTUNE_BASE_NUMBER_H
#define TCPTUNE_BASE_NUMBER_H

#include "base/defs.h"

/* 0, -EINVAL (not a number), -ERANGE (does not fit). */
must_check int number_parse_u64(const char *s, uint64_t *ret);
must_check int number_parse_i64(const char *s, int64_t *ret);

/* Hexadecimal without prefix, as softnet_stat and capabilities print it. */
must_check int number_parse_hex(const char *s, uint64_t *ret);

/*
 * The way C's base 0 reads it ("0x10" is 16, "010" is 8), with '-' or '+'
 * before it.  *end is the first byte not used; nothing used is -EINVAL.
 * Values past 64 bits are -ERANGE.
 */
must_check int number_scan_c(const char *s, const char **end, bool *negative, uint64_t *magnitude);

/* "90", "90s", "5min", "2h", "1d" -> seconds.  0, -EINVAL, -ERANGE. */
must_check int number_parse_duration(const char *s, uint64_t *ret_seconds);

#endif
