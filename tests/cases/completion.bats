#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What the shells offer when Tab is pressed.

# bats file_tags=once

load helper

setup()
{
	PATH=$B:$PATH
	LINES_TYPED=('tcptune ' 'tcptune ch' 'tcptune --format=n' 'tcptune check --format '
		'tcptune profiles hard' 'tcptune explain last-a' 'tcptune explain net.core.somax'
		'tcptune check --runtime -p hard' 'tcptune check --only net.core.somax'
		'tcptune explain --u' 'tcptune --json expl' 'tcptune explain --reader sd25')
}

# The words and the finished lines, whatever a shell puts around them.
expect_completions()
{
	local line
	for line in 'check' 'explain' 'profiles' 'line: tcptune check ?:' \
		'line: tcptune --format=nagios ?:' 'prometheus' 'nagios' 'json' \
		'line: tcptune profiles hardened ?:' 'line: tcptune explain last-ack ?:' \
		'line: tcptune explain net.core.somaxconn ?:' \
		'line: tcptune check --runtime -p hardened ?:' \
		'line: tcptune check --only net.core.somaxconn ?:' '--unit' '--user' \
		'line: tcptune --json explain ?:' 'sd252' 'sd257'; do
		grep -qE -- "(^|[[:space:]])$line([[:space:]]|\$)" <<<"$output" || complain "not offered: $line"
	done
	[[ $output != *complete* && $output != *--validate* ]] || complain "offered too much"
}

@test "bash completes commands, options and what they take" {
	run /usr/bin/python3 "$TOP/tests/complete.py" bash "$B/completion/bash" "${LINES_TYPED[@]}"
	expect_status 0
	expect_completions
}

# bats test_tags=slow
@test "zsh does" {
	need zsh
	run /usr/bin/python3 "$TOP/tests/complete.py" zsh "$B/completion/zsh" "${LINES_TYPED[@]}"
	expect_status 0
	expect_completions
}

# bats test_tags=slow
@test "fish does" {
	need fish
	export HOME=$BATS_TEST_TMPDIR XDG_CONFIG_HOME=$BATS_TEST_TMPDIR
	# shellcheck disable=SC2016 # fish expands
	run fish -c 'source $argv[1]
		for line in $argv[2..-1]
			echo "== $line"
			complete -C $line
			set found (complete -C $line | string replace -r "\t.*" "")
			test (count $found) = 1; and echo "line:" (string replace -r "[^ ]*\$" "" $line)$found :
		end; true' "$B/completion/fish" "${LINES_TYPED[@]}"
	expect_status 0
	expect_completions
}

# bats test_tags=slow
@test "every option and command is offered in each shell" {
	local command word
	for command in $("$TCPTUNE" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p'); do
		for word in $("$TCPTUNE" "$command" --help | grep -oE '^ +(-[a-zA-Z], )?--[a-z-]+' | sed 's/.*--//'); do
			grep -qE "^	$command\) _tcptune_from '([^']* )?--$word( |')" "$B/completion/bash" ||
				complain "bash: $command --$word"
			grep -qE "__tcptune_command( [a-z]+)* $command( [a-z]+)*' -l $word " "$B/completion/fish" ||
				complain "fish: $command --$word"
			sed -n "/^	$command) _arguments/,/;;/p" "$B/completion/zsh" | grep -qE -- "--$word(=|\[|\})" ||
				complain "zsh: $command --$word"
		done
	done
}

@test "the words for completion are plain, one a line" {
	run_apart "$TCPTUNE" complete profiles
	expect_status 0
	[ "$output" = "$("$TCPTUNE" profiles --json | /usr/bin/python3 -c 'import json, sys
print("\n".join(p["name"] for p in json.load(sys.stdin)["profiles"]))')" ] || complain "not the profiles"
	run_apart "$TCPTUNE" complete terms
	expect_output 'close-wait'
	expect_output 'net.ipv4.tcp_rmem'
	expect_plain "$output"
	run_apart "$TCPTUNE" complete nonsense
	expect_status 1
	expect_stderr "no words for 'nonsense'"
	run_apart "$TCPTUNE" --help
	[[ $output != *'  complete '* ]] || complain "it is not for people"
}

# Words for scripts on the host: what a shell makes of these lines.
typed()
{
	/usr/bin/python3 "$TOP/tests/complete.py" "$1" "$B/completion/$1" "${@:2}"
}

# shellcheck disable=SC2016 # the shell on the host expands
# bats test_tags=slow
@test "transactions are offered by their number where one is taken, to those who may see them" {
	need_host
	need zsh
	need fish
	export -f typed
	export B HOME=$BATS_TEST_TMPDIR XDG_CONFIG_HOME=$BATS_TEST_TMPDIR
	on_host '
		[ -z "$($T complete transactions)" ]
		echo "summary = \"a test\"; sysctl = ( { key = \"net.core.somaxconn\"; exact = \"9000\"; } );" >p.conf
		$T apply --profile ./p.conf -q
		$T apply --none -q
		$T apply --profile ./p.conf -q --confirm=1h
		PATH=${T%/*}:$PATH
		for shell in bash zsh; do
			typed $shell "tcptune history " "tcptune rollback --force " "tcptune confirm "
		done
		for line in "history " "rollback " "confirm "; do
			fish -c "source $B/completion/fish; complete -C \"tcptune $line\"" | sort | xargs echo "fish: $line"
		done
		[ "$($T complete trials)" = 3 ]
		$T rollback -q
		setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all $T complete trials 2>&1 || echo refused'
	expect_status 0
	[ "$(grep -cE '^1 +2 +3 *$' <<<"$output")" = 4 ] || complain "not all three are offered"
	[ "$(grep -cx 'line: tcptune confirm 3 \?:' <<<"$output")" = 2 ] || complain "not what is on trial"
	expect_output $'fish: history  1 2 3\nfish: rollback  1 2 3\nfish: confirm  3\n'
	[[ ${output##*fish: confirm} == *denied*refused ]] || complain "others may see them"
}

@test "the scripts for completion are clean" {
	if command -v shellcheck >/dev/null; then
		run shellcheck -s bash "$B/completion/bash"
		expect_status 0
	fi
	bash -n "$B/completion/bash"
	! command -v zsh >/dev/null || zsh -n "$B/completion/zsh"
	! command -v fish >/dev/null || fish -n "$B/completion/fish"
}
