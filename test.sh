#!/usr/bin/env bash
# Sets up as ./inkstone does, then builds and runs every test. Arguments go to the test programs, for example
#   ./test.sh -class '*Tokenizer*'      ./test.sh -method '*Offsets*'      ./test.sh -trait- Cost=Run
# The last line is "N passed, N failed, N skipped"; the exit code is 1 if anything failed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=build/setup.sh
source "$root/build/setup.sh"
ensure_built

# A browser for the tests that look at pages; where none can be had, they are skipped and say so.
ensure_browser() {
  # shellcheck disable=SC2034 # apt_get reads it
  local as_root=()
  [[ ! -x /usr/bin/chromium ]] || return 0
  if [[ $EUID -ne 0 ]] && command -v sudo >/dev/null; then as_root=(sudo -n); fi
  if [[ $EUID -ne 0 && ${#as_root[@]} -eq 0 ]] || ! command -v apt-get >/dev/null; then
    say "there is no /usr/bin/chromium: tests of pages are skipped (Debian, as root: apt-get install chromium)"
    return 0
  fi
  say "installing chromium with apt, once: for tests of pages (log: $log)"
  apt_get install chromium || { apt_get update && apt_get install chromium; } ||
    say "apt could not install chromium: tests of pages are skipped"
}
ensure_browser

say "building the tests (log: $log)"
quietly dotnet build Inkstone.slnx "${dotnet_options[@]}" || fail_dotnet "The tests do not build."

passed=0 failed=0 skipped=0

# Adds up the summary that a test program prints: "Total: 197, Errors: 0, Failed: 1, Skipped: 0, Not Run: 2", or "Total: 0".
count() {
  local summary=$1 status=$2 program=$3 before=$failed
  if [[ $summary =~ Total:\ ([0-9]+),\ Errors:\ ([0-9]+),\ Failed:\ ([0-9]+),\ Skipped:\ ([0-9]+),\ Not\ Run:\ ([0-9]+) ]]; then
    local total=${BASH_REMATCH[1]} errors=${BASH_REMATCH[2]} failures=${BASH_REMATCH[3]} skips=${BASH_REMATCH[4]} absent=${BASH_REMATCH[5]}
    passed=$((passed + total - failures - skips - absent))
    failed=$((failed + failures + errors))
    skipped=$((skipped + skips))
  elif [[ $summary != *"Total: 0" ]]; then
    say "$program ended without a summary; that counts as a failure"
    failed=$((failed + 1))
  fi
  if [[ $status -ne 0 && $failed -eq $before ]]; then
    say "$program ended with status $status, though none of its tests failed; that counts as a failure"
    failed=$((failed + 1))
  fi
}

mkdir -p "$root/artifacts/tests"
for project in "$root"/tests/*.Tests; do
  name=${project##*/}
  output=$root/artifacts/tests/$name.log
  status=0
  "$root/artifacts/bin/$name/release_linux-x64/$name" -noColor "$@" </dev/null 2>&1 | tee "$output" || status=$?
  count "$(grep "Total: " "$output" | tail -n 1 || true)" "$status" "$name"
done

if [[ $((passed + failed + skipped)) -eq 0 ]]; then
  say "no test fits: $*"
  failed=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
[[ $failed -eq 0 ]]
