/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/sysctl_write.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/vfs.h>

#include <linux/magic.h>

#include "base/text.h"
#include "model/key.h"
#include "model/value.h"

/* The list of reserved ports is the one that may be long. */
enum { VALUE_USUAL = 1024, VALUE_LONG = 512 * 1024 };

void sysctl_write_done(struct sysctl_write *w)
{
	if (w->buf && w->fd >= 0)
		(void)close(w->fd);
	free(w->lines[0]);
	free(w->lines[1]);
	free(w->buf);
	*w = (struct sysctl_write){.fd = -1};
}

/* A key is absent only where the kernel says so: an empty /proc/sys proves nothing. */
static bool is_kernels(const struct place *place)
{
	struct statfs fs;

	return !fstatfs(place->proc_sys, &fs) && fs.f_type == PROC_SUPER_MAGIC;
}

const char *sysctl_write_why(int code)
{
	switch (code) {
	case EROFS:
		return "/proc/sys is read-only here, as in most containers; change it on the host";
	case EACCES:
	case EPERM:
		return "that takes root, in the network namespace it belongs to";
	default:
		return NULL;
	}
}

static int say_refused(const struct step *s, int code, struct error *err)
{
	const char *why = sysctl_write_why(code);

	return why ? error_say(err, code, "%s cannot be written: %s", s->name, why)
		   : error_set(err, code, "open %s to write it", s->name);
}

int sysctl_write_open(const struct place *place, const struct step *s, struct sysctl_write *ret,
		      struct error *err)
{
	auto_free char *path = strdup(s->name);
	struct sysctl_write w = {
		.tunable = s->tunable,
		.io = place->io,
		.before = s->before.data,
		.after = s->after.data,
		.lines = {text_format("%s\n", s->before.data), text_format("%s\n", s->after.data)},
		.size = s->tunable && s->tunable->type == TYPE_PORTS ? VALUE_LONG : VALUE_USUAL,
		.fd = -1,
	};
	struct statfs fs;
	int r = 0;

	w.buf = malloc(w.size);
	if (!s->tunable || place->proc_sys < 0)
		r = error_say(err, ENOTSUP, "%s is no setting that can be written here", s->name);
	else if (!path || !w.lines[0] || !w.lines[1] || !w.buf)
		r = error_set(err, ENOMEM, "open %s", s->name);
	if (!r && path) {
		key_to_path(path);
		w.fd = openat(place->proc_sys, path,
			      O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
		r = w.fd < 0 ? say_refused(s, errno, err) : 0;
		if (r == -ENOENT && !is_kernels(place))
			r = error_say(err, ENODEV,
				      "%s is not there, but neither is the kernel's /proc/sys: "
				      "something else is mounted over it",
				      s->name);
	}
	if (r) {
		sysctl_write_done(&w);
		return r;
	}
	w.is_plain = fstatfs(w.fd, &fs) || fs.f_type != PROC_SUPER_MAGIC;
	*ret = w;
	return 0;
}

/* Blanks apart, which is how the kernel and canonical text differ: needs no memory. */
static bool same_words(const char *a, const char *b)
{
	for (;;) {
		size_t n;

		a += strspn(a, " \t\n");
		b += strspn(b, " \t\n");
		n = strcspn(a, " \t\n");
		if (n != strcspn(b, " \t\n") || memcmp(a, b, n) != 0)
			return false;
		if (!n)
			return true;
		a += n;
		b += n;
	}
}

/* No memory to compare by meaning: then it is not known to be the same. */
static bool same(const struct tunable *t, const char *a, const char *b)
{
	auto_value struct value x = {0}, y = {0};

	if (same_words(a, b))
		return true;
	return !value_read(t, a, &x) && !value_read(t, b, &y) && value_reads_back(t, &x, &y);
}

static bool is_part(const struct tunable *t, const char *now, const char *a, const char *b)
{
	auto_value struct value n = {0}, x = {0}, y = {0};

	if (t->fields < 2 || value_read(t, now, &n) || value_read(t, a, &x) || value_read(t, b, &y))
		return false;
	if (n.n != x.n || n.n != y.n)
		return false;
	for (unsigned i = 0; i < n.n && i < FIELDS_MAX; i++) {
		if (n.num[i] != x.num[i] && n.num[i] != y.num[i])
			return false;
	}
	return true;
}

static int read_value(struct sysctl_write *w, struct error *err)
{
	ssize_t n = TEMP_FAILURE_RETRY(w->io && w->io->read ? w->io->read(w->fd, w->buf, w->size, 0)
							    : pread(w->fd, w->buf, w->size, 0));

	if (n < 0)
		return error_set(err, errno, "read %s", w->tunable->key);
	if ((size_t)n >= w->size || memchr(w->buf, '\0', (size_t)n))
		return error_say(err, EBADMSG, "%s holds what no kernel prints", w->tunable->key);
	while (n > 0 && w->buf[n - 1] == '\n')
		n--;
	w->buf[n] = '\0';
	return 0;
}

static enum holds judge(const struct sysctl_write *w)
{
	if (same(w->tunable, w->buf, w->before))
		return HOLDS_BEFORE;
	if (same(w->tunable, w->buf, w->after))
		return HOLDS_AFTER;
	if (!w->is_torn)
		return HOLDS_OTHER;
	if (*w->odd && strcmp(w->buf, w->odd) == 0)
		return HOLDS_PART;
	return is_part(w->tunable, w->buf, w->before, w->after) ? HOLDS_PART : HOLDS_OTHER;
}

int sysctl_write_look(struct sysctl_write *w, enum holds *ret, struct error *err)
{
	int r = read_value(w, err);

	if (!r)
		*ret = judge(w);
	return r;
}

static int put(struct sysctl_write *w, const char *line, struct error *err)
{
	size_t len = strlen(line);
	ssize_t n = TEMP_FAILURE_RETRY(w->io && w->io->write ? w->io->write(w->fd, line, len, 0)
							     : pwrite(w->fd, line, len, 0));

	if (n < 0)
		return error_set(err, errno, "write '%.*s' to %s", (int)len - 1, line,
				 w->tunable->key);
	if ((size_t)n != len)
		return error_say(err, EIO, "write '%.*s' to %s: the kernel took %zd of %zu bytes",
				 (int)len - 1, line, w->tunable->key, n, len);
	if (w->is_plain && ftruncate(w->fd, n))
		return error_set(err, errno, "write %s", w->tunable->key);
	return 0;
}

static int say_odd(const struct sysctl_write *w, const char *wanted, struct error *err)
{
	return error_say(err, EIO, "%s: '%s' was written, but the kernel has '%s'", w->tunable->key,
			 wanted, w->buf);
}

static int say_overtaken(const struct sysctl_write *w, const char *wanted, struct error *err)
{
	return error_say(err, ESTALE, "%s: somebody wrote '%s' right after '%s' was written",
			 w->tunable->key, w->buf, wanted);
}

/* It is written again: what the kernel makes of ours it makes of it again. */
static int ask_whose(struct sysctl_write *w, const char *line, const char *wanted,
		     struct error *err)
{
	char odd[sizeof(w->odd)], his[sizeof(odd) + 1];
	int r;

	if (strlen(w->buf) >= sizeof(odd))
		return say_overtaken(w, wanted, err);
	(void)snprintf(odd, sizeof(odd), "%s", w->buf);
	(void)snprintf(his, sizeof(his), "%s\n", odd);
	r = put(w, line, err);
	if (!r)
		r = read_value(w, err);
	if (r)
		return r;
	if (strcmp(w->buf, odd) == 0) {
		memcpy(w->odd, odd, sizeof(odd));
		return say_odd(w, wanted, err);
	}
	if (same(w->tunable, w->buf, wanted)) {
		r = put(w, his, err);
		(void)snprintf(w->buf, w->size, "%s", odd);
	}
	return r ? r : say_overtaken(w, wanted, err);
}

static int read_back(struct sysctl_write *w, const char *line, const char *wanted,
		     struct error *err)
{
	int r = read_value(w, err);

	return r || same(w->tunable, w->buf, wanted) ? r : ask_whose(w, line, wanted, err);
}

int sysctl_write_swap(struct sysctl_write *w, enum direction d, enum holds *ret, struct error *err)
{
	const bool forth = d == DIRECTION_DO;
	const enum holds from = forth ? HOLDS_BEFORE : HOLDS_AFTER;
	const enum holds to = forth ? HOLDS_AFTER : HOLDS_BEFORE;
	int r = sysctl_write_look(w, ret, err);

	if (r || *ret == to)
		return r;
	if (*ret != from && (forth || *ret != HOLDS_PART))
		return error_say(err, ESTALE,
				 "%s was changed by somebody: expected '%s', found '%s'",
				 w->tunable->key, forth ? w->before : w->after, w->buf);

	r = put(w, w->lines[forth ? 1 : 0], err);
	if (!r)
		r = read_back(w, w->lines[forth ? 1 : 0], forth ? w->after : w->before, err);
	w->is_torn = r != 0;
	return r;
}
