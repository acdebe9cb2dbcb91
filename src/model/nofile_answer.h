/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything `explain nofile` says about a host: who gets which open-file
 * limits after the next boot, and why.  Made by cli/explain_nofile.h of what
 * advise/nofile.h judges; shown by render/explain_nofile.h.  All borrowed but
 * the lists of effects.
 *
 * What newcomers get wrong: there is no one limit.  A login, a service and a
 * service of a user's manager come to theirs on three ways, and a login shell
 * may change it once more.
 */
#ifndef TCPTUNE_MODEL_NOFILE_ANSWER_H
#define TCPTUNE_MODEL_NOFILE_ANSWER_H

#include "base/vec.h"
#include "model/limits.h"
#include "model/nofile.h"
#include "model/owner.h"
#include "model/pam_service.h"
#include "model/snapshot.h"
#include "model/systemd.h"
#include "model/ulimit.h"

/* What one `ulimit -n` does to the login shell of one user. */
struct ulimit_effect {
	const struct ulimit_line *line;
	bool works; /* false: it fails or its value is not known, and nothing changes */
	struct nofile_pair after;
};

struct session_answer {
	const char *user; /* "*": whoever is neither root nor named by any line */
	struct nofile_session session;
	struct {
		VEC(struct ulimit_effect);
	} effects;                /* in the order a login shell runs them */
	struct nofile_pair shell; /* after them; those that may not run are taken as not run */
};

void session_answer_done(struct session_answer *a);

struct unit_answer {
	const struct systemd_unit *unit; /* NULL: the manager's default */
	struct nofile_service service;
	/* What its processes have: PAMName= comes after LimitNOFILE= and wins. */
	struct nofile_pair process;
	enum refusal refused; /* by PAM */
};

enum { ANSWER_ROOT, ANSWER_ANYBODY, ANSWER_SESSIONS };

struct nofile_answer {
	const struct limits *now;
	uint64_t nr_open_now; /* UINT64_MAX: not known */
	struct nr_open_fact nr_open;
	struct session_answer sessions[ANSWER_SESSIONS];
	struct session_answer user; /* .user NULL: nobody was asked about */
	struct unit_answer unit;
	struct nofile_pair user_services; /* services of the manager of an ordinary user */
	bool has_pam;                     /* there are PAM services at all */
	const struct pam_services *services;
	const struct limits_conf *limits;
	const struct systemd_conf *system;
	const struct owners *owners; /* of any key; those of "nofile" are shown */
};

void nofile_answer_done(struct nofile_answer *a);

#endif
