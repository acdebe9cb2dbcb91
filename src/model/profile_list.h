/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The profiles there are to choose from, as a list for people: broken ones are
 * in it too, with what is wrong, because a profile that quietly is not there
 * is hard to find.
 */
#ifndef TCPTUNE_MODEL_PROFILE_LIST_H
#define TCPTUNE_MODEL_PROFILE_LIST_H

#include "base/strings.h"

struct profile_info {
	char *name;
	char *file;             /* "built-in" for the binary's; NULL when it cannot be read */
	char *summary;          /* NULL when broken */
	char *problem;          /* NULL: it loads; else the first mistake, with its place */
	struct strings layers;  /* as of struct profile; empty when broken */
	struct strings shadows; /* files of the same name that it hides */
};

struct profile_list {
	VEC(struct profile_info); /* by name */
};

void profile_info_done(struct profile_info *i);
void profile_list_done(struct profile_list *list);

#endif
