#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The layer check itself: it accepts the tree and sees each planted mistake.

# bats file_tags=once

load helper

# plant FILE CODE: is this seen in FILE, at that line?
plant()
{
	local file=$BATS_TEST_TMPDIR/tree/src/$1

	mkdir -p "${file%/*}"
	printf '/* a comment */\n%s\n' "$2" >"$file"
	if "$TOP/tests/check-layers.sh" "$BATS_TEST_TMPDIR/tree" >"$BATS_TEST_TMPDIR/out"; then
		echo "not seen in $1: $2"
		return 1
	fi
	grep -q "^src/$1:2: " "$BATS_TEST_TMPDIR/out" || {
		echo "wrong place for: $2"
		cat "$BATS_TEST_TMPDIR/out"
		return 1
	}
	rm -r "$BATS_TEST_TMPDIR/tree"
}

# allow FILE CODE: this is no mistake.
allow()
{
	local file=$BATS_TEST_TMPDIR/tree/src/$1

	mkdir -p "${file%/*}"
	printf '%s\n' "$2" >"$file"
	"$TOP/tests/check-layers.sh" "$BATS_TEST_TMPDIR/tree"
	rm -r "$BATS_TEST_TMPDIR/tree"
}

@test "the tree keeps to its layers" {
	"$TOP/tests/check-layers.sh"
}

# bats test_tags=slow
@test "every include that points up or sideways is seen" {
	local layers=(base model read advise render apply cli) from to
	local -A may=(
		[base]="base" [model]="base model" [read]="base model read"
		[advise]="base model advise" [render]="base model render"
		[apply]="base model read advise render apply" [cli]="${layers[*]}"
	)

	for from in "${layers[@]}"; do
		for to in "${layers[@]}"; do
			if [[ " ${may[$from]} " == *" $to "* ]]; then
				allow "$from/x.c" "#include \"$to/y.h\""
			else
				plant "$from/x.c" "#include \"$to/y.h\""
				plant "$from/x.h" "	#  include \"$to/y.h\""
			fi
		done
	done
	plant read/x.c '#include "x.h"'
	plant read/x.c '#include "../apply/x.h"'
}

@test "a folder that is no layer is seen" {
	mkdir -p "$BATS_TEST_TMPDIR/tree/src/tuning"
	echo 'int x;' >"$BATS_TEST_TMPDIR/tree/src/tuning/x.c"
	run "$TOP/tests/check-layers.sh" "$BATS_TEST_TMPDIR/tree"
	expect_status 1
	expect_output 'src/tuning/x.c:1: unknown layer'
}

# bats test_tags=slow
@test "every way to write is seen outside the writers" {
	local code

	while IFS= read -r code; do
		[ -n "$code" ] || continue
		plant read/x.c "	$code"
		plant cli/x.c "	$code"
		allow apply/x.c "	$code"
		allow base/file.c "	$code"
	done <<-'CODE'
		fd = open(path, O_WRONLY | O_CLOEXEC);
		fd = openat(dir, path, O_RDWR);
		fd = root_openat(root, path, O_RDONLY | O_CREAT);
		fd = open(path, O_RDONLY | O_TRUNC);
		fd = open(path, 1);
		fd = openat(dir, path, mode);
		f = fopen(path, "w");
		f = fopen(path, "ae");
		f = fopen(path, "r+");
		f = fopen(path, mode);
		f = fdopen(fd, "w");
		r = renameat2(a, b, c, d, 0);
		if (rename(a, b))
		r = unlink(a);
		return truncate(a, 0);
		(void)ftruncate(fd, 0);
		mkdir(a, 0755);
		mknod(a, S_IFREG, 0);
		symlink(a, b);
		r = link(a, b);
		chmod(a, 0);
		fchown(fd, 0, 0);
		n = write(fd, s, len);
		n = pwrite(fd, s, len, 0);
		fd = mkstemp(name);
		syscall(SYS_renameat2, a, b, c, d, 0);
		syscall(__NR_unlink, a);
		system("sysctl -w x=1");
		execvp(argv[0], argv);
		f = popen("x", "r");
		config_write_file(&c, path);
		json_dump_file(j, path, 0);
		cap_set_file(path, caps);
	CODE
}

@test "a flag on a later line of the call is seen" {
	local file=$BATS_TEST_TMPDIR/tree/src/read/x.c

	mkdir -p "${file%/*}"
	printf '\tfd = open(path,\n\t\t  O_CLOEXEC |\n\t\t  O_WRONLY);\n' >"$file"
	run "$TOP/tests/check-layers.sh" "$BATS_TEST_TMPDIR/tree"
	expect_status 1
	printf '\tfd = open(path,\n\t\t  O_CLOEXEC);\n' >"$file"
	run "$TOP/tests/check-layers.sh" "$BATS_TEST_TMPDIR/tree"
	expect_status 1
	printf '\tfd = open(path,\n\t\t  O_CLOEXEC |\n\t\t  O_RDONLY);\n' >"$file"
	run "$TOP/tests/check-layers.sh" "$BATS_TEST_TMPDIR/tree"
	expect_status 0
}

@test "advise and render touch neither file nor socket" {
	local code

	while IFS= read -r code; do
		[ -n "$code" ] || continue
		plant advise/x.c "$code"
		plant render/x.c "$code"
		allow read/x.c "$code"
	done <<-'CODE'
		#include <fcntl.h>
		#include <sys/socket.h>
		#include "base/root.h"
		#include "base/file.h"
			fd = open(path, O_RDONLY);
			f = fopen(path, "r");
			d = opendir(path);
			fd = socket(AF_INET, SOCK_STREAM, 0);
			r = root_read(root, path, max, &text, NULL, err);
			n = readlink(path, buf, sizeof(buf));
			if (stat(path, &st))
			home = getenv("HOME");
	CODE
}

@test "words in comments, strings and members are no calls" {
	allow read/x.c '/* rename(2) and unlink(a) */'
	allow read/x.c $'/*\n * open(path, O_WRONLY)\n */'
	allow read/x.c '	puts("use write(2), chmod(1) or \"rename(a)\" with O_TRUNC");'
	allow read/x.c '	value->write(x); value.rename(y);'
	allow read/x.c '	// unlink(a)'
	allow read/x.c '	f = fopen(path, "re");'
	allow read/x.c '	fd = openat(dir, path, O_RDONLY | O_CLOEXEC);'
	allow read/x.c '	fd = openat(dir, path, flags | O_CLOEXEC);'
	allow read/x.c '	f = fdopen(fd, "r");'
	allow cli/x.c '	json_write(&j, stdout, &err); overwrite(x); write_count(y);'
}
