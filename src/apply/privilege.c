/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dropping capabilities narrows what a bug here can reach; it is not what keeps
 * tcptune from changing a setting.  The kernel lets effective uid 0 through by
 * the file's owner bits, with or without a capability (test_perm() in
 * fs/proc/proc_sysctl.c).  Read-only commands are harmless because nothing
 * outside src/apply opens a file for writing, and tests/check-layers.sh holds
 * us to that.
 */
#include "apply/privilege.h"

#include <errno.h>
#include <sys/capability.h>

static const cap_value_t of_reader[] = {CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH};
static const cap_value_t of_writer[] = {CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE,
					CAP_FOWNER,     CAP_CHOWN,           CAP_NET_ADMIN,
					CAP_SYS_ADMIN};

static void cap_free_indirect(cap_t *caps)
{
	if (*caps)
		(void)cap_free(*caps);
}

#define auto_caps __attribute__((cleanup(cap_free_indirect)))

/* The kept ones, as far as we hold them now. */
static int intersect(const cap_value_t *kept, size_t n, cap_t now, cap_t want)
{
	for (size_t i = 0; i < n; i++) {
		cap_flag_value_t held = CAP_CLEAR;

		if (cap_get_flag(now, kept[i], CAP_PERMITTED, &held))
			return -errno;
		if (held != CAP_SET)
			continue;
		if (cap_set_flag(want, CAP_PERMITTED, 1, &kept[i], CAP_SET) ||
		    cap_set_flag(want, CAP_EFFECTIVE, 1, &kept[i], CAP_SET))
			return -errno;
	}
	return 0;
}

static int narrow(const cap_value_t *kept, size_t n, struct error *err)
{
	auto_caps cap_t now = cap_get_proc(), want = cap_init(), after = NULL;

	if (!now || !want || intersect(kept, n, now, want))
		return error_set(err, errno, "look at our capabilities");
	if (cap_compare(now, want) == 0)
		return 0;

	if (cap_set_proc(want))
		return error_set(err, errno, "drop capabilities");

	after = cap_get_proc();
	if (!after || cap_compare(after, want) != 0)
		return error_say(err, EPERM, "capabilities could not be dropped");
	return 0;
}

int privilege_narrow(struct error *err)
{
	return narrow(of_reader, ARRAY_LEN(of_reader), err);
}

int privilege_narrow_writer(struct error *err)
{
	return narrow(of_writer, ARRAY_LEN(of_writer), err);
}

bool privilege_sees_all(void)
{
	auto_caps cap_t now = cap_get_proc();
	cap_flag_value_t ptrace = CAP_CLEAR;

	return now && !cap_get_flag(now, CAP_SYS_PTRACE, CAP_EFFECTIVE, &ptrace) &&
	       ptrace == CAP_SET;
}
