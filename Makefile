# zonegate: the change-control gate for DNS zones kept in git.
#
#   make          build build/zonegate
#   make deps     install the packages that building needs
#   make demo     install what is missing, build, show a blocked push for real
#   make test     install what is missing, build, run every test (sanitized)
#   make lint     clang-format, clang-tidy, cppcheck, layer check
#   make bench    measure against named-checkzone, kzonecheck, nsd-checkzone, …
#   make fuzz     run the fuzz targets for FUZZ_SECONDS each
#   make install  DESTDIR and PREFIX are honoured
#
# Variables: CC, CFLAGS, BUILD (where objects go), SAN=1 (sanitizers).

PREFIX ?= /usr/local
BUILD ?= build
CC ?= cc
VERSION := 0.1.0

# The rooms in the order of the flow: a room may use those before it.
ROOMS := base dns source policy zone diff resolve dnssec drill change live attest \
	rules report memo gate

PKGS := libgit2 ldns libssl libcrypto libzscanner libknot yaml-0.1 jansson \
	libseccomp libcurl lmdb
PKGS_BUILD := gcc make pkg-config libgit2-dev libldns-dev libssl-dev \
	libknot-dev libyaml-dev libjansson-dev libseccomp-dev \
	libcurl4-openssl-dev liblmdb-dev git
PKGS_TEST := $(PKGS_BUILD) libcmocka-dev bind9-utils knot-dnssecutils knot \
	nsd ldnsutils unbound bind9 bind9-dnsutils jq python3 openssl \
	openssh-client gnupg softhsm2 libengine-pkcs11-openssl mandoc
PKGS_LINT := clang clang-format clang-tidy cppcheck valgrind
PKGS_BENCH := $(PKGS_BUILD) bind9-utils knot-dnssecutils nsd ldnsutils \
	python3 time
PKGS_FUZZ := $(PKGS_BUILD) clang libclang-rt-14-dev

WARN := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wformat=2 \
	-Wundef -Wvla
HARDEN := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE \
	-fno-strict-aliasing
HARDEN_LD := -pie -Wl,--as-needed -Wl,-z,relro,-z,now -Wl,-z,noexecstack
CFLAGS ?= -O2 -g
ifeq ($(SAN),1)
override CFLAGS := -O1 -g -fsanitize=address,undefined \
	-fno-sanitize-recover=all -fno-omit-frame-pointer
HARDEN := -fPIE
HARDEN_LD := -pie
endif

# Looked up when a rule runs, not when make starts: the packages may not be
# there yet when "make demo" begins.
CPPFLAGS_ALL = -D_GNU_SOURCE -DZONEGATE_VERSION='"$(VERSION)"' -I. \
	$(shell pkg-config --cflags $(PKGS)) $(CPPFLAGS)
LIBS = $(filter-out -lknot,$(shell pkg-config --libs $(PKGS))) $(KNOT) \
	-lpthread -lm
# Of libknot we use the RDATA descriptions alone. Where its archive is there it
# is linked in: the shared one brings gnutls and twenty more libraries along,
# which take longer to load than most zones to judge.
KNOT = $(shell d=$$(pkg-config --variable=libdir libknot); \
	if [ -f $$d/libknot.a ] && [ -f $$d/libdnssec.a ]; \
	then echo $$d/libknot.a $$d/libdnssec.a; else echo -lknot; fi)
CC_ALL = $(CC) -std=c11 $(WARN) $(HARDEN) $(CFLAGS) $(CPPFLAGS_ALL)
LD_ALL = $(CC) $(CFLAGS) $(HARDEN_LD) $(LDFLAGS)

sources = $(sort $(filter-out %_test.c %_fuzz.c,$(wildcard core/$(1)/*.c)))
objects = $(patsubst %.c,$(BUILD)/%.o,$(call sources,$(1)))
# ROOMS up to and including $(1)
upto = $(foreach r,$(ROOMS),$(if $(filter $(1),$(r)),$(r) STOP,$(r)))
before = $(wordlist 1,$(call index,$(1)),$(ROOMS))
index = $(words $(shell echo "$(ROOMS)" | sed 's/\b$(1)\b.*/x/'))

CORE := $(foreach r,$(ROOMS),$(call objects,$(r)))
CMD := $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard cmd/zonegate/*.c)))
TESTS := $(sort $(wildcard core/*/*_test.c))
TEST_BINS := $(patsubst core/%_test.c,$(BUILD)/test/%,$(TESTS))
FUZZ := $(sort $(wildcard core/*/*_fuzz.c))

.PHONY: all deps demo test test-san test-plain test-peers test-unit lint bench fuzz install \
	clean format layers docs $(addprefix test-,$(ROOMS))

all: $(BUILD)/zonegate

$(BUILD)/zonegate: $(CMD) $(CORE)
	$(LD_ALL) -o $@ $^ $(LIBS)

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC_ALL) -MMD -MP -c -o $@ $<

# One test binary a _test.c file, linked with the rooms it may use.
define test_rule
$(BUILD)/test/$(1)/%: $(BUILD)/core/$(1)/%_test.o \
    $(foreach r,$(call before,$(1)),$(call objects,$(r)))
	@mkdir -p $$(@D)
	$$(LD_ALL) -o $$@ $$^ $$(LIBS) -lcmocka
test-$(1): $(filter $(BUILD)/test/$(1)/%,$(TEST_BINS))
	@set -e; for t in $$^; do echo "== $$$$t"; $$$$t; done
endef
$(foreach r,$(ROOMS),$(eval $(call test_rule,$(r))))
.SECONDARY:

test-unit: $(TEST_BINS)
	@set -e; for t in $^; do echo "== $$t"; $$t; done

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# ---- what a newcomer runs ----------------------------------------------------

deps:
	@.ci/need $(PKGS_BUILD)

demo:
	@.ci/need $(PKGS_BUILD) bind9-utils
	@$(MAKE) --no-print-directory -s all
	@ZONEGATE=$(abspath $(BUILD))/zonegate testdata/demo/demo.sh

# Unit tests, hostile input and the scenarios without git run under
# AddressSanitizer and UBSan. The scenarios through real pushes, and what holds
# us against other programs, run with the program that people install.
test:
	@.ci/need $(PKGS_TEST)
	@$(MAKE) --no-print-directory -s layers
	@$(MAKE) --no-print-directory -s -j 2 all
	@$(BUILD)/zonegate rules --format markdown | diff docs/rules.md - || \
	    { echo "docs/rules.md is old: make docs"; exit 1; }
	@.ci/docs $(BUILD)/zonegate
	@$(MAKE) --no-print-directory -s -j 2 SAN=1 BUILD=$(BUILD)/san test-san
	@$(MAKE) --no-print-directory -s -j 2 test-plain
	@$(MAKE) --no-print-directory -s -j 2 test-peers

PLAIN := $(BUILD)/test/gate/scenario $(BUILD)/test/dnssec/peers

test-san: $(BUILD)/zonegate $(filter-out $(PLAIN),$(TEST_BINS))
	@ZONEGATE=$(abspath $(BUILD))/zonegate .ci/tests \
	    $(filter-out $(PLAIN),$(TEST_BINS))

test-plain: $(BUILD)/zonegate $(PLAIN)
	@ZONEGATE=$(abspath $(BUILD))/zonegate .ci/tests $(PLAIN)

# Differential tests: our reading against named-compilezone, Knot and NSD, our
# answers against servers.
test-peers: $(BUILD)/zonegate $(BUILD)/test/zone/load \
    $(BUILD)/test/resolve/resolve $(BUILD)/test/live/target
	@.ci/peers $(BUILD)

# ---- for those who change it --------------------------------------------------

# Every #include must point to a room at or before its own.
layers:
	@.ci/layers $(ROOMS)

format:
	clang-format -i $(wildcard core/*/*.[ch] cmd/zonegate/*.[ch])

lint:
	@.ci/need $(PKGS_TEST) $(PKGS_LINT)
	@$(MAKE) --no-print-directory -s layers
	@.ci/lint

docs: $(BUILD)/zonegate
	$(BUILD)/zonegate rules --format markdown --output docs/rules.md
	.ci/manual zonegate.1 $(BUILD)/zonegate >docs/zonegate.1
	.ci/manual zonegate.yaml.5 >docs/zonegate.yaml.5

bench:
	@.ci/need $(PKGS_BENCH)
	@$(MAKE) --no-print-directory -s all
	@ZONEGATE=$(abspath $(BUILD))/zonegate testdata/bench/bench.py $(BENCH)

# Each target is built with libFuzzer and run over its seeds.
FUZZ_SECONDS ?= 30
fuzz:
	@.ci/need $(PKGS_FUZZ)
	@.ci/fuzz $(FUZZ_SECONDS) $(FUZZ)

install: $(BUILD)/zonegate
	install -d $(DESTDIR)$(PREFIX)/bin \
	    $(DESTDIR)$(PREFIX)/share/zonegate/hooks \
	    $(DESTDIR)$(PREFIX)/share/zonegate/policies \
	    $(DESTDIR)$(PREFIX)/share/doc/zonegate
	install -d $(DESTDIR)$(PREFIX)/share/man/man1 \
	    $(DESTDIR)$(PREFIX)/share/man/man5
	install -m 644 docs/zonegate.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 docs/zonegate.yaml.5 $(DESTDIR)$(PREFIX)/share/man/man5
	install -m 755 $(BUILD)/zonegate $(DESTDIR)$(PREFIX)/bin/zonegate
	install -m 755 hooks/pre-receive hooks/post-receive hooks/pre-commit \
	    $(DESTDIR)$(PREFIX)/share/zonegate/hooks
	install -m 644 hooks/zonegate-watch.service hooks/zonegate-watch.timer \
	    hooks/github-actions.yml hooks/gitlab-ci.yml \
	    $(DESTDIR)$(PREFIX)/share/zonegate/hooks
	install -m 644 policies/*.yaml \
	    $(DESTDIR)$(PREFIX)/share/zonegate/policies
	cp -R policies/tests $(DESTDIR)$(PREFIX)/share/zonegate/policies
	install -m 644 README.md CHANGELOG.md LICENSE docs/*.md \
	    $(DESTDIR)$(PREFIX)/share/doc/zonegate

clean:
	rm -rf build
