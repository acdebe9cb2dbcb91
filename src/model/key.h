/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of kernel settings, in the two ways they are written:
 * "net.ipv4.conf.eth0/100.rp_filter" (dotted) and
 * "net/ipv4/conf/eth0.100/rp_filter" (the path below /proc/sys).
 *
 * What newcomers get wrong: the first separator decides which of the two a
 * name is.  "net.ipv4.conf.eth0.100.rp_filter" is a key that does not exist.
 */
#ifndef TCPTUNE_MODEL_KEY_H
#define TCPTUNE_MODEL_KEY_H

#include "base/defs.h"

/* Is there a character in it that globs give a meaning to? */
bool key_is_glob(const char *key);

/* In place: a name whose first separator is '.' becomes a path; others stay. */
void key_to_path(char *name);

/* In place: a path becomes the dotted name, which the catalogue knows. */
void key_to_dotted(char *path);

/* In place: no doubled or trailing separator, no "." and one leading '/' less. */
void key_simplify(char *path);

/* Is one of its components ".."? */
bool key_has_dot_dot(const char *path);

/* ... or is it longer than a name can be?  systemd refuses such keys itself. */
bool key_is_odd(const char *path);

/*
 * In place: the name of what the kernel finds there, "" for /proc/sys itself.
 * False when nothing can be there: past /proc/sys, or a '/' or "/." after a
 * setting.  Where wildcards come before the last component, a '/' changes nothing.
 */
bool key_resolve(char *path);

/* Does path equal prefix, or lie below it, whole components only? */
bool key_is_below(const char *path, const char *prefix);

/* glob(3): each component by fnmatch(3), a '*' never matches a '/'. */
bool key_glob(const char *pattern, const char *path);

#endif
