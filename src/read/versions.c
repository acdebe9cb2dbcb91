/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/versions.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/number.h"
#include "base/root.h"
#include "base/text.h"

/* Where distributions put libraries; Debian's multi-arch triplets by how common they are. */
static const char *const library_dirs[] = {
	"/usr/lib/x86_64-linux-gnu",
	"/usr/lib/aarch64-linux-gnu",
	"/usr/lib64",
	"/usr/lib",
	"/usr/lib/arm-linux-gnueabihf",
	"/usr/lib/riscv64-linux-gnu",
	"/usr/lib/powerpc64le-linux-gnu",
	"/usr/lib/s390x-linux-gnu",
	"/usr/lib/i386-linux-gnu",
	"/usr/lib/loongarch64-linux-gnu",
	"/lib/x86_64-linux-gnu", /* before /usr was merged */
	"/lib/aarch64-linux-gnu",
	"/lib/arm-linux-gnueabihf",
	"/lib/i386-linux-gnu",
	"/lib64",
	"/lib",
};

/* "libsystemd-shared-252.so", "libsystemd-core-256.7-1.fc41.so" */
static const char *const systemd_libraries[] = {
	"libsystemd-shared-",
	"libsystemd-core-",
};

/* The file behind the link that programs open, and the release that came with it. */
static const struct {
	const char *link, *file;
	unsigned version;
} procps_libraries[] = {
	{"libproc2.so.0", "libproc2.so.0.0.0", VERSION(4, 0, 0)},
	{"libproc2.so.0", "libproc2.so.0.0.1", VERSION(4, 0, 2)},
	{"libproc2.so.0", "libproc2.so.0.0.2", VERSION(4, 0, 4)},
	{"libproc2.so.0", NULL, VERSION(4, 0, 4)},
	{"libproc2.so.1", NULL, VERSION(4, 0, 5)},
	{"libprocps.so.8", NULL, VERSION(3, 3, 17)},
	{"libprocps.so.7", NULL, VERSION(3, 3, 15)},
	{"libprocps.so.6", NULL, VERSION(3, 3, 12)},
};

/* The number s begins with, 0 if none. */
static unsigned leading_number(const char *s)
{
	char digits[8] = "";
	size_t n = strspn(s, "0123456789");
	uint64_t v = 0;

	if (!n || n >= sizeof(digits))
		return 0;
	memcpy(digits, s, n);
	return number_parse_u64(digits, &v) ? 0 : (unsigned)v;
}

static unsigned systemd_version_of(const struct names *names)
{
	unsigned newest = 0;

	for (size_t i = 0; i < names->len; i++) {
		for (size_t l = 0; l < ARRAY_LEN(systemd_libraries); l++) {
			const char *prefix = systemd_libraries[l], *name = names->items[i];
			unsigned v = text_starts(name, prefix) && strstr(name, ".so")
					     ? leading_number(name + strlen(prefix))
					     : 0;

			newest = v > newest ? v : newest;
		}
	}
	return newest;
}

static int find_systemd(int root, unsigned *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(library_dirs) && !*ret; i++) {
		auto_call(names_done) struct names names = {0};
		char dir[64];
		int r;

		snprintf(dir, sizeof(dir), "%s/systemd", library_dirs[i]);
		r = root_list(root, dir, &names, NULL);
		if (r == -ENOMEM)
			return r;
		*ret = systemd_version_of(&names);
	}
	return 0;
}

/* The release whose library the link in dir leads to; 0: no such link. */
static int procps_at(int root, const char *dir, const char *link, unsigned *ret)
{
	auto_free char *real = NULL;
	enum node_kind kind;
	const char *name;
	char path[96];
	int r;

	snprintf(path, sizeof(path), "%s/%s", dir, link);
	r = root_resolve(root, path, &kind, &real, NULL);
	if (r || kind != NODE_FILE)
		return r == -ENOMEM ? r : 0;

	name = strrchr(real, '/') + 1;
	for (size_t i = 0; i < ARRAY_LEN(procps_libraries) && !*ret; i++) {
		const char *file = procps_libraries[i].file;

		if (strcmp(procps_libraries[i].link, link) == 0 &&
		    (!file || strcmp(file, name) == 0))
			*ret = procps_libraries[i].version;
	}
	return 0;
}

static int find_procps(int root, unsigned *ret)
{
	static const char *const links[] = {"libproc2.so.1", "libproc2.so.0", "libprocps.so.8",
					    "libprocps.so.7", "libprocps.so.6"};
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(library_dirs) && !*ret && !r; i++) {
		auto_close int dir = root_openat(root, library_dirs[i], O_PATH | O_DIRECTORY);

		if (dir < 0)
			continue;
		for (size_t l = 0; l < ARRAY_LEN(links) && !*ret && !r; l++)
			r = procps_at(root, library_dirs[i], links[l], ret);
	}
	return r;
}

/* ---- dpkg's database ---- */

/* "2:4.0.4-9", "252.39-1~deb12u1" */
static unsigned package_version(const char *text, bool procps)
{
	const char *colon = strchr(text, ':');
	unsigned part[3] = {0};

	text = colon && colon - text < 4 ? colon + 1 : text;
	for (size_t i = 0; i < 3; i++) {
		part[i] = leading_number(text);
		text += strspn(text, "0123456789");
		if (*text++ != '.')
			break;
	}
	return procps ? VERSION(part[0], part[1], part[2]) : part[0];
}

static void take_stanza(char *stanza, struct versions *v)
{
	const char *package = NULL, *version = NULL, *status = NULL;
	char *save = NULL;

	for (char *l = strtok_r(stanza, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		if (text_starts(l, "Package: "))
			package = l + strlen("Package: ");
		else if (text_starts(l, "Version: "))
			version = l + strlen("Version: ");
		else if (text_starts(l, "Status: "))
			status = l;
	}
	if (!package || !version || !status || !text_ends(status, " installed"))
		return;
	if (strcmp(package, "systemd") == 0 && !v->systemd)
		v->systemd = package_version(version, false);
	else if (strcmp(package, "procps") == 0 && !v->procps)
		v->procps = package_version(version, true);
}

static int ask_dpkg(int root, struct versions *v)
{
	enum { STATUS_MAX = 64 * 1024 * 1024 };
	auto_free char *text = NULL;
	char *stanza, *end;
	int r = root_read(root, "/var/lib/dpkg/status", STATUS_MAX, &text, NULL, NULL);

	if (r)
		return r == -ENOMEM ? r : 0;
	for (stanza = text; *stanza; stanza = end) {
		end = strstr(stanza, "\n\n");
		if (end) {
			*end = '\0';
			end += 2;
		} else {
			end = stanza + strlen(stanza);
		}
		take_stanza(stanza, v);
	}
	return 0;
}

/* ---- who boots ---- */

/* sd_booted(3) says so for a running host; else /sbin/init leads to it or not. */
static int find_init(int root, struct versions *v)
{
	auto_free char *running = NULL, *init = NULL;
	enum node_kind kind = NODE_MISSING;
	int r = root_resolve(root, "/run/systemd/system", &kind, &running, NULL);

	v->boots_systemd = v->boots_known = !r && kind == NODE_DIR;
	if (r == -ENOMEM || v->boots_known)
		return r == -ENOMEM ? r : 0;

	r = root_resolve(root, "/sbin/init", &kind, &init, NULL);
	v->boots_known = !r && kind == NODE_FILE;
	v->boots_systemd = !v->boots_known || text_ends(init, "/systemd");
	return r == -ENOMEM ? r : 0;
}

int versions_read(int root, struct versions *ret, struct error *err)
{
	struct versions v = {0};
	int r = find_init(root, &v);

	if (!r)
		r = find_systemd(root, &v.systemd);
	if (!r)
		r = find_procps(root, &v.procps);
	if (!r && !(v.systemd && v.procps))
		r = ask_dpkg(root, &v);
	if (r)
		return error_set(err, -r, "look for systemd and procps");

	*ret = v;
	return 0;
}

const struct reader *versions_reader(const struct versions *v, enum reader_kind kind)
{
	return reader_for(kind, kind == READER_SYSTEMD ? v->systemd : v->procps);
}

const struct reader *versions_boot_reader(const struct versions *v)
{
	return versions_reader(v, v->boots_systemd ? READER_SYSTEMD : READER_PROCPS);
}
