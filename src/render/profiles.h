/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Profiles for people and for programs: the list, one as it reads on this
 * host, and what is wrong with a file.
 */
#ifndef TCPTUNE_RENDER_PROFILES_H
#define TCPTUNE_RENDER_PROFILES_H

#include "base/problem.h"
#include "model/host.h"
#include "model/profile.h"
#include "model/profile_list.h"
#include "render/screen.h"

/* The list; the default one is marked. */
void profiles_human(struct screen *s, const struct profile_list *list, const char *chosen);
must_check int profiles_json(const struct profile_list *list, const char *chosen, FILE *f,
			     struct error *err);

/* Every entry of p with the values for host h, why, and the layer it comes from. */
void profile_human(struct screen *s, const struct profile *p, const struct host *h);
must_check int profile_json(const struct profile *p, const struct host *h, FILE *f,
			    struct error *err);

/* What validating a file found: p is NULL when there are problems. */
void validation_human(struct screen *s, const char *file, const struct profile *p,
		      const struct problems *problems);
must_check int validation_json(const char *file, const struct problems *problems, FILE *f,
			       struct error *err);

#endif
