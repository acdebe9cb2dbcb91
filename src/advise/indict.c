/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise/indict.h"

#include <string.h>

#define S(name) TCP_STATE_BIT(TCP_STATE_##name)

static const struct {
	const char *rule;
	uint32_t states;
} rows[] = {
	{"accept-queue-backlog", S(LISTEN)},
	{"accept-queue-old-limit", S(LISTEN)},
	{"accept-queue-somaxconn", S(LISTEN)},
	{"accept-loop-slow", S(LISTEN)},
	{"syn-queue-drops", S(SYN_RECV)},
	{"syn-backlog-drops", S(SYN_RECV)},
	{"syn-queue-short", S(SYN_RECV)},
	{"syn-flood", S(SYN_RECV)},
	{"connects-unanswered", S(SYN_SENT)},
	{"zero-window-ours", S(ESTABLISHED)},
	{"close-wait-leak", S(CLOSE_WAIT)},
	{"close-wait-unaccepted", S(CLOSE_WAIT)},
	{"fin-wait-2-held", S(FIN_WAIT_2)},
	{"fin-wait-2-orphans", S(FIN_WAIT_2)},
	{"closing-stuck", S(FIN_WAIT_1) | S(LAST_ACK) | S(CLOSING)},
	{"time-wait-holds-ports", S(TIME_WAIT)},
	{"tw-buckets-overflow", S(TIME_WAIT)},
};

uint32_t indicted_by(const char *rule)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (strcmp(rows[i].rule, rule) == 0)
			return rows[i].states;
	}
	return 0;
}

const char *indicting_at(size_t i)
{
	return i < ARRAY_LEN(rows) ? rows[i].rule : NULL;
}
