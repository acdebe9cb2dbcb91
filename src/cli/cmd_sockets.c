/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <langinfo.h>
#include <string.h>

#include "advise/diagnose.h"
#include "base/number.h"
#include "base/text.h"
#include "cli/cmd.h"
#include "cli/evidence.h"
#include "model/default.h"
#include "read/sockets.h"
#include "render/sockets.h"

enum { TOP = 20 };

static const unsigned groups[BY_COUNT] = {
	[BY_PEER] = GROUP_PEERS, [BY_LISTENER] = GROUP_UNITS, [BY_PORT] = GROUP_PORTS,
	[BY_UNIT] = GROUP_UNITS, [BY_PROCESS] = GROUP_OWNERS,
};

static int unknown_state(const char *word, struct error *err)
{
	auto_text struct text known = {0};
	const char *best = NULL;
	size_t least = 3;

	for (unsigned i = 1; i < TCP_STATES; i++) {
		size_t d = text_distance(word, tcp_state_name(i));

		text_addf(&known, "%s%s", i > 1 ? ", " : "", tcp_state_name(i));
		if (d < least) {
			least = d;
			best = tcp_state_name(i);
		}
	}
	if (best)
		return error_say(err, EINVAL, "--state does not know '%s'; did you mean '%s'?",
				 word, best);
	return error_say(err, EINVAL, "--state takes one of %s, not '%s'",
			 known.str ? known.str : "the states", word);
}

static int parse_options(const struct session *s, struct sockets_view *ret, struct error *err)
{
	const struct options *o = &s->options;
	enum tcp_state state = 0;
	uint64_t top = TOP;

	if (o->diagram && (o->json || o->by != BY_STATE || o->state))
		return error_say(err, EINVAL, "--diagram cannot go with --%s",
				 o->json    ? "json"
				 : o->state ? "state"
					    : "by");
	if (o->state && tcp_state_parse(o->state, &state))
		return unknown_state(o->state, err);
	if (state == TCP_STATE_LISTEN && o->by != BY_STATE && o->by != BY_LISTENER)
		return error_say(err, EINVAL,
				 "--state LISTEN goes with --by listener, not with "
				 "--by %s",
				 sockets_by_name((enum sockets_by)o->by));
	if (o->top && (number_parse_u64(o->top, &top) || top > UINT32_MAX))
		return error_say(err, EINVAL, "--top takes a number of rows, not '%s'", o->top);

	ret->by = (enum sockets_by)o->by;
	ret->state = state;
	ret->top = top;
	return 0;
}

static bool is_mass(unsigned state)
{
	return state == 0 || state == TCP_STATE_ESTABLISHED || state == TCP_STATE_TIME_WAIT;
}

/* Tables need each socket, unless they are of states that a summary lists. */
static enum sockets_method choose_method(const struct session *s, const struct sockets_view *v)
{
	enum sockets_method m = (enum sockets_method)s->options.sockets;

	if (m != SOCKETS_AUTO || v->by == BY_STATE)
		return m;
	return is_mass(v->state) ? SOCKETS_FULL : SOCKETS_SUMMARY;
}

static struct somaxconn read_somaxconn(const struct session *s)
{
	const struct tunable *t = catalogue_find("net.core.somaxconn");
	const struct reading *r = snapshot_reading(&s->snapshot, t);
	bool known = r->state == READING_PRESENT && r->value.type == t->type;
	auto_value struct value usual = {.type = TYPE_COUNT};

	return (struct somaxconn){
		.now = known ? r->value.num[0] : -1,
		.usual = default_value(t, &s->snapshot.host, &usual) ? -1 : usual.num[0],
	};
}

/* Whoever forces a summary gets tables without the two masses. */
static int say_what_is_missing(struct sockets *k, const struct sockets_view *v)
{
	if (k->method == SOCKETS_FULL || v->by == BY_STATE || !is_mass(v->state))
		return 0;
	return strings_add(&k->warnings,
			   "a summary looks at no socket in ESTABLISHED or TIME_WAIT: the table "
			   "is without them");
}

static int read_sockets(struct session *s, const struct sockets_view *v, struct sockets *ret,
			struct error *err)
{
	const struct sockets_options options = {
		.method = choose_method(s, v),
		.groups = groups[v->by],
		.states = v->state ? TCP_STATE_BIT(v->state) : 0,
	};
	int r = sockets_read(&s->snapshot.host, s->root, &options, ret, err);

	if (!r && v->by == BY_LISTENER)
		r = session_walk_processes(s, err);
	if (r)
		return r;
	if ((v->by == BY_LISTENER && listeners_name(s, ret)) || say_what_is_missing(ret, v))
		return error_set(err, ENOMEM, "read the sockets");

	if (v->by == BY_LISTENER)
		sockets_rank_listeners(ret, v->state && v->state != TCP_STATE_LISTEN);
	return 0;
}

static bool shows_ascii_only(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
}

static void warn_all(const struct session *s, const struct strings *warnings)
{
	for (size_t i = 0; i < warnings->len; i++)
		session_warn(s, "%s", warnings->items[i]);
}

static int show(const struct session *s, const struct sockets_view *v, struct error *err)
{
	auto_screen struct screen out = SCREEN_INIT(&s->style);

	if (s->options.quiet)
		return 0;
	if (s->options.json)
		return sockets_json(v, stdout, err);

	warn_all(s, &v->sockets->warnings);
	sockets_human(&out, v);
	return screen_write(&out, stdout, err);
}

static int show_table(struct session *s, struct sockets_view view, struct error *err)
{
	auto_call(sockets_done) struct sockets sockets = {0};
	int r;

	view.sockets = &sockets;
	r = read_sockets(s, &view, &sockets, err);
	return r ? r : show(s, &view, err);
}

/* The evidence of `check`, and its rules: the two do not disagree. */
static int diagnose_sockets(struct session *s, struct samples *samples, struct report *report,
			    struct error *err)
{
	int r = session_walk_processes(s, err);
	struct evidence evidence;

	if (!r)
		r = samples_take(s, samples, &report->warnings, err);
	if (r)
		return r;
	if (samples->sockets.source == SOCKETS_NOWHERE)
		return error_say(err, EIO, "%s",
				 report->warnings.len
					 ? report->warnings.items[report->warnings.len - 1]
					 : "the sockets cannot be read");
	evidence = samples_evidence(s, samples);
	return diagnose(&evidence, report, err);
}

static int show_diagram(struct session *s, struct error *err)
{
	auto_screen struct screen out = SCREEN_INIT(&s->style);
	auto_call(samples_done) struct samples samples = {0};
	auto_call(report_done) struct report report = {.snapshot = &s->snapshot};
	int r = diagnose_sockets(s, &samples, &report, err);

	if (r || s->options.quiet)
		return r;
	warn_all(s, &report.warnings);
	sockets_diagram(&out, &samples.sockets, &report.findings, shows_ascii_only());
	return screen_write(&out, stdout, err);
}

static int run(struct session *s, struct error *err)
{
	struct sockets_view view = {.somaxconn = read_somaxconn(s)};
	int r = parse_options(s, &view, err);

	if (r)
		return r;
	if (!s->snapshot.host.online)
		return error_say(err, ENOTSUP, "%s does not run: it has no sockets",
				 s->snapshot.host.root);
	return s->options.diagram ? show_diagram(s, err) : show_table(s, view, err);
}

enum status cmd_sockets(struct session *s)
{
	struct error err = {0};

	return run(s, &err) ? session_fail(s, &err) : STATUS_OK;
}
