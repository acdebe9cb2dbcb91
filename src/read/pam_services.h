/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The PAM services of a host, as far as pam_limits goes: every file of
 * /etc/pam.d, /usr/lib/pam.d and /usr/etc/pam.d, with what they include.
 *
 * What newcomers get wrong: a service without pam_limits gets no limits from
 * limits.conf at all, and Debian's common-session, which most services
 * include, does not have it.
 */
#ifndef TCPTUNE_READ_PAM_SERVICES_H
#define TCPTUNE_READ_PAM_SERVICES_H

#include "base/tree.h"
#include "model/pam_service.h"

/* pam_services_done() is the caller's.  -EACCES, -EIO, -ENOMEM. */
must_check int pam_services_read(struct tree files, struct pam_services *ret, struct error *err);

#endif
