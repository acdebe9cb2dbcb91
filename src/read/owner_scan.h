/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the detectors of read/owners.c share: reading a file within bounds,
 * asking whether a service is enabled, adding a claim.  Every function returns
 * 0 or -ENOMEM; a file that is missing or cannot be read is no error.
 */
#ifndef TCPTUNE_READ_OWNER_SCAN_H
#define TCPTUNE_READ_OWNER_SCAN_H

#include "base/root.h"
#include "model/owner.h"

enum { OWNER_UNIT_DIRS = 6 };

struct owner_scan {
	int root;
	bool usr_is_merged; /* /lib leads to /usr/lib, and what is in it was seen there */
	struct owners *owners;
	struct names units[OWNER_UNIT_DIRS]; /* the names in each directory of services */
	struct strings enabled; /* services that something starts, without ".service" */
	size_t bytes_left;
};

must_check int owner_scan_init(struct owner_scan *s, int root, struct owners *owners);
void owner_scan_done(struct owner_scan *s);

/* Whose claims, and how they are to be taken. */
struct owner_source {
	const char *who;
	enum owner_when when;
	enum confidence confidence;
	bool repeats, yields;
	bool replaces; /* a later line for a key takes the place of an earlier one */
};

/*
 * key in any spelling; a part of it that only the program knows ("$IFACE",
 * "%i") stands for all.  A value that only the program knows counts as none.
 */
must_check int owner_claim(struct owner_scan *s, const struct owner_source *source,
			   const char *file, unsigned line, const char *key, const char *value);

/* Note a file or directory that may name owners and was not read (to its end). */
must_check int owner_unread(struct owner_scan *s, const char *path);

/* What the name leads to, or NODE_MISSING where we may not look. */
must_check int owner_look_at(const struct owner_scan *s, const char *path, enum node_kind *ret);

/* The names in a directory, sorted; none where it is missing.  names_done() is the caller's. */
must_check int owner_list(struct owner_scan *s, const char *dir, struct names *ret);

/* *ret stays NULL when there is nothing to read.  NUL bytes become newlines. */
must_check int owner_text_of(struct owner_scan *s, const char *path, char **ret);

/* The same of a file that must be executable to be run; else there is nothing to read. */
must_check int owner_script_of(struct owner_scan *s, const char *path, char **ret);

/* What is known of services; part of owner_scan_init(). */
must_check int owner_units_read(struct owner_scan *s);

/* Does something start this service, if it is there?  Without ".service". */
bool owner_is_enabled(const struct owner_scan *s, const char *name);

enum owner_unit { UNIT_MISSING, UNIT_PRESENT, UNIT_ENABLED };

/* A service by its name without ".service"; masked is missing.  *ret_file (may be NULL) is the caller's. */
must_check int owner_unit_state(struct owner_scan *s, const char *name, enum owner_unit *ret,
				char **ret_file);

/* The lines of a text, cut up in place; blanks at both ends are gone. */
struct owner_lines {
	char *rest;
	unsigned line, next; /* of the line given; newlines before rest */
	bool joins;          /* a backslash at the end joins the next line */
};

char *owner_next_line(struct owner_lines *l);

/* "key = value" in sections; section is "" before the first.  In place. */
typedef int owner_ini_fn(void *context, const char *section, const char *key, char *value,
			 unsigned line);
must_check int owner_ini(char *text, owner_ini_fn *each, void *context);

/* Assignments as `sysctl -p FILE` reads them. */
must_check int owner_sysctl_file(struct owner_scan *s, const struct owner_source *source,
				 const char *path);

/*
 * Files of several directories whose names end in suffix ("": all), each name
 * once: the first directory wins.
 */
typedef int owner_file_fn(struct owner_scan *s, const char *path, const void *context);
must_check int owner_each_file(struct owner_scan *s, const char *const *dirs, const char *suffix,
			       owner_file_fn *each, const void *context);

/*
 * Find in one line of a script or of something like it what it sets; text is
 * cut up.  With lists, ',' and brackets part words, as in YAML.
 */
enum owner_syntax { SYNTAX_SHELL, SYNTAX_LISTS };
must_check int owner_command(struct owner_scan *s, const struct owner_source *source,
			     const char *file, unsigned line, enum owner_syntax syntax, char *text);

/* The detectors; the table that names them is in owners.c. */
must_check int owners_of_cmdline(struct owner_scan *s);
must_check int owners_of_ufw(struct owner_scan *s);
must_check int owners_of_tuned(struct owner_scan *s);
must_check int owners_of_saptune(struct owner_scan *s);
must_check int owners_of_networkd(struct owner_scan *s);
must_check int owners_of_cloud_init(struct owner_scan *s);
must_check int owners_of_docker(struct owner_scan *s);
must_check int owners_of_services(struct owner_scan *s);
must_check int owners_of_scripts(struct owner_scan *s);

#endif
