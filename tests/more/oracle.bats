# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2154 # root and build are set elsewhere
# Predictors that are wrong in one way each: what live charons made of 500 recorded pairs (testdata/pair/seen.tsv) finds
# every one of them.

bats_require_minimum_version 1.5.0
load ../bats/helper
load ../lab/oracle
load ../pki
load helper

# A row of each: its file in compiler/compare, and what sed makes of that.
sabotages() {
	cat <<'END'
accept.c|s/strncasecmp(/strncmp(/
accept.c|s/return shown->type == IDENTITY_NAME;/return true;/
accept.c|s/? ACCEPT_ANY : ACCEPT_PATTERN;/? ACCEPT_ANY : ACCEPT_EXACTLY;/
accept.c|s/shown->type == IDENTITY_INET &&/shown->type == IDENTITY_NAME \&\&/
authentication.c|s/if (wanted->type == IDENTITY_INET_RANGE)/if (false)/
authentication.c|s/return is_asked ? asked_for(round) : /return /
authentication.c|s/end->tunnel->version != 1 || end->tunnel->method/true || end->tunnel->method/
authentication.c|s/a->identities > b->identities/a->identities < b->identities/
authentication.c|s/keyring_pick(gateway, &at->local_id, &at->remote_id)/at/
authentication.c|s/asked >= ASKED_METHOD \&\& tunnel->method != starter->method/false/
exchange.c|s/PROPOSAL_IKE, true, &to->ike_rekeyed)/PROPOSAL_IKE, false, \&to->ike_rekeyed)/
exchange.c|s/bool is_quick = .*/bool is_quick = true;/
exchange.c|s/if (starter->version == 1)$/if (false)/
exchange.c|s/negotiate(round, &round->answer, round->starter, true,/negotiate(round, round->starter, \&round->answer, true,/
exchange.c|s/	    !subnet_intersect(other, tunnel_local(answer), &selected->answerer)) {/	    (subnet_intersect(other, tunnel_local(answer), \&selected->answerer), false)) {/
gateway.c|s/if (model->tunnels\[i\]->enabled)/if (true)/
keyring.c|s/return tunnel->header.from > search/return tunnel->header.from < search/
keyring.c|s/return gateway_shares_remote_id(gateway, tunnel);/return true;/
keyring.c|s/(tunnel->initiator \&\& is_pattern/(is_pattern/
proposal.c|s/\*chosen = \*has == without_group() ? 0 : \*has;/*chosen = *offered;/
proposal.c|s/any_has_group(has, phase1) ? phase1 : //
round.c|s/if (tunnel->local_address.ip != (is_forwarded/if (false \&\& tunnel->local_address.ip != (is_forwarded/
trust.c|s/certificate->not_before <= now \&\& //
trust.c|s/ \&\& now <= certificate->not_after//
trust.c|s/return refuse(chain->why, REASON_REVOKED, above(is_first));/return true;/
trust.c|s/return chain->has_ca ||/return true ||/
trust.c|s/return issuer ? issuer : .*/return issuer;/
trust.c|s/if (is_strict \&\& !certificate->has_revocation)/if (false)/
trust.c|s/if (first->key == second->key \&\&/if (true ||/
END
}

# Builds foretell with the file $1 of compiler/compare changed by $2, as `foretell-N'.
sabotage() {
	local file=$1 change=$2 to=$3

	sed "$change" "$root/compiler/compare/$file" >"$to.c"
	! cmp -s "$to.c" "$root/compiler/compare/$file" || { echo "$file has nothing that $change changes"; return 1; }
	gcc -std=c11 -D_GNU_SOURCE -O1 -w -I"$root" -I"$build/gen" -c -o "$to.o" "$to.c" || return
	# what stands before the library is taken instead of what is in it
	gcc -o "$to" "$build/tests/calls/foretell.o" "$to.o" "$build/libweipsec.a" -lyang -ljansson -lcrypto -lpthread
}

@test "oracle: each of the sabotaged predictors is found by 500 recorded pairs" {
	local lab=$root/tests/lab record=$root/testdata/pair/seen.tsv build=$root/build seed count number=0 missed=0 file change said right

	cd "$BATS_TEST_TMPDIR"
	read -r seed count < <(/usr/bin/python3 "$lab/oracle.py" seed "$record")
	[ "$count" -ge 500 ]
	oracle_pki pki
	/usr/bin/python3 "$lab/drawn.py" 500 "$seed" drawn pki >list
	"$build/tests/foretell" <list >foretold 2>/dev/null
	right=$(/usr/bin/python3 "$lab/oracle.py" replay foretold 500 "$record")
	while IFS='|' read -r file change; do
		number=$((number + 1))
		sabotage "$file" "$change" "$PWD/foretell-$number"
		# it is to be wrong, not to break down
		"./foretell-$number" <list >said 2>/dev/null || { echo "ends with $?: $file, $change"; return 1; }
		# what is held to be unknown that was known is found, too
		if said=$(/usr/bin/python3 "$lab/oracle.py" replay said 500 "$record") && [ "$said" = "$right" ]; then
			echo "not found: $file, $change"
			missed=$((missed + 1))
		fi
		echo "# $file: ${said##*$'\n'}" >&3
	done < <(sabotages)
	[ "$missed" -eq 0 ]
	figure "$number sabotaged predictors"
}
