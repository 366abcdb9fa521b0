# shellcheck shell=bash
# Shared by ./inkstone and ./test.sh, which set $root: installs what is missing, builds, and tells whether that is needed.
# Every line for the user goes to standard error; what the tools print goes to a log, of which a failure shows the end.

: "${root:?}"
app=$root/artifacts/app
log=$root/artifacts/setup.log
sdk_version=10.0
oldest_libtorch=1.13

# A stamp's time is when its build began, and its content the libtorch that the build is for.
app_stamp=$root/artifacts/app.stamp
native_stamp=$root/artifacts/native.stamp

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
if [[ -n ${LIBTORCH:-} && $LIBTORCH != /* ]]; then
  export LIBTORCH=$PWD/$LIBTORCH
fi
if ! command -v dotnet >/dev/null; then
  PATH=$PATH:${DOTNET_ROOT:-/usr/share/dotnet}:/usr/lib/dotnet:${HOME:-}/.dotnet
fi

dotnet_options=(--configuration Release --verbosity quiet)
if [[ ${CI:-} == true ]]; then
  dotnet_options+=(-property:RestoreLockedMode=true)
fi

say() { printf 'inkstone: %s\n' "$*" >&2; }

# One message: what is wrong, then indented lines with what to do.
fail() {
  say "$1"
  shift
  [[ $# -eq 0 ]] || printf '  %s\n' "$@" >&2
  exit 1
}

fail_with_log() {
  local lines
  mapfile -t lines < <(tail -n 15 "$log" | cut -c 1-300 | sed 's/^/  /')
  fail "$@" "The end of $log:" "${lines[@]}"
}

# Runs a command with its output in the log. Not even a build server that it leaves behind may keep the set-up's lock.
quietly() {
  printf '\n== %s\n' "$*" >>"$log"
  (cd "$root" && "$@") </dev/null >>"$log" 2>&1 9>&-
}

# ---- Every start ------------------------------------------------------------------------------------------------------

ensure_built() {
  if [[ ${INKSTONE_NO_SETUP:-} == 1 ]]; then
    [[ -e $app/Inkstone.Cli.dll ]] || fail "Nothing is built yet, and INKSTONE_NO_SETUP=1 forbids it; unset that once."
  elif ! is_app_fresh; then
    set_up
  fi
}

is_app_fresh() { is_native_fresh && is_fresh "$app_stamp" "$root/src" "$root"/Directory.*.props "$root/global.json"; }

# apt writes the list of a package's files when it installs it: another libtorch wants another build.
is_native_fresh() {
  [[ -n ${LIBTORCH:-} || ! /var/lib/dpkg/info/libtorch-dev.list -nt $native_stamp ]] && is_fresh "$native_stamp" "$root/native"
}

# Folders count too: their time changes when a file in them is removed.
is_fresh() {
  local stamp=$1 newer
  shift
  [[ -r $stamp && $(<"$stamp") == "libtorch: ${LIBTORCH:-system}" ]] || return 1
  newer=$(find "$@" -name node_modules -prune -o -newer "$stamp" -print -quit) && [[ -z $newer ]]
}

# ---- Set-up -----------------------------------------------------------------------------------------------------------

set_up() {
  mkdir -p "$root/artifacts"
  exec 9>"$root/artifacts/setup.lock"
  if ! flock --nonblock 9; then
    say "another start is setting up; waiting for it"
    flock 9
  fi

  if ! is_app_fresh; then
    : >"$log"
    check_sdk
    check_libtorch
    install_packages
    is_native_fresh || stamped "$native_stamp" build_native
    stamped "$app_stamp" build_app
  fi
  exec 9>&-
}

# Runs a build and stamps it with the time before: what changes meanwhile is newer.
stamped() {
  local stamp=$1 build=$2
  rm -f "$stamp"
  printf 'libtorch: %s\n' "${LIBTORCH:-system}" >"$stamp.new"
  "$build"
  mv "$stamp.new" "$stamp"
}

check_sdk() {
  dotnet --list-sdks 2>/dev/null | grep -q "^${sdk_version%.*}\." ||
    fail "The .NET SDK $sdk_version is needed, and there is none in the PATH." \
      "Ubuntu: apt-get install dotnet-sdk-$sdk_version" \
      "Others: https://dotnet.microsoft.com/download/dotnet/$sdk_version (its dotnet-install script needs no root)"
}

check_libtorch() {
  [[ -z ${LIBTORCH:-} || -e $LIBTORCH/share/cmake/Torch/TorchConfig.cmake ]] ||
    fail "LIBTORCH=$LIBTORCH holds no libtorch: there is no share/cmake/Torch/TorchConfig.cmake in it." \
      "Name the folder of an unpacked libtorch archive, or the torch folder of a Python package."
}

build_native() {
  say "building the part that calls libtorch, half a minute (log: $log)"
  rm -rf "$root/artifacts/native"                # CMake would remember the libtorch it found before
  quietly cmake -S native -B artifacts/native/build -DCMAKE_BUILD_TYPE=Release || fail_with_log "CMake cannot configure native/."
  quietly cmake --build artifacts/native/build || fail_with_log "The part that calls libtorch, native/, does not build."
}

build_app() {
  say "building Inkstone, half a minute (log: $log)"
  publish && return
  if grep -qi 'crossgen' "$log"; then
    say "the package for precompiled code could not be fetched; without it every start takes longer"
    publish -property:PublishReadyToRun=false && return
  fi
  fail_dotnet "Inkstone does not build."
}

# Beside the old one, then in its place: a run that is at work has the old files open.
publish() {
  rm -rf "$app.new" "$app.old"
  quietly dotnet publish src/Inkstone.Cli "${dotnet_options[@]}" --output "$app.new" "$@" || return
  [[ ! -e $app ]] || mv "$app" "$app.old"
  mv "$app.new" "$app"
}

fail_dotnet() {
  if grep -Eq 'NU1301|NU110[0-9]' "$log"; then
    fail_with_log "NuGet packages could not be fetched (is there a network, and a source in NuGet.Config?)." \
      "They are needed once: $(sed -n 's/.*PackageVersion Include="\([^"]*\)" Version="\([^"]*\)".*/\1 \2/p' "$root/Directory.Packages.props" | paste -sd, | sed 's/,/, /g')"
  fi
  fail_with_log "$1"
}

# ---- Packages ---------------------------------------------------------------------------------------------------------

install_packages() {
  local missing=() as_root=()
  find_missing
  [[ ${#missing[@]} -gt 0 ]] || return 0

  local by_hand="apt-get update && apt-get install --no-install-recommends ${missing[*]}"
  command -v apt-get >/dev/null ||
    fail "These must be installed first, and there is no apt-get (the names are Debian's): ${missing[*]}" \
      "For another libtorch than the system's, set LIBTORCH=/path."
  if [[ $EUID -ne 0 ]]; then
    if sudo -n true 2>/dev/null; then
      as_root=(sudo -n)
    elif [[ -t 0 && -t 2 ]] && command -v sudo >/dev/null; then
      as_root=(sudo)
      sudo -v -p "inkstone: installing ${missing[*]} takes root; password for %u: " || true
    else
      fail "These must be installed first, which takes root: ${missing[*]}" "Run once, as root:  $by_hand"
    fi
  fi

  say "installing ${missing[*]} with apt, once: to compute with and to build with (log: $log)"
  [[ -n $(libtorch_version) ]] || apt_get update || true
  refuse_old_libtorch
  apt_get install "${missing[@]}" || { apt_get update && apt_get install "${missing[@]}"; } ||
    fail_with_log "apt could not fetch or install: ${missing[*]} (is there a network?)" "When there is, run as root:  $by_hand"
}

apt_get() {
  quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get --yes --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
}

# What has no command to look for is looked up by the package's name, where there is a package manager to ask.
find_missing() {
  local command
  for command in cmake g++ make; do
    command -v "$command" >/dev/null || missing+=("$command")
  done
  if [[ -z ${LIBTORCH:-} ]]; then
    is_installed libtorch-dev || missing+=(libtorch-dev)
    is_installed libopenblas0-openmp || missing+=(libopenblas0-openmp)
  fi

  # .NET's own needs, which its archive does not bring: certificates to fetch packages, ICU for text.
  [[ -e /etc/ssl/certs/ca-certificates.crt ]] || missing+=(ca-certificates)
  compgen -G '/usr/lib*/*/libicuuc.so*' >/dev/null || compgen -G '/usr/lib*/libicuuc.so*' >/dev/null || missing+=(libicu-dev)
}

is_installed() { [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

# Nothing where apt's lists are not there yet.
libtorch_version() { { apt-cache show --no-all-versions libtorch-dev 2>/dev/null || true; } | sed -n 's/^Version: //p'; }

refuse_old_libtorch() {
  local version
  version=$(libtorch_version)
  [[ " ${missing[*]} " != *" libtorch-dev "* || -z $version ]] || dpkg --compare-versions "$version" ge "$oldest_libtorch" ||
    fail "This system's libtorch-dev is $version, and $oldest_libtorch or newer is needed." \
      "Download libtorch for C++ (cxx11 ABI) from pytorch.org, unpack it, and set LIBTORCH=/path/to/libtorch."
}
