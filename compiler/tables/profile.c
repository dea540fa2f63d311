/* SPDX-License-Identifier: ISC */
#include "compiler/tables/profile.h"

#include "compiler/tables/weos4_own.h"

const struct profile profile_table[PROFILE_COUNT] = {
#define PROFILE(symbol, name, ike, esp) [PROFILE_##symbol] = {name, {ike, esp}},
#include "schemas/profiles.def"
};

const char *const profile_names[PROFILE_COUNT + 1] = {
#define PROFILE(symbol, name, ike, esp) [PROFILE_##symbol] = name,
#include "schemas/profiles.def"
};

const struct verdict verdict_table[] = {
#define SUITE(profile_, rule_, versions_, option_, algorithm_, clause_, why_, instead_)            \
	{.profile = PROFILE_##profile_,                                                            \
	 .rule = WI##rule_,                                                                        \
	 .condition = PROFILE_SUITE,                                                               \
	 .versions = PROFILE_##versions_,                                                          \
	 .setting = SETTING_##option_,                                                             \
	 .algorithm = &algorithm_table[ALGORITHM_##algorithm_],                                    \
	 .clause = clause_,                                                                        \
	 .why = why_,                                                                              \
	 .instead = instead_},
#define SUITE4(profile_, rule_, option_, algorithm_, clause_, why_, instead_)                      \
	{.profile = PROFILE_##profile_,                                                            \
	 .rule = WI##rule_,                                                                        \
	 .condition = PROFILE_SUITE,                                                               \
	 .versions = PROFILE_ANY_VERSION,                                                          \
	 .is_weos4 = true,                                                                         \
	 .setting = SETTING_##option_,                                                             \
	 .algorithm = &weos4_own[WEOS4_OWN_##algorithm_],                                          \
	 .clause = clause_,                                                                        \
	 .why = why_,                                                                              \
	 .instead = instead_},
#define SETTING(profile_, rule_, condition_, limit_, clause_, why_, instead_)                      \
	{.profile = PROFILE_##profile_,                                                            \
	 .rule = WI##rule_,                                                                        \
	 .condition = PROFILE_##condition_,                                                        \
	 .limit = limit_,                                                                          \
	 .clause = clause_,                                                                        \
	 .why = why_,                                                                              \
	 .instead = instead_},
#include "schemas/profiles.def"
};

const size_t verdict_count = sizeof(verdict_table) / sizeof(verdict_table[0]);
