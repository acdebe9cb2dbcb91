/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What predicates ask of their trial: values, counters, and the lines of
 * evidence they add to it.
 */
#include <errno.h>
#include <string.h>

#include "advise/rule.h"
#include "base/text.h"
#include "model/default.h"
#include "model/ports.h"

uint32_t evidence_quiet_ms(const struct snapshot *s)
{
	const struct tunable *t = catalogue_find("net.ipv4.tcp_keepalive_time");
	const struct reading *r = snapshot_reading(s, t);
	int64_t seconds = SOCKET_LATE_SECONDS;

	if (r->state == READING_PRESENT && r->value.type == t->type && r->value.num[0] > 0 &&
	    r->value.num[0] < seconds)
		seconds = r->value.num[0];
	return (uint32_t)seconds * 1000;
}

const char *trial_words(const struct trial *t, unsigned i)
{
	return t->values[i]->words ? t->values[i]->words : "";
}

int64_t trial_default(struct trial *t, unsigned i, int64_t otherwise)
{
	auto_value struct value v = {.type = TYPE_COUNT};
	int r = default_value(t->tunables[i], &t->evidence->snapshot->host, &v);

	t->failed = t->failed || r == -ENOMEM;
	return r ? otherwise : v.num[0];
}

static void add_line(struct trial *t, struct strings *list, const char *fmt, va_list ap)
{
	auto_text struct text line = {0};

	text_addv(&line, fmt, ap);
	t->failed = t->failed || line.failed || strings_add(list, "%s", line.str);
}

void trial_note(struct trial *t, const char *fmt, ...)
{
	va_list ap;

	if (t->notes.len >= TRIAL_NOTES_MAX) {
		t->notes_left_out++;
		return;
	}
	va_start(ap, fmt);
	add_line(t, &t->notes, fmt, ap);
	va_end(ap);
}

void trial_row(struct trial *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_line(t, &t->rows, fmt, ap);
	va_end(ap);
}

void trial_subject(struct trial *t, const char *fmt, ...)
{
	auto_text struct text subject = {0};
	va_list ap;

	va_start(ap, fmt);
	text_addv(&subject, fmt, ap);
	va_end(ap);
	free(t->subject);
	t->subject = NULL;
	t->failed = text_take(&subject, &t->subject) || t->failed;
}

uint64_t trial_now(const struct trial *t, enum counter c)
{
	const struct counters *now = t->evidence->counters;

	return now && now->known[c] ? now->values[c] : 0;
}

uint64_t trial_count(const struct trial *t, enum counter c)
{
	const struct evidence *e = t->evidence;
	uint64_t n = 0;

	if (!e->earlier)
		return trial_now(t, c);
	return counters_grown(e->earlier, e->counters, c, &n) ? n : 0;
}

uint64_t trial_interval_ms(const struct trial *t)
{
	const struct evidence *e = t->evidence;
	uint64_t ms = e->earlier ? counters_apart_ms(e->earlier, e->counters) : 0;

	return e->earlier && !ms ? 1 : ms;
}

uint64_t trial_rate(const struct trial *t, enum counter c)
{
	uint64_t ms = trial_interval_ms(t);

	return ms ? (uint64_t)((double)trial_count(t, c) * 1000 / (double)ms) : 0;
}

const char *trial_period(const struct trial *t, char ret[static PERIOD_SIZE])
{
	unsigned long long ms = trial_interval_ms(t);

	if (ms)
		snprintf(ret, PERIOD_SIZE, "in %llu.%llu seconds", ms / 1000, ms % 1000 / 100);
	else
		snprintf(ret, PERIOD_SIZE, "since %s",
			 t->evidence->snapshot->host.child_netns ? "this network namespace was made"
								 : "boot");
	return ret;
}

void trial_note_count(struct trial *t, enum counter c)
{
	const struct counter_row *row = counter_row(c);
	bool is_host_s = row->file == COUNTER_SOFTNET && !trial_interval_ms(t);
	char period[PERIOD_SIZE];

	trial_note(t, "%s: %llu %s", row->name, (unsigned long long)trial_count(t, c),
		   is_host_s ? "since boot" : trial_period(t, period));
}

uint64_t trial_connections(const struct trial *t)
{
	return sockets_connections(t->evidence->sockets);
}

uint64_t trial_permille(uint64_t part, uint64_t whole)
{
	return whole ? (uint64_t)((double)part * 1000 / (double)whole) : 0;
}

static unsigned as_port(int64_t number)
{
	return number < 0 ? 0 : number > UINT16_MAX ? UINT16_MAX : (unsigned)number;
}

unsigned trial_usable_ports(const struct trial *t, unsigned range, unsigned reserved)
{
	const struct value *without = t->values[reserved];

	return ports_usable(as_port(trial_field(t, range, 0)), as_port(trial_field(t, range, 1)),
			    without ? without->ports : NULL, without ? without->n : 0);
}

const char *process_who(const struct process *p, char ret[static WHO_SIZE])
{
	snprintf(ret, WHO_SIZE, "%s (pid %d%s%s)", p->comm ? p->comm : "?", p->pid,
		 p->unit ? ", " : "", p->unit ? p->unit : "");
	return ret;
}

const char *listener_who(const struct socket_listener *l, char ret[static WHO_SIZE])
{
	char at[LISTENER_SIZE], pid[32] = "";

	listener_print(l, at);
	if (l->pid)
		snprintf(pid, sizeof(pid), ", pid %d", l->pid);
	if (l->comm)
		snprintf(ret, WHO_SIZE, "%s (%s%s%s%s)", at, l->comm, pid, l->unit ? ", " : "",
			 l->unit ? l->unit : "");
	else if (l->unit)
		snprintf(ret, WHO_SIZE, "%s (%s)", at, l->unit);
	else
		snprintf(ret, WHO_SIZE, "%s", at);
	return ret;
}
