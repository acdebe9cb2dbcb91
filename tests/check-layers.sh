#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: tests/check-layers.sh [TREE]
#
# Holds the source to its layers: who may include whom, that advise and render
# touch neither file nor socket, and that nothing outside src/apply and
# src/base/file.c can write.  Prints FILE:LINE of each breach; status 1 if any.
#
# It reads words, not meanings, so it is stricter than need be: a variable named
# like a forbidden function passes, a call of a local function so named does not.
set -eu
cd "${1:-$(dirname "$0")/..}"

# shellcheck disable=SC2016 # awk has its own $
find src -name '*.[ch]' | LC_ALL=C sort | xargs awk '
BEGIN {
	split("base model read advise render apply cli", folders)
	may["base"] = "base"
	may["model"] = "base model"
	may["read"] = "base model read"
	may["advise"] = "base model advise"
	may["render"] = "base model render"
	may["apply"] = "base model read advise render apply"
	may["cli"] = "base model read advise render apply cli"

	# What changes a file system, or could by another hand.
	writes = "creat|creat64|rename|renameat|renameat2|unlink|unlinkat|remove|rmdir|" \
		"truncate|ftruncate|truncate64|ftruncate64|fallocate|posix_fallocate|" \
		"mkdir|mkdirat|mknod|mknodat|mkfifo|mkfifoat|link|linkat|symlink|symlinkat|" \
		"chmod|fchmod|fchmodat|chown|fchown|lchown|fchownat|" \
		"utime|utimes|utimensat|futimens|futimes|lutimes|" \
		"setxattr|lsetxattr|fsetxattr|removexattr|lremovexattr|fremovexattr|" \
		"mkstemp|mkostemp|mkstemps|mkostemps|mkdtemp|tmpfile|tmpnam|tempnam|" \
		"mount|umount|umount2|pivot_root|move_mount|swapon|" \
		"write|pwrite|pwrite64|writev|pwritev|pwritev2|sendfile|splice|tee|vmsplice|" \
		"copy_file_range|memfd_create|ioctl|freopen|fopencookie|open_tree|" \
		"bind|mq_open|shm_open|sem_open|io_uring_setup|" \
		"system|popen|posix_spawn|posix_spawnp|" \
		"execl|execlp|execle|execv|execvp|execvpe|execve|execveat|fexecve|" \
		"config_write|config_write_file|json_dump_file|json_dumpfd|cap_set_file|cap_set_fd"
	opens = "open|open64|openat|openat64|openat2|root_openat"
	write_flags = "O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE|O_EXCL"

	# What advise and render, which are functions of their arguments, do without.
	outside = opens "|fopen|fopen64|opendir|fdopendir|read|pread|readlink|readlinkat|" \
		"stat|lstat|fstat|fstatat|statx|access|faccessat|glob|scandir|nftw|" \
		"socket|connect|send|sendto|sendmsg|recv|recvfrom|recvmsg|getaddrinfo|" \
		"getenv|secure_getenv|gethostname|uname|sysconf|getrlimit|prlimit|time|" \
		"clock_gettime|root_open|root_read|root_list|root_resolve|" \
		"tree_resolve|tree_list|tree_read|tree_bytes|" \
		"file_read_fd|file_read_value"
	outside_headers = "base/(root|tree|file|confdir)\\.h|fcntl\\.h|dirent\\.h|sys/(socket|stat|un)\\.h|" \
		"libmnl/.*|netinet/.*|linux/.*"
}

function breach(text) {
	printf "%s:%d: %s\n", FILENAME, FNR, text
	bad = 1
}

# Without comments, and without strings but those that could be the mode of
# fopen(): texts for people name functions, too.
function code_of(line,   out, c, i, n, s) {
	if (!in_comment && line !~ /["\047]|\/[*\/]/)
		return line
	n = length(line)
	for (i = 1; i <= n; i++) {
		c = substr(line, i, 1)
		if (in_comment) {
			if (substr(line, i, 2) == "*/") { in_comment = 0; i++ }
		} else if (substr(line, i, 2) == "/*") {
			in_comment = 1; i++
		} else if (substr(line, i, 2) == "//") {
			break
		} else if (c == "\"" || c == "\047") {
			s = c
			for (i++; i <= n && substr(line, i, 1) != c; i++) {
				if (substr(line, i, 1) == "\\") { s = s substr(line, i, 1); i++ }
				s = s substr(line, i, 1)
			}
			out = out (s ~ /^"[rwabxme+]+$/ ? s c : c c)
		} else
			out = out c
	}
	return out
}

# Is one of these functions named, and not as a member of something?
function names(code, list,   m) {
	if (!index(code, "(") || !match(code, "(^|[^A-Za-z0-9_.>])(" list ")[ \t]*\\("))
		return ""
	m = substr(code, RSTART, RLENGTH)
	gsub(/[^A-Za-z0-9_]/, "", m)
	return m
}

# From the word to the end of the statement, over the lines it takes.
function look_at_open(statement) {
	if (statement ~ "(^|[^A-Za-z0-9_])(" write_flags ")([^A-Za-z0-9_]|$)")
		return
	# A wrapper passes its flags on; the words that mean writing are seen where they stand.
	if (statement !~ /O_RDONLY|O_PATH|(^|[^A-Za-z0-9_])flags([^A-Za-z0-9_]|$)/)
		breach("opens without O_RDONLY or O_PATH")
}

function include_check(line, header, target) {
	header = line
	sub(/^[ \t]*#[ \t]*include[ \t]*["<]/, "", header)
	sub(/[">].*/, "", header)
	target = header
	sub(/\/.*/, "", target)
	if (line ~ /"/ && index(" " may[folder] " ", " " target " ") == 0)
		breach(folder " may not include " header)
	if (pure && header ~ "^(" outside_headers ")$")
		breach(folder " touches no file and no socket: " header)
}

FNR == 1 {
	in_comment = 0
	pending = ""
	file = FILENAME
	sub(/^.*src\//, "", file)
	folder = file
	sub(/\/.*/, "", folder)
	if (!(folder in may))
		breach("unknown layer " folder)
	pure = folder == "advise" || folder == "render"
	writer = folder == "apply" || file == "base/file.c" || file == "base/file.h"
}

/^[ \t]*#[ \t]*include/ { include_check($0); next }

{
	code = code_of($0)

	if (pure && (name = names(code, outside)) != "")
		breach(folder " touches no file and no socket: " name "()")
	if (writer)
		next

	if ((name = names(code, writes)) != "")
		breach("only src/apply and src/base/file.c write: " name "()")
	if (code ~ "(^|[^A-Za-z0-9_])(" write_flags ")([^A-Za-z0-9_]|$)")
		breach("only src/apply and src/base/file.c write: a flag to write, create or truncate")
	if (names(code, "fopen|fopen64|fdopen|fmemopen") != "" && code !~ /"r[bem]*"/)
		breach("only src/apply and src/base/file.c write: fopen() not for reading")
	if (code ~ /(^|[^A-Za-z0-9_])(SYS|__NR)_/ && code !~ /SYS_openat2/)
		breach("a system call by number: only openat2, to read")

	# The flags of an open may stand on the next line.
	if (pending == "" && names(code, opens) != "" && code !~ /^[a-z].*\(.*(int|char)/)
		pending = " "
	if (pending != "") {
		pending = pending code
		if (code ~ /[;{]/) { look_at_open(pending); pending = "" }
	}
}

END { exit bad }
' || exit 1
