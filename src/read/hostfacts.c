/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/hostfacts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <linux/magic.h>

#include "base/file.h"
#include "base/number.h"
#include "base/root.h"
#include "base/text.h"
#include "model/release.h"

enum { FACT_MAX = 256, MEMINFO_MAX = 64 * 1024 };

/* A small fact below proc/sys; "" when it cannot be had.  NULL: no memory. */
static char *fact(int proc_sys, const char *path)
{
	char buf[FACT_MAX] = "";

	if (proc_sys >= 0 && file_read_value(proc_sys, path, buf, sizeof(buf)))
		buf[0] = '\0';
	return strdup(buf);
}

/*
 * NULL where there is none: an image, a capture.  Where it cannot be read values
 * that go by it would silently not be judged.
 */
static int read_fact(int root, const char *path, size_t max, char **ret, struct error *err)
{
	int r = root_read(root, path, max, ret, NULL, err);

	if (r != -ENOENT && r != -ENOTDIR)
		return r;
	if (err)
		*err = (struct error){0};
	return 0;
}

/* "MemTotal:       24660880 kB" */
static uint64_t memory_in(const char *text)
{
	char digits[24];
	uint64_t kib = 0;
	const char *p;
	size_t n;

	if (!text || !text_starts(text, "MemTotal:"))
		return 0;

	p = text + strlen("MemTotal:");
	p += strspn(p, " ");
	n = strspn(p, "0123456789");
	if (!n || n >= sizeof(digits))
		return 0;

	memcpy(digits, p, n);
	digits[n] = '\0';
	if (number_parse_u64(digits, &kib) || kib > UINT64_MAX / 1024)
		return 0;
	return kib * 1024;
}

/* "0-3,8" -> 5. */
static unsigned cpus_in(const char *text)
{
	unsigned n = 0;

	for (const char *p = text ? text : ""; char_is_digit(*p); p += *p == ',') {
		uint64_t low = 0, high = 0;
		bool negative;

		if (number_scan_c(p, &p, &negative, &low))
			return 0;
		high = low;
		if (*p == '-' && number_scan_c(p + 1, &p, &negative, &high))
			return 0;
		if (high < low || high - low > 65535)
			return 0;
		n += (unsigned)(high - low + 1);
	}
	return n;
}

static int64_t ehash_entries(int proc_sys)
{
	char buf[32];
	int64_t n = 0;

	if (proc_sys < 0 ||
	    file_read_value(proc_sys, "net/ipv4/tcp_ehash_entries", buf, sizeof(buf)) ||
	    number_parse_i64(buf, &n))
		return 0;
	return n;
}

/*
 * A negative tcp_ehash_entries says so for certain (since 6.1).  Before, and
 * where a child has a hash of its own, a key that only the first namespace has
 * is missing; comparing /proc/self/ns/net with /proc/1/ns/net can be refused
 * even to root.
 */
static bool is_child_netns(int proc_sys, int64_t ehash)
{
	struct stat st;

	return ehash < 0 || (proc_sys >= 0 && !fstatat(proc_sys, "net/core", &st, 0) &&
			     fstatat(proc_sys, "net/core/netdev_max_backlog", &st, 0));
}

static bool boots_with_systemd(int root)
{
	static const char *const places[] = {"usr/lib/systemd/systemd", "lib/systemd/systemd"};

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		auto_close int fd = root_openat(root, places[i], O_PATH);

		if (fd >= 0)
			return true;
	}
	return false;
}

/*
 * An image that is not running has the kernels it can boot in /lib/modules;
 * the newest is what boots unless somebody chooses another.
 */
static int newest_installed(int root, char **ret)
{
	auto_call(names_done) struct names names = {0};
	const char *best = "";
	int r = root_list(root, "/lib/modules", &names, NULL);

	if (r == -ENOMEM)
		return r;
	for (size_t i = 0; i < names.len; i++) {
		if (release_parse(names.items[i]) && strverscmp(names.items[i], best) > 0)
			best = names.items[i];
	}
	*ret = strdup(best);
	return *ret ? 0 : -ENOMEM;
}

static bool is_proc(int proc_sys)
{
	struct statfs fs;

	return !fstatfs(proc_sys, &fs) && fs.f_type == PROC_SUPER_MAGIC;
}

static int open_proc_sys(int root, int *ret, struct error *err)
{
	int fd = root_openat(root, "proc/sys", O_RDONLY | O_DIRECTORY);

	if (fd < 0 && fd != -ENOENT && fd != -ENOTDIR)
		return error_set(err, -fd, "open proc/sys");

	*ret = fd < 0 ? -1 : fd;
	return 0;
}

int hostfacts_read(int root, const char *name, const char *netns, struct host *ret,
		   int *ret_proc_sys, struct error *err)
{
	auto_free char *memory = NULL, *cpus = NULL;
	auto_close int proc_sys = -1;
	struct host h = {0};
	int r = open_proc_sys(root, &proc_sys, err);

	if (!r)
		r = read_fact(root, "/proc/meminfo", MEMINFO_MAX, &memory, err);
	if (!r)
		r = read_fact(root, "/sys/devices/system/cpu/online", FACT_MAX, &cpus, err);
	if (r)
		return r;

	h.online = proc_sys >= 0;
	h.captured = h.online && !is_proc(proc_sys);
	h.root = strdup(name);
	h.netns = netns ? strdup(netns) : NULL;
	h.hostname = fact(proc_sys, "kernel/hostname");
	if (h.online)
		h.kernel = fact(proc_sys, "kernel/osrelease");
	else if (newest_installed(root, &h.kernel))
		h.kernel = NULL;
	h.boot_id = fact(proc_sys, "kernel/random/boot_id");
	if (!h.root || (netns && !h.netns) || !h.hostname || !h.kernel || !h.boot_id) {
		host_done(&h);
		return error_set(err, ENOMEM, "read what host this is");
	}

	h.release = release_parse(h.kernel);
	h.memory_bytes = memory_in(memory);
	h.cpus = cpus_in(cpus);
	h.page_size = (uint64_t)sysconf(_SC_PAGESIZE);
	h.ehash_entries = ehash_entries(proc_sys);
	h.child_netns = is_child_netns(proc_sys, h.ehash_entries);
	h.systemd = boots_with_systemd(root);
	*ret = h;
	*ret_proc_sys = take_fd(proc_sys);
	return 0;
}
