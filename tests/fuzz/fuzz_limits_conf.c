/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer: a limits.conf as one of the readers takes it, and what it makes of
 * two sessions.  The file lies in a directory of its own and is written anew for
 * each input; nothing else is read.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "advise/nofile.h"
#include "base/root.h"
#include "read/limits_conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int root = -1, file = -1;

static void need(bool ok)
{
	if (!ok)
		abort();
}

static char dir[64];

static void clean(void)
{
	(void)unlinkat(root, "etc/security/limits.conf", 0);
	(void)unlinkat(root, "etc/security", AT_REMOVEDIR);
	(void)unlinkat(root, "etc", AT_REMOVEDIR);
	(void)rmdir(dir);
}

/* In memory where there is such a place: ten times as many inputs a second. */
static void prepare(void)
{
	strcpy(dir, "/dev/shm/tcptune-fuzz-XXXXXX");
	if (!mkdtemp(dir)) {
		strcpy(dir, "/tmp/tcptune-fuzz-XXXXXX");
		need(mkdtemp(dir) != NULL);
	}
	need(root_open(dir, &root, NULL) == 0 && atexit(clean) == 0);
	need(mkdirat(root, "etc", 0755) == 0 && mkdirat(root, "etc/security", 0755) == 0);
	file = openat(root, "etc/security/limits.conf", O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	need(file >= 0);
}

static void check_session(const struct pam_reader *reader, const struct limits_conf *conf,
			  struct account *account)
{
	const struct nofile caller = {.known = true, .soft = 1024, .hard = 524288};
	const struct session_facts f = {
		.reader = reader,
		.conf = conf,
		.account = account,
		.caller = caller,
		.pid1 = caller,
		.nr_open = 1048576,
		.kernel_max = 1048576,
	};
	struct nofile_session s = nofile_session(&f);

	need(s.has.soft.value <= s.has.hard.value);
	need(s.has.hard.value <= 1048576);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct group groups[] = {{(char[]){"web"}, 2001}};
	struct account alice = {
		.name = (char[]){"alice"}, .uid = 1001, .gid = 2001, .groups = {groups, 1, 1}};
	struct account super = {.name = (char[]){"root"}};
	auto_call(limits_conf_done) struct limits_conf conf = {0};
	const struct pam_reader *reader;
	size_t readers = 0;

	if (root < 0)
		prepare();
	need(ftruncate(file, 0) == 0);
	need(pwrite(file, data, size, 0) == (ssize_t)size);

	/* One reader an input, by its size: opening files is what takes the time. */
	while (pam_reader_at(readers))
		readers++;
	reader = pam_reader_at(size % readers);
	need(limits_conf_read(tree_of(root), reader, NULL, &conf, NULL) == 0);
	check_session(reader, &conf, &alice);
	check_session(reader, &conf, &super);
	return 0;
}
