/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A profile with everything it inherits, and the list of all there are.
 *
 * Parents come first, left to right, then the profile's own entries; a later
 * entry of a key replaces an earlier one whole, and `drop` takes it away.  A
 * profile that is reached twice counts once, at its first place, so that what
 * a common ancestor says cannot undo what was built on it.
 */
#ifndef TCPTUNE_READ_PROFILE_LOAD_H
#define TCPTUNE_READ_PROFILE_LOAD_H

#include "model/profile_list.h"
#include "read/profile_search.h"

/*
 * word: a name, or a path if profile_is_path().  Every mistake of every file
 * concerned is added to problems, and then it fails with -EINVAL and err is
 * the first of them.  -ENOENT: no such profile; other errors as of
 * trusted_read().  On failure ret is untouched.
 */
must_check int profile_load(const struct profile_search *s, const char *word, struct profile *ret,
			    struct problems *problems, struct error *err);

/* Every profile, broken ones too.  -ENOMEM, or a directory that cannot be listed. */
must_check int profile_list(const struct profile_search *s, struct profile_list *ret,
			    struct error *err);

#endif
