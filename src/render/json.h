/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Building one JSON document over jansson, for every JSON renderer.
 *
 *	auto_json struct json j = {0};
 *	json_t *list, *item;
 *
 *	json_begin(&j, "profiles");
 *	list = json_put_array(&j, j.root, "profiles");
 *	item = json_add_object(&j, list);
 *	json_put_text(&j, item, "name", p->name);
 *	return json_write(&j, stdout, err);
 *
 * Failure is sticky: a missing object is passed on as NULL and json_write()
 * reports it once.  Every json_t here is borrowed from the document.
 *
 * What newcomers get wrong: jansson refuses a string that is not UTF-8, and
 * names on a host need not be.  json_put_text() takes any bytes: those that
 * are not UTF-8 appear as \xNN, as on a screen.
 */
#ifndef TCPTUNE_RENDER_JSON_H
#define TCPTUNE_RENDER_JSON_H

#include <jansson.h>

#include "base/error.h"
#include "base/strings.h"

enum { JSON_SCHEMA = 1 };

struct json {
	json_t *root; /* owned; NULL when memory was out */
	bool failed;
};

#define auto_json __attribute__((cleanup(json_done)))
void json_done(struct json *j);

/* { "schema", "version", "command" }, open for more. */
void json_begin(struct json *j, const char *command);

/* Fields of an object. */
json_t *json_put_object(struct json *j, json_t *object, const char *key);
json_t *json_put_array(struct json *j, json_t *object, const char *key);
void json_put_text(struct json *j, json_t *object, const char *key, const char *s); /* NULL: null */
void json_put_int(struct json *j, json_t *object, const char *key, int64_t n);
void json_put_bool(struct json *j, json_t *object, const char *key, bool b);
void json_put_null(struct json *j, json_t *object, const char *key);

/* UINT64_MAX, which means "unlimited" or "not known", is null; past 2^63-1 it is 2^63-1. */
void json_put_count(struct json *j, json_t *object, const char *key, uint64_t n);

/* An array of the strings up to NULL; at most n of them.  list may be NULL: none. */
void json_put_texts(struct json *j, json_t *object, const char *key, const char *const *list,
		    size_t n);

void json_put_strings(struct json *j, json_t *object, const char *key, const struct strings *list);

/* Items of an array. */
json_t *json_add_object(struct json *j, json_t *array);
void json_add_text(struct json *j, json_t *array, const char *s);

/*
 * "error": { "code", "message", "file", "line" }; null when err is NULL or holds
 * none.  code is the name of the errno ("ENOENT"), file and line null where
 * there are none.
 */
void json_put_error(struct json *j, const struct error *err);

/*
 * Write the document and a newline.  Only ASCII comes out, so that a terminal
 * cannot be steered by it.  -ENOMEM (nothing is written) or the errno of the
 * write.  f is not flushed.
 */
must_check int json_write(struct json *j, FILE *f, struct error *err);

#endif
