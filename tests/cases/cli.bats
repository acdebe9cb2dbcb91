#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The command line: words, options, exit statuses, and where output goes.

load helper

commands()
{
	"$TCPTUNE" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p'
}

@test "--help lists the commands on stdout and exits 0" {
	run_apart "$TCPTUNE" --help
	expect_status 0
	expect_output 'Usage: tcptune'
	expect_output 'check'
	expect_output 'Exit status:'
	expect_no_stderr
}

@test "each command has --help on stdout, and so has its option -h" {
	[ -n "$(commands)" ]
	for command in $(commands); do
		for words in "$command --help" "--help $command" "-h $command"; do
			# shellcheck disable=SC2086 # two words
			run_apart "$TCPTUNE" $words
			expect_status 0
			expect_output "Usage: tcptune $command"
			expect_output '--json'
			expect_no_stderr
		done
	done
}

@test "--help shows what may be left out in brackets" {
	run "$TCPTUNE" rollback --help
	expect_output 'Usage: tcptune rollback [ID] [OPTION...]'
	run "$TCPTUNE" explain --help
	expect_output 'Usage: tcptune explain TERM [OPTION...]'
}

@test "help fits 80 columns" {
	for command in '' $(commands); do
		# shellcheck disable=SC2086 # none or one word
		run "$TCPTUNE" $command --help
		while IFS= read -r line; do
			[ "${#line}" -le 80 ] || complain "too wide: $line"
		done <<<"$output"
	done
}

@test "--version says it on one line, and in JSON" {
	run_apart "$TCPTUNE" --version
	expect_status 0
	[[ $output =~ ^tcptune\ [0-9]+\.[0-9]+\.[0-9]+$ ]] || complain "not a version"
	run_apart "$TCPTUNE" --version --json
	expect_status 0
	expect_json version
}

@test "an unknown command names the nearest one and exits 1" {
	run_apart "$TCPTUNE" chekc
	expect_status 1
	[ -z "$output" ] || complain "expected nothing on stdout"
	expect_stderr "unknown command 'chekc'"
	expect_stderr "did you mean 'check'?"
	expect_stderr '--help'
	[ "${#stderr_lines[@]}" = 1 ] || complain "expected one line"
}

@test "an unknown command that is near nothing gets no guess" {
	run_apart "$TCPTUNE" xyzzy-plugh
	expect_status 1
	expect_stderr "unknown command 'xyzzy-plugh'"
	[[ $stderr != *'did you mean'* ]] || complain "a wild guess"
}

@test "an unknown option names the nearest one and exits 1" {
	run_apart "$TCPTUNE" check --jsno
	expect_status 1
	expect_stderr "unknown option '--jsno'"
	expect_stderr "did you mean '--json'?"
	[ "${#stderr_lines[@]}" = 1 ] || complain "expected one line"

	run_apart "$TCPTUNE" check -Z
	expect_status 1
	expect_stderr 'unknown option'
}

@test "an option of another command is refused, not ignored" {
	run_apart "$TCPTUNE" check --validate x
	expect_status 1
	expect_stderr "'--validate'"
	expect_stderr "'check'"
}

@test "options that exclude each other are refused" {
	run_apart "$TCPTUNE" check --runtime --persist
	expect_status 1
	expect_stderr 'exclude each other'
}

@test "a missing, a needless and a wrong argument are refused" {
	run_apart "$TCPTUNE" check --root
	expect_status 1
	expect_stderr '--root'
	run_apart "$TCPTUNE" check --json=yes
	expect_status 1
	expect_stderr '--json'
	run_apart "$TCPTUNE" check --color=sometimes
	expect_status 1
	expect_stderr "'sometimes'"
	run_apart "$TCPTUNE" check surplus
	expect_status 1
	expect_stderr "'surplus'"
}

@test "an option that is given twice must say the same" {
	run_apart "$TCPTUNE" check --profile base -p proxy
	expect_status 1
	expect_stderr "--profile is given twice, as 'base' and 'proxy'"
	run_apart "$TCPTUNE" check -q --profile base -p base
	expect_status 0 2
}

@test "what is no profile and what is no key is told as such" {
	run_apart "$TCPTUNE" check --profile /
	expect_status 1
	expect_stderr '/: not the file of a profile, which is NAME.conf'
	run_apart "$TCPTUNE" explain net.core.no_such_key
	expect_status 1
	expect_stderr "neither this kernel, nor a file read at boot, nor the catalogue has"
	run_apart "$TCPTUNE" explain no_such_term
	expect_status 1
	expect_stderr "nothing is known of 'no_such_term'"
}

@test "options go before and after the command, and after --" {
	for words in 'check --json --runtime' '--json --runtime check' '--json check --runtime'; do
		# shellcheck disable=SC2086
		run_apart "$TCPTUNE" $words
		expect_status 0 2
		expect_json check
	done
	run_apart "$TCPTUNE" -- --json
	expect_status 1
	expect_stderr "unknown command '--json'"
}

@test "without a command it checks" {
	run_apart "$TCPTUNE" --json
	expect_status 0 2
	expect_json check
}

@test "an error with --json is one JSON object on stdout and nothing on stderr" {
	for words in 'chekc --json' '--json check --jsno' 'check --json surplus' \
		'check --json --root /nonexistent' '--json --color=x check' \
		'check --json --profile /nonexistent/x.conf' 'check --json --netns /dev/null' \
		'check --json --profile no-such-profile'; do
		# shellcheck disable=SC2086
		run_apart "$TCPTUNE" $words
		expect_status 1
		expect_json error
		expect_no_stderr
	done
}

@test "--quiet prints nothing and keeps the status" {
	run "$TCPTUNE" check
	local loud=$status
	run "$TCPTUNE" check --quiet
	[ -z "$output" ] || complain "expected nothing"
	expect_status "$loud"
}

@test "output that cannot be written is an error" {
	for words in --help --version 'check --help' check 'check --json'; do
		# shellcheck disable=SC2086
		run bash -c '"$@" >/dev/full' bash "$TCPTUNE" $words
		expect_status 1
		expect_output 'No space left on device'
	done
}

@test "a reader that goes away is an error, not a signal" {
	run bash -c '(sleep 0.2; "$@" --help; echo "status $?" >&2) 2>&1 >&3 | cat' bash "$TCPTUNE" 3> >(true)
	expect_output 'status 1'
	expect_output 'Broken pipe'
}

@test "closed standard descriptors are not mistaken for files" {
	run bash -c '"$@" <&-' bash "$TCPTUNE" check --json
	expect_status 0 2
	expect_json check
	run bash -c '"$@" 2>&-' bash "$TCPTUNE" check --json
	expect_status 0 2
	expect_json check
	run bash -c '"$@" >&-' bash "$TCPTUNE" check
	expect_status 1
	run bash -c '"$@" <&- >&- 2>&-' bash "$TCPTUNE" check
	expect_status 1
}

# A terminal of our own: script(1) makes one.
on_terminal()
{
	need script
	run script -qec "$*" /dev/null
}

@test "colour is for terminals, and not with NO_COLOR or a dumb one" {
	local escape=$'\e['

	run "$TCPTUNE" --help
	[[ $output != *"$escape"* ]] || complain "colour in a pipe"
	run "$TCPTUNE" --help --color=always
	[[ $output == *"$escape"* ]] || complain "no colour though asked for"

	TERM=xterm on_terminal "$TCPTUNE" --help
	[[ $output == *"$escape"* ]] || complain "no colour on a terminal"
	TERM=dumb on_terminal "$TCPTUNE" --help
	[[ $output != *"$escape"* ]] || complain "colour on a dumb terminal"
	TERM=xterm NO_COLOR=1 on_terminal "$TCPTUNE" --help
	[[ $output != *"$escape"* ]] || complain "colour with NO_COLOR"
	TERM=xterm NO_COLOR='' on_terminal "$TCPTUNE" --help
	[[ $output == *"$escape"* ]] || complain "an empty NO_COLOR counts as unset"
	TERM=xterm NO_COLOR=1 on_terminal "$TCPTUNE" --help --color=always
	[[ $output == *"$escape"* ]] || complain "--color=always comes before NO_COLOR"
	TERM=xterm on_terminal "$TCPTUNE" --help --color=never
	[[ $output != *"$escape"* ]] || complain "colour with --color=never"
}

@test "words with control characters never reach the terminal raw" {
	local word=$'x\e]0;title\a\x9b31m\r'

	for words in "$word" "--$word" "--color=$word"; do
		run_apart "$TCPTUNE" "$words"
		expect_status 1
		expect_plain "$stderr"
		run_apart "$TCPTUNE" --json "$words"
		expect_status 1
		expect_plain "$output"
		expect_json error
	done
	run_apart "$TCPTUNE" check --root "$word"
	expect_status 1
	expect_plain "$stderr"
	run_apart "$TCPTUNE" check --profile "$word"
	expect_status 1
	expect_plain "$stderr"
}

@test "an argument of a megabyte is an error like any other" {
	local long
	long=$(head -c 100000 /dev/zero | tr '\0' a)

	run_apart "$TCPTUNE" "$long"
	expect_status 1
	run_apart "$TCPTUNE" "--$long"
	expect_status 1
	run_apart "$TCPTUNE" check --profile "$long" --json
	expect_status 1
	expect_json error
}

@test "a glob that matches nothing is a mistake and not compliance" {
	run_apart "$TCPTUNE" check --runtime --only 'nosuch*'
	expect_status 1
	[[ $stderr == *"--only 'nosuch*' matches nothing of server"* ]] || complain "says otherwise"
	run_apart "$TCPTUNE" check --runtime --except 'net.ipv4.tcp_fin_timeot'
	expect_status 1
	[[ $stderr == *"did you mean 'net.ipv4.tcp_fin_timeout'"* ]] || complain "suggests nothing"
	run_apart "$TCPTUNE" check --runtime --except 'net.netfilter.*' --only 'net.*'
	expect_status 0 2
}

@test "mistakes in the words of sockets name what was expected" {
	run_apart "$TCPTUNE" sockets --state close_wiat
	expect_status 1
	expect_stderr "--state does not know 'close_wiat'; did you mean 'CLOSE_WAIT'?"
	run_apart "$TCPTUNE" sockets --by pear
	expect_status 1
	expect_stderr "--by takes one of state, peer, listener, port, unit, process, not 'pear'"
	run_apart "$TCPTUNE" sockets --top many
	expect_status 1
	expect_stderr "--top takes a number of rows, not 'many'"
	run_apart "$TCPTUNE" sockets --diagram --json
	expect_status 1
	expect_output '--diagram cannot go with --json'
	run_apart "$TCPTUNE" sockets --diagram --state close-wait
	expect_status 1
	expect_stderr '--diagram cannot go with --state'
	run_apart "$TCPTUNE" sockets --by peer --state listen
	expect_status 1
	expect_stderr '--state LISTEN goes with --by listener, not with --by peer'
	run_apart "$TCPTUNE" sockets --root "$BATS_TEST_TMPDIR"
	expect_status 1
	expect_stderr 'does not run: it has no sockets'
}
