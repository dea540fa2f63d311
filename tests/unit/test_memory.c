/* SPDX-License-Identifier: ISC */
/*
 * One allocation after the other fails: what breaks a rule is refused, or there is no compilation
 * of it, and never is it passed on unjudged.  The linker wraps calloc() (tests/module.mk).  Prints
 * TAP.
 */
#include "backends/swanctl.h"
#include "compiler/agent/read.h"
#include "compiler/compilation/artefact.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* WI306: what is encrypted is not authenticated. */
static const char text_without_auth[] = "tunnel\n"
					"ipsec 1\n"
					"peer 192.0.2.2\n"
					"local-address 192.0.2.1\n"
					"local-id inet 192.0.2.1\n"
					"remote-id inet 192.0.2.2\n"
					"secret 0123456789abcdef0123\n"
					"local-subnet 10.1.0.0/16\n"
					"remote-subnet 10.2.0.0/16\n"
					"esp cipher aes256 dh modp2048\n"
					"end\n"
					"end\n";

static const char document_without_auth[] =
    "<ipsec xmlns=\"urn:weipsec:agent\"><dialect>weos5</dialect><tunnel><id>1</id>"
    "<enable>true</enable><description>ipsec1</description><version>2</version>"
    "<initiator>false</initiator><method>psk</method>"
    "<secret>MDEyMzQ1Njc4OWFiY2RlZjAxMjM=</secret><revocation>relaxed</revocation>"
    "<local-address>192.0.2.1</local-address><peer>192.0.2.2</peer><local-id>"
    "<type>inet</type><value>192.0.2.1</value></local-id><remote-id><type>inet</type>"
    "<value>192.0.2.2</value></remote-id><local-subnet>10.1.0.0/16</local-subnet>"
    "<remote-subnet>10.2.0.0/16</remote-subnet><esp><cipher>aes256</cipher>"
    "<dh>modp2048</dh></esp><dpd-action>clear</dpd-action><dpd-delay>30</dpd-delay>"
    "<dpd-timeout>120</dpd-timeout><sa-rekey-time>3600</sa-rekey-time>"
    "<reauth-time>off</reauth-time><default>ca</default><default>certificate</default>"
    "<default>description</default><default>dpd-action</default>"
    "<default>dpd-delay</default><default>dpd-timeout</default><default>enable</default>"
    "<default>ike</default><default>initiator</default><default>method</default>"
    "<default>reauth-time</default><default>revocation</default>"
    "<default>sa-rekey-time</default><default>version</default></tunnel></ipsec>";

static int number, failures;
static long left; /* allocations until one fails; 0: none does */

/* The names that the linker has for it. */
void *calloc_real(size_t count, size_t size) __asm__("__real_calloc");
void *calloc_here(size_t count, size_t size) __asm__("__wrap_calloc");

void *calloc_here(size_t count, size_t size)
{
	return left && --left == 0 ? NULL : calloc_real(count, size);
}

/* True if nothing could be made of BYTES, with the allocation that is LEFT failing. */
static bool is_refused(const char *name, const char *bytes)
{
	const struct surroundings surroundings = {.dialect = -1, .is_thrifty = true};
	struct compilation *compilation = NULL;
	struct text *text = text_new(name, bytes, strlen(bytes));
	bool refused;

	if (text)
		compilation = artefact_read(text, &surroundings, agent_read);
	if (!compilation)
		return true;
	artefact_check(compilation, swanctl_supports);
	refused = compilation_is_refused(compilation);
	compilation_free(compilation);
	return refused;
}

static void check_all(const char *name, const char *bytes)
{
	long at = 0, passed = 0;

	do {
		left = ++at;
		passed += !is_refused(name, bytes);
	} while (!left);
	left = 0;
	failures += passed > 0;
	printf("%sok %d %s: refused, whichever of %ld allocations fails\n",
	       passed > 0 ? "not " : "", ++number, name, at - 1);
}

int main(void)
{
	check_all("text", text_without_auth);
	check_all("document", document_without_auth);
	xmlInitParser(); /* it frees only what it knows to have begun */
	xmlCleanupParser();
	printf("1..%d\n", number);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
