/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "base/root.h"
#include "base/text.h"
#include "model/key.h"
#include "model/catalogue.h"
#include "read/capture_rows.h"
#include "read/processes.h"

enum {
	ITEMS_MAX = 65536, /* a host with 1,000 interfaces has 50,000 names in /proc/sys */
	TOTAL_MAX = 128 * 1024 * 1024,
	LINKS_MAX = 40,
	DEPTH_MAX = 10, /* of /proc/sys; the deepest name has 6 */
};

struct lister {
	const struct host *host;
	int root;
	struct capture *capture;
};

static void item_done(struct capture_item *item)
{
	free(item->path);
	free(item->text);
}

void capture_done(struct capture *c)
{
	for (size_t i = 0; i < c->len; i++)
		item_done(&c->items[i]);
	vec_done(c);
	strings_done(&c->left_out);
}

/* Takes path and text over, also when it fails. */
static int add_item(struct lister *l, struct capture_item item)
{
	if (item.path && l->capture->len < ITEMS_MAX && !vec_push(l->capture, item))
		return 0;

	item_done(&item);
	return item.path && l->capture->len >= ITEMS_MAX ? 0 : -ENOMEM;
}

static struct capture_item item_of(const char *path, const struct stat *st)
{
	return (struct capture_item){
		.path = strdup(path),
		.kind = S_ISLNK(st->st_mode)   ? CAPTURE_LINK
			: S_ISDIR(st->st_mode) ? CAPTURE_DIR
					       : CAPTURE_FILE,
		.max = CAPTURE_FILE_MAX,
		.mode = st->st_mode & 0777,
		.uid = st->st_uid,
		.gid = st->st_gid,
		.mtime = st->st_mtime,
	};
}

/* The kernel's own: dates are those of the reading, and owners tell nothing. */
static struct capture_item kernel_item(char *path, enum capture_kind kind, char *text)
{
	return (struct capture_item){
		.path = path,
		.kind = kind,
		.text = text,
		.max = CAPTURE_FILE_MAX,
		.mode = kind == CAPTURE_FILE ? 0444 : 0755,
	};
}

static bool is_kernel_path(const char *path)
{
	return text_starts(path, "/proc/") || text_starts(path, "/sys/");
}

static bool is_key_path(const char *path)
{
	return text_starts(path, "/proc/sys/");
}

static int stat_below(int root, const char *path, int flags, struct stat *ret)
{
	auto_close int fd = root_openat(root, path, O_PATH | flags);

	if (fd < 0)
		return fd;
	return fstat(fd, ret) ? -errno : 0;
}

/* ---- configuration, with the links on the way ---- */

/* A path on its walk: what is known to have no link in it, and what is ahead. */
struct way {
	char real[PATH_MAX]; /* "" is the root */
	char todo[PATH_MAX];
	unsigned links;
};

/* The next component behind real; false at the end, or when it grows too long. */
static bool step(struct way *w)
{
	char *p = w->todo + strspn(w->todo, "/");
	size_t n = strcspn(p, "/"), have = strlen(w->real);

	if (!n || have + n + 2 > sizeof(w->real))
		return false;

	w->real[have] = '/';
	memcpy(w->real + have + 1, p, n);
	w->real[have + 1 + n] = '\0';
	memmove(w->todo, p + n, strlen(p + n) + 1);
	return true;
}

static void step_back(struct way *w)
{
	char *slash = strrchr(w->real, '/');

	if (slash)
		*slash = '\0';
}

/* "." and ".." as the last component of real; they are not looked up. */
static bool take_dots(struct way *w)
{
	if (text_ends(w->real, "/.")) {
		step_back(w);
		return true;
	}
	if (text_ends(w->real, "/..")) {
		step_back(w);
		step_back(w);
		return true;
	}
	return false;
}

static int read_link(int root, const char *path, char target[static PATH_MAX])
{
	auto_close int fd = root_openat(root, path, O_PATH | O_NOFOLLOW);
	ssize_t n = fd < 0 ? fd : readlinkat(fd, "", target, PATH_MAX - 1);

	if (n < 0)
		return fd < 0 ? fd : -errno;
	target[n] = '\0';
	return 0;
}

/* Note the link at real, and go on where it leads; 1: the way ends here. */
static int follow(struct lister *l, struct way *w, const struct stat *st)
{
	char target[PATH_MAX], todo[PATH_MAX];
	struct capture_item item = item_of(w->real, st);
	int r = read_link(l->root, w->real, target);

	if (r) {
		item_done(&item);
		return 1;
	}
	item.text = strdup(target);
	if (!item.text) {
		item_done(&item);
		return -ENOMEM;
	}
	r = add_item(l, item);
	if (r)
		return r;

	if (++w->links > LINKS_MAX ||
	    (size_t)snprintf(todo, sizeof(todo), "%s/%s", target, w->todo) >= sizeof(todo))
		return 1;
	strcpy(w->todo, todo);
	if (target[0] == '/')
		w->real[0] = '\0';
	else
		step_back(w);
	return 0;
}

/*
 * What a link leads to outside of the list may be anything.  The programs that
 * read our configuration would read it; so do we, but only what everybody on
 * the host may read, and nothing from where secrets live.
 */
static bool may_leave(const char *path, const struct stat *st)
{
	static const char *const places[] = {"/etc/shadow", "/etc/gshadow", "/etc/ssh/",
					     "/etc/ssl/",   "/home/",       "/root/",
					     "/proc/",      "/sys/",        "/dev/"};

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		if (text_starts(path, places[i]))
			return false;
	}
	return st->st_mode & S_IROTH;
}

static int leave_out(struct lister *l, const char *path, const char *why)
{
	return strings_add(&l->capture->left_out, "%s %s", path, why);
}

static int add_end(struct lister *l, const struct way *w, const struct stat *st,
		   const struct capture_row *row)
{
	const struct capture_row *own = capture_row_match(w->real);
	struct capture_item item;

	if (!S_ISREG(st->st_mode))
		return S_ISDIR(st->st_mode) ? add_item(l, item_of(w->real, st))
					    : leave_out(l, w->real, "is not a regular file");
	if (!own && w->links && row->redaction != REDACT_ALL && !may_leave(w->real, st))
		return leave_out(l, w->real,
				 "is where a link leads, and not everybody may read it");

	item = item_of(w->real, st);
	item.redaction = own ? own->redaction : row->redaction;
	if (own && own->max)
		item.max = own->max;
	return add_item(l, item);
}

/* Add what is at path, and every link on the way to it. */
static int add_path(struct lister *l, const char *path, const struct capture_row *row)
{
	struct way w = {0};
	struct stat st;
	int r;

	if (strlen(path) >= sizeof(w.todo))
		return 0;
	strcpy(w.todo, path);

	while (step(&w)) {
		if (take_dots(&w))
			continue;
		if (strcmp(w.real, "/dev") == 0)
			return 0; /* a mask is the link itself */
		r = stat_below(l->root, w.real, O_NOFOLLOW, &st);
		if (r)
			return r == -ENOMEM ? r : 0; /* dangling */
		if (S_ISLNK(st.st_mode)) {
			r = follow(l, &w, &st);
			if (r)
				return r < 0 ? r : 0;
		} else if (!w.todo[strspn(w.todo, "/")]) {
			return add_end(l, &w, &st, row);
		}
	}
	return 0;
}

static int add_kernel_file(struct lister *l, const char *path, const struct capture_row *row)
{
	struct capture_item item;
	struct stat st;
	int r = stat_below(l->root, path, 0, &st);

	if (r || !S_ISREG(st.st_mode))
		return r == -ENOMEM ? r : 0;

	item = kernel_item(strdup(path), CAPTURE_FILE, NULL);
	item.redaction = row->redaction;
	item.max = row->max ? row->max : CAPTURE_FILE_MAX;
	return add_item(l, item);
}

/*
 * A key keeps its mode, which tells whether it can be set.  One that is there
 * and cannot be read is an item, too: absent is something else.
 */
static int add_key_file(struct lister *l, const char *path, const struct capture_row *row)
{
	struct capture_item item;
	struct stat st = {0};
	int r = stat_below(l->root, path, O_NOFOLLOW, &st);

	if (r == -ENOMEM || r == -ENOENT || r == -ENOTDIR)
		return r == -ENOMEM ? r : 0;
	if (S_ISDIR(st.st_mode))
		return add_item(l, kernel_item(strdup(path), CAPTURE_DIR, NULL));

	item = kernel_item(strdup(path), CAPTURE_FILE, NULL);
	item.redaction = row->redaction;
	item.max = row->max ? row->max : CAPTURE_FILE_MAX;
	item.mode = st.st_mode & 0777;
	return add_item(l, item);
}

static int add_found(struct lister *l, const char *path, const struct capture_row *row)
{
	if (is_key_path(path))
		return add_key_file(l, path, row);
	return is_kernel_path(path) ? add_kernel_file(l, path, row) : add_path(l, path, row);
}

/* ---- patterns ---- */

/*
 * Everything at done/pattern; pattern is empty or begins with '/'.  What is
 * done is a real name, in which a star is a star.
 */
static int add_pattern(struct lister *l, const char *done, const char *pattern,
		       const struct capture_row *row)
{
	const char *begin = pattern + strcspn(pattern, "*?"), *end;
	auto_call(names_done) struct names names = {0};
	auto_free char *path = NULL, *component = NULL;
	int r;

	if (!*begin) {
		path = text_format("%s%s", done, pattern);
		return path ? add_found(l, path, row) : -ENOMEM;
	}

	while (begin[-1] != '/')
		begin--;
	end = begin + strcspn(begin, "/");
	path = text_format("%s%.*s", done, (int)(begin - pattern), pattern);
	component = strndup(begin, (size_t)(end - begin));
	if (!path || !component)
		return -ENOMEM;
	r = root_list(l->root, path, &names, NULL);
	if (r)
		return r == -ENOMEM ? r : 0;

	for (size_t i = 0; i < names.len && !r; i++) {
		auto_free char *next = text_format("%s%s", path, names.items[i]);

		if (!next)
			return -ENOMEM;
		if (text_glob(component, names.items[i]))
			r = add_pattern(l, next, end, row);
	}
	return r;
}

static int add_rows(struct lister *l)
{
	for (size_t i = 0; i < capture_rows_size(); i++) {
		const struct capture_row *row = capture_row_at(i);
		int r = add_pattern(l, "", row->pattern, row);

		if (r)
			return r;
	}
	return 0;
}

/* ---- the running values ---- */

/* Whether a missing key is for want of its module depends on this directory. */
static int add_module(struct lister *l, const char *name)
{
	auto_free char *path = text_format("/sys/module/%s", name);
	struct stat st;

	if (!path)
		return -ENOMEM;
	if (stat_below(l->root, path, 0, &st) || !S_ISDIR(st.st_mode))
		return 0;
	return add_item(l, kernel_item(take(path), CAPTURE_DIR, NULL));
}

static int add_key(struct lister *l, const struct tunable *t)
{
	static const struct capture_row row = {.redaction = REDACT_NOTHING};
	auto_free char *below = strdup(t->key), *path = NULL;
	int r;

	if (!below)
		return -ENOMEM;
	if (t->scope == SCOPE_PROCESS || catalogue_denies(t->key))
		return 0;

	key_to_path(below);
	path = text_format("/proc/sys/%s", below);
	r = path ? add_pattern(l, "", path, &row) : -ENOMEM;
	return r || !t->module ? r : add_module(l, t->module);
}

static int add_keys(struct lister *l)
{
	for (size_t i = 0; i < catalogue_size(); i++) {
		int r = add_key(l, catalogue_at(i));

		if (r)
			return r;
	}
	return 0;
}

/* Not even the name of "/proc/sys/net/ipv4/tcp_fastopen_key": nobody must come to read it. */
static bool is_denied(const char *path)
{
	const char *name = strrchr(path, '/');
	char key[NAME_MAX + 2];

	if (strlen(name) >= sizeof(key))
		return true;
	strcpy(key, name);
	key[0] = '.';
	return catalogue_denies(key);
}

/*
 * Globs of sysctl.d are expanded over the names in /proc/sys, so every name is
 * captured.  The contents are not, except of the keys in the catalogue.
 */
static int add_names(struct lister *l, const char *dir, unsigned depth)
{
	auto_call(names_done) struct names names = {0};
	int r = root_list(l->root, dir, &names, NULL);

	if (r)
		return r == -ENOMEM ? r : 0;

	for (size_t i = 0; i < names.len && !r; i++) {
		auto_free char *path = text_format("%s/%s", dir, names.items[i]);
		struct capture_item item;
		struct stat st;

		if (!path)
			return -ENOMEM;
		if (is_denied(path) || stat_below(l->root, path, O_NOFOLLOW, &st))
			continue;
		if (S_ISDIR(st.st_mode)) {
			r = depth < DEPTH_MAX ? add_names(l, path, depth + 1) : 0;
			continue;
		}
		item = kernel_item(take(path), CAPTURE_FILE, NULL);
		item.redaction = REDACT_ALL;
		item.mode = st.st_mode & 0777;
		r = add_item(l, item);
	}
	return r;
}

/* ---- processes that listen ---- */

static int add_process_file(struct lister *l, int pid, const char *name)
{
	return add_item(l, kernel_item(text_format("/proc/%d/%s", pid, name), CAPTURE_FILE, NULL));
}

static int add_process(struct lister *l, const struct process *p)
{
	static const char *const files[] = {"comm", "cgroup", "limits"};
	struct stat st;

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		auto_free char *path = text_format("/proc/%d/%s", p->pid, files[i]);
		int r;

		if (!path)
			return -ENOMEM;
		if (stat_below(l->root, path, 0, &st))
			continue;
		r = add_process_file(l, p->pid, files[i]);
		if (r)
			return r;
	}
	if (p->used == UINT64_MAX)
		return 0;
	return add_item(l,
			kernel_item(text_format("/proc/%d/" PROCESS_FD_COUNT, p->pid), CAPTURE_FILE,
				    text_format("%llu\n", (unsigned long long)p->used)));
}

static int add_process_list(struct lister *l, const struct processes *list)
{
	int r = 0;

	for (size_t i = 0; i < list->len && !r; i++)
		r = add_process(l, &list->items[i]);
	return r;
}

static int add_holder(struct lister *l, const struct holder *h)
{
	char *text = text_format("socket:[%u]", h->inode);
	char *path = text_format("/proc/%d/fd/%d", h->pid, h->fd);

	if (text)
		return add_item(l, kernel_item(path, CAPTURE_LINK, text));
	free(path);
	return -ENOMEM;
}

static int add_processes(struct lister *l, struct error *err)
{
	auto_call(holders_done) struct holders holders = {0};
	auto_call(snapshot_done) struct snapshot found = {0};
	int r = holders_find(l->host, l->root, 0, &holders, err);

	if (r)
		return r;
	r = processes_describe(l->host, l->root, &holders, 0, &found.limits, err);
	if (r)
		return r;

	for (size_t i = 0; i < holders.len && !r; i++)
		r = add_holder(l, &holders.items[i]);
	if (!r)
		r = add_process_list(l, &found.limits.processes);
	if (!r)
		r = add_process_list(l, &found.limits.near);
	if (!r && holders.listeners_unseen)
		r = strings_add(&l->capture->left_out,
				"the processes of %zu listening socket%s could not be seen",
				holders.listeners_unseen, holders.listeners_unseen == 1 ? "" : "s");
	return r;
}

/* ---- the list ---- */

static int rank(const struct capture_item *item)
{
	return item->redaction == REDACT_ALL ? REDACTION_COUNT : (int)item->redaction;
}

/* Of two of the same name, the one that says more than the name comes first. */
static int compare_items(const void *a, const void *b)
{
	int order = strcmp(((const struct capture_item *)a)->path,
			   ((const struct capture_item *)b)->path);

	return order ? order : rank(a) - rank(b);
}

static void sort_and_unite(struct capture *c)
{
	size_t kept = 0;

	if (c->len)
		qsort(c->items, c->len, sizeof(*c->items), compare_items);

	for (size_t i = 0; i < c->len; i++) {
		if (kept && strcmp(c->items[kept - 1].path, c->items[i].path) == 0)
			item_done(&c->items[i]);
		else
			c->items[kept++] = c->items[i];
	}
	c->len = kept;
}

static int list_all(struct lister *l, struct error *err)
{
	int r = add_rows(l);

	if (!r && l->host->online)
		r = add_keys(l);
	if (!r && l->host->online)
		r = add_names(l, "/proc/sys", 0);
	if (r)
		return error_set(err, -r, "list what to capture");
	if (l->host->online) {
		r = add_processes(l, err);
		if (r)
			return r;
	}
	if (l->capture->len >= ITEMS_MAX && leave_out(l, "whatever follows", "is too many files"))
		return error_set(err, ENOMEM, "list what to capture");
	return 0;
}

int capture_list(const struct host *h, int root, struct capture *ret, struct error *err)
{
	auto_call(capture_done) struct capture made = {.total_left = TOTAL_MAX};
	struct lister l = {.host = h, .root = root, .capture = &made};
	int r = list_all(&l, err);

	if (r)
		return r;

	sort_and_unite(&made);
	*ret = made;
	made = (struct capture){0};
	return 0;
}

/* ---- the bytes ---- */

/* At most max bytes; *ret_cut: there were more.  Text is cut behind a whole line. */
static int read_up_to(int fd, size_t max, char **ret, size_t *ret_len, bool *ret_cut)
{
	auto_free char *buf = NULL;
	size_t len = 0, cap = 0;
	ssize_t n = 1;

	while (n > 0 && len <= max) {
		if (cap - len < 2) {
			char *grown = realloc(buf, cap ? cap * 2 : 4096);

			if (!grown)
				return -ENOMEM;
			buf = grown;
			cap = cap ? cap * 2 : 4096;
		}
		n = TEMP_FAILURE_RETRY(read(fd, buf + len, cap - len - 1));
		if (n < 0)
			return -errno;
		len += (size_t)n;
	}

	*ret_cut = len > max;
	while (len > max || (*ret_cut && len && buf[len - 1] != '\n'))
		len--;
	buf[len] = '\0';
	*ret = take(buf);
	*ret_len = len;
	return 0;
}

static int read_file(int root, const struct capture_item *item, size_t max, char **ret,
		     size_t *ret_len, bool *ret_cut)
{
	int flags = is_key_path(item->path) ? O_NOFOLLOW : 0;
	auto_close int fd = root_openat(root, item->path, flags | O_RDONLY | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode)) /* a file of configuration was one when it was listed */
		return is_key_path(item->path) ? -ENXIO : -ENOENT;
	return read_up_to(fd, max, ret, ret_len, ret_cut);
}

static int read_redacted(struct capture *c, int root, const struct capture_item *item,
			 struct anonymizer *anonymizer, struct text *out)
{
	auto_free char *bytes = NULL;
	size_t len = 0, max = item->max < c->total_left ? item->max : c->total_left;
	bool cut = false;
	int r;

	if (item->redaction == REDACT_ALL)
		return 0;

	r = read_file(root, item, max, &bytes, &len, &cut);
	if (r)
		return r;
	if (cut && is_key_path(item->path))
		return -EFBIG; /* a part of a value is another value */
	if (cut && strings_add(&c->left_out, "%s is cut after %zu bytes", item->path, len))
		return -ENOMEM;

	c->total_left -= len;
	return redact(item->redaction, bytes, len, anonymizer, out);
}

static int note_unreadable(struct capture *c, struct capture_item *item, int code, struct text *out)
{
	if (is_key_path(item->path))
		text_add_bytes(out, "", 1);
	else
		item->mode = 0;
	return strings_add(&c->left_out, "%s could not be read: %s", item->path, strerror(code));
}

int capture_read(struct capture *c, int root, struct capture_item *item,
		 struct anonymizer *anonymizer, char **ret, size_t *ret_len)
{
	auto_text struct text out = {0};
	int r = 0;

	if (item->text)
		text_add(&out, item->text);
	else
		r = read_redacted(c, root, item, anonymizer, &out);

	if (r == -ENOENT || r == -ESRCH)
		return -ENOENT;
	if (r && r != -ENOMEM)
		r = note_unreadable(c, item, -r, &out);
	if (r)
		return r;

	*ret_len = out.len;
	return text_take(&out, ret);
}

int capture_keep_system_names(int root, struct anonymizer *anonymizer)
{
	static const struct {
		const char *path;
		enum redaction redaction;
	} files[] = {{"/etc/passwd", REDACT_PASSWD}, {"/etc/group", REDACT_GROUP}};

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		auto_text struct text out = {0};
		auto_free char *bytes = NULL;
		size_t len = 0;
		int r = root_read(root, files[i].path, CAPTURE_FILE_MAX, &bytes, &len, NULL);

		if (!r)
			r = redact(files[i].redaction, bytes, len, anonymizer, &out);
		if (r == -ENOMEM)
			return r;
	}
	return 0;
}
