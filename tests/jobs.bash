# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# Many files, and what is said of them with one job and with several.
# shellcheck disable=SC2154 # root is helper.bash's

# make_tree FOLDER COUNT: so many small files of all kinds, one of LARGE (3000) tunnels before and one behind
# them, and some that have more findings than are kept.
make_tree() {
	mkdir -p "$1/empty"
	"$root/tests/bench/text.sh" dense "${LARGE:-3000}" > "$1/0-large.cfg"
	cp "$1/0-large.cfg" "$1/z-large.cfg"
	"$root/tests/bench/text.sh" finding 1100 > "$1/f01500-many.cfg"
	sound > "$1/sound"
	with_error > "$1/error"
	with_warning > "$1/warning"
	with_note > "$1/note"
	sed 's/dh x25519/& # weipsec: ignore-file WI309 -- an old peer/' "$1/warning" > "$1/ignored"
	: > "$1/nothing"
	echo '{ "meta": { "os": "WeOS" } }' > "$1/json"
	printf 'tunnel\n    ipsec 1\n        per 192.0.2.1\n    end\nend\n' > "$1/misspelt"
	(
		cd "$1" || exit
		kinds=(sound error warning note ignored nothing json misspelt)
		for ((i = 0; i < $2; i++)); do
			printf '%s f%05d.cfg\n' "${kinds[i % ${#kinds[@]}]}" "$i"
		done | xargs -n 2 ln
	)
}

# check_as JOBS [ARGUMENT]...: the report is JOBS.out, the messages JOBS.err, the exit status JOBS.status
check_as() {
	local status=0
	"$WEIPSEC" check --jobs "$@" > "$1.out" 2> "$1.err" || status=$?
	echo "$status" > "$1.status"
}

# same_as_one [ARGUMENT]...: with several jobs nothing is other than with one, of WEIPSEC_ONE if that is set
same_as_one() {
	local jobs part
	WEIPSEC=${WEIPSEC_ONE:-$WEIPSEC} check_as 1 "$@"
	for jobs in ${JOBS:-2 7}; do
		check_as "$jobs" "$@"
		for part in out err status; do
			cmp "1.$part" "$jobs.$part" || { diff "1.$part" "$jobs.$part" | head -20; return 1; }
		done
	done
}

# make_pki: certificates, good and bad ones, and files that ask for them in turn
make_pki() {
	# shellcheck source=tests/pki.bash
	. "$root/tests/pki.bash"
	pki_new "$PWD/pki"
	export SOURCE_DATE_EPOCH=$PKI_NOW
	pki_ca PlantCA
	pki_ca Inter PlantCA "$PKI_CRL_AT"
	pki_crl Inter
	pki_certificate good PlantCA
	pki_certificate below Inter "$PKI_CRL_AT"
	PKI_TO=20251231235959Z pki_certificate expired PlantCA
	mkdir of-pki
	local labels=(good below expired absent) cas=(PlantCA Inter Absent)
	for i in {1..200}; do
		sound | sed "/secret/d; s/^ *ike .*/&\n method cert\n certificate ${labels[i % 4]}\n ca ${cas[i % 3]}/" \
			> "of-pki/$i.cfg"
	done
}
