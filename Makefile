# SPDX-License-Identifier: GPL-2.0-or-later
#
# make          build build/tcptune and the manual; installs nothing
# make run      install what building needs, build, check this host
# make test     install what testing needs, build and run every test
# make check    the fast tests, half a minute: no root, no network
# make asan     every test under ASan and UBSan
# make lint     clang-format, clang-tidy, cppcheck, shellcheck, mandoc
# make fuzz     each parser's fuzzer for FUZZ_SECONDS=600
# make campaign the boot layer against this host's own programs, twice CAMPAIGN_SECONDS=900
# make crash    apply, rollback, recover and confirm with a fault at every point
# make coverage the branches that the tests reach
# make bench    how fast it is, beside other tools
# make fleet    ten hosts driven by Ansible, Puppet and cloud-init, in a Debian root
# make fresh    `make run` and `make test` in a fresh Debian 12 root
# make deb      a Debian package, in build/deb; make rpm, in build/rpm
# make package-test  build both twice, compare them, lint them, install one
# make boot-test  install it in a fresh Debian root, boot that, cut its power
# make vm       findings about whole hosts, on a kernel of the tests' own in qemu
# make install  to DESTDIR and prefix; uninstall, clean

VERSION     := 0.1.0

ifeq ($(origin CC),default)
CC          := gcc
endif
PKG_CONFIG  ?= pkg-config
CFLAGS      ?= -O2 -g
INSTALL     ?= install
prefix      ?= /usr/local
sbindir     ?= $(prefix)/sbin
datadir     ?= $(prefix)/share
mandir      ?= $(datadir)/man
unitdir     ?= $(prefix)/lib/systemd/system
# Debian's zsh does not look into the site-functions of its own prefix.
zshdir      ?= $(datadir)/zsh/$(if $(and $(filter /usr,$(prefix)),$(wildcard /etc/debian_version)),vendor-completions,site-functions)
B           ?= build
FUZZ_SECONDS ?= 600
CAMPAIGN_SECONDS ?= 900

LIBS        := libconfig libcap libmnl jansson nettle
WARNINGS    := -Wall -Wextra -Wpedantic -Wshadow -Wformat=2 -Wvla -Wstrict-prototypes \
	       -Wmissing-prototypes -Wwrite-strings -Wcast-qual -Werror=implicit
HARDENING   := -fstack-protector-strong -fstack-clash-protection -fcf-protection \
	       $(if $(SANITIZE)$(COVERAGE),,-D_FORTIFY_SOURCE=2)
comma       := ,
SANITIZER   := $(if $(SANITIZE),-fsanitize=address$(comma)undefined -fno-sanitize-recover=all \
	       -fno-omit-frame-pointer) $(if $(FUZZER),-fsanitize=fuzzer-no-link)
GCOV        := $(if $(COVERAGE),--coverage -O0)

# Asked once, and not before a rule needs it: `make run` installs it first.
PKG_CFLAGS   = $(eval PKG_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(LIBS)))$(PKG_CFLAGS)
PKG_LIBS     = $(eval PKG_LIBS := $(shell $(PKG_CONFIG) --libs $(LIBS)))$(PKG_LIBS)

# The prefix map keeps the build folder's name out of the binary.
ALL_CFLAGS   = $(CFLAGS) $(WARNINGS) $(HARDENING) $(SANITIZER) $(GCOV) $(if $(WERROR),-Werror) \
	       -fPIE -ffile-prefix-map=$(CURDIR)=.
ALL_CPPFLAGS = -std=c11 -D_GNU_SOURCE -DHASH_NONFATAL_OOM=1 -DTCPTUNE_VERSION='"$(VERSION)"' \
	       -Isrc $(PKG_CFLAGS) $(CPPFLAGS)
ALL_LDFLAGS  = $(LDFLAGS) -pie -Wl,-z,relro,-z,now $(SANITIZER) $(GCOV)
ALL_LDLIBS   = $(PKG_LIBS) $(LDLIBS)

SOURCES     := $(sort $(wildcard src/*/*.c))
OBJECTS     := $(SOURCES:%.c=$(B)/%.o) $(B)/profiles_embedded.o
ARCHIVE     := $(B)/libtcptune.a
PROFILES    := $(sort $(wildcard profiles/*.conf))
PAGES       := $(B)/man/tcptune.8 $(wildcard man/*.5)
# Folders of packaging/, and where those who read them look below datadir.
COPIED      := ansible:ansible/collections/ansible_collections/tcptune/tcptune \
	       puppet:puppet/modules/tcptune shell:tcptune/recipes/shell image:tcptune/recipes/image \
	       cloud-init:tcptune/recipes/cloud-init salt:tcptune/recipes/salt
UNITS       := $(sort $(wildcard packaging/systemd/*.in packaging/systemd/*.timer))
COMPLETIONS := $(addprefix $(B)/completion/,bash zsh fish)
UNIT_TESTS  := $(patsubst %.c,$(B)/%,$(sort $(wildcard tests/test_*.c)))
FUZZERS     := $(patsubst %.c,$(B)/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
LOADS       := $(patsubst %.c,$(B)/%,$(sort $(wildcard tests/load/*.c)))
CASES       := $(sort $(wildcard tests/cases/*.bats))

# Of the last commit; without git, of the last entry of the package's change log.
EPOCH        = $(or $(SOURCE_DATE_EPOCH),$(shell sh packaging/epoch.sh))

# Off its own distributions rpm knows no build requirement.
RPM_OPTIONS  = $(if $(wildcard /etc/debian_version),--nodeps)

Q           := $(if $(V),,@)
say          = $(if $(V),,@printf '  %-7s %s\n' $(1) $(2))
DEPS        := @sh packaging/deps.sh
AGAIN       := @$(MAKE) --no-print-directory -j$(shell nproc)

all: $(B)/tcptune $(B)/man/tcptune.8 $(COMPLETIONS)

$(B)/tcptune: $(B)/src/cli/main.o $(ARCHIVE)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LDLIBS)

$(ARCHIVE): $(filter-out $(B)/src/cli/main.o,$(OBJECTS))
	$(Q)rm -f $@
	$(Q)$(AR) qcsD $@ $^

# Changes when the compiler or a flag does, and every object with it; -Werror changes none.
$(B)/flags: FORCE
	@mkdir -p $(@D)
	@$(PKG_CONFIG) --exists --print-errors $(LIBS) || \
		{ echo 'What building needs is missing: sh packaging/deps.sh build' >&2; exit 1; }
	@echo '$(subst ','\'',$(CC) $(ALL_CPPFLAGS) $(filter-out -Werror,$(ALL_CFLAGS)) $(ALL_LDFLAGS))' >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

# The folder is there for a profile that was removed.
$(B)/profiles_embedded.c: profiles/embed.sh profiles $(PROFILES)
	@mkdir -p $(@D)
	$(Q)sh profiles/embed.sh $(PROFILES) >$@.new && mv $@.new $@

$(B)/%.o: $(B)/%.c $(B)/flags
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/%.o: %.c $(B)/flags
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Every cmocka test takes a state, few use it; rows of cases leave out what is zero.
$(B)/tests/test_%.o: WARNINGS += -Wno-unused-parameter -Wno-missing-field-initializers

$(B)/tests/test_%: $(B)/tests/test_%.o $(ARCHIVE)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LDLIBS) -lcmocka

# What the cases run beside the program: it links none of it.
# Programs of one file that need nothing of ours.
$(B)/tests/load/%: $(B)/tests/load/%.o
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^

$(B)/tests/conditions/conditions: $(patsubst %.c,$(B)/%.o,$(sort $(wildcard tests/conditions/*.c)))
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^

$(B)/tests/fuzz/%: $(B)/tests/fuzz/%.o $(ARCHIVE)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(ALL_LDLIBS)

$(B)/tests/campaign/boot_predict: $(B)/tests/campaign/boot_predict.o $(ARCHIVE)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LDLIBS)

$(B)/man/tables: $(B)/man/tables.o $(ARCHIVE)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LDLIBS)

$(B)/packaging/completion/generate: $(B)/packaging/completion/generate.o $(ARCHIVE)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LDLIBS)

$(B)/completion/%: $(B)/packaging/completion/generate
	@mkdir -p $(@D)
	$(Q)$< $* >$@.new && mv $@.new $@

$(B)/man/tcptune.8: man/tcptune.8.in $(B)/man/tables
	$(call say,MAN,$@)
	$(Q)$(B)/man/tables <$< >$@.new && mv $@.new $@

unit-tests: $(UNIT_TESTS) $(B)/tests/conditions/conditions $(B)/tests/crash/fail_alloc.so $(LOADS)
fuzzers: $(FUZZERS)

run:
	$(DEPS) build
	$(AGAIN) all
	@$(B)/tcptune check $(ARGS); status=$$?; case $$status in \
	0) echo 'Status 0: this host is as the profile wants it.' ;; \
	2) echo 'Status 2: this host differs from the profile. Nothing was changed.' ;; \
	*) echo "Status $$status: this host could not be checked."; exit $$status ;; esac

test:
	$(DEPS) build test
	@tests/tools.sh $(B)/tools
	$(AGAIN) all unit-tests
	$(AGAIN) B=$(B)/asan SANITIZE=1 all unit-tests
	$(AGAIN) B=$(B)/fuzz SANITIZE=1 FUZZER=1 CC=clang fuzzers
	@tests/run.sh B=$(B)/fuzz tests/fuzz/run.sh B=$(B) $(UNIT_TESTS) $(CASES) \
		B=$(B)/asan $(UNIT_TESTS:$(B)/%=$(B)/asan/%) $(CASES)

check: all unit-tests
	@tests/run.sh --fast B=$(B) $(UNIT_TESTS) $(CASES)

every-test: all unit-tests
	@tests/run.sh B=$(B) $(UNIT_TESTS) $(CASES)

asan:
	$(DEPS) build test
	$(AGAIN) B=$(B)/asan SANITIZE=1 every-test

fuzz:
	$(DEPS) build fuzz
	$(AGAIN) B=$(B)/fuzz SANITIZE=1 FUZZER=1 CC=clang fuzzers
	@B=$(B)/fuzz FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/run.sh

campaign:
	$(DEPS) build campaign
	$(AGAIN) $(B)/tests/campaign/boot_predict
	@tests/campaign/boot_campaign.py $(B) $(CAMPAIGN_SECONDS)
	@tests/campaign/unit_campaign.py $(B) $(CAMPAIGN_SECONDS)

# Preloaded into the program under test: plain, whatever that is built with.
$(B)/tests/%.so: tests/%.c $(B)/flags
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE $(CFLAGS) $(WARNINGS) $(if $(WERROR),-Werror) \
		-shared -fPIC -o $@ $<

crash:
	$(DEPS) build test
	$(AGAIN) all $(B)/tests/crash/fail_alloc.so
	@B=$(B) tests/crash/run.py

coverage:
	$(DEPS) build test coverage
	$(AGAIN) B=$(B)/coverage COVERAGE=1 every-test
	@gcovr --root . --filter src/ --branches --print-summary --sort-uncovered \
		--html-details $(B)/coverage/index.html $(B)/coverage

bench:
	$(DEPS) build bench
	$(AGAIN) all $(LOADS) $(B)/tests/bench/slow_sync.so
	@for script in tests/bench/*.sh; do B=$(B) $$script || exit; done

lint: $(B)/man/tcptune.8
	$(DEPS) build lint
	@sh tests/lint.sh $(PAGES)

fleet:
	$(DEPS) build fleet
	$(AGAIN) all
	@tests/fleet/run.sh $(B)/fleet-root
.PHONY: fleet

fresh:
	$(DEPS) fresh
	@tests/fresh-root.sh

install: all
	$(INSTALL) -d $(DESTDIR)$(sbindir) $(DESTDIR)$(datadir)/tcptune/profiles
	$(INSTALL) -m 0755 $(B)/tcptune $(DESTDIR)$(sbindir)/tcptune
	$(INSTALL) -m 0644 $(PROFILES) $(DESTDIR)$(datadir)/tcptune/profiles/
	$(INSTALL) -D -m 0644 $(B)/completion/bash $(DESTDIR)$(datadir)/bash-completion/completions/tcptune
	$(INSTALL) -D -m 0644 $(B)/completion/zsh $(DESTDIR)$(zshdir)/_tcptune
	$(INSTALL) -D -m 0644 $(B)/completion/fish $(DESTDIR)$(datadir)/fish/vendor_completions.d/tcptune.fish
	$(INSTALL) -d $(DESTDIR)$(datadir)/tcptune/schema $(DESTDIR)$(datadir)/tcptune/monitoring
	$(INSTALL) -m 0644 packaging/schema/*.json $(DESTDIR)$(datadir)/tcptune/schema/
	$(INSTALL) -m 0644 packaging/monitoring/* $(DESTDIR)$(datadir)/tcptune/monitoring/
	@for from in $(COPIED); do to=$(DESTDIR)$(datadir)/$${from#*:}; from=packaging/$${from%:*}; \
		(cd $$from && find . -type f) | while read -r file; do \
			case $$file in *.sh) mode=0755 ;; *) mode=0644 ;; esac; \
			$(INSTALL) -D -m $$mode "$$from/$$file" "$$to/$${file#./}" || exit; done || exit; done
	$(INSTALL) -d $(DESTDIR)$(unitdir)
	@for unit in $(UNITS); do name=$${unit##*/}; name=$(DESTDIR)$(unitdir)/$${name%.in}; \
		sed -e 's,@sbindir@,$(sbindir),g' -e '/^@sandbox@$$/{r packaging/systemd/sandbox.conf' -e 'd;}' \
			$$unit >"$$name" && chmod 0644 "$$name" || exit; done
	@for page in $(PAGES); do \
		$(INSTALL) -D -m 0644 $$page $(DESTDIR)$(mandir)/man$${page##*.}/$${page##*/}; done

uninstall:
	rm -f $(DESTDIR)$(sbindir)/tcptune
	rm -rf $(DESTDIR)$(datadir)/tcptune
	rm -rf $(addprefix $(DESTDIR)$(datadir)/,$(filter-out tcptune/%,$(foreach pair,$(COPIED),$(lastword $(subst :, ,$(pair))))))
	rm -f $(DESTDIR)$(datadir)/bash-completion/completions/tcptune \
		$(DESTDIR)$(zshdir)/_tcptune \
		$(DESTDIR)$(datadir)/fish/vendor_completions.d/tcptune.fish
	@for unit in $(UNITS); do name=$${unit##*/}; rm -f $(DESTDIR)$(unitdir)/$${name%.in}; done
	@for page in $(PAGES); do rm -f $(DESTDIR)$(mandir)/man$${page##*.}/$${page##*/}; done

# Packages are made in a copy of the tree below build/, from which the date of the
# last commit and nothing else of this one can be seen.
deb:
	$(DEPS) build deb
	@sh packaging/export.sh $(B)/deb/tcptune-$(VERSION)
	@ln -s packaging/debian $(B)/deb/tcptune-$(VERSION)/debian
	@find $(B)/deb/tcptune-$(VERSION) -exec touch -hd @$(EPOCH) {} +
	@cd $(B)/deb/tcptune-$(VERSION) && SOURCE_DATE_EPOCH=$(EPOCH) MAKEFLAGS= MAKELEVEL= \
		DEB_BUILD_OPTIONS="$${DEB_BUILD_OPTIONS:-nocheck parallel=$(shell nproc)}" \
		dpkg-buildpackage --build=full --no-sign >../log 2>&1 || { cat ../log >&2; exit 1; }
	@ls $(B)/deb/tcptune_$(VERSION)_*.deb

rpm:
	$(DEPS) build rpm
	@sh packaging/export.sh $(B)/rpm/tcptune-$(VERSION)
	@mkdir -p $(B)/rpm/SOURCES
	@tar -C $(B)/rpm --sort=name --owner=0 --group=0 --numeric-owner --mtime=@$(EPOCH) \
		-czf $(B)/rpm/SOURCES/tcptune-$(VERSION).tar.gz tcptune-$(VERSION)
	@SOURCE_DATE_EPOCH=$(EPOCH) MAKEFLAGS= MAKELEVEL= rpmbuild -bb $(RPM_OPTIONS) \
		--define '_topdir $(abspath $(B))/rpm' packaging/rpm/tcptune.spec \
		>$(B)/rpm/log 2>&1 || { cat $(B)/rpm/log >&2; exit 1; }
	@ls $(B)/rpm/RPMS/*/tcptune-$(VERSION)-*.rpm

package-test:
	$(DEPS) build test package
	@tests/tools.sh $(B)/tools
	$(AGAIN) all
	@TEST_SECONDS=5400 tests/run.sh B=$(B) tests/package/package.bats tests/cases/units.bats tests/cases/monitoring.bats

boot-test: deb
	$(DEPS) test boot
	@TEST_SECONDS=5400 tests/run.sh B=$(B) tests/boot/boot.bats

vm:
	$(DEPS) build vm
	$(AGAIN) all $(B)/tests/conditions/conditions
	@TEST_SECONDS=3600 tests/run.sh B=$(B) tests/vm/vm.bats

clean:
	rm -rf build

FORCE:
.PHONY: all run test check every-test asan fuzz fuzzers campaign crash coverage bench lint fresh \
	deb rpm package-test boot-test vm install uninstall clean unit-tests FORCE
.SECONDARY:
-include $(OBJECTS:.o=.d) $(UNIT_TESTS:=.d) $(FUZZERS:=.d) $(B)/man/tables.d \
	$(B)/packaging/completion/generate.d
