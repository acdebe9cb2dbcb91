/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is the place where running values were written still there, and is it here?
 * From another network namespace nothing is written before we are in that one.
 *
 * What newcomers get wrong: a namespace without a process in it need not be gone.
 * A mount may hold it, and a process may be in a pid namespace that is not seen
 * from ours; so only from the first pid namespace can one say that it is gone.
 */
#ifndef TCPTUNE_APPLY_WHERE_H
#define TCPTUNE_APPLY_WHERE_H

#include "base/error.h"
#include "base/strings.h"
#include "model/identity.h"

enum where {
	WHERE_HERE,        /* the same boot and namespace; perhaps entered just now */
	WHERE_GONE,        /* another boot, or nothing holds that namespace any more */
	WHERE_UNREACHABLE, /* it is there: err says how to get at it */
	WHERE_UNKNOWN,     /* it may be there, unseen from here: where_say_unknown() */
};

/*
 * Compare, and go there if its name, its path or any mount leads to it.  *ret_back is
 * then a descriptor of the namespace we come from, for where_return(); else -1.
 */
must_check enum where where_go(const struct identity *there, const struct identity *here,
			       int *ret_back, struct error *err);

/* -EXDEV, with the command that takes such a place for gone: "recover --force". */
int where_say_unknown(const char *id, const struct identity *there, const char *command,
		      struct error *err);

/* Say among the warnings what it means that this place was taken for gone.  -ENOMEM. */
must_check int where_note_gone(const struct identity *there, struct strings *warnings);

must_check int where_return(int *back, struct error *err);

#endif
