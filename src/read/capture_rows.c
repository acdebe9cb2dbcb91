/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/capture_rows.h"

#include <string.h>

enum { SOCKETS_MAX = 32 * 1024 * 1024 }; /* 200,000 sockets; listeners come first */

/* The directories a distribution and its administrator share, /lib for those before the merge. */
#define SHARED(tail, how)                                                                          \
	{"/etc/" tail, how, 0}, {"/run/" tail, how, 0}, {"/usr/local/lib/" tail, how, 0},          \
		{"/usr/lib/" tail, how, 0},                                                        \
	{                                                                                          \
		"/lib/" tail, how, 0                                                               \
	}

#define UNITS(dir)                                                                                 \
	{dir "/*.service", REDACT_UNIT, 0}, {dir "/*.service.d/*.conf", REDACT_UNIT, 0},           \
	{                                                                                          \
		dir "/service.d/*.conf", REDACT_UNIT, 0                                            \
	}

static const struct capture_row rows[] = {
	/* ours; first, because the same files fit other rows, too */
	{"/etc/tcptune/tcptune.conf", REDACT_OWN, 0},
	{"/etc/tcptune/profiles/*.conf", REDACT_OWN, 0},
	{"/run/tcptune/profiles/*.conf", REDACT_OWN, 0},
	{"/usr/local/share/tcptune/profiles/*.conf", REDACT_OWN, 0},
	{"/usr/share/tcptune/profiles/*.conf", REDACT_OWN, 0},
	{"/etc/sysctl.d/90-tcptune.conf", REDACT_OWN, 0},
	{"/etc/security/limits.d/90-tcptune.conf", REDACT_OWN, 0},
	{"/etc/modules-load.d/90-tcptune.conf", REDACT_OWN, 0},
	{"/etc/systemd/system.conf.d/90-tcptune.conf", REDACT_OWN, 0},
	{"/etc/systemd/user.conf.d/90-tcptune.conf", REDACT_OWN, 0},
	{"/etc/systemd/system/*.d/90-tcptune.conf", REDACT_OWN, 0},

	/* the kernel */
	{"/proc/sys/kernel/hostname", REDACT_HOSTNAME, 0},
	{"/proc/sys/kernel/osrelease", REDACT_NOTHING, 0},
	{"/proc/sys/kernel/random/boot_id", REDACT_NOTHING, 0},
	{"/proc/sys/fs/file-nr", REDACT_NOTHING, 0},
	{"/proc/cmdline", REDACT_CMDLINE, 0},
	{"/proc/meminfo", REDACT_NOTHING, 0},
	{"/sys/devices/system/cpu/online", REDACT_NOTHING, 0},
	{"/lib/modules/*/kernel/net/ipv4/tcp_*.ko*", REDACT_ALL, 0},

	/* sockets and counters */
	{"/proc/net/tcp", REDACT_SOCKETS, SOCKETS_MAX},
	{"/proc/net/tcp6", REDACT_SOCKETS, SOCKETS_MAX},
	{"/proc/net/snmp", REDACT_NOTHING, 0},
	{"/proc/net/netstat", REDACT_NOTHING, 0},
	{"/proc/net/sockstat", REDACT_NOTHING, 0},
	{"/proc/net/sockstat6", REDACT_NOTHING, 0},
	{"/proc/net/softnet_stat", REDACT_NOTHING, 0},
	{"/proc/net/stat/nf_conntrack", REDACT_NOTHING, 0},

	/* limits in force */
	{"/proc/self/limits", REDACT_NOTHING, 0},
	{"/proc/1/limits", REDACT_NOTHING, 0},
	{"/proc/1/status", REDACT_STATUS, 0},

	/* sysctls at boot */
	SHARED("sysctl.d/*.conf", REDACT_CONFIG),
	{"/etc/sysctl.conf", REDACT_CONFIG, 0},
	{"/etc/sysctl.conf.*", REDACT_CONFIG, 0}, /* .dpkg-bak: nobody reads it any more */
	{"/run/credentials/@system/sysctl.extra", REDACT_CONFIG, 0},
	{"/etc/credstore/sysctl.extra", REDACT_CONFIG, 0},
	{"/run/credstore/sysctl.extra", REDACT_CONFIG, 0},
	{"/usr/local/lib/credstore/sysctl.extra", REDACT_CONFIG, 0},
	{"/usr/lib/credstore/sysctl.extra", REDACT_CONFIG, 0},
	SHARED("modules-load.d/*.conf", REDACT_CONFIG),
	{"/etc/modules", REDACT_CONFIG, 0},
	SHARED("modprobe.d/*.conf", REDACT_SHELL),

	/* open files at login */
	{"/etc/security/limits.conf", REDACT_LIMITS, 0},
	{"/etc/security/limits.d/*.conf", REDACT_LIMITS, 0},
	{"/usr/etc/security/limits.conf", REDACT_LIMITS, 0},
	{"/usr/etc/security/limits.d/*.conf", REDACT_LIMITS, 0},
	{"/usr/lib/security/limits.conf", REDACT_LIMITS, 0},
	{"/usr/lib/security/limits.d/*.conf", REDACT_LIMITS, 0},
	{"/etc/pam.d/*", REDACT_PAM, 0},
	{"/usr/lib/pam.d/*", REDACT_PAM, 0},
	{"/usr/etc/pam.d/*", REDACT_PAM, 0},
	{"/etc/passwd", REDACT_PASSWD, 0},
	{"/etc/group", REDACT_GROUP, 0},
	{"/etc/profile", REDACT_SHELL, 0},
	{"/etc/profile.d/*.sh", REDACT_SHELL, 0},
	{"/etc/bash.bashrc", REDACT_SHELL, 0},
	{"/etc/initscript", REDACT_SHELL, 0},

	/* open files of services */
	SHARED("systemd/system.conf", REDACT_UNIT),
	SHARED("systemd/system.conf.d/*.conf", REDACT_UNIT),
	SHARED("systemd/user.conf", REDACT_UNIT),
	SHARED("systemd/user.conf.d/*.conf", REDACT_UNIT),
	UNITS("/etc/systemd/system.control"),
	UNITS("/run/systemd/system.control"),
	UNITS("/run/systemd/transient"),
	UNITS("/run/systemd/generator.early"),
	UNITS("/etc/systemd/system"),
	UNITS("/etc/systemd/system.attached"),
	UNITS("/run/systemd/system"),
	UNITS("/run/systemd/system.attached"),
	UNITS("/run/systemd/generator"),
	UNITS("/usr/local/lib/systemd/system"),
	UNITS("/usr/lib/systemd/system"),
	UNITS("/lib/systemd/system"),
	UNITS("/run/systemd/generator.late"),

	/* who else writes */
	{"/etc/ufw/ufw.conf", REDACT_CONFIG, 0},
	{"/etc/ufw/sysctl.conf", REDACT_CONFIG, 0},
	{"/etc/default/ufw", REDACT_CONFIG, 0},
	{"/etc/tuned/active_profile", REDACT_CONFIG, 0},
	{"/etc/tuned/tuned-main.conf", REDACT_CONFIG, 0},
	{"/etc/tuned/*/tuned.conf", REDACT_CONFIG, 0},
	{"/etc/tuned/profiles/*/tuned.conf", REDACT_CONFIG, 0},
	{"/usr/lib/tuned/*/tuned.conf", REDACT_CONFIG, 0},
	{"/usr/lib/tuned/profiles/*/tuned.conf", REDACT_CONFIG, 0},
	SHARED("systemd/network/*.network", REDACT_UNIT),
	{"/etc/NetworkManager/dispatcher.d/*", REDACT_SHELL, 0},
	{"/etc/NetworkManager/dispatcher.d/*.d/*", REDACT_SHELL, 0},
	{"/usr/lib/NetworkManager/dispatcher.d/*", REDACT_SHELL, 0},
	{"/etc/network/interfaces", REDACT_SHELL, 0},
	{"/etc/network/interfaces.d/*", REDACT_SHELL, 0},
	{"/etc/network/if-*.d/*", REDACT_SHELL, 0},
	{"/etc/docker/daemon.json", REDACT_CONFIG, 0},
	{"/etc/rc.local", REDACT_SHELL, 0},
	{"/etc/cloud/cloud.cfg", REDACT_SHELL, 0},
	{"/etc/cloud/cloud.cfg.d/*.cfg", REDACT_SHELL, 0},
	{"/var/lib/cloud/instance/user-data.txt", REDACT_SHELL, 0},
	{"/etc/default/grub", REDACT_SHELL, 0},
	{"/etc/default/grub.d/*.cfg", REDACT_SHELL, 0},
	{"/etc/kernel/cmdline", REDACT_CMDLINE, 0},

	/* versions; only the names of libraries and programs, never their bytes */
	{"/etc/os-release", REDACT_NOTHING, 0},
	{"/usr/lib/os-release", REDACT_NOTHING, 0},
	{"/etc/debian_version", REDACT_NOTHING, 0},
	{"/sbin/init", REDACT_ALL, 0},
	{"/usr/lib/systemd/systemd", REDACT_ALL, 0},
	{"/lib/systemd/systemd", REDACT_ALL, 0},
	{"/usr/lib/systemd/libsystemd-*.so", REDACT_ALL, 0},
	{"/lib/systemd/libsystemd-*.so", REDACT_ALL, 0},
	{"/usr/lib/*/systemd/libsystemd-*.so", REDACT_ALL, 0},
	{"/usr/lib*/libpam.so.*", REDACT_ALL, 0},
	{"/usr/lib*/libproc*.so.*", REDACT_ALL, 0},
	{"/usr/lib/*/libpam.so.*", REDACT_ALL, 0},
	{"/usr/lib/*/libproc*.so.*", REDACT_ALL, 0},
	{"/lib/*/libpam.so.*", REDACT_ALL, 0},
	{"/lib/*/libproc*.so.*", REDACT_ALL, 0},
};

size_t capture_rows_size(void)
{
	return ARRAY_LEN(rows);
}

const struct capture_row *capture_row_at(size_t i)
{
	return &rows[i];
}

static size_t depth_of(const char *path)
{
	size_t n = 0;

	for (; *path; path++)
		n += *path == '/';
	return n;
}

const struct capture_row *capture_row_match(const char *path)
{
	size_t depth = depth_of(path);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (depth_of(rows[i].pattern) == depth && text_glob(rows[i].pattern, path))
			return &rows[i];
	}
	return NULL;
}
