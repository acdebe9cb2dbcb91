/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/json.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"

void json_done(struct json *j)
{
	json_decref(j->root);
	j->root = NULL;
}

/* jansson steals `value` whatever happens, and takes NULL for it. */
static json_t *set(struct json *j, json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) == 0)
		return value;
	j->failed = true;
	return NULL;
}

static json_t *append(struct json *j, json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) == 0)
		return value;
	j->failed = true;
	return NULL;
}

/* The bytes that are no UTF-8 written out. */
static json_t *repaired(const char *s)
{
	auto_text struct text t = {0};
	uint32_t c;

	while (*s) {
		size_t n = utf8_decode(s, &c);

		if (n)
			text_add_bytes(&t, s, n);
		else
			text_addf(&t, "\\x%02x", (unsigned)(unsigned char)*s);
		s += n ? n : 1;
	}
	return t.failed ? NULL : json_string(t.str ? t.str : "");
}

static bool is_utf8(const char *s)
{
	uint32_t c;

	while (*s) {
		size_t n = utf8_decode(s, &c);

		if (!n)
			return false;
		s += n;
	}
	return true;
}

static json_t *text_value(const char *s)
{
	if (!s)
		return json_null();
	return is_utf8(s) ? json_string(s) : repaired(s);
}

void json_begin(struct json *j, const char *command)
{
	json_decref(j->root);
	*j = (struct json){.root = json_object()};
	json_put_int(j, j->root, "schema", JSON_SCHEMA);
	json_put_text(j, j->root, "version", TCPTUNE_VERSION);
	json_put_text(j, j->root, "command", command);
}

json_t *json_put_object(struct json *j, json_t *object, const char *key)
{
	return set(j, object, key, json_object());
}

json_t *json_put_array(struct json *j, json_t *object, const char *key)
{
	return set(j, object, key, json_array());
}

void json_put_text(struct json *j, json_t *object, const char *key, const char *s)
{
	(void)set(j, object, key, text_value(s));
}

void json_put_int(struct json *j, json_t *object, const char *key, int64_t n)
{
	(void)set(j, object, key, json_integer(n));
}

void json_put_bool(struct json *j, json_t *object, const char *key, bool b)
{
	(void)set(j, object, key, json_boolean(b));
}

void json_put_null(struct json *j, json_t *object, const char *key)
{
	(void)set(j, object, key, json_null());
}

void json_put_count(struct json *j, json_t *object, const char *key, uint64_t n)
{
	if (n == UINT64_MAX)
		json_put_null(j, object, key);
	else
		json_put_int(j, object, key, n > INT64_MAX ? INT64_MAX : (int64_t)n);
}

void json_put_texts(struct json *j, json_t *object, const char *key, const char *const *list,
		    size_t n)
{
	json_t *array = json_put_array(j, object, key);

	for (size_t i = 0; list && i < n && list[i]; i++)
		json_add_text(j, array, list[i]);
}

void json_put_strings(struct json *j, json_t *object, const char *key, const struct strings *list)
{
	json_t *array = json_put_array(j, object, key);

	for (size_t i = 0; i < list->len; i++)
		json_add_text(j, array, list->items[i]);
}

json_t *json_add_object(struct json *j, json_t *array)
{
	return append(j, array, json_object());
}

void json_add_text(struct json *j, json_t *array, const char *s)
{
	(void)append(j, array, text_value(s));
}

void json_put_error(struct json *j, const struct error *err)
{
	json_t *object;

	if (!err || !err->code) {
		json_put_null(j, j->root, "error");
		return;
	}

	object = json_put_object(j, j->root, "error");
	json_put_text(j, object, "code", strerrorname_np(err->code));
	json_put_text(j, object, "message", err->text);
	json_put_text(j, object, "file", err->file[0] ? err->file : NULL);
	if (err->line)
		json_put_int(j, object, "line", err->line);
	else
		json_put_null(j, object, "line");
}

int json_write(struct json *j, FILE *f, struct error *err)
{
	auto_free char *text = NULL;

	if (!j->failed)
		text = json_dumps(j->root, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	if (!text)
		return error_set(err, ENOMEM, "make the JSON output");

	errno = 0;
	if (fputs(text, f) == EOF || putc('\n', f) == EOF)
		return error_set(err, errno ? errno : EIO, "write the JSON output");
	return 0;
}
