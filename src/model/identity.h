/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who did something, and where: running values belong to one boot and one
 * network namespace.  Owns its strings.
 *
 * What newcomers get wrong: the number of a namespace (dev:ino) is used again
 * once it is gone.  The cookie, where the kernel has one (5.14), never is in
 * the same boot; so both together are its identity.
 */
#ifndef TCPTUNE_MODEL_IDENTITY_H
#define TCPTUNE_MODEL_IDENTITY_H

#include <sys/types.h>

#include "base/strings.h"

#define LOGIN_UID_NONE UINT32_MAX

struct identity {
	char *boot_id;       /* "" where there is no running layer */
	char *netns;         /* "4:4026531840" or "4:4026531840:17" with the cookie; "" for none */
	char *netns_name;    /* as given with --netns; NULL: the one we were started in */
	uid_t uid;           /* real */
	uint32_t login_uid;  /* who logged in, before any su or sudo; or LOGIN_UID_NONE */
	struct strings argv; /* raw bytes */
};

void identity_done(struct identity *who);

/* -ENOMEM, then *ret is half made: identity_done() it. */
must_check int identity_copy(const struct identity *from, struct identity *ret);

/* Can running values of one be written as the other? */
bool identity_same_place(const struct identity *a, const struct identity *b);

#endif
