# Sourced by tools/install-build and tools/install-test: the Debian 12 packages that the project needs, one list per
# purpose, and the function that installs those that are missing.

# What compiles and links avouch.
build_packages=(
    gcc libc6-dev meson ninja-build pkg-config python3
    libmicrohttpd-dev libpcre2-dev libpq-dev libsqlite3-dev nettle-dev zlib1g-dev ca-certificates
)

# What the tests need besides: the check library, the second compiler with its sanitizers, formatter and complexity
# meter, and the libraries that serve as oracles.
test_packages=(
    check libsubunit-dev libssl-dev
    clang-14 clang-format-14 libclang-rt-14-dev llvm-14 pmccabe
    curl libjansson-dev postgresql python3-avro
    protobuf-compiler libprotobuf-dev libprotoc-dev python3-protobuf
    golang-github-gogo-protobuf-dev golang-google-protobuf-dev grpc-proto # .proto files to try
)

# install_packages NAME...: silent when all are there.
install_packages() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        echo "This is no Debian system: please install the counterparts of $*" >&2
        return 0
    fi
    local installed name missing=()
    installed=" $(dpkg-query -W -f='${Package}:${db:Status-Status} ' "$@" 2>/dev/null || true)"
    for name in "$@"; do
        [[ $installed == *" $name:installed "* ]] || missing+=("$name")
    done
    [ "${#missing[@]}" -gt 0 ] || return 0

    echo "Installing ${missing[*]}" >&2
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "Neither root nor sudo: please install ${missing[*]}" >&2
            return 1
        fi
        as_root=(sudo)
    fi
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq)
    apt+=(-o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
    "${apt[@]}" update >/dev/null && "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >/dev/null
}
