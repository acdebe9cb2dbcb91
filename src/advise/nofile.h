/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What somebody's open-file limits will be: a PAM session, a service, a
 * service of a user's manager.  Pure: the files were read before.
 *
 * What newcomers get wrong: limits.conf is about sessions and DefaultLimitNOFILE
 * about services, and neither about the other; and the kernel refuses a hard
 * limit above fs.nr_open to everybody, root included.
 */
#ifndef TCPTUNE_ADVISE_NOFILE_H
#define TCPTUNE_ADVISE_NOFILE_H

#include "model/limits.h"
#include "model/limits_reader.h"
#include "model/nofile_answer.h"
#include "model/snapshot.h"
#include "model/systemd.h"
#include "model/ulimit.h"

/*
 * May the process that opens the session raise its hard limit?  sshd, login
 * and su hold CAP_SYS_RESOURCE and may, up to fs.nr_open; inside most
 * containers nobody may.
 */
enum may_raise {
	MAY_RAISE,     /* up to fs.nr_open */
	MAY_NOT_RAISE, /* no further than the hard limit it has */
};

/*
 * The answer for a host.  PID 1's bounding set has CAP_SYS_RESOURCE or not,
 * where that could be read.  Where it could not be, but PID 1's limits could (a
 * tree with proc/1/limits and without proc/1/status), nothing shows that
 * anybody may: MAY_NOT_RAISE.  With neither, it is an image that will boot as a
 * host of its own: MAY_RAISE.
 */
enum capability { CAPABILITY_UNKNOWN, CAPABILITY_ABSENT, CAPABILITY_PRESENT };
enum may_raise nofile_may_raise(enum capability sys_resource, const struct nofile *pid1);

/*
 * Who opens a session is not known before it is opened.  The best that is
 * known stands for it: self (the process that asks: what `su` inherits), else
 * service (what the service that opens sessions gets; leave it unknown where
 * systemd is not PID 1), else PID 1.
 */
struct nofile nofile_caller(const struct nofile *self, const struct nofile *service,
			    const struct nofile *pid1);

/*
 * The highest hard limit the kernel grants to anybody: fs.nr_open of the next
 * boot where a file sets it.  Where none does, the running value tells; but if
 * PID 1 has more, then that was lowered by hand after the boot, and what PID 1
 * has is what the next boot will grant.
 */
enum nr_open_set { NR_OPEN_RUNNING, NR_OPEN_BY_FILE };
uint64_t nofile_kernel_max(uint64_t nr_open, enum nr_open_set by, const struct nofile *pid1);

struct session_facts {
	const struct pam_reader *reader;
	const struct limits_conf *conf; /* read by that reader */
	const struct account *account;
	bool set_all; /* the module's argument */
	struct nofile pid1;
	struct nofile caller; /* of the process that opens the session: nofile_caller() */
	uint64_t nr_open;     /* what /proc/sys/fs/nr_open says at login: "unlimited" */
	uint64_t kernel_max;  /* no hard limit above it is granted: nofile_kernel_max() */
	enum may_raise may_raise;
};

/* File names in the result are borrowed from facts->conf. */
struct nofile_session nofile_session(const struct session_facts *facts);

struct manager_facts {
	const struct systemd_conf *conf; /* system.conf */
	/* What PID 1 was started with; not known: the kernel's 1024:4096. */
	struct nofile started_with;
	uint64_t nr_open_at_start; /* fs.nr_open when PID 1 started, before systemd-sysctl */
};

/* DefaultLimitNOFILE of PID 1, as systemctl show prints it. */
struct nofile_pair nofile_manager(const struct manager_facts *facts);

/*
 * A service; unit NULL: one that says nothing about limits.  pid1: PID 1's own
 * limits, the ceiling of all services; not known: fs.nr_open when it started.
 * nr_open is that of the moment the service starts, after systemd-sysctl.
 * PAMName= is not looked at: give .has to nofile_session() as the caller.
 */
struct nofile_service nofile_service(const struct manager_facts *manager,
				     const struct systemd_unit *unit, const struct nofile *pid1,
				     uint64_t nr_open);

/*
 * A service of a user's manager.  session: what pam_limits gives user@.service.
 * The manager raises its own soft limit to the hard one; its services start
 * with DefaultLimitNOFILE= of user.conf, or with min(soft, 1024) and that hard
 * limit.
 */
struct nofile_service nofile_user_service(const struct systemd_conf *user_conf,
					  const struct nofile_pair *session);

/* As the limits that the next step starts from. */
struct nofile nofile_of(const struct nofile_pair *pair);

/*
 * What a `ulimit -n` makes of a login shell's limits.  false: it fails with a
 * message and changes nothing, or what it sets is not known; *pair is as it was.
 * may_raise is about the shell: in a host, root's may.  Names are u's.
 */
bool nofile_after_ulimit(const struct ulimit_line *u, enum may_raise may_raise, uint64_t kernel_max,
			 struct nofile_pair *pair);

/*
 * Every line in turn, into a->effects, from a->session on; a->shell is what the
 * shell has after all of them.  -ENOMEM.
 */
must_check int nofile_login_shell(const struct ulimit_lines *lines, enum may_raise may_raise,
				  uint64_t kernel_max, struct session_answer *a);

#endif
