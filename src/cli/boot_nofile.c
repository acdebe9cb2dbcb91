/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/boot_nofile.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "read/accounts.h"
#include "read/limits_conf.h"
#include "read/pam_services.h"
#include "read/proc_capability.h"
#include "read/systemd_conf.h"
#include "read/systemd_unit.h"

/* An id inside every customary range of ordinary users, and nobody's. */
enum { ANYBODY_ID = 59999 };

void nofile_world_done(struct nofile_world *w)
{
	systemd_conf_done(&w->system);
	systemd_conf_done(&w->user);
	limits_conf_done(&w->limits);
	pam_services_done(&w->services);
	strings_done(&w->warnings);
}

static uint64_t number_or_zero(const char *text)
{
	uint64_t n = 0;

	return text && !number_parse_u64(text, &n) ? n : 0;
}

/*
 * A file that sets fs.nr_open decides.  Where none does, the running value
 * tells, because PID 1 may have been built to raise it; offline, what PID 1
 * would do.
 */
static void choose_nr_open(const struct session *s, const struct boot_layer *layer,
			   struct nofile_world *w)
{
	const struct tunable *t = catalogue_find("fs.nr_open");
	const struct boot_value *boot = boot_layer_value(layer, t);
	const struct reading *now = snapshot_reading(&s->snapshot, t);
	bool by_file = boot->from == BOOT_FILE || boot->from == BOOT_CMDLINE;
	uint64_t running = now->state == READING_PRESENT ? number_or_zero(now->text) : 0;

	w->nr_open.value = by_file || !running ? number_or_zero(boot->text) : running;
	w->nr_open.file = by_file ? boot->file : NULL;
	w->nr_open.line = by_file ? boot->line : 0;
	if (!w->nr_open.value)
		w->nr_open.value = pid1_nr_open(&w->readers->pid1);
	w->kernel_max = nofile_kernel_max(w->nr_open.value,
					  by_file ? NR_OPEN_BY_FILE : NR_OPEN_RUNNING, &w->pid1);
}

static enum capability sys_resource(const struct session *s)
{
	uint64_t bounding = 0;

	if (proc_capability_read(s->root, "proc/1/status", &bounding))
		return CAPABILITY_UNKNOWN;
	return bounding >> CAP_SYS_RESOURCE & 1 ? CAPABILITY_PRESENT : CAPABILITY_ABSENT;
}

/* The service most sessions come through tells how pam_limits is called. */
static const struct pam_service *session_opener(const struct pam_services *list)
{
	static const char *const usual[] = {"sshd", "login", "system-auth"};

	for (size_t i = 0; i < ARRAY_LEN(usual); i++) {
		const struct pam_service *service = pam_services_find(list, usual[i]);

		if (service)
			return service;
	}
	return NULL;
}

int nofile_read_limits(const struct nofile_world *w, const struct pam_service *service,
		       struct limits_conf *ret, struct error *err)
{
	return limits_conf_read(w->readers->files, w->readers->pam, service ? service->conf : NULL,
				ret, err);
}

/*
 * What reading a part of the files came to.  Only a lack of memory ends
 * everything: else the part is unknown, and a warning says why.
 */
static int read_part(int r, bool *unread, struct nofile_world *w, struct error *err)
{
	if (!r || r == -ENOMEM)
		return r;

	*unread = true;
	if (strings_add(&w->warnings, "%s: limits that depend on it are not known", err->text))
		return error_set(err, ENOMEM, "predict limits");
	*err = (struct error){0};
	return 0;
}

/* Whole files, and bytes that hide what stands behind them. */
static int warn_of(const struct problems *list, struct nofile_world *w)
{
	for (size_t i = 0; i < list->len; i++) {
		const struct problem *p = &list->items[i];

		if (p->line ? strings_add(&w->warnings, "%s:%u: %s", p->file, p->line, p->text)
			    : strings_add(&w->warnings, "%s: %s", p->file, p->text))
			return -ENOMEM;
	}
	return 0;
}

/* Root is looked up by everybody who asks, so the files of accounts are tried with him. */
static int try_accounts(const struct nofile_world *w, struct error *err)
{
	auto_call(account_done) struct account root = {0};
	int r = account_read(w->readers->files, "root", &root, err);

	return r == -ENOENT ? 0 : r;
}

static int read_sessions(struct nofile_world *w, struct error *err)
{
	const struct pam_service *opener;
	bool *unread = &w->sessions_unread;
	int r = read_part(pam_services_read(w->readers->files, &w->services, err), unread, w, err);

	opener = session_opener(&w->services);
	w->set_all = opener && opener->set_all;
	if (!r)
		r = read_part(nofile_read_limits(w, opener, &w->limits, err), unread, w, err);
	return r ? r : read_part(try_accounts(w, err), unread, w, err);
}

static int read_files(struct nofile_world *w, struct error *err)
{
	int r = read_part(
		systemd_conf_read_system(w->readers->files, w->readers->manager, &w->system, err),
		&w->manager_unread, w, err);

	if (!r)
		r = read_part(systemd_conf_read_user(w->readers->files, w->readers->manager, NULL,
						     &w->user, err),
			      &w->manager_unread, w, err);
	if (!r)
		r = read_sessions(w, err);
	if (!r && (warn_of(&w->system.ignored, w) || warn_of(&w->user.ignored, w) ||
		   warn_of(&w->services.problems, w) || warn_of(&w->limits.ignored, w)))
		r = error_set(err, ENOMEM, "predict limits");
	/* Sessions inherit from services. */
	w->sessions_unread |= w->manager_unread;
	return r;
}

static struct manager_facts manager_of(const struct nofile_world *w)
{
	return (struct manager_facts){
		.conf = &w->system,
		.nr_open_at_start = pid1_nr_open(&w->readers->pid1),
	};
}

struct nofile_service nofile_world_service(const struct nofile_world *w,
					   const struct systemd_unit *unit)
{
	const struct manager_facts manager = manager_of(w);

	if (w->manager_unread && !(unit && unit->nofile.set))
		return (struct nofile_service){0};
	return nofile_service(&manager, unit, &w->pid1, w->nr_open.value);
}

/*
 * Under systemd it is a service.  Elsewhere nothing says what the daemons have;
 * a shell, which is what `su` would be called from, is at hand.
 */
static struct nofile usual_opener(const struct session *s, const struct nofile_world *w)
{
	static const struct nofile unknown = {0};
	struct nofile_service service;

	if (!w->readers->manager_known)
		return nofile_caller(&s->snapshot.limits.shell, &unknown, &w->pid1);

	service = nofile_world_service(w, NULL);
	return nofile_of(&service.has);
}

int nofile_world_read(const struct session *s, const struct readers *readers,
		      const struct boot_layer *layer, struct nofile_world *ret, struct error *err)
{
	int r;

	ret->readers = readers;
	ret->pid1 = s->snapshot.limits.pid1;
	ret->may_raise = nofile_may_raise(sys_resource(s), &ret->pid1);
	choose_nr_open(s, layer, ret);
	r = read_files(ret, err);
	if (!r)
		ret->opener = usual_opener(s, ret);
	return r;
}

struct session_facts nofile_world_facts(const struct nofile_world *w, const struct account *account)
{
	return (struct session_facts){
		.reader = w->readers->pam,
		.conf = &w->limits,
		.account = account,
		.set_all = w->set_all,
		.pid1 = w->pid1,
		.caller = w->opener,
		.nr_open = w->nr_open.value,
		.kernel_max = w->kernel_max,
		.may_raise = w->may_raise,
	};
}

struct nofile_session nofile_world_session(const struct nofile_world *w,
					   const struct session_facts *facts)
{
	if (w->sessions_unread)
		return (struct nofile_session){0};
	return nofile_session(facts);
}

static struct nofile_pair manager_pair(const struct nofile_world *w)
{
	const struct manager_facts manager = manager_of(w);

	return w->manager_unread ? (struct nofile_pair){0} : nofile_manager(&manager);
}

static struct nofile_session usual_session(const struct nofile_world *w,
					   const struct account *account)
{
	const struct session_facts facts = nofile_world_facts(w, account);

	return nofile_world_session(w, &facts);
}

static int anybody(const char *group, struct account *ret)
{
	struct account a = {.name = strdup(""), .uid = ANYBODY_ID, .gid = ANYBODY_ID};
	struct group g = {.name = group ? strdup(group) : NULL, .gid = ANYBODY_ID};

	if (!a.name || (group && (!g.name || vec_push(&a.groups, g)))) {
		free(g.name);
		account_done(&a);
		return -ENOMEM;
	}
	*ret = a;
	return 0;
}

/* From a nofile_field to the words `check` judges. */
static int boot_of(const struct nofile_field *f, struct boot_value *ret)
{
	static const enum boot_from froms[NOFILE_FROM_COUNT] = {
		[NOFILE_FILE] = BOOT_FILE,       [NOFILE_PID1] = BOOT_PID1,
		[NOFILE_CALLER] = BOOT_DEFAULT,  [NOFILE_NR_OPEN] = BOOT_FILE,
		[NOFILE_DEFAULT] = BOOT_DEFAULT,
	};

	ret->judged = true;
	ret->from = f->known ? froms[f->from] : BOOT_UNKNOWN;
	ret->line = f->line;
	if (f->known && !(ret->text = text_format("%" PRIu64, f->value)))
		return -ENOMEM;
	if (f->file && !(ret->file = strdup(f->file)))
		return -ENOMEM;
	return 0;
}

/* A refused session has no limits: nothing is known of them. */
static struct nofile_pair session_pair(const struct nofile_session *s)
{
	return s->refused == REFUSED_NOT ? s->has : (struct nofile_pair){0};
}

int nofile_account(const struct nofile_world *w, const char *who, struct account *ret,
		   struct error *err)
{
	int r;

	if (strcmp(who, "*") == 0 || *who == '@') {
		r = anybody(*who == '@' ? who + 1 : NULL, ret);
		return r ? error_set(err, -r, "predict limits") : 0;
	}
	r = account_read(w->readers->files, who, ret, err);
	if (r != -ENOENT || strcmp(who, "root") != 0)
		return r;

	*ret = (struct account){.name = strdup("root")};
	return ret->name ? 0 : error_set(err, ENOMEM, "predict limits");
}

/* What has no effect because the kernel does not grant it is decided by the line that asks. */
static void blame_line(const struct nofile_session *s, struct nofile_pair *pair)
{
	const struct nofile_field *asked = &s->asked.hard;

	if (!s->kernel_refused || !asked->file)
		return;
	pair->soft.from = pair->hard.from = NOFILE_FILE;
	pair->soft.file = pair->hard.file = asked->file;
	pair->soft.line = pair->hard.line = asked->line;
}

static int pair_of_session(const struct nofile_world *w, const char *who, struct nofile_pair *ret,
			   struct error *err)
{
	auto_call(account_done) struct account account = {0};
	struct nofile_session session;
	int r = nofile_account(w, who, &account, err);

	if (r == -ENOENT)
		return 0; /* no such user here: not known */
	if (r)
		return r;

	session = usual_session(w, &account);
	*ret = session_pair(&session);
	blame_line(&session, ret);
	return 0;
}

int nofile_world_user_services(const struct nofile_world *w, struct nofile_pair *ret)
{
	auto_call(account_done) struct account account = {0};
	struct nofile_session session;
	struct nofile_pair pair;

	if (anybody(NULL, &account))
		return -ENOMEM;

	session = usual_session(w, &account);
	pair = session_pair(&session);
	if (!w->manager_unread)
		*ret = nofile_user_service(&w->user, &pair).has;
	return 0;
}

static int add_pair(const char *target, const struct nofile_pair *pair, bool unread,
		    struct boot_layer *layer)
{
	struct boot_nofile n = {.target = strdup(target)};

	n.soft.unread = unread;
	n.hard.unread = unread;
	if (n.target && !boot_of(&pair->soft, &n.soft) && !boot_of(&pair->hard, &n.hard) &&
	    !vec_push(&layer->nofile, n))
		return 0;

	free(n.target);
	boot_value_done(&n.soft);
	boot_value_done(&n.hard);
	return -ENOMEM;
}

static int pair_of_unit(const struct nofile_world *w, const char *name, struct boot_layer *layer,
			const char *target, struct error *err)
{
	auto_call(systemd_unit_done) struct systemd_unit unit = {0};
	struct nofile_service service;
	int r = systemd_unit_read(w->readers->files, w->readers->manager, name, &unit, err);

	bool unread = r && r != -ENOMEM;

	if (r == -ENOMEM)
		return r;
	if (unread && strings_add(&layer->warnings, "%s: its limits are not known", err->text))
		return error_set(err, ENOMEM, "predict limits");

	service = unread ? (struct nofile_service){0} : nofile_world_service(w, &unit);
	unread |= w->manager_unread && !unit.nofile.set;
	if (add_pair(target, &service.configured, unread, layer))
		return error_set(err, ENOMEM, "predict limits");
	return 0;
}

int nofile_world_add(const struct nofile_world *w, const char *target, struct boot_layer *layer,
		     struct error *err)
{
	bool session = text_starts(target, "pam:"), user = strcmp(target, "systemd-user") == 0;
	bool unread = session || user ? w->sessions_unread : w->manager_unread;
	struct nofile_pair pair = {0};
	int r = 0;

	if (text_starts(target, "unit:"))
		return pair_of_unit(w, target + strlen("unit:"), layer, target, err);

	if (session)
		r = unread ? 0 : pair_of_session(w, target + strlen("pam:"), &pair, err);
	else if (user)
		r = nofile_world_user_services(w, &pair);
	else
		pair = manager_pair(w);
	if (!r)
		r = add_pair(target, &pair, unread, layer);
	return r == -ENOMEM ? error_set(err, ENOMEM, "predict limits") : r;
}

static int limits_of_session(const struct nofile_world *w, struct session_limits *ret,
			     struct error *err)
{
	auto_call(account_done) struct account account = {0};
	struct nofile_session session;
	struct nofile_pair pair;
	int r;

	if (w->sessions_unread)
		return 0;
	r = nofile_account(w, ret->user, &account, err);
	if (r)
		return r;

	session = usual_session(w, &account);
	pair = session_pair(&session);
	ret->refused = session.refused != REFUSED_NOT;
	ret->has = nofile_of(&pair);
	return 0;
}

int nofile_world_limits(const struct nofile_world *w, struct boot_limits *ret, struct error *err)
{
	static const char *const users[BOOT_SESSIONS] = {"root", "*"};
	struct nofile_pair pair = manager_pair(w);
	struct boot_limits limits = {.judged = true, .manager = nofile_of(&pair)};
	int r = 0;

	if (w->may_raise == MAY_NOT_RAISE && w->opener.known)
		limits.session_ceiling = w->opener.hard;
	for (size_t i = 0; !r && i < BOOT_SESSIONS; i++) {
		limits.sessions[i].user = users[i];
		r = limits_of_session(w, &limits.sessions[i], err);
	}
	if (!r)
		*ret = limits;
	return r;
}

static int find_in_session(const struct nofile_world *w, const char *who, const char *called,
			   struct findings *list, struct error *err)
{
	auto_call(account_done) struct account account = {0};
	struct nofile_session session;
	int r;

	if (w->sessions_unread)
		return 0;
	r = nofile_account(w, who, &account, err);
	if (r)
		return r;

	session = usual_session(w, &account);
	if (nofile_chain_session(&w->nr_open, called, &session, list))
		return error_set(err, ENOMEM, "predict limits");
	return 0;
}

int nofile_world_findings(const struct nofile_world *w, struct findings *list, struct error *err)
{
	const struct nofile_service service = nofile_world_service(w, NULL);
	int r = find_in_session(w, "root", "root", list, err);

	if (!r)
		r = find_in_session(w, "*", "any user", list, err);
	if (r)
		return r;
	if (nofile_chain_service(&w->nr_open, NULL, &service, list))
		return error_set(err, ENOMEM, "predict limits");
	return 0;
}
