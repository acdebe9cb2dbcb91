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
	/* A file could not be read: nothing is known of what depends on it. */
	bool manager_unread, sessions_unread;
	struct strings warnings; /* which file, and what is no file at all */
	bool set_all;            /* what pam_limits is given by the service that opens sessions */
	struct nofile pid1;
	struct nofile opener; /* who usually opens sessions; may be not known */
	enum may_raise may_raise;
	struct nr_open_fact nr_open; /* of the next boot; the file's name is the layer's */
	uint64_t kernel_max;
};

void nofile_world_done(struct nofile_world *w);

/* layer: its values are read, not its limits; it must outlive *ret. */
must_check int nofile_world_read(const struct session *s, const struct readers *readers,
				 const struct boot_layer *layer, struct nofile_world *ret,
				 struct error *err);

/*
 * What a session of this account depends on, if it is opened by whoever
 * usually does; another opener may be put in before nofile_session() is asked.
 */
struct session_facts nofile_world_facts(const struct nofile_world *w,
					const struct account *account);

/* unit NULL: a service that says nothing about limits. */
struct nofile_service nofile_world_service(const struct nofile_world *w,
					   const struct systemd_unit *unit);

/*
 * The account of a user below the root; "*": one that no line names, so that
 * whoever has no line of his own gets the same; "@group": the same, in that
 * group.  -ENOENT: no such user, though root is always there.
 */
must_check int nofile_account(const struct nofile_world *w, const char *who, struct account *ret,
			      struct error *err);

/* nofile_session(), but nothing is known where files could not be read. */
struct nofile_session nofile_world_session(const struct nofile_world *w,
					   const struct session_facts *facts);

/* What pam_limits reads when this line calls it; NULL: as without arguments. */
must_check int nofile_read_limits(const struct nofile_world *w, const struct pam_service *service,
				  struct limits_conf *ret, struct error *err);

/* The limits that services of an ordinary user's manager start with.  -ENOMEM. */
must_check int nofile_world_user_services(const struct nofile_world *w, struct nofile_pair *ret);

/* Predict the limits of one target of a profile, into the layer. */
must_check int nofile_world_add(const struct nofile_world *w, const char *target,
				struct boot_layer *layer, struct error *err);

/* What root, whoever else, and services get that no profile speaks of. */
must_check int nofile_world_limits(const struct nofile_world *w, struct boot_limits *ret,
				   struct error *err);

/* Chains that refuse a login or a service: root's, anybody's, the manager's default. */
must_check int nofile_world_findings(const struct nofile_world *w, struct findings *list,
				     struct error *err);

#endif
