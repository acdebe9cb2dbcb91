/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sysctl half of the boot layer as data: the lines one reader would read,
 * the settings that exist, and what comes of it.  Made by read/sysctld.h and
 * advise/boot.h.
 *
 * What newcomers get wrong: a line has no fate of its own.  A glob may win for
 * one key, be overridden for the next and not apply to a third, so fates are
 * told per key (boot_story()).
 */
#ifndef TCPTUNE_MODEL_BOOT_H
#define TCPTUNE_MODEL_BOOT_H

#include "base/root.h"
#include "base/vec.h"
#include "model/reader.h"

enum file_state {
	FILE_READ,       /* its turn comes; kind tells what is found then */
	FILE_MASKED,     /* an entry of the same name in an earlier directory hides it */
	FILE_UNREAD,     /* this reader never looks at it */
	FILE_UNREADABLE, /* its turn comes, but we may not read it */
};

struct boot_file {
	char *path; /* owned; as the reader names it: "/etc/sysctl.d/99-sysctl.conf" */
	char *real; /* owned; where the text stands: "/etc/sysctl.conf"; NULL: nowhere */
	enum node_kind kind;
	enum file_state state;
	char *masked_by; /* owned; FILE_MASKED: what hides it */
	bool cmdline;    /* the kernel command line: before every reader, by the kernel */
	bool credential; /* systemd does not care whether it makes sense */
};

enum { LINE_TEXT_MAX = 200 };

/* "key = value", or an exclusion. */
struct assignment {
	size_t file;   /* in boot_lines.files */
	unsigned line; /* counted by '\n', from 1 */
	char *key;     /* owned; as the reader takes it, a path */
	char *target;  /* owned; what the kernel finds there (key_resolve()), NULL: nothing */
	char *value;   /* owned; NULL: an exclusion */
	char *text;    /* owned; the line, at most LINE_TEXT_MAX bytes of it */
	bool ignore;   /* '-': failure does not count */
	bool glob;
};

enum { STRAYS_MAX = 1000 };

/* A line about nothing the catalogue knows, or that is no assignment at all. */
struct stray {
	size_t file; /* in boot_lines.files */
	unsigned line;
	char *key;     /* owned; as the reader takes it; NULL: neither assignment nor exclusion */
	char *target;  /* owned; what the kernel finds there, NULL: nothing */
	char *text;    /* owned; as of an assignment */
	bool too_long; /* the reader drops the rest of the file from here on */
};

/* What one reader would read, in its order; files it does not read come last. */
struct boot_lines {
	const struct reader *reader;
	struct {
		VEC(struct boot_file);
	} files;
	struct {
		VEC(struct assignment);
	} items;
	struct {
		VEC(struct stray);
	} strays;           /* of files that are read, if asked for: at most STRAYS_MAX */
	size_t strays_more; /* found, but not kept */
	bool mistakes;      /* some line was neither assignment, exclusion nor comment */
	bool cut;           /* some file ended early: a line of 1 MiB or more */
};

void boot_file_done(struct boot_file *f);
void assignment_done(struct assignment *a);
void stray_done(struct stray *s);
void boot_lines_done(struct boot_lines *lines);

static inline const struct assignment *boot_item(const struct boot_lines *lines, size_t i)
{
	return &lines->items.items[i];
}

static inline const struct boot_file *boot_file_of(const struct boot_lines *lines, size_t i)
{
	return &lines->files.items[boot_item(lines, i)->file];
}

/* Is item i in a file that the reader reads?  The kernel reads its command line itself. */
static inline bool boot_is_read(const struct boot_lines *lines, size_t i)
{
	const struct boot_file *f = boot_file_of(lines, i);

	return f->state == FILE_READ && !f->cmdline;
}

/*
 * The last file that the reader will read and we may not, or NULL.  A file
 * stands at its turn; a directory stands behind all files of directories.
 */
const struct boot_file *boot_unseen(const struct boot_lines *lines);

/* Does the decision of item i stand, whatever is in the files we may not read? */
bool boot_is_certain(const struct boot_lines *lines, size_t i);

/* A setting that exists on the host now. */
enum setting_kind { SETTING_FILE, SETTING_READ_ONLY, SETTING_DIRECTORY };

struct boot_setting {
	char *path; /* owned; below /proc/sys */
	enum setting_kind kind;
};

/* The settings that the lines may touch and that exist; sorted by path. */
struct boot_present {
	bool known; /* false: there is no running layer, anything may exist */
	VEC(struct boot_setting);
	char *algorithms; /* owned; congestion controls to be had, NULL: not known */
};

void boot_present_done(struct boot_present *p);

/* The entry of that path, or NULL. */
const struct boot_setting *boot_present_find(const struct boot_present *p, const char *path);

enum fate {
	FATE_WINS,
	FATE_SIDE_EFFECT, /* a line for another key decides this one */
	FATE_OVERRIDDEN,  /* a later line sets it again */
	FATE_REPEATED,    /* same as an earlier line, which keeps its place */
	FATE_EXCLUDED,    /* an exclusion takes it back */
	FATE_EXCLUDES,    /* an exclusion: keeps globs away from the key */
	FATE_NO_EFFECT,   /* an exclusion undone by a later line, or a key never set */
	FATE_SHIELDED,    /* a glob, but the key has a line of its own */
	FATE_REFUSED,     /* the kernel does not take the value */
	FATE_PARTIAL,     /* ... after it took the first numbers */
	FATE_ABSENT,      /* the host has no such key now */
	FATE_TOO_EARLY,   /* lost: the module of the key is not loaded by then */
	FATE_MASKED,      /* in a file that another file hides */
	FATE_UNREAD,      /* in a file this reader does not read */
	FATE_COUNT,
};

const char *fate_name(enum fate f); /* "wins", "overridden", ... */

enum { NO_ITEM = -1 };

struct line_fate {
	size_t item; /* in boot_lines.items */
	enum fate fate;
	ssize_t by; /* the item that decides, or NO_ITEM */
};

struct boot_story {
	VEC(struct line_fate);
};

/* What a key will hold.  Strings are borrowed from the prediction and its lines. */
struct boot_outcome {
	const char *text; /* canonical where the catalogue knows the key; NULL: cannot be known */
	const char *file; /* the real one */
	unsigned line;
	size_t item;
	bool cmdline;     /* from the kernel command line */
	bool side_effect; /* a line for another key does it */
	bool absent;      /* there is no such key now; if it is there at boot, it holds this */
	unsigned traps;   /* enum write_trap of the line that decides */
};

#endif
