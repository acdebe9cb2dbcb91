/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which PAM services run pam_limits, and with which arguments.
 */
#ifndef TCPTUNE_MODEL_PAM_SERVICE_H
#define TCPTUNE_MODEL_PAM_SERVICE_H

#include "base/problem.h"

/* One line with pam_limits that a service comes to; a service may have several. */
struct pam_service {
	char *service; /* owned: "sshd" */
	char *file;    /* owned; where the line stands, perhaps in an included file */
	unsigned line;
	bool set_all;
	char *conf; /* owned; conf=FILE, or NULL */
};

struct pam_services {
	VEC(struct pam_service);  /* by service, then in the order PAM runs them */
	struct problems problems; /* includes that are missing, or nested too deeply */
};

void pam_services_done(struct pam_services *list);

/* The first line of this service; NULL: it does not run pam_limits. */
const struct pam_service *pam_services_find(const struct pam_services *list, const char *service);

#endif
