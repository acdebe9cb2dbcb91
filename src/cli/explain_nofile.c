/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/explain_nofile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/number.h"
#include "base/root.h"
#include "read/owners.h"
#include "read/profile_d.h"
#include "read/systemd_unit.h"

void nofile_report_done(struct nofile_report *r)
{
	nofile_answer_done(&r->answer);
	limits_conf_done(&r->unit_limits);
	systemd_unit_done(&r->unit);
	owners_done(&r->owners);
	ulimit_lines_done(&r->ulimits);
	nofile_world_done(&r->world);
	boot_layer_done(&r->layer);
	sysctl_boot_done(&r->boot);
}

static int no_memory(struct error *err)
{
	return error_set(err, ENOMEM, "predict limits");
}

static int read_world(const struct session *s, struct nofile_report *r, struct error *err)
{
	int code = readers_choose(s, &r->readers, err);

	if (!code)
		code = sysctl_boot_read(s, &r->readers, r->readers.boot, "fs.nr_open", &r->boot,
					err);
	if (code)
		return code;
	if (boot_layer_fill(&r->boot.boot, &s->snapshot.host, &r->readers.pid1, &r->layer))
		return no_memory(err);

	code = nofile_world_read(s, &r->readers, &r->layer, &r->world, err);
	for (size_t i = 0; !code && i < r->layer.warnings.len; i++)
		session_warn(s, "%s", r->layer.warnings.items[i]);
	for (size_t i = 0; !code && i < r->world.warnings.len; i++)
		session_warn(s, "%s", r->world.warnings.items[i]);
	return code ? code : profile_d_read(s->root, &r->ulimits, err);
}

/* A shell of root's may raise its hard limit where root may; nobody else's may. */
static int answer_session(const struct nofile_report *r, const char *user,
			  struct session_answer *ret, struct error *err)
{
	auto_call(account_done) struct account account = {0};
	enum may_raise may_raise;
	struct session_facts facts;
	int code = r->world.sessions_unread ? 0 : nofile_account(&r->world, user, &account, err);

	if (code)
		return code;

	may_raise = account.uid == 0 ? r->world.may_raise : MAY_NOT_RAISE;
	facts = nofile_world_facts(&r->world, &account);
	ret->user = user;
	ret->session = nofile_world_session(&r->world, &facts);
	if (nofile_login_shell(&r->ulimits, may_raise, r->world.kernel_max, ret))
		return no_memory(err);
	return 0;
}

static int answer_sessions(const struct session *s, struct nofile_report *r, struct error *err)
{
	struct nofile_answer *a = &r->answer;
	int code = answer_session(r, "root", &a->sessions[ANSWER_ROOT], err);

	if (!code)
		code = answer_session(r, "*", &a->sessions[ANSWER_ANYBODY], err);
	if (!code && s->options.user)
		code = answer_session(r, s->options.user, &a->user, err);
	if (code)
		return code;
	return nofile_world_user_services(&r->world, &a->user_services) ? no_memory(err) : 0;
}

/* PAMName= has systemd open a session for the unit's user after LimitNOFILE= was set. */
static int open_session_of_unit(struct nofile_report *r, const struct pam_service *service,
				struct error *err)
{
	auto_call(account_done) struct account account = {0};
	struct unit_answer *u = &r->answer.unit;
	struct nofile_session session;
	struct session_facts facts;
	int code;

	if (r->world.sessions_unread) {
		u->process = (struct nofile_pair){0};
		return 0;
	}
	code = nofile_read_limits(&r->world, service, &r->unit_limits, err);

	if (!code)
		code = nofile_account(&r->world, r->unit.user ? r->unit.user : "root", &account,
				      err);
	if (code)
		return code;

	facts = nofile_world_facts(&r->world, &account);
	facts.conf = &r->unit_limits;
	facts.set_all = service->set_all;
	facts.caller = nofile_of(&u->service.has);
	session = nofile_session(&facts);
	u->process = session.has;
	u->refused = session.refused;
	return 0;
}

static int answer_unit(const struct session *s, struct nofile_report *r, struct error *err)
{
	struct unit_answer *u = &r->answer.unit;
	const struct pam_service *service = NULL;
	int code = 0;

	if (s->options.unit) {
		code = systemd_unit_read(r->readers.files, r->readers.manager, s->options.unit,
					 &r->unit, err);
		u->unit = &r->unit;
	}
	if (code)
		return code;

	u->service = nofile_world_service(&r->world, u->unit);
	u->process = u->service.has;
	if (r->unit.pam_name)
		service = pam_services_find(&r->world.services, r->unit.pam_name);
	return service ? open_session_of_unit(r, service, err) : 0;
}

static bool has_pam(int root)
{
	auto_close int etc = root_openat(root, "etc/pam.d", O_PATH | O_DIRECTORY);
	auto_close int vendor = root_openat(root, "usr/lib/pam.d", O_PATH | O_DIRECTORY);

	return etc >= 0 || vendor >= 0;
}

static uint64_t nr_open_now(const struct snapshot *s)
{
	const struct reading *now = snapshot_reading(s, catalogue_find("fs.nr_open"));
	uint64_t n;

	if (now->state != READING_PRESENT || number_parse_u64(now->text, &n))
		return UINT64_MAX;
	return n;
}

int nofile_report_read(const struct session *s, struct nofile_report *ret, struct error *err)
{
	struct nofile_answer *a = &ret->answer;
	int r = read_world(s, ret, err);

	if (!r)
		r = answer_sessions(s, ret, err);
	if (!r)
		r = answer_unit(s, ret, err);
	if (!r)
		r = owners_read(s->root, &ret->owners, err);
	if (r)
		return r;

	a->now = &s->snapshot.limits;
	a->nr_open_now = nr_open_now(&s->snapshot);
	a->nr_open = ret->world.nr_open;
	a->has_pam = has_pam(s->root);
	a->services = &ret->world.services;
	a->limits = &ret->world.limits;
	a->system = &ret->world.system;
	a->owners = &ret->owners;
	return 0;
}
