# SPDX-License-Identifier: GPL-2.0-or-later
#
# make          build build/tcptune; installs nothing
# make run      install what building needs, build, check this host
# make test     install what testing needs, build and run every test
# make check    the fast tests: no root, no network
# The rest: asan lint fuzz coverage bench install uninstall clean

VERSION     := 0.1.0

CC          ?= gcc
PKG_CONFIG  ?= pkg-config
CFLAGS      ?= -O2 -g
prefix      ?= /usr/local
sbindir     ?= $(prefix)/sbin
datadir     ?= $(prefix)/share
mandir      ?= $(datadir)/man
B           ?= build

LIBS        := libconfig libcap libmnl jansson
WARNINGS    := -Wall -Wextra -Wpedantic -Wshadow -Wformat=2 -Wvla -Wstrict-prototypes \
	       -Wmissing-prototypes -Wwrite-strings -Wcast-qual -Werror=implicit
HARDENING   := -fstack-protector-strong -fstack-clash-protection -fcf-protection \
	       $(if $(SANITIZE)$(COVERAGE),,-D_FORTIFY_SOURCE=2)
SANITIZER   := $(if $(SANITIZE),-fsanitize=address$(comma)undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
GCOV        := $(if $(COVERAGE),--coverage -O0)
comma       := ,

ALL_CFLAGS   = $(CFLAGS) $(WARNINGS) $(HARDENING) $(SANITIZER) $(GCOV) $(if $(WERROR),-Werror) -fPIE
ALL_CPPFLAGS = -std=c11 -D_GNU_SOURCE -DHASH_NONFATAL_OOM=1 -DTCPTUNE_VERSION='"$(VERSION)"' \
	       -Isrc $(shell $(PKG_CONFIG) --cflags $(LIBS)) $(CPPFLAGS)
ALL_LDFLAGS  = $(LDFLAGS) -pie -Wl,-z,relro,-z,now $(SANITIZER) $(GCOV)
ALL_LDLIBS   = $(shell $(PKG_CONFIG) --libs $(LIBS)) $(LDLIBS)

SOURCES     := $(sort $(wildcard src/*/*.c))
OBJECTS     := $(SOURCES:%.c=$(B)/%.o) $(B)/profiles_embedded.o
LIBOBJECTS  := $(filter-out $(B)/src/cli/main.o,$(OBJECTS))
ARCHIVE     := $(B)/libtcptune.a
PROFILES    := $(sort $(wildcard profiles/*.conf))
UNIT_TESTS  := $(patsubst tests/%.c,$(B)/tests/%,$(sort $(wildcard tests/test_*.c)))

Q           := $(if $(V),,@)
say          = $(if $(V),,@printf '  %-7s %s\n' $(1) $(2))

all: $(B)/tcptune

$(B)/tcptune: $(B)/src/cli/main.o $(ARCHIVE)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LDLIBS)

$(ARCHIVE): $(LIBOBJECTS)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^

$(B)/profiles_embedded.c: profiles/embed.sh $(PROFILES)
	@mkdir -p $(@D)
	$(Q)sh profiles/embed.sh $(PROFILES) >$@.new && mv $@.new $@

$(B)/%.o: %.c
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/profiles_embedded.o: $(B)/profiles_embedded.c
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Every cmocka test takes a state, few use it.
$(B)/tests/%.o: WARNINGS += -Wno-unused-parameter

$(B)/tests/%: $(B)/tests/%.o $(ARCHIVE)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LDLIBS) -lcmocka

unit-tests: $(UNIT_TESTS)

clean:
	rm -rf build

.PHONY: all unit-tests clean
.SECONDARY:
-include $(OBJECTS:.o=.d) $(UNIT_TESTS:=.d) $(B)/src/cli/main.d
