/* SPDX-License-Identifier: ISC */
/*
 * The grammar of one line: an optional path, an optional setting, each with its own `no'.  Actions
 * hand the parts to command.c, which knows the contexts.  A line that does not fit is one finding,
 * and the next line is read as if nothing had been.
 */
%code requires {
#include "grammar/command.h"
}
%define api.pure full
%define api.prefix {weos_}
%define api.token.raw
%define api.token.prefix {PARSE_}
%define api.value.type {struct ast_word}
%define api.location.type {struct span}
%define parse.error custom
%locations
%expect 0
%param { void *scanner }
%parse-param { struct command *command }

%token WORD "a word"
%token TUNNEL "'tunnel'" IPSEC "'ipsec'" NO "'no'" END "'end'" LEAVE "'leave'" ABORT "'abort'"
%token CONFIGURE "'configure'" EOL "the end of the line" MARK "this mark"

%code {
#include "grammar/scan.h"

/* Only the places of tokens are asked for. */
#define YYLLOC_DEFAULT(at, rhs, n) ((at) = YYRHSLOC(rhs, n))

/* The scanner knows nothing of the parser, so its tokens become the parser's here. */
static int weos_lex(struct ast_word *word, struct span *at, void *scanner)
{
	static const int tokens[] = {
	    [TOKEN_NONE] = PARSE_YYEOF,
	    [TOKEN_WORD] = PARSE_WORD,
	    [TOKEN_TUNNEL] = PARSE_TUNNEL,
	    [TOKEN_IPSEC] = PARSE_IPSEC,
	    [TOKEN_NO] = PARSE_NO,
	    [TOKEN_END] = PARSE_END,
	    [TOKEN_LEAVE] = PARSE_LEAVE,
	    [TOKEN_ABORT] = PARSE_ABORT,
	    [TOKEN_CONFIGURE] = PARSE_CONFIGURE,
	    [TOKEN_EOL] = PARSE_EOL,
	    [TOKEN_MARK] = PARSE_MARK,
	};

	return tokens[scan_token(word, at, scanner)];
}

static void weos_error(struct span *at, void *scanner, struct command *command, const char *message)
{
	(void)at, (void)scanner, (void)message;
	/* memory; everything else goes through yyreport_syntax_error */
	command->context->line->reader->failed = true;
}
}

%%

text
	: %empty
	| text EOL
	| text command EOL		{ command_run(command); }
	| text error EOL		{ command_recover(command); yyerrok; }
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
	;

tunnel
	: TUNNEL			{ command_part_tunnel(command, @1); }
	| no TUNNEL			{ command_part_tunnel(command, @2); }
	;

instance
	: IPSEC WORD			{ command_part_ipsec(command, @1, &$2); }
	| no IPSEC WORD			{ command_part_ipsec(command, @2, &$3); }
	;

unnamed
	: IPSEC				{ command_part_ipsec(command, @1, NULL); }
	| no IPSEC			{ command_part_ipsec(command, @2, NULL); }
	;

setting
	: WORD				{ command_part_name(command, $1); }
	| no WORD			{ command_part_name(command, $2); }
	| setting WORD			{ command_part_word(command, $2); }
	;

bare
	: NO				{ command_part_verb(command, VERB_NO, @1); }
	;

no
	: NO				{ command_part_no(command, @1); }
	;

verb
	: END				{ command_part_verb(command, VERB_END, @1); }
	| LEAVE				{ command_part_verb(command, VERB_LEAVE, @1); }
	| ABORT				{ command_part_verb(command, VERB_ABORT, @1); }
	| CONFIGURE			{ command_part_verb(command, VERB_CONFIGURE, @1); }
	| verb WORD			{ command_part_word(command, $2); }
	;

%%

static int yyreport_syntax_error(const yypcontext_t *context, void *scanner,
				 struct command *command)
{
	yysymbol_kind_t token = yypcontext_token(context);

	(void)scanner;
	command_syntax_error(command, *yypcontext_location(context),
			    token == YYSYMBOL_YYEMPTY ? "nothing" : yysymbol_name(token));
	return 0;
}
