# SPDX-License-Identifier: GPL-2.0-or-later
#
# A Salt state for the same.  Not run with Salt by the tests, which only parse it
# (Debian 12 has no Salt).  Pillar, with what is taken without it:
#
#	tcptune:
#	  package: tcptune          # empty: install none
#	  profile: server
#	  profiles: {}              # profiles of your own: the text of each, by its name,
#	                            # written in alphabetical order: inherit from earlier ones
#	  except: []                # globs of keys to leave out
{%- set tcptune = salt['pillar.get']('tcptune', {}) %}
{%- set profile = tcptune.get('profile', 'server') %}
{%- set profiles = tcptune.get('profiles', {}) %}
{%- set package = tcptune.get('package', 'tcptune') %}
{%- set words = ['tcptune', 'apply', '--profile', profile] %}
{%- for glob in tcptune.get('except', []) %}
{%- do words.extend(['--except', glob]) %}
{%- endfor %}
{%- set quoted = [] %}
{%- for word in words %}
{%- do quoted.append("'" ~ word | replace("'", "'\\''") ~ "'") %}
{%- endfor %}
{%- set apply = quoted | join(' ') %}

{%- if package %}
tcptune-package:
  pkg.installed:
    - name: {{ package | json }}
{%- endif %}

tcptune-profiles:
  file.directory:
    - name: /etc/tcptune/profiles
    - user: root
    - group: root
    - mode: "0755"
    - makedirs: true

{%- for name, text in profiles | dictsort %}
{{ ('tcptune-profile-' ~ name) | json }}:
  file.managed:
    - name: {{ ('/etc/tcptune/profiles/' ~ name ~ '.conf') | json }}
    - user: root
    - group: root
    - mode: "0644"
    - contents: {{ text | json }}
    - check_cmd: tcptune profiles --validate
    - require:
      - file: tcptune-profiles
    - require_in:
      - cmd: tcptune-apply
{%- endfor %}

# The dry run says whether there is something to do, in a test run too.
tcptune-apply:
  cmd.run:
    - name: {{ apply | json }}
    - unless: {{ (apply ~ ' --dry-run --quiet') | json }}
    - require:
      - file: tcptune-profiles
{%- if package %}
      - pkg: tcptune-package
{%- endif %}
