/* SPDX-License-Identifier: ISC */
/*
 * The grammar of one line: an optional path, an optional setting, each with its own `no'.  Actions
 * hand the parts to reader.c, which knows the contexts.  A line that does not fit is one finding, and
 * the next line is read as if nothing had been.
 */
%code requires {
#include "grammar/reader.h"
}
%code provides {
int weos_lex(WEOS_STYPE *value, struct span *at, void *scanner);
}

%define api.pure full
%define api.prefix {weos_}
%define api.token.prefix {TOK_}
%define api.location.type {struct span}
%define parse.error custom
%locations
%expect 0
%param { void *scanner }
%parse-param { struct reader *reader }

%union {
	struct ast_word word;
}

%token <word> WORD "a word"
%token TUNNEL "'tunnel'" IPSEC "'ipsec'" NO "'no'" END "'end'" LEAVE "'leave'" ABORT "'abort'"
%token CONFIGURE "'configure'" EOL "the end of the line" MARK "this mark"

%code {
#define YYLLOC_DEFAULT(at, rhs, n)                                                                     \
	do {                                                                                           \
		(at).from = (n) ? YYRHSLOC(rhs, 1).from : YYRHSLOC(rhs, 0).to;                         \
		(at).to = YYRHSLOC(rhs, n).to;                                                         \
	} while (0)

static void weos_error(struct span *at, void *scanner, struct reader *reader, const char *message)
{
	(void)at, (void)scanner, (void)message;
	reader->failed = true; /* memory; everything else goes through yyreport_syntax_error */
}
}

%%

text
	: %empty
	| text EOL
	| text command EOL		{ reader_command(reader); }
	| text error EOL		{ reader_recover(reader); yyerrok; }
	;

command
	: tunnel
	| tunnel instance
	| tunnel instance setting
	| tunnel unnamed
	| tunnel setting
	| instance
	| instance setting
	| unnamed
	| setting
	| bare
	| tunnel bare
	| instance bare
	| tunnel instance bare
	| verb
	| verb words
	;

tunnel
	: TUNNEL			{ reader_part_tunnel(reader, @1); }
	| no TUNNEL			{ reader_part_tunnel(reader, @2); }
	;

instance
	: IPSEC WORD			{ reader_part_ipsec(reader, @1, &$2); }
	| no IPSEC WORD			{ reader_part_ipsec(reader, @2, &$3); }
	;

unnamed
	: IPSEC				{ reader_part_ipsec(reader, @1, NULL); }
	| no IPSEC			{ reader_part_ipsec(reader, @2, NULL); }
	;

setting
	: name
	| name words
	;

name
	: WORD				{ reader_part_name(reader, $1); }
	| no WORD			{ reader_part_name(reader, $2); }
	;

words
	: WORD				{ reader_part_word(reader, $1); }
	| words WORD			{ reader_part_word(reader, $2); }
	;

bare
	: NO				{ reader_part_verb(reader, VERB_NO, @1); }
	;

no
	: NO				{ reader_part_no(reader, @1); }
	;

verb
	: END				{ reader_part_verb(reader, VERB_END, @1); }
	| LEAVE				{ reader_part_verb(reader, VERB_LEAVE, @1); }
	| ABORT				{ reader_part_verb(reader, VERB_ABORT, @1); }
	| CONFIGURE			{ reader_part_verb(reader, VERB_CONFIGURE, @1); }
	;

%%

static int yyreport_syntax_error(const yypcontext_t *context, void *scanner, struct reader *reader)
{
	yysymbol_kind_t token = yypcontext_token(context);

	(void)scanner;
	reader_syntax_error(reader, *yypcontext_location(context),
			    token == YYSYMBOL_YYEMPTY ? "nothing" : yysymbol_name(token));
	return 0;
}
