/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A text in libconfig's syntax as a tree of settings, each with its line.  The
 * only place that sees libconfig.
 *
 * What newcomers get wrong: libconfig accepts things nobody should meet in a
 * file that steers root.  `@include` opens any path, even when the text comes
 * from memory; a comment or a string that is not closed swallows the rest of
 * the file without a word; "\x00" cuts a string short.  So conf_parse() looks
 * at the text itself first and refuses all of that, with its line, before
 * libconfig sees it.  Parse before anything is locked or written: libconfig's
 * scanner ends the process when memory runs out.
 */
#ifndef TCPTUNE_READ_CONF_FILE_H
#define TCPTUNE_READ_CONF_FILE_H

#include "base/problem.h"

enum {
	CONF_SIZE_MAX = 64 * 1024, /* bytes; libconfig is quadratic in the names of a group */
	CONF_DEPTH_MAX = 8,        /* brackets in brackets */
};

enum conf_kind { CONF_STRING, CONF_BOOL, CONF_NUMBER, CONF_GROUP, CONF_LIST };

struct conf;             /* owns the tree and its strings */
struct config_setting_t; /* a node: libconfig's, opaque here */

#define auto_conf __attribute__((cleanup(conf_free_indirect)))
void conf_free(struct conf *c);

static inline void conf_free_indirect(struct conf **c)
{
	conf_free(*c);
}

/*
 * All mistakes go to problems, under the name file.  0, also with mistakes that
 * leave something to look at; -EINVAL where they do not; -ENOMEM.
 * text is NUL-terminated and len bytes long.
 */
must_check int conf_parse(const char *file, const char *text, size_t len, struct conf **ret,
			  struct problems *problems);

/* The whole file: a group. */
const struct config_setting_t *conf_root(const struct conf *c);

/* Members of a group, items of a list; i < conf_len().  0 for what has none. */
size_t conf_len(const struct config_setting_t *node);
const struct config_setting_t *conf_at(const struct config_setting_t *node, size_t i);

enum conf_kind conf_kind(const struct config_setting_t *node);
const char *conf_kind_name(enum conf_kind kind);            /* "a string", "a list", ... */
const char *conf_name(const struct config_setting_t *node); /* NULL for an item of a list */
unsigned conf_line(const struct config_setting_t *node);

/* Of a CONF_STRING, a CONF_BOOL: the tree's. */
const char *conf_string(const struct config_setting_t *node);
bool conf_bool(const struct config_setting_t *node);

#endif
