/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise/nofile.h"

#include <errno.h>
#include <string.h>

enum {
	SELECT_MAX = 1024,  /* FD_SETSIZE */
	KERNEL_SOFT = 1024, /* what the kernel gives the first process */
	KERNEL_HARD = 4096,
	SYSTEMD_HARD = 512 * 1024, /* systemd's HIGH_RLIMIT_NOFILE */
	/*
	 * libpam opens a socket for audit at the end of a session's opening: with
	 * 0 to 4 descriptors it was seen to fail.  A daemon that holds more files
	 * open fails sooner; how many it holds is not known here.
	 */
	PAM_DESCRIPTORS = 5,
};

enum may_raise nofile_may_raise(enum capability sys_resource, const struct nofile *pid1)
{
	if (sys_resource == CAPABILITY_UNKNOWN)
		return pid1->known ? MAY_NOT_RAISE : MAY_RAISE;
	return sys_resource == CAPABILITY_PRESENT ? MAY_RAISE : MAY_NOT_RAISE;
}

struct nofile nofile_caller(const struct nofile *self, const struct nofile *service,
			    const struct nofile *pid1)
{
	if (self->known)
		return *self;
	return service->known ? *service : *pid1;
}

uint64_t nofile_kernel_max(uint64_t nr_open, enum nr_open_set by, const struct nofile *pid1)
{
	if (by == NR_OPEN_BY_FILE || !pid1->known || pid1->hard < nr_open)
		return nr_open;
	return pid1->hard;
}

static struct nofile_pair pair_of(const struct nofile *n, enum nofile_from from)
{
	return (struct nofile_pair){
		.soft = {.known = n->known, .value = n->soft, .from = from},
		.hard = {.known = n->known, .value = n->hard, .from = from},
	};
}

struct nofile nofile_of(const struct nofile_pair *pair)
{
	return (struct nofile){
		.known = pair->soft.known && pair->hard.known,
		.soft = pair->soft.value,
		.hard = pair->hard.value,
	};
}

/* --------------------------------------------------------------- PAM session */

/*
 * Who set a field: a line is taken if its class is not worse than that of what
 * is there.  The order is that of pam_limits' LIMITS_DEF_*.
 */
enum class {
	CLASS_USER,
	CLASS_GROUP,
	CLASS_ALLGROUP, /* `%group`: logins only */
	CLASS_ALL,      /* `%`: logins only */
	CLASS_DEFAULT,
	CLASS_KERNEL, /* from /proc/1/limits */
	CLASS_NONE,   /* as the caller has it */
};

struct session {
	const struct session_facts *facts;
	bool root; /* uid 0, and the reader makes an exception for it */
	struct nofile_pair now;
	enum class soft_class, hard_class, logins_class;
	const struct limits_rule *logins; /* the maxlogins line in force, or NULL */
};

static const char *file_of(const struct session *s, const struct limits_rule *rule)
{
	return s->facts->conf->files.items[rule->file];
}

static bool id_in_range(const struct limits_rule *rule, uint32_t id)
{
	return id >= rule->min && (rule->range == RANGE_MIN || id <= rule->max);
}

static bool group_matches(const struct session *s, const struct limits_rule *rule)
{
	const struct account *a = s->facts->account;

	if (rule->range == RANGE_NONE)
		return account_in_group(a, rule->domain + 1);
	if (rule->range == RANGE_ONE)
		return account_in_gid(a, rule->max);
	return id_in_range(rule, a->gid); /* the primary group only */
}

/* `%`, `%group` and `%:gid`; other ranges are not supported there. */
static bool all_group_matches(const struct session *s, const struct limits_rule *rule,
			      enum class *ret)
{
	*ret = strcmp(rule->domain, "%") == 0 ? CLASS_ALL : CLASS_ALLGROUP;
	if (rule->range != RANGE_NONE && rule->range != RANGE_ONE)
		return false;
	return *ret == CLASS_ALL || group_matches(s, rule);
}

/*
 * Does the line apply to the session's user, and as what?  The tests are in
 * the module's order: where Debian takes root out of `@` and `%`, what is left
 * of "@0:5" is a range, and a range is one of uids.
 */
static bool applies(const struct session *s, const struct limits_rule *rule, enum class *ret)
{
	const struct account *a = s->facts->account;

	*ret = CLASS_USER;
	if (strcmp(rule->domain, a->name) == 0)
		return true;
	if (rule->domain[0] == '@' && !s->root) {
		*ret = CLASS_GROUP;
		return group_matches(s, rule);
	}
	if (rule->domain[0] == '%' && !s->root)
		return all_group_matches(s, rule, ret);
	if (rule->range != RANGE_NONE)
		return id_in_range(rule, a->uid);

	*ret = CLASS_DEFAULT;
	return strcmp(rule->domain, "*") == 0 && !s->root;
}

/* "DOMAIN -" has tests of its own: `*` and `%` never, groups for root as well. */
static bool exempts(const struct session *s, const struct limits_rule *rule)
{
	const struct account *a = s->facts->account;

	if (strcmp(rule->domain, a->name) == 0)
		return true;
	if (rule->domain[0] == '@')
		return group_matches(s, rule);
	return rule->range != RANGE_NONE && id_in_range(rule, a->uid);
}

static struct nofile_field field_of(const struct session *s, const struct limits_rule *rule)
{
	bool infinite = rule->value == UINT64_MAX && s->facts->reader->infinity_is_nr_open;

	return (struct nofile_field){
		.known = true,
		.value = infinite ? s->facts->nr_open : rule->value,
		.from = infinite ? NOFILE_NR_OPEN : NOFILE_FILE,
		.file = file_of(s, rule),
		.line = rule->line,
	};
}

/*
 * A line of type "-" is for both fields, but it is dropped whole when a better
 * class holds the soft limit: `alice soft` keeps `* -` from her hard limit.
 */
static void set_limits(struct session *s, const struct limits_rule *rule, enum class class)
{
	if (rule->fields & LIMIT_SOFT) {
		if (s->soft_class < class)
			return;
		s->now.soft = field_of(s, rule);
		s->soft_class = class;
	}
	if ((rule->fields & LIMIT_HARD) && s->hard_class >= class) {
		s->now.hard = field_of(s, rule);
		s->hard_class = class;
	}
}

static void obey(struct session *s, const struct limits_rule *rule)
{
	bool logins_only;
	enum class class;

	if (!applies(s, rule, &class))
		return;

	logins_only = class == CLASS_ALL || class == CLASS_ALLGROUP;
	if (rule->item == ITEM_NOFILE && !logins_only)
		set_limits(s, rule, class);
	if (rule->item == ITEM_NOFILE || (logins_only && rule->item != ITEM_MAXLOGINS))
		return;
	if (s->logins_class >= class) {
		s->logins = rule;
		s->logins_class = class;
	}
}

/* What the session has before any line. */
static void begin(struct session *s)
{
	const struct session_facts *f = s->facts;
	uint64_t cap = f->reader->set_all_cap;

	s->now = pair_of(&f->caller, NOFILE_CALLER);
	s->soft_class = s->hard_class = s->logins_class = CLASS_NONE;
	if (!f->set_all && !f->reader->always_set_all)
		return;

	if (f->pid1.known) {
		s->now = pair_of(&f->pid1, NOFILE_PID1);
		s->soft_class = s->hard_class = CLASS_KERNEL;
		if (cap && s->now.soft.value > cap)
			s->now.soft.value = cap;
	} else if (cap) {
		struct nofile both = {.known = true, .soft = cap, .hard = cap};

		s->now = pair_of(&both, NOFILE_DEFAULT);
		s->soft_class = s->hard_class = CLASS_DEFAULT;
	}
}

/* Is setrlimit(2) with this hard limit refused? */
static bool kernel_refuses(const struct session_facts *f, const struct nofile_field *hard)
{
	if (!hard->known)
		return false;
	if (hard->value > f->kernel_max)
		return true;
	return f->may_raise == MAY_NOT_RAISE && f->caller.known && hard->value > f->caller.hard;
}

static void refuse(struct nofile_session *result, enum refusal why, const char *file, unsigned line)
{
	if (result->refused)
		return;
	result->refused = why;
	result->refused_file = file;
	result->refused_line = line;
}

/* Some field was set: now the kernel is asked. */
static void set_both(const struct session *s, struct nofile_session *result)
{
	const struct nofile_field *soft = &result->asked.soft, *hard = &result->asked.hard;

	if (soft->known && hard->known && soft->value > hard->value)
		result->asked.soft = result->asked.hard;
	result->has = result->asked;

	if (kernel_refuses(s->facts, hard)) {
		result->kernel_refused = true;
		result->cannot_raise = hard->value <= s->facts->kernel_max;
		result->has = pair_of(&s->facts->caller, NOFILE_CALLER);
		if (s->facts->reader->kernel_refusal_is_fatal)
			refuse(result, REFUSED_KERNEL, hard->file, hard->line);
	} else if (soft->known && soft->value < PAM_DESCRIPTORS) {
		refuse(result, REFUSED_DESCRIPTORS, soft->file, soft->line);
	}
}

static struct nofile_session finish(const struct session *s)
{
	struct nofile_session result = {.asked = s->now, .has = s->now};

	if (s->soft_class != CLASS_NONE || s->hard_class != CLASS_NONE)
		set_both(s, &result);
	/* How many are logged in then nobody knows; but none at all is too many for 0. */
	if (s->logins && s->logins->logins == 0 && s->facts->account->uid != 0)
		refuse(&result, REFUSED_LOGINS, file_of(s, s->logins), s->logins->line);
	return result;
}

struct nofile_session nofile_session(const struct session_facts *f)
{
	struct session s = {
		.facts = f,
		.root = f->reader->root_exempt && f->account->uid == 0,
	};
	struct nofile_pair untouched = pair_of(&f->caller, NOFILE_CALLER);
	struct nofile_session result = {.asked = untouched, .has = untouched};

	begin(&s);
	for (size_t i = 0; i < f->conf->rules.len; i++) {
		const struct limits_rule *rule = &f->conf->rules.items[i];

		if (rule->item != ITEM_EXEMPT) {
			obey(&s, rule);
		} else if (exempts(&s, rule)) {
			result.exempt = true;
			return result;
		}
	}
	if (!f->conf->fatal)
		return finish(&s);

	refuse(&result, REFUSED_FILE, f->conf->fatal, 0);
	return result;
}

/* -------------------------------------------------------------------- systemd */

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static struct nofile_field field_of_limit(const struct systemd_limit *l, uint64_t value,
					  unsigned line)
{
	return (struct nofile_field){
		.known = true, .value = value, .from = NOFILE_FILE, .file = l->file, .line = line};
}

static struct nofile_pair pair_of_limit(const struct systemd_limit *l)
{
	return (struct nofile_pair){
		.soft = field_of_limit(l, l->soft, l->soft_line),
		.hard = field_of_limit(l, l->hard, l->hard_line),
	};
}

struct nofile_pair nofile_manager(const struct manager_facts *f)
{
	struct nofile n = {.known = true, .soft = KERNEL_SOFT, .hard = KERNEL_HARD};

	if (f->conf->nofile.set)
		return pair_of_limit(&f->conf->nofile);

	if (f->started_with.known)
		n = f->started_with;
	n.soft = smaller(n.soft, SELECT_MAX);
	n.hard = smaller(f->nr_open_at_start, larger(n.hard, SYSTEMD_HARD));
	return pair_of(&n, NOFILE_DEFAULT);
}

static void lower_to(struct nofile_field *field, uint64_t ceiling, enum nofile_from from)
{
	if (field->value > ceiling)
		*field = (struct nofile_field){.known = true, .value = ceiling, .from = from};
}

/*
 * systemd's setrlimit_closest(): a refused limit is lowered to what the process
 * has, which it has from PID 1, and tried again.  If that is refused too,
 * because fs.nr_open went down after PID 1 started, the service fails, unless
 * nothing would change any more.
 */
struct nofile_service nofile_service(const struct manager_facts *manager,
				     const struct systemd_unit *unit, const struct nofile *pid1,
				     uint64_t nr_open)
{
	struct nofile_service s = {
		.configured = unit && unit->nofile.set ? pair_of_limit(&unit->nofile)
						       : nofile_manager(manager),
	};
	enum nofile_from from = pid1->known ? NOFILE_PID1 : NOFILE_NR_OPEN;
	uint64_t ceiling = pid1->known ? pid1->hard : manager->nr_open_at_start;

	s.has = s.configured;
	lower_to(&s.has.soft, ceiling, from);
	lower_to(&s.has.hard, ceiling, from);
	s.fails = s.has.hard.value > nr_open && s.has.soft.value < ceiling;
	return s;
}

struct nofile_service nofile_user_service(const struct systemd_conf *user_conf,
					  const struct nofile_pair *session)
{
	struct nofile_service s = {.configured = *session};

	if (user_conf->nofile.set)
		s.configured = pair_of_limit(&user_conf->nofile);
	else
		lower_to(&s.configured.soft, SELECT_MAX, NOFILE_DEFAULT);

	/* A user's manager has no capability: its own hard limit is the ceiling. */
	s.has = s.configured;
	if (session->hard.known && s.has.soft.value > session->hard.value)
		s.has.soft = session->hard;
	if (session->hard.known && s.has.hard.value > session->hard.value)
		s.has.hard = session->hard;
	return s;
}

/* --------------------------------------------------------------------- ulimit */

static bool ulimit_value(const struct ulimit_line *u, const struct nofile_pair *now, uint64_t *ret)
{
	const struct nofile_field *as = u->value == ULIMIT_SOFT ? &now->soft : &now->hard;

	switch (u->value) {
	case ULIMIT_NUMBER:
		*ret = u->number;
		return true;
	case ULIMIT_UNLIMITED:
		*ret = UINT64_MAX;
		return true;
	case ULIMIT_SOFT:
	case ULIMIT_HARD:
		*ret = as->value;
		return as->known;
	case ULIMIT_NOT_SET:
	case ULIMIT_UNKNOWN:
		break;
	}
	return false;
}

bool nofile_after_ulimit(const struct ulimit_line *u, enum may_raise may_raise, uint64_t kernel_max,
			 struct nofile_pair *pair)
{
	struct nofile_pair new = *pair;
	struct nofile_field field = {
		.known = true, .from = NOFILE_FILE, .file = u->file, .line = u->line};

	if (!ulimit_value(u, pair, &field.value))
		return false;
	if (u->fields & LIMIT_SOFT)
		new.soft = field;
	if (u->fields & LIMIT_HARD)
		new.hard = field;

	/* setrlimit(2): EINVAL and EPERM. */
	if (!new.hard.known || !new.soft.known || new.soft.value > new.hard.value)
		return false;
	if (new.hard.value > kernel_max)
		return false;
	if (may_raise == MAY_NOT_RAISE && (!pair->hard.known || new.hard.value > pair->hard.value))
		return false;

	*pair = new;
	return true;
}

int nofile_login_shell(const struct ulimit_lines *lines, enum may_raise may_raise,
		       uint64_t kernel_max, struct session_answer *a)
{
	a->shell = a->session.has;
	for (size_t i = 0; i < lines->len; i++) {
		struct ulimit_effect e = {.line = &lines->items[i], .after = a->shell};

		e.works = nofile_after_ulimit(e.line, may_raise, kernel_max, &e.after);
		if (!e.line->conditional)
			a->shell = e.after;
		if (vec_push(&a->effects, e))
			return -ENOMEM;
	}
	return 0;
}
