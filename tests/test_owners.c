/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include "base/defs.h"
#include "base/root.h"
#include "base/text.h"
#include "read/owners.h"

/* Rows say what differs from nothing. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

enum { FILES_MAX = 8 };

struct file {
	const char *path, *text;
	mode_t mode;      /* 0: 0644 */
	const char *link; /* instead of text: where it points to */
};

#define TUNED_UNIT                                                                                 \
	{                                                                                          \
		.path = "etc/systemd/system/multi-user.target.wants/tuned.service",                \
		.link = "/usr/lib/systemd/system/tuned.service"                                    \
	}
#define TUNED_SERVICE                                                                              \
	{                                                                                          \
		"usr/lib/systemd/system/tuned.service", "[Service]\n"                              \
	}

#define UFW(text)                                                                                  \
	{"etc/ufw/ufw.conf", "ENABLED=yes\n"},                                                     \
		{"etc/default/ufw", "# x\nIPT_SYSCTL=/etc/ufw/sysctl.conf\n"},                     \
	{                                                                                          \
		"etc/ufw/sysctl.conf", text                                                        \
	}
#define RC(text)                                                                                   \
	{                                                                                          \
		"etc/rc.local", "#!/bin/sh\n" text "\n", 0755                                      \
	}
#define CRON(line)                                                                                 \
	{                                                                                          \
		"etc/cron.d/x", line "\n"                                                          \
	}

/* One claim a case: NULL as key says that there is none at all. */
static const struct claim_case {
	struct file files[FILES_MAX];
	const char *who, *file;
	unsigned line;
	const char *key, *value;
	enum owner_when when;
	enum confidence confidence;
	bool repeats, yields;
	const char * not ; /* a key that nobody claims */
} cases[] = {
	/* ufw: its keys are written with slashes */
	{.files = {UFW("# c\n\nnet/ipv4/tcp_syncookies=0\n")},
	 .who = "ufw",
	 .file = "/etc/ufw/sysctl.conf",
	 .line = 3,
	 .key = "net.ipv4.tcp_syncookies",
	 .value = "0",
	 .when = WHEN_BOOT,
	 .confidence = CONFIDENCE_HIGH},
	{.files = {UFW("#net/ipv4/tcp_syncookies=0\n;net/ipv4/tcp_sack=0\n")}},
	{.files = {UFW("net/ipv4/tcp_syncookies=1\nnet.ipv4.tcp_syncookies = 0\n")},
	 .who = "ufw",
	 .file = "/etc/ufw/sysctl.conf",
	 .line = 2,
	 .key = "net.ipv4.tcp_syncookies",
	 .value = "0",
	 .when = WHEN_BOOT,
	 .confidence = CONFIDENCE_HIGH},
	{.files = {{"etc/ufw/ufw.conf", "ENABLED=no\n"},
		   {"etc/default/ufw", "IPT_SYSCTL=/etc/ufw/sysctl.conf\n"},
		   {"etc/ufw/sysctl.conf", "net/ipv4/tcp_sack=0\n"}}},
	{.files = {{"etc/ufw/ufw.conf", "ENABLED=yes\n"},
		   {"etc/default/ufw", "#IPT_SYSCTL=/etc/ufw/sysctl.conf\nIPT_SYSCTL=\n"},
		   {"etc/ufw/sysctl.conf", "net/ipv4/tcp_sack=0\n"}}},
	{.files = {{"etc/ufw/ufw.conf", "ENABLED=\"yes\"\n"},
		   {"etc/default/ufw", "IPT_SYSCTL=\"/etc/my.conf\"\n"},
		   {"etc/my.conf", "net/ipv4/tcp_sack=0"}},
	 .who = "ufw",
	 .file = "/etc/my.conf",
	 .line = 1,
	 .key = "net.ipv4.tcp_sack",
	 .value = "0",
	 .when = WHEN_BOOT,
	 .confidence = CONFIDENCE_HIGH},

	/* in sysctl's files a backslash joins nothing */
	{.files = {UFW("# off: \\\nnet/ipv4/tcp_sack=0\n")},
	 .who = "ufw",
	 .file = "/etc/ufw/sysctl.conf",
	 .line = 2,
	 .key = "net.ipv4.tcp_sack",
	 .value = "0",
	 .when = WHEN_BOOT,
	 .confidence = CONFIDENCE_HIGH},

	/* TuneD */
	{.files = {{"etc/tuned/active_profile", "web\n"},
		   {"etc/tuned/web/tuned.conf",
		    "[main]\nsummary=x\n[sysctl]\nnet.core.somaxconn=2048 # more\n"},
		   TUNED_UNIT,
		   TUNED_SERVICE},
	 .who = "TuneD",
	 .file = "/etc/tuned/web/tuned.conf",
	 .line = 4,
	 .key = "net.core.somaxconn",
	 .value = "2048",
	 .when = WHEN_BOOT,
	 .confidence = CONFIDENCE_HIGH,
	 .yields = true},
	{.files = {{"etc/tuned/active_profile", "web\n"},
		   {"etc/tuned/web/tuned.conf", "[sysctl]\nnet.core.somaxconn=2048\n"},
		   TUNED_SERVICE},
	 .who = "TuneD",
	 .file = "/etc/tuned/web/tuned.conf",
	 .line = 2,
	 .key = "net.core.somaxconn",
	 .value = "2048",
	 .when = WHEN_ON_DEMAND,
	 .confidence = CONFIDENCE_LOW,
	 .yields = true},
	{.files = {{"etc/tuned/active_profile", "web"},
		   {"etc/tuned/tuned-main.conf", "reapply_sysctl = 0\n"},
		   {"usr/lib/tuned/profiles/web/tuned.conf", "[main]\ninclude=base\n"},
		   {"usr/lib/tuned/profiles/base/tuned.conf",
		    "[net]\ntype=sysctl\nnet.core.somaxconn=>2048\n"},
		   TUNED_UNIT,
		   TUNED_SERVICE},
	 .who = "TuneD",
	 .file = "/usr/lib/tuned/profiles/base/tuned.conf",
	 .line = 3,
	 .key = "net.core.somaxconn",
	 .when = WHEN_BOOT,
	 .confidence = CONFIDENCE_MEDIUM},
	/* the profile's own line replaces the included one */
	{.files = {{"etc/tuned/active_profile", "web"},
		   {"etc/tuned/web/tuned.conf",
		    "[sysctl]\nnet.core.somaxconn=3\n[main]\ninclude=base\n"},
		   {"usr/lib/tuned/base/tuned.conf", "[sysctl]\nnet.core.somaxconn=2\n"},
		   TUNED_UNIT,
		   TUNED_SERVICE},
	 .who = "TuneD",
	 .file = "/etc/tuned/web/tuned.conf",
	 .line = 2,
	 .key = "net.core.somaxconn",
	 .value = "3",
	 .when = WHEN_BOOT,
	 .confidence = CONFIDENCE_HIGH,
	 .yields = true},
	/* a profile in /etc that extends the vendor's of the same name */
	{.files = {{"etc/tuned/active_profile", "web"},
		   {"etc/tuned/web/tuned.conf", "[main]\ninclude=web\n"},
		   {"usr/lib/tuned/web/tuned.conf", "[sysctl]\nnet.core.somaxconn=2\n"},
		   TUNED_UNIT,
		   TUNED_SERVICE},
	 .who = "TuneD",
	 .file = "/usr/lib/tuned/web/tuned.conf",
	 .line = 2,
	 .key = "net.core.somaxconn",
	 .value = "2",
	 .when = WHEN_BOOT,
	 .confidence = CONFIDENCE_HIGH,
	 .yields = true},
	/* with reapply_sysctl it writes what boot may never read */
	{.files = {{"etc/tuned/active_profile", "web"},
		   {"etc/tuned/web/tuned.conf", "[sysctl]\nnet.core.somaxconn=2\n"},
		   {"etc/sysctl.conf", "\nnet.core.somaxconn = 9\n"},
		   TUNED_UNIT,
		   TUNED_SERVICE},
	 .who = "TuneD",
	 .file = "/etc/sysctl.conf",
	 .line = 2,
	 .key = "net.core.somaxconn",
	 .value = "9",
	 .when = WHEN_BOOT,
	 .confidence = CONFIDENCE_HIGH},
	{.files = {{"etc/tuned/active_profile", "../../../etc/web"},
		   {"etc/web/tuned.conf", "[sysctl]\nnet.core.somaxconn=3\n"}}},

	{.files = {{"etc/tuned/active_profile", ".."},
		   {"etc/tuned.conf", "[sysctl]\nnet.core.somaxconn=3\n"},
		   {"etc/tuned/x", ""}}},

	/* saptune */
	{.files = {{"etc/sysconfig/saptune", "NOTE_APPLY_ORDER=\"1410736 x\"\n"},
		   {"usr/share/saptune/notes/1410736",
		    "[sysctl]\nnet.ipv4.tcp_keepalive_time = 300\n"}},
	 .who = "saptune",
	 .file = "/usr/share/saptune/notes/1410736",
	 .line = 2,
	 .key = "net.ipv4.tcp_keepalive_time",
	 .value = "300",
	 .when = WHEN_ON_DEMAND,
	 .confidence = CONFIDENCE_LOW},

	/* systemd-networkd */
	{.files = {{"usr/lib/systemd/system/systemd-networkd.service", ""},
		   {"etc/systemd/system/multi-user.target.wants/systemd-networkd.service", ""},
		   {"etc/systemd/network/a.network",
		    "[Match]\nName=eth0.5\n[Network]\nIPv4ReversePathFilter=loose\n"}},
	 .who = "systemd-networkd",
	 .file = "/etc/systemd/network/a.network",
	 .line = 4,
	 .key = "net.ipv4.conf.eth0/5.rp_filter",
	 .value = "2",
	 .when = WHEN_INTERFACE,
	 .confidence = CONFIDENCE_MEDIUM},
	{.files = {{"etc/systemd/network/a.network",
		    "[Match]\nName=en* !x\n[Network]\nIPForward=ipv4\n"}},
	 .who = "systemd-networkd",
	 .file = "/etc/systemd/network/a.network",
	 .line = 4,
	 .key = "net.ipv4.ip_forward",
	 .value = "1",
	 .when = WHEN_ON_DEMAND,
	 .confidence = CONFIDENCE_LOW},
	{.files = {{"etc/systemd/network/a.network", "[Network]\nIPForward=no\nDHCP=yes\n"}}},
	/* the vendor's files are nobody's decision while the service is off */
	{.files = {{"usr/lib/systemd/network/a.network", "[Network]\nIPForward=yes\n"},
		   {"usr/lib/systemd/system/systemd-networkd.service", ""}}},
	{.files = {{"etc/systemd/networkd.conf", "[Network]\nIPv4Forwarding=true\n"}},
	 .who = "systemd-networkd",
	 .file = "/etc/systemd/networkd.conf",
	 .line = 2,
	 .key = "net.ipv4.ip_forward",
	 .value = "1",
	 .when = WHEN_ON_DEMAND,
	 .confidence = CONFIDENCE_LOW},

	/* the kernel command line */
	{.files = {{"proc/cmdline", "ro quiet sysctl.net/core/somaxconn=99 x\n"}},
	 .who = "the kernel command line",
	 .file = "/proc/cmdline",
	 .line = 1,
	 .key = "net.core.somaxconn",
	 .value = "99",
	 .when = WHEN_EARLY,
	 .confidence = CONFIDENCE_HIGH},
	{.files = {{"etc/default/grub",
		    "A=1\nGRUB_CMDLINE_LINUX_DEFAULT=\"quiet sysctl.net.core.somaxconn=7\"\n"}},
	 .who = "the kernel command line",
	 .file = "/etc/default/grub",
	 .line = 2,
	 .key = "net.core.somaxconn",
	 .value = "7",
	 .when = WHEN_NEXT_EARLY,
	 .confidence = CONFIDENCE_MEDIUM},
	{.files = {{"etc/default/grub", "#GRUB_CMDLINE_LINUX=\"sysctl.net.core.somaxconn=7\"\n"}}},
	{.files = {{"boot/loader/entries/1.conf", "title x\noptions ro sysctl.fs.nr_open=7\n"}},
	 .who = "the kernel command line",
	 .file = "/boot/loader/entries/1.conf",
	 .line = 2,
	 .key = "fs.nr_open",
	 .value = "7",
	 .when = WHEN_NEXT_EARLY,
	 .confidence = CONFIDENCE_MEDIUM},
	{.files = {{"proc/cmdline", "systemd.set_credential=sysctl.extra:net.core.somaxconn=5"}},
	 .who = "the credential sysctl.extra",
	 .file = "/proc/cmdline",
	 .line = 1,
	 .key = "net.core.somaxconn",
	 .value = "5",
	 .when = WHEN_BOOT,
	 .confidence = CONFIDENCE_HIGH},

	/* services */
	{.files = {{"usr/lib/systemd/system/docker.service", ""},
		   {"etc/systemd/system/multi-user.target.wants/docker.service", ""}},
	 .who = "Docker",
	 .file = "/usr/lib/systemd/system/docker.service",
	 .key = "net.ipv4.ip_forward",
	 .when = WHEN_BOOT},
	{.files = {{"usr/lib/systemd/system/docker.service", ""}},
	 .who = "Docker",
	 .file = "/usr/lib/systemd/system/docker.service",
	 .key = "net.ipv4.ip_forward",
	 .when = WHEN_ON_DEMAND},
	{.files = {{"usr/lib/systemd/system/docker.service", ""},
		   {"etc/systemd/system/docker.service", .link = "/dev/null"}}},
	{.files = {{"etc/init.d/docker", "", 0755}, {"etc/rc2.d/S01docker", ""}},
	 .who = "Docker",
	 .file = "/etc/init.d/docker",
	 .key = "net.ipv4.ip_forward",
	 .when = WHEN_BOOT},
	{.files = {{"etc/docker/daemon.json",
		    "{\n \"default-ulimits\": {\n  \"nofile\": {\"Name\": \"nofile\", "
		    "\"Hard\": 64000, \"Soft\": 32000}}}\n"}},
	 .who = "Docker",
	 .file = "/etc/docker/daemon.json",
	 .line = 3,
	 .key = "nofile",
	 .value = "32000:64000",
	 .when = WHEN_CONTAINER,
	 .confidence = CONFIDENCE_HIGH},
	{.files = {{"etc/docker/daemon.json", "{ not JSON"}}},
	{.files = {{"usr/lib/systemd/system/kubelet.service", ""}},
	 .who = "kubelet",
	 .file = "/usr/lib/systemd/system/kubelet.service",
	 .key = "net.netfilter.nf_conntrack_max",
	 .when = WHEN_ON_DEMAND},

	/* scripts */
	{.files = {RC("sysctl -w net.core.somaxconn=5")},
	 .who = "/etc/rc.local",
	 .file = "/etc/rc.local",
	 .line = 2,
	 .key = "net.core.somaxconn",
	 .value = "5",
	 .when = WHEN_BOOT},
	{.files = {{"etc/rc.local", "#!/bin/sh\nsysctl -w net.core.somaxconn=5\n"}}}, /* not +x */
	{.files = {RC("# sysctl -w net.core.somaxconn=5\ntrue # sysctl -w fs.nr_open=5")}},
	{.files = {RC("test -x /sbin/sysctl && /sbin/sysctl -q -w \\\n  \"net.ipv4.tcp_rmem=4096 "
		      "87380 6291456\">/dev/null; exit")},
	 .who = "/etc/rc.local",
	 .file = "/etc/rc.local",
	 .line = 2,
	 .key = "net.ipv4.tcp_rmem",
	 .value = "4096 87380 6291456",
	 .when = WHEN_BOOT},
	{.files = {RC("echo 1024 65535 > /proc/sys/net/ipv4/ip_local_port_range")},
	 .who = "/etc/rc.local",
	 .file = "/etc/rc.local",
	 .line = 2,
	 .key = "net.ipv4.ip_local_port_range",
	 .value = "1024 65535",
	 .when = WHEN_BOOT},
	{.files = {RC("echo -n 1|sudo tee /proc/sys/net/ipv4/tcp_sack")},
	 .who = "/etc/rc.local",
	 .file = "/etc/rc.local",
	 .line = 2,
	 .key = "net.ipv4.tcp_sack",
	 .value = "1",
	 .when = WHEN_BOOT},
	{.files = {RC("for i in a b; do echo 0 >/proc/sys/net/ipv4/conf/$i/rp_filter; done")},
	 .who = "/etc/rc.local",
	 .file = "/etc/rc.local",
	 .line = 2,
	 .key = "net.ipv4.conf.*.rp_filter",
	 .value = "0",
	 .when = WHEN_BOOT},
	{.files = {RC("sysctl -w net.core.somaxconn=$(nproc)")},
	 .who = "/etc/rc.local",
	 .file = "/etc/rc.local",
	 .line = 2,
	 .key = "net.core.somaxconn",
	 .when = WHEN_BOOT},
	{.files = {RC("cat /proc/sys/net/core/somaxconn; [ -e /proc/sys/net/ipv4/tcp_sack ]\n"
		      "sysctl net.core.somaxconn; sysctl -n fs.nr_open >/tmp/x")}},
	{.files = {RC("echo 5 > /tmp/x /proc/sys/net/core/somaxconn")}},
	{.files = {RC("sh -c 'sysctl -w net.core.somaxconn=6'")},
	 .who = "/etc/rc.local",
	 .file = "/etc/rc.local",
	 .line = 2,
	 .key = "net.core.somaxconn",
	 .value = "6",
	 .when = WHEN_BOOT},
	/* sysctl -p reads /etc/sysctl.conf, which boot may not */
	{.files = {RC("sysctl -qp"), {"etc/sysctl.conf", "#\nnet.core.somaxconn=8\n"}},
	 .who = "/etc/rc.local",
	 .file = "/etc/sysctl.conf",
	 .line = 2,
	 .key = "net.core.somaxconn",
	 .value = "8",
	 .when = WHEN_BOOT},
	{.files = {RC("sysctl -p /opt/x.conf"),
		   {"etc/sysctl.conf", "net.ipv4.tcp_sack=0\n"},
		   {"opt/x.conf", "-net.core.somaxconn = 8\n"}},
	 .who = "/etc/rc.local",
	 .file = "/opt/x.conf",
	 .line = 1,
	 .key = "net.core.somaxconn",
	 .value = "8",
	 .when = WHEN_BOOT,
	 .not = "net.ipv4.tcp_sack"},
	{.files = {RC("ulimit -SHn 65536")},
	 .who = "/etc/rc.local",
	 .file = "/etc/rc.local",
	 .line = 2,
	 .key = "nofile",
	 .value = "65536",
	 .when = WHEN_BOOT},
	{.files = {CRON("@reboot root /sbin/sysctl -w net.core.somaxconn=3")},
	 .who = "cron",
	 .file = "/etc/cron.d/x",
	 .line = 1,
	 .key = "net.core.somaxconn",
	 .value = "3",
	 .when = WHEN_BOOT},
	{.files = {CRON("*/5 * * * * root /sbin/sysctl -w net.core.somaxconn=3")},
	 .who = "cron",
	 .file = "/etc/cron.d/x",
	 .line = 1,
	 .key = "net.core.somaxconn",
	 .value = "3",
	 .when = WHEN_ANY_TIME},
	{.files =
		 {{"etc/network/interfaces",
		   "iface eth0 inet dhcp\n  post-up sysctl -w net.ipv4.conf.$IFACE.rp_filter=2\n"}},
	 .who = "ifupdown",
	 .file = "/etc/network/interfaces",
	 .line = 2,
	 .key = "net.ipv4.conf.*.rp_filter",
	 .value = "2",
	 .when = WHEN_INTERFACE,
	 .confidence = CONFIDENCE_MEDIUM},
	{.files = {{"etc/NetworkManager/dispatcher.d/50-x",
		    "#!/bin/sh\nsysctl -w net.ipv4.tcp_mtu_probing=1\n", 0755}},
	 .who = "NetworkManager",
	 .file = "/etc/NetworkManager/dispatcher.d/50-x",
	 .line = 2,
	 .key = "net.ipv4.tcp_mtu_probing",
	 .value = "1",
	 .when = WHEN_INTERFACE},
	{.files = {{"usr/lib/udev/rules.d/99-systemd.rules",
		    "# x\nACTION==\"add\", SUBSYSTEM==\"net\", KERNEL!=\"lo\", "
		    "RUN+=\"/lib/systemd/systemd-sysctl --prefix=/net/ipv4/conf/$name\"\n"}},
	 .who = "udev",
	 .file = "/usr/lib/udev/rules.d/99-systemd.rules",
	 .line = 2,
	 .key = "net.ipv4.conf.*.*",
	 .when = WHEN_INTERFACE,
	 .confidence = CONFIDENCE_HIGH,
	 .repeats = true},
	{.files = {{"usr/lib/udev/rules.d/99-systemd.rules",
		    "RUN+=\"/lib/systemd/systemd-sysctl --prefix=/net/ipv4/conf/$name\"\n"},
		   {"etc/udev/rules.d/99-systemd.rules", .link = "/dev/null"}}},
	{.files = {{"etc/systemd/system/t.service",
		    "[Unit]\nDescription=sysctl -w a.b=1\n[Service]\n"
		    "ExecStart=/sbin/sysctl -w net.core.somaxconn=4\n"},
		   {"etc/systemd/system/multi-user.target.wants/t.service", ""}},
	 .who = "a systemd unit",
	 .file = "/etc/systemd/system/t.service",
	 .line = 4,
	 .key = "net.core.somaxconn",
	 .value = "4",
	 .when = WHEN_BOOT},
	{.files = {{"etc/modprobe.d/x.conf",
		    "install nf_conntrack /sbin/modprobe -i nf_conntrack && /sbin/sysctl -w "
		    "net.netfilter.nf_conntrack_max=5\n"}},
	 .who = "modprobe",
	 .file = "/etc/modprobe.d/x.conf",
	 .line = 1,
	 .key = "net.netfilter.nf_conntrack_max",
	 .value = "5",
	 .when = WHEN_MODULE},
	{.files = {{"etc/wireguard/wg0.conf",
		    "[Interface]\nPostUp = sysctl -w net.ipv4.ip_forward=1; iptables -A x\n"}},
	 .who = "WireGuard",
	 .file = "/etc/wireguard/wg0.conf",
	 .line = 2,
	 .key = "net.ipv4.ip_forward",
	 .value = "1",
	 .when = WHEN_INTERFACE,
	 .confidence = CONFIDENCE_MEDIUM},

	/* cloud-init */
	{.files = {{"var/lib/cloud/instance/user-data.txt",
		    "#cloud-config\npackages: [x]\nbootcmd:\n - [ sysctl, -w, "
		    "\"net.ipv4.tcp_rmem=1 2 3\" ]\n"}},
	 .who = "cloud-init",
	 .file = "/var/lib/cloud/instance/user-data.txt",
	 .line = 4,
	 .key = "net.ipv4.tcp_rmem",
	 .value = "1 2 3",
	 .when = WHEN_BOOT,
	 .confidence = CONFIDENCE_MEDIUM},
	{.files = {{"etc/cloud/cloud.cfg.d/x.cfg", "runcmd:\n- sysctl -w net.core.somaxconn=2\n"}},
	 .who = "cloud-init",
	 .file = "/etc/cloud/cloud.cfg.d/x.cfg",
	 .line = 2,
	 .key = "net.core.somaxconn",
	 .value = "2",
	 .when = WHEN_FIRST_BOOT,
	 .confidence = CONFIDENCE_MEDIUM},
	{.files = {{"etc/cloud/cloud.cfg.d/x.cfg",
		    "write_files:\n- path: /etc/sysctl.d/9.conf\n  content: |\n"
		    "    net.core.somaxconn = 77\nother:\n    net.ipv4.tcp_sack = 0\n"}},
	 .who = "cloud-init",
	 .file = "/etc/cloud/cloud.cfg.d/x.cfg",
	 .line = 4,
	 .key = "net.core.somaxconn",
	 .value = "77",
	 .when = WHEN_FIRST_BOOT,
	 .confidence = CONFIDENCE_MEDIUM},
	{.files = {{"etc/cloud/cloud.cfg.d/x.cfg", "bootcmd:\n- sysctl -w net.core.somaxconn=2\n"},
		   {"etc/cloud/cloud-init.disabled", ""}}},
	{.files = {{"var/lib/cloud/instance/user-data.txt",
		    "#!/bin/bash\nsysctl -w net.core.somaxconn=2\n"}},
	 .who = "cloud-init",
	 .file = "/var/lib/cloud/instance/user-data.txt",
	 .line = 2,
	 .key = "net.core.somaxconn",
	 .value = "2",
	 .when = WHEN_FIRST_BOOT},
};

static void make_file(const char *dir, const struct file *f)
{
	char full[512];

	scratch_file(dir, f->path, f->link ? "" : f->text);
	snprintf(full, sizeof(full), "%s/%s", dir, f->path);
	if (f->link && (unlink(full) || symlink(f->link, full)))
		fail_msg("link %s", full);
	if (f->mode && chmod(full, f->mode))
		fail_msg("chmod %s", full);
}

static void read_tree(const char *dir, struct owners *ret)
{
	auto_close int root = -1;

	assert_ok(root_open(dir, &root, NULL));
	assert_ok(owners_read(root, ret, NULL));
}

static const struct owner *find(const struct owners *list, const char *key)
{
	for (size_t i = 0; i < list->len; i++) {
		if (text_equal(list->items[i].key, key))
			return &list->items[i];
	}
	return NULL;
}

static bool is_as_told(const struct owner *o, const struct claim_case *c)
{
	return text_equal(o->who, c->who) && text_equal(o->file, c->file) && o->line == c->line &&
	       text_equal(o->value, c->value) && o->when == c->when &&
	       o->confidence == c->confidence && o->repeats == c->repeats && o->yields == c->yields;
}

static void check_case(size_t i, const struct claim_case *c)
{
	auto_call(owners_done) struct owners list = {0};
	const struct owner *o;
	char dir[64];

	scratch_make(dir);
	for (size_t k = 0; k < FILES_MAX && c->files[k].path; k++)
		make_file(dir, &c->files[k]);
	read_tree(dir, &list);
	scratch_remove(dir);

	if (!c->key && list.len)
		fail_msg("case %zu: %s claims %s", i, list.items[0].who, list.items[0].key);
	if (!c->key)
		return;

	if (c->not &&find(&list, c->not ))
		fail_msg("case %zu: %s is claimed", i, c->not );
	o = find(&list, c->key);
	if (!o || !is_as_told(o, c))
		fail_msg("case %zu: %s: %s %s:%u = %s, when %d, confidence %d", i, c->key,
			 o ? o->who : "nobody", o ? o->file : "-", o ? o->line : 0,
			 o ? o->value : "-", o ? (int)o->when : 0, o ? (int)o->confidence : 0);
}

static void each_owner_is_found_with_its_line(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		check_case(i, &cases[i]);
}

static void a_plain_host_has_no_owner_but_udev(void **state)
{
	auto_call(owners_done) struct owners list = {0};
	char dir[64];

	scratch_make(dir);
	scratch_file(dir, "etc/sysctl.conf", "#net.ipv4.tcp_syncookies=1\n");
	scratch_file(dir, "etc/crontab", "17 * * * * root cd / && run-parts /etc/cron.hourly\n");
	scratch_file(dir, "etc/network/interfaces", "auto lo\niface lo inet loopback\n");
	scratch_file(dir, "usr/lib/udev/rules.d/99-systemd.rules",
		     "ACTION==\"add\", RUN+=\"/lib/systemd/systemd-sysctl "
		     "--prefix=/net/ipv4/conf/$name --prefix=/net/ipv6/neigh/$name\"\n");
	scratch_file(dir, "usr/lib/systemd/system/systemd-networkd.service", "");
	scratch_file(dir, "usr/lib/systemd/network/80-container-ve.network",
		     "[Network]\nIPMasquerade=both\n");
	read_tree(dir, &list);
	scratch_remove(dir);

	assert_int_equal(list.len, 2);
	for (size_t i = 0; i < list.len; i++) {
		assert_string_equal(list.items[i].who, "udev");
		assert_true(list.items[i].repeats);
	}
	assert_int_equal(list.unread.len, 0);
}

static void an_empty_root_has_no_owner(void **state)
{
	auto_call(owners_done) struct owners list = {0};
	char dir[64];

	scratch_make(dir);
	read_tree(dir, &list);
	scratch_remove(dir);
	assert_int_equal(list.len, 0);
	assert_int_equal(list.unread.len, 0);
}

static void hostile_files_are_listed_and_left(void **state)
{
	auto_call(owners_done) struct owners list = {0};
	char dir[64], full[128], *big = malloc(OWNER_FILE_MAX + 2);
	static const char nul[] = "#!/bin/sh\n\0sysctl -w net.core.somaxconn=5\0\n";

	assert_non_null(big);
	memset(big, 'x', OWNER_FILE_MAX + 1);
	big[OWNER_FILE_MAX + 1] = '\0';
	scratch_make(dir);
	scratch_file(dir, "etc/crontab", big);
	scratch_bytes(dir, "etc/cron.d/nul", nul, sizeof(nul) - 1);
	scratch_file(dir, "etc/tuned/active_profile", "a");
	scratch_file(dir, "etc/tuned/a/tuned.conf", "[main]\ninclude=a,a,b\n");
	scratch_file(dir, "etc/tuned/b/tuned.conf", "[main]\ninclude=a\n[sysctl\nx\n=\n]=[\n");
	scratch_file(dir, "etc/docker/daemon.json", "[[[[[[[[");
	scratch_file(dir, "etc/rc.d/rc.local/x", "a directory");
	snprintf(full, sizeof(full), "%s/etc/rc.local", dir);
	assert_int_equal(mkfifo(full, 0755), 0);
	snprintf(full, sizeof(full), "%s/etc/cron.d/fifo", dir);
	assert_int_equal(mkfifo(full, 0755), 0);
	read_tree(dir, &list);
	scratch_remove(dir);
	free(big);

	assert_non_null(find(&list, "net.core.somaxconn"));
	assert_int_equal(list.unread.len, 2);
	assert_string_equal(list.unread.items[0], "/etc/crontab");
	assert_string_equal(list.unread.items[1], "/etc/cron.d/fifo");
}

static void what_does_not_fit_is_counted(void **state)
{
	auto_call(owners_done) struct owners list = {0};
	auto_text struct text t = {0};
	char dir[64];

	text_add(&t, "#!/bin/sh\n");
	for (int i = 0; i < OWNERS_MAX + 7; i++)
		text_addf(&t, "sysctl -w net.x.k%d=1\n", i);
	assert_false(t.failed);
	scratch_make(dir);
	make_file(dir, &(struct file){"etc/rc.local", t.str, 0755});
	read_tree(dir, &list);
	scratch_remove(dir);
	assert_int_equal(list.len, OWNERS_MAX);
	assert_int_equal(list.more, 7);
}

/* Lines that once tripped parsers like this one; none may claim anything odd. */
static void odd_lines_claim_nothing(void **state)
{
	static const char *const lines[] = {
		"sysctl -w =1",
		"sysctl -w 'a b=1'",
		"sysctl -w \"",
		"sysctl -w a.b=\\",
		"echo > /proc/sys/",
		"> /proc/sys/",
		"sysctl -p x.conf",
		"sysctl --load=",
		"ulimit -n",
		"prlimit --nofile=",
		"echo \"",
		"'",
		"sysctl -w \x01.b=1",
		"\\",
		">",
		"sysctl -p /nowhere",
	};
	auto_call(owners_done) struct owners list = {0};
	auto_text struct text t = {0};
	char dir[64];

	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		text_addf(&t, "%s\n\n", lines[i]);
	scratch_make(dir);
	make_file(dir, &(struct file){"etc/rc.local", t.str, 0755});
	read_tree(dir, &list);
	scratch_remove(dir);
	for (size_t i = 0; i < list.len; i++) {
		const struct owner *o = &list.items[i];

		if (!text_equal(o->key, "nofile") && !text_equal(o->key, "a.b"))
			fail_msg("claims %s", o->key);
		if (o->value)
			fail_msg("claims %s = %s", o->key, o->value);
	}
}

static void warnings_name_who_comes_later(void **state)
{
	struct owner items[] = {
		{.who = "ufw",
		 .file = (char[]){"/u"},
		 .line = 12,
		 .key = (char[]){"net.ipv4.tcp_rmem"},
		 .value = (char[]){"4096\t1 2"},
		 .when = WHEN_BOOT},
		{.who = "grub",
		 .file = (char[]){"/g"},
		 .key = (char[]){"net.ipv4.tcp_rmem"},
		 .when = WHEN_EARLY},
		{.who = "udev",
		 .file = (char[]){"/d"},
		 .key = (char[]){"net.ipv4.*"},
		 .when = WHEN_INTERFACE,
		 .repeats = true},
		{.who = "Docker",
		 .file = (char[]){"/j"},
		 .key = (char[]){"nofile"},
		 .when = WHEN_CONTAINER},
		{.who = "TuneD",
		 .file = (char[]){"/t"},
		 .key = (char[]){"net.core.*"},
		 .when = WHEN_BOOT,
		 .yields = true},
		{.who = "saptune",
		 .file = (char[]){"/s"},
		 .key = (char[]){"net.core.*"},
		 .when = WHEN_ON_DEMAND},
		{.who = "kubelet",
		 .file = (char[]){"/k"},
		 .key = (char[]){"net.ipv4.conf.*.rp_filter"},
		 .when = WHEN_BOOT},
	};
	const struct owners list = {.items = items, .len = ARRAY_LEN(items)};
	const struct owner_subject subjects[] = {
		{"net.ipv4.tcp_rmem", "4096 1 2"}, /* the same value: nothing to say */
		{"net.ipv4.tcp_rmem", "4096 1 3"},
		{"nofile", NULL},
		{"net.ipv4.conf.eth0.rp_filter", NULL},
		{"net.core.a", "1", "/etc/sysctl.d/zz.conf"},
		{"net.core.b", "1", "/run/sysctl.d/zz.conf"},
		{"net.core.c", "1", "/usr/lib/sysctl.d/zz.conf"},
		{"net.core.d", "1", NULL},
	};
	auto_call(strings_done) struct strings got = {0};

	assert_ok(owners_warnings(&list, subjects, ARRAY_LEN(subjects), &got));
	assert_int_equal(got.len, 4);
	assert_string_equal(got.items[2], "net.core.c may be changed later by TuneD, /t");
	assert_string_equal(got.items[3], "net.core.d may be changed later by TuneD, /t");
	assert_string_equal(got.items[0], "net.ipv4.tcp_rmem may be changed later by ufw, /u:12");
	assert_string_equal(got.items[1],
			    "net.ipv4.conf.eth0.rp_filter may be changed later by kubelet, /k");
}

static void every_claim_has_its_words(void **state)
{
	struct owner o = {.who = "ufw", .key = (char[]){"a.b"}, .value = (char[]){"1"}};

	for (enum owner_when w = 0; w < WHEN_COUNT; w++) {
		auto_free char *text = NULL;

		o.when = w;
		text = owner_text(&o);
		assert_has(text, "ufw sets a.b = 1 ");
		assert_non_null(owner_when_name(w));
	}
	for (enum confidence c = 0; c < CONFIDENCE_COUNT; c++)
		assert_non_null(confidence_name(c));
	o.key = (char[]){"net.ipv4.conf.*.*"};
	o.when = WHEN_INTERFACE;
	assert_true(owner_touches(&o, "net.ipv4.conf.all.rp_filter"));
	o.repeats = true;
	assert_true(owner_touches(&o, "net.ipv4.conf.eth0.rp_filter"));
	assert_true(owner_touches(&o, "net.ipv4.conf.*.rp_filter"));
	assert_false(owner_touches(&o, "net.ipv4.conf.all.rp_filter"));
	o.key = NULL;
	assert_true(owner_touches(&o, "net.core.somaxconn"));
	assert_false(owner_touches(&o, "nofile"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_owner_is_found_with_its_line),
		cmocka_unit_test(a_plain_host_has_no_owner_but_udev),
		cmocka_unit_test(an_empty_root_has_no_owner),
		cmocka_unit_test(hostile_files_are_listed_and_left),
		cmocka_unit_test(what_does_not_fit_is_counted),
		cmocka_unit_test(odd_lines_claim_nothing),
		cmocka_unit_test(warnings_name_who_comes_later),
		cmocka_unit_test(every_claim_has_its_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
