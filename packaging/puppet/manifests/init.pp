# SPDX-License-Identifier: GPL-2.0-or-later
#
# @summary A host as a tcptune profile wants it, now and after the next boot
#
# What is to be done is asked of a dry run, so that a host that is as wanted shows
# no event, and `--noop` shows one where something would be done and does nothing.
# The program changes all or nothing. The report has its summary, with the number
# under which `tcptune history NUMBER` on the host tells every step.
#
# @param ensure    absent: what it has set is taken back, and values are as before it;
#                  package, profiles and records stay
# @param profile   its name, or the full path of a file; undef: what tcptune.conf says
# @param profiles  profiles of your own: the text of each, by its name, in the order
#                  they are written in: one that others inherit comes first
# @param only      only settings whose key matches one of these globs
# @param except    not those whose key matches one of these globs
# @param layers    the running host, the next boot, or both
# @param comment_out  comment out lines of other files that would win over the profile
# @param strict    refuse where others may change these settings later
# @param package   the package to install; empty: none
# @param path      where to find the program
class tcptune (
  Enum['applied', 'absent'] $ensure = 'applied',
  Optional[String[1]] $profile = undef,
  Hash[Pattern[/\A[A-Za-z0-9][A-Za-z0-9_.-]*\z/], String[1]] $profiles = {},
  Array[String[1]] $only = [],
  Array[String[1]] $except = [],
  Enum['both', 'runtime', 'persist'] $layers = 'both',
  Boolean $comment_out = false,
  Boolean $strict = false,
  String $package = 'tcptune',
  Array[String[1]] $path = ['/usr/local/sbin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'],
) {
  unless $package.empty {
    package { $package:
      ensure => installed,
      before => [File['/etc/tcptune'], Exec['tcptune apply']],
    }
  }

  file { ['/etc/tcptune', '/etc/tcptune/profiles']:
    ensure => directory,
    owner  => 'root',
    group  => 'root',
    mode   => '0755',
  }

  $profiles.each |String $called, String $text| {
    file { "/etc/tcptune/profiles/${called}.conf":
      ensure       => file,
      owner        => 'root',
      group        => 'root',
      mode         => '0644',
      content      => $text,
      validate_cmd => 'tcptune profiles --validate %',
      before       => Exec['tcptune apply'],
    }
  }

  $what = $ensure ? {
    'absent' => ['--none'],
    default  => $profile ? { undef => [], default => ['--profile', $profile] },
  }
  $globs = $only.map |$glob| { ['--only', $glob] } + $except.map |$glob| { ['--except', $glob] }
  $layer = $layers ? { 'both' => [], default => ["--${layers}"] }
  $flags = [[$comment_out, '--comment-out'], [$strict, '--strict']].filter |$flag| { $flag[0] }.map |$flag| { $flag[1] }
  $apply = flatten(['tcptune', 'apply', $what, $globs, $layer, $flags])

  # Status 0 of the dry run is "nothing to do".  If it fails, so does what follows it,
  # and says why.
  exec { 'tcptune apply':
    command     => $apply,
    unless      => [$apply + ['--dry-run', '--quiet']],
    path        => $path,
    environment => ['LC_ALL=C.UTF-8'],
    logoutput   => true,
  }
}
