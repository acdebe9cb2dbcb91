/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The open-file half of the boot layer: what limits files, PAM and systemd say
 * below the root, read once, and asked for each target.
 */
#ifndef TCPTUNE_CLI_BOOT_NOFILE_H
#define TCPTUNE_CLI_BOOT_NOFILE_H

#include "advise/nofile.h"
#include "advise/nofile_chain.h"
#include "cli/readers.h"
#include "model/pam_service.h"

struct nofile_world {
	const struct readers *readers;
	struct systemd_conf system, user;
	struct limits_conf limits;
	struct pam_services services;
	bool set_all; /* what pam_limits is given by the service that opens sessions */
	struct nofile pid1;
	enum may_raise may_raise;
	struct nr_open_fact nr_open; /* of the next boot; the file's name is the layer's */
	uint64_t kernel_max;
};

void nofile_world_done(struct nofile_world *w);

/* layer: its values are read, not its limits; it must outlive *ret. */
must_check int nofile_world_read(const struct session *s, const struct readers *readers,
				 const struct boot_layer *layer, struct nofile_world *ret,
				 struct error *err);

/* What this account gets.  self: the process that opens the session, if that is known. */
struct nofile_session nofile_world_session(const struct nofile_world *w,
					   const struct account *account,
					   const struct nofile *self);

/* unit NULL: a service that says nothing about limits. */
struct nofile_service nofile_world_service(const struct nofile_world *w,
					   const struct systemd_unit *unit);

/*
 * An account that no line names: whoever has no line of his own gets the same.
 * group: it is in that one; NULL: in none.  account_done() is the caller's.
 */
must_check int nofile_anybody(const char *group, struct account *ret); /* -ENOMEM */

/* Predict the limits of one target of a profile, into the layer. */
must_check int nofile_world_add(const struct session *s, const struct nofile_world *w,
				const char *target, struct boot_layer *layer, struct error *err);

/* Chains that refuse a login or a service: root's, anybody's, the manager's default. */
must_check int nofile_world_findings(const struct session *s, const struct nofile_world *w,
				     struct findings *list, struct error *err);

#endif
