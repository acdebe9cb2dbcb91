/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise/threshold.h"

enum { WHOLE_MAX = 2, PERCENT = 10000 /* in parts per million */ };

/* All are judgement, but where a fact says otherwise. */
struct bar {
	uint32_t few; /* fewer are an accident */
	uint32_t ppm; /* ... and so is a smaller share of the whole */
};

static const struct row {
	enum counter whole[WHOLE_MAX];
	unsigned wholes;
	bool beside; /* what is judged is not counted in `whole`, but beside it */
	struct bar since_boot, interval;
	uint32_t a_second; /* so often in an interval is much of any whole; 0: never */
	bool history;      /* since boot it proves no more than that it was */
} rows[THRESHOLDS] = {
#define HANDSHAKES .whole = {COUNTER_PASSIVE_OPENS}, .wholes = 1
#define CONNECTS .whole = {COUNTER_ACTIVE_OPENS}, .wholes = 1
#define CONNECTIONS .whole = {COUNTER_ACTIVE_OPENS, COUNTER_PASSIVE_OPENS}, .wholes = 2
#define SEGMENTS .whole = {COUNTER_IN_SEGS}, .wholes = 1
	/* clang-format off */
	[MUCH_OVERFLOWS]          = {HANDSHAKES, .beside = true,
	                             .since_boot = {10, PERCENT / 10},
	                             .interval = {3, PERCENT / 10}, .a_second = 1},
	[MUCH_REQUESTS_DROPPED]   = {HANDSHAKES, .beside = true,
	                             .since_boot = {10, PERCENT / 10}, .interval = {1, 0}},
	[MUCH_REQUESTS_REFUSED]   = {HANDSHAKES, .beside = true,
	                             .since_boot = {10, PERCENT / 10},
	                             .interval = {3, PERCENT / 10}, .a_second = 1},
	[MUCH_COOKIES_ANSWERED]   = {HANDSHAKES,
	                             .since_boot = {10, PERCENT / 10},
	                             .interval = {3, PERCENT / 10}, .a_second = 1},
	[MUCH_COOKIES_IN_VAIN]    = {HANDSHAKES, .beside = true,
	                             .since_boot = {100, 10 * PERCENT},
	                             .interval = {20, 10 * PERCENT}, .history = true},
	[MUCH_CONNECTS_FAILED]    = {CONNECTS,
	                             .since_boot = {100, 50 * PERCENT},
	                             .interval = {10, 50 * PERCENT}},
	[MUCH_TIME_WAITS_REFUSED] = {.whole = {COUNTER_TW}, .wholes = 1, .beside = true,
	                             .since_boot = {10, PERCENT / 10}, .interval = {1, 0}},
	[MUCH_ABORTS]             = {CONNECTIONS,
	                             .since_boot = {100, 5 * PERCENT},
	                             .interval = {10, 5 * PERCENT}},
	[MUCH_TIMEOUTS]           = {CONNECTIONS,
	                             .since_boot = {100, 5 * PERCENT},
	                             .interval = {10, 5 * PERCENT}},
	[MUCH_PEER_RESETS]        = {CONNECTIONS,
	                             .since_boot = {100, 20 * PERCENT},
	                             .interval = {10, 20 * PERCENT}},
	[MUCH_ORPHANS_KILLED]     = {CONNECTIONS,
	                             .since_boot = {10, PERCENT / 10}, .interval = {1, 0}},
	[MUCH_RETRANSMITTED]      = {.whole = {COUNTER_OUT_SEGS}, .wholes = 1, .beside = true,
	                             .since_boot = {20, 2 * PERCENT},
	                             .interval = {20, 2 * PERCENT}},
	[MUCH_ZERO_WINDOWS]       = {SEGMENTS,
	                             .since_boot = {10, PERCENT / 100},
	                             .interval = {3, PERCENT / 100}},
	[MUCH_RECEIVED_DROPPED]   = {SEGMENTS,
	                             .since_boot = {10, PERCENT / 100},
	                             .interval = {3, PERCENT / 100}},
	[MUCH_BACKLOG_DROPPED]    = {SEGMENTS,
	                             .since_boot = {10, PERCENT / 100},
	                             .interval = {3, PERCENT / 100}},
	[MUCH_MEMORY_PRESSURES]   = {.since_boot = {1, 0}, .interval = {1, 0}, .history = true},
	[MUCH_SOFTNET_DROPPED]    = {.whole = {COUNTER_SOFTNET_PROCESSED}, .wholes = 1,
	                             .since_boot = {10, PERCENT / 1000},
	                             .interval = {3, PERCENT / 1000}},
	[MUCH_SOFTNET_SQUEEZED]   = {.since_boot = {UINT32_MAX, 0}, .interval = {UINT32_MAX, 0},
	                             .a_second = 10},
	[MUCH_CONNTRACK_DROPPED]  = {.since_boot = {10, 0}, .interval = {1, 0}, .history = true},
/* clang-format on */
#undef HANDSHAKES
#undef CONNECTS
#undef CONNECTIONS
#undef SEGMENTS
};

static double whole_of(const struct trial *t, const struct row *row, uint64_t n)
{
	double whole = row->beside ? (double)n : 0;

	for (unsigned i = 0; i < row->wholes; i++)
		whole += (double)trial_count(t, row->whole[i]);
	return whole;
}

static bool reaches(const struct bar *bar, uint64_t n, double whole)
{
	return n >= bar->few && (double)n * 1e6 >= whole * bar->ppm;
}

bool trial_is_much(struct trial *t, enum threshold which, uint64_t n)
{
	const struct row *row = &rows[which];
	uint64_t ms = trial_interval_ms(t);
	double whole = whole_of(t, row, n);

	if (ms)
		return reaches(&row->interval, n, whole) ||
		       (row->a_second && (double)n * 1000 >= (double)ms * row->a_second);
	if (!reaches(&row->since_boot, n, whole))
		return false;

	if (row->history)
		t->severity = SEVERITY_INFO;
	return true;
}

void trial_note_whole(struct trial *t, enum threshold which)
{
	for (unsigned i = 0; i < rows[which].wholes; i++)
		trial_note_count(t, rows[which].whole[i]);
}
