/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * usage: session CONFDIR SERVICE SOFT:HARD USER...
 *
 * Open a PAM session for each user, each in a process of its own that has those
 * open-file limits, and print "USER STATUS SOFT HARD": what pam_open_session()
 * returned and getrlimit() said after it.  For boot_campaign.py; built without
 * PAM's headers, which nothing else here needs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

struct conversation {
	int (*talk)(int n, const void **messages, void **answers, void *data);
	void *data;
};

extern int pam_start_confdir(const char *service, const char *user, const struct conversation *c,
			     const char *confdir, void **ret);
extern int pam_open_session(void *pam, int flags);

static int talk(int n, const void **messages, void **answers, void *data)
{
	(void)n, (void)messages, (void)answers, (void)data;
	return 19; /* PAM_CONV_ERR: nothing here asks */
}

static int open_session(const char *confdir, const char *service, const struct rlimit *limit,
			const char *user)
{
	static const struct conversation conversation = {talk, NULL};
	struct rlimit got;
	void *pam = NULL;
	int status;

	if (setrlimit(RLIMIT_NOFILE, limit) ||
	    pam_start_confdir(service, user, &conversation, confdir, &pam))
		return 1;
	status = pam_open_session(pam, 0);
	if (getrlimit(RLIMIT_NOFILE, &got))
		return 1;
	printf("%s %d %llu %llu\n", user, status, (unsigned long long)got.rlim_cur,
	       (unsigned long long)got.rlim_max);
	return fflush(stdout) ? 1 : 0;
}

int main(int argc, char **argv)
{
	struct rlimit limit;
	char *colon;

	if (argc < 5)
		return 2;
	limit.rlim_cur = strtoul(argv[3], &colon, 10);
	limit.rlim_max = strtoul(colon + (*colon == ':'), NULL, 10);

	/* A program that opens sessions has more than three descriptors in use. */
	if (dup(STDERR_FILENO) < 0)
		return 1;

	for (int i = 4; i < argc; i++) {
		int status = 1;
		pid_t child = fork();

		if (!child)
			_exit(open_session(argv[1], argv[2], &limit, argv[i]));
		if (child < 0 || waitpid(child, &status, 0) < 0 || status)
			return 1;
	}
	return 0;
}
