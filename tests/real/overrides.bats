#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What `run` says overrides its settings, against what the programs themselves read: shells, apt,
# sudo, systemd, wget, curl, git, npm, pip. A warning means that the program has another value, and
# no warning that it has ours.

load ../lib
load ../command/command

PROXY=http://proxy.corp:3128
NAMES=(http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY)

setup() {
    make_root
    mkdir -p "$ROOT/etc/ec2-bootstrap"
    cat >"$ROOT/etc/ec2-bootstrap/config.json" <<END
{"proxy": {"http": "$PROXY", "https": "$PROXY"}, "no_proxy": {"vpc": false},
 "credentials": "off"}
END
}

# Prints the variables of a detector's findings, sorted: overridden DETECTOR [CONSUMER]
overridden() {
    python3 -c '
import json, sys
found = [o for o in json.load(open(sys.argv[1]))["overrides"] if o["detector"] == sys.argv[2]]
if len(sys.argv) > 3:
    found = [o for o in found if o["consumer"] == sys.argv[3]]
print(*sorted({n for o in found for n in o["variable"].split(", ")}))' "$OUT" "$@"
}

# Prints those of our variables that an environment, on standard input, does not have as we do.
# Entries that are added to the list are no difference.
different() {
    python3 -c '
import json, sys
ours = json.load(open(sys.argv[1]))["proxy"]
got = dict(line.rstrip("\n").split("=", 1) for line in sys.stdin if "=" in line)
def same(name):
    value = got.get(name, "")
    if name.lower() == "no_proxy":
        return set(ours["no_proxy"].split(",")) <= set(value.split(",")) and "*" not in value.split(",")
    return value.rstrip("/") == ours[name.lower().split("_")[0]]
print(*sorted(n for n in sys.argv[2:] if not same(n)))' "$OUT" "${NAMES[@]}"
}

# The environment that PAM gives a login: ours.
our_environment() {
    sed -n 's/^\([A-Za-z_]*_[A-Za-z]*=.*\)/\1/p' "$ROOT/run/ec2-bootstrap/proxy.env"
}

# -- shells

# shellcheck disable=SC2016 # the shells expand them
SCRIPTS=(
    'export no_proxy=.amazonaws.com'
    'export http_proxy=http://old:8080 HTTPS_PROXY="http://old:8080"'
    'http_proxy=http://old:8080; export http_proxy'
    'http_proxy=http://old:8080'
    'P=http://old:8080
for v in http_proxy https_proxy HTTP_PROXY; do export $v=$P; done'
    'unset http_proxy HTTP_PROXY'
    'export http_proxy='
    'proxy_on() {
  export http_proxy=http://old:8080
}
proxy_on'
    'proxy_on() { export http_proxy=http://old:8080; }
alias off="unset http_proxy"'
    'export no_proxy="$no_proxy,.corp"
NO_PROXY=".corp,${NO_PROXY}"'
    '[ -z "$http_proxy" ] && export http_proxy=http://old:8080
: "${https_proxy:=http://old:8080}"
export HTTP_PROXY=${HTTP_PROXY:-http://old:8080}
if [ -n "$no_proxy" ]; then :; else export no_proxy=x; fi
test "x$NO_PROXY" = x && export NO_PROXY=x'
    'if false; then export http_proxy=x; elif [ -f /nowhere ]; then export no_proxy=x; fi
cat <<EOF >/dev/null
export https_proxy=x
EOF
# export no_proxy=x'
    '(export no_proxy=x)
http_proxy=x true
env no_proxy=x true
echo "export no_proxy=x" | cat >/dev/null'
    'case $HOME in /nonexistent) export no_proxy=x ;; *) export https_proxy=x ;; esac >/dev/null'
    'export http_proxy=http://old:1
export http_proxy=$https_proxy'
    'while false; do export no_proxy=x; done; until true; do export no_proxy=x; done
! true || export https_proxy=http://old:8080'
    'a=$(printf "%s" "}" ")") b=${a#"}"} ; export no_proxy=x # "'
    'set -a
HTTPS_PROXY=http://old:8080
set +a
x=1 && { [ "$x" = 1 ] && export http_proxy=http://old:8080; }'
    'p=http; eval "export ${p}_proxy=http://old:1"; eval "x=\"a b\"; export no_proxy=x"'
    'read -r https_proxy </etc/hostname
export no_proxy="${no_proxy%,}" http_proxy="${http_proxy%/}" HTTP_PROXY=${HTTP_PROXY#x}'
    '[ -z ${no_proxy+x} ] && export no_proxy=x
proxy() { export http_proxy="http://$1:$2"; }; proxy old 8080'
    'export http_proxy=http://proxy.corp:3128/ no_proxy=$no_proxy
return 0
export no_proxy=x'
    'export $(grep -v "^#" /etc/profile.d/proxy.env | xargs)'
    'while IFS= read -r line; do export "$line"; done </etc/profile.d/proxy.env'
    'eval "$(sed "s/^/export /" /etc/profile.d/proxy.env)"'
    'export $(grep LANG /etc/profile.d/other.env) $(echo FOO=x)'
    'V="http_proxy NO_PROXY"; unset $V; set -- HTTP_PROXY no_proxy
for v in "$@"; do export $v=http://old:1; done'
    'on() { case $1 in on) export "$2=http://old:1" ;; *) unset no_proxy ;; esac }; on on https_proxy'
    'same() { export http_proxy="$1"; }; same http://proxy.corp:3128
export no_proxy="$(printf "%s,%s" "$no_proxy" .corp)" NO_PROXY=`echo $NO_PROXY`,foo
[ ${#http_proxy} -eq 0 ] && unset http_proxy
[ -z "$http_proxy" -a -z "$FOO" ] && unset https_proxy
export HTTP_PROXY=x & wait'
    "x=\$(echo a # don't
)
\\export http_proxy=http://old:1"
)

# A condition that nobody can know before may give a warning too many: only of the scripts named.
@test "a login shell has other values than ours exactly where run warns" {
    local script shell expected number=0

    [[ $(id -u) == 0 ]] || skip "not root"
    mkdir -p "$ROOT/etc/profile.d" "$ROOT/root"
    # shellcheck disable=SC2016 # the shell expands it
    printf 'for i in /etc/profile.d/*.sh; do\n  . "$i"\ndone\n' >"$ROOT/etc/profile"
    printf '' >"$BATS_TEST_TMPDIR/profile"
    printf 'http_proxy=http://old:9\nHTTPS_PROXY=http://old:9\n' >"$ROOT/etc/profile.d/proxy.env"
    echo 'LANG=C.UTF-8' >"$ROOT/etc/profile.d/other.env"
    for script in "${SCRIPTS[@]}"; do
        number=$((number + 1))
        printf '%s\n' "$script" >"$ROOT/etc/profile.d/proxy.sh"
        run_agent run --json
        assert_status 0
        for shell in dash bash; do
            expected=$(unshare --mount sh -c "mount --bind $ROOT/etc/profile.d /etc/profile.d
                mount --bind $ROOT/etc/profile /etc/profile
                exec env -i HOME=/nonexistent PATH=$PATH $(our_environment | tr '\n' ' ') \
                    $shell -lc env" | different)
            # Both branches of a case may run.
            [[ $script != case* ]] || expected="https_proxy no_proxy"
            assert_equal "$number $shell: $(overridden login-shells)" "$number $shell: $expected"
        done
    done
}

@test "zsh has other values than ours exactly where run warns" {
    [[ $(id -u) == 0 ]] || skip "not root"
    mkdir -p "$ROOT/etc/zsh" "$ROOT/usr/bin" "$ROOT/home/ann"
    touch "$ROOT/usr/bin/zsh"
    echo 'export no_proxy=x' >"$ROOT/etc/zsh/zshenv"
    # shellcheck disable=SC2016 # likewise
    echo 'typeset -x HTTP_PROXY=http://old:1; export http_proxy=${http_proxy:-x}' >"$ROOT/home/ann/.zshrc"
    run_agent run --json
    assert_status 0
    assert_equal "$(overridden login-shells zsh)" "$(unshare --mount sh -c "
        mount --bind $ROOT/etc/zsh /etc/zsh
        exec env -i HOME=$ROOT/home/ann PATH=$PATH $(our_environment | tr '\n' ' ') zsh -lic env" |
        different)"
}

# -- PAM

# Prints what a session of su gets that is not ours: pam_different FILE TEXT, with the machine's own
# stacks.
pam_different() {
    unshare --mount sh -c "mount --bind $ROOT/etc/environment /etc/environment
        mount --bind $ROOT/$1 /$1
        exec env -i PATH=$PATH su -s /bin/sh -c env root" | different
}

@test "a session of PAM has other values than ours exactly where run warns" {
    local conf=etc/security/pam_env.conf locale=etc/default/locale row

    [[ $(id -u) == 0 && -e /$conf && -e /$locale ]] || skip "not root, or not Debian"
    cp -a --parents /etc/pam.d "$ROOT"
    mkdir -p "$ROOT/etc/security" "$ROOT/etc/default"
    for row in "$conf|http_proxy DEFAULT=http://old:8080" "$locale|LANG=C\nno_proxy=x" \
        "$conf|#http_proxy DEFAULT=x" "$conf|no_proxy OVERRIDE=\${no_proxy},.corp" \
        "$conf|HTTP_PROXY DEFAULT=$PROXY" "$locale|export HTTPS_PROXY=\"http://old:1\"" \
        "$conf|https_proxy DEFAULT=http://old:1 OVERRIDE=\${https_proxy}"; do
        : >"$ROOT/$conf"
        : >"$ROOT/$locale"
        printf '%b\n' "${row#*|}" >"$ROOT/${row%%|*}"
        run_agent run --json
        assert_status 0
        assert_equal "$row: $(overridden pam)" "$row: $(pam_different "${row%%|*}")"
    done
}

# -- apt

APT=(
    'Acquire::http::Proxy "http://old:8080/";'
    'Acquire { http { Proxy "http://old:8080"; }; HTTPS { proxy "DIRECT"; }; };'
    'Acquire::http { Proxy "http://old:8080"; }
acquire::https::PROXY "http://PROXY.corp:3128/";'
    'Acquire::http::Proxy
  DIRECT;'
    'Acquire::https { Proxy-Auto-Detect "/usr/bin/auto-apt-proxy"; }'
    '#clear Acquire::https;'
    '// Acquire::http::Proxy "x";
/* Acquire::http::Proxy "x"; */ # Acquire::http::Proxy "x";
Acquire::ftp::Proxy "x";'
    'Acquire::http::Proxy::deb.corp "http://old:8080"; Acquire::http::Proxy::b.corp "DIRECT";'
    "#clear Acquire::http::Proxy;
Acquire::http::Proxy \"$PROXY\";"
    'Acquire::http "x" { Proxy "http://old:8080"; };'
    'Acquire::http::Proxy:: "x"; Acquire::http::Proxy { "y"; };'
)

# What apt has and we do not mean, of a dump.
apt_different() {
    python3 -c '
import re, sys
ours, seen, found = sys.argv[1], set(), set()
for line in sys.stdin:
    m = re.match(r"(Acquire::https?::[Pp]roxy(-Auto-Detect)?)(::[^ :]+)? \"(.*)\";$", line, re.I)
    if not m:
        continue
    name, detect, host, value = m.groups()
    seen.add(name.lower())
    same = not detect and (value.lower().rstrip("/") == ours or (host and value == "DIRECT"))
    if not same:
        found.add((name + (host or "")).lower())
found |= {"acquire::http::proxy", "acquire::https::proxy"} - seen
print(*sorted(found))' "$PROXY"
}

lower_sorted() {
    tr 'A-Z ' 'a-z\n' | LC_ALL=C sort | paste -sd ' '
}

@test "apt-config has other proxies than ours exactly where run warns" {
    local text file expected

    command -v apt-config >/dev/null || skip "no apt"
    mkdir -p "$ROOT/etc/apt/apt.conf.d"
    printf 'Dir::Etc "%s";\n' "$ROOT/etc/apt" >"$BATS_TEST_TMPDIR/apt.boot"
    for text in "${APT[@]}"; do
        for file in apt.conf apt.conf.d/99proxy apt.conf.d/30proxy apt.conf.d/99proxy.conf \
            apt.conf.d/99proxy.bak apt.conf.d/99proxy~; do
            printf '%s\n' "$text" >"$ROOT/etc/apt/$file"
            run_agent run --json
            assert_status 0
            expected=$(APT_CONFIG=$BATS_TEST_TMPDIR/apt.boot apt-config dump 2>/dev/null | apt_different)
            assert_equal "$file $text: $(overridden apt | lower_sorted)" "$file $text: $expected"
            rm "$ROOT/etc/apt/$file"
        done
    done
}

# -- sudo

SUDOERS=(
    'Defaults env_keep="COLORS"'
    'Defaults env_keep -= "http_proxy HTTP_PROXY"'
    'Defaults env_keep = "http_proxy https_proxy no_proxy"'
    'Defaults !env_keep'
    'Defaults env_keep -= *_proxy'
    'Defaults>root env_keep = LANG'
    'Defaults!/usr/bin/env env_keep -= no_proxy'
    'Defaults env_check += "http_proxy"'
    'Defaults env_check += "no_proxy"'
    'Defaults:root env_keep = \
   LANG'
    'Defaults env_keep += "SSH_AUTH_SOCK", !visiblepw'
    'Defaults env_keep = "LANG *_proxy *_PROXY"'
    'Defaults env_keep=LANG
Defaults !env_reset'
    '#Defaults env_keep=LANG
Defaults setenv'
    'Defaults env_delete += "http_proxy"'
    'Defaults env_keep=LANG, env_keep += "*_proxy"'
    'Defaults !env_reset, env_delete += "http_proxy"'
    'Defaults !env_reset, env_keep = LANG, env_check += https_proxy'
)

@test "sudo takes our variables away exactly where run warns" {
    local text name expected

    [[ $(id -u) == 0 ]] || skip "not root"
    mkdir -p "$ROOT/etc/sudoers.d"
    printf '%s\n' 'Defaults env_reset' 'root ALL=(ALL:ALL) ALL' '@includedir sudoers.d' \
        >"$ROOT/etc/sudoers"
    for text in "${SUDOERS[@]}"; do
        for name in 90-corp 10-corp 90.corp; do
            printf '%s\n' "$text" >"$ROOT/etc/sudoers.d/$name"
            run_agent run --json
            assert_status 0
            expected=$(unshare --mount sh -c "mount --bind $ROOT/etc/sudoers.d /etc/sudoers.d
                chmod 440 $ROOT/etc/sudoers $ROOT/etc/sudoers.d/*
                mount --bind $ROOT/etc/sudoers /etc/sudoers
                exec env -i PATH=$PATH $(our_environment | tr '\n' ' ') \
                    sudo -n /usr/bin/env" 2>/dev/null | different)
            assert_equal "$name $text: $(overridden sudo)" "$name $text: $expected"
            rm "$ROOT/etc/sudoers.d/$name"
        done
    done
}

# -- systemd

# Prints the drop-ins of a unit in the order in which systemd itself reads them. It runs as nobody,
# who cannot reach the test's own directory.
systemd_dropins() {
    local scratch=$BATS_TEST_TMPDIR/manager

    mkdir -p "$scratch/run" "$scratch/home"
    chmod -R a+rX "$BATS_TEST_TMPDIR"
    chown -R 65534 "$scratch"
    timeout "$HANGS_S" unshare --mount sh -c "mount --bind $BATS_TEST_TMPDIR /mnt
        exec env -i PATH=$PATH HOME=/mnt/manager/home XDG_RUNTIME_DIR=/mnt/manager/run \
        SYSTEMD_UNIT_PATH=/mnt/root/etc/systemd/system:/mnt/root/usr/lib/systemd/system:/usr/lib/systemd/user \
        SYSTEMD_LOG_TARGET=console setpriv --reuid=65534 --regid=65534 --clear-groups \
        /lib/systemd/systemd --test --user --unit=$1" 2>&1 |
        sed -n "/-> Unit $1:/,/-> Unit/s/.*DropIn Path: //p" | sed 's|^/mnt/root||'
}

# What run thinks of the order shows in who is said to win.
@test "drop-ins are read in systemd's order" {
    local etc=$ROOT/etc/systemd/system lib=$ROOT/usr/lib/systemd/system dropin last

    [[ $(id -u) == 0 ]] || skip "not root"
    [[ -x /lib/systemd/systemd ]] || skip "no systemd"
    mkdir -p "$lib"/{app-x.service.d,service.d} "$etc"/{app-.service.d,app-x.service.d,service.d,other.service.d}
    ln -s ../../../usr/lib/systemd/system/app-x.service "$etc/other.service"
    printf '[Unit]\nDefaultDependencies=no\n[Service]\nExecStart=/bin/true\n' >"$lib/app-x.service"
    cp "$REPOSITORY/units/50-ec2-bootstrap-login.conf" "$lib/service.d/"
    sed -i 's|//proxy|//u:p@proxy|g' "$ROOT/etc/ec2-bootstrap/config.json"
    for dropin in "$etc"/{app-.service.d/90,app-x.service.d/60,service.d/95,app-x.service.d/10,other.service.d/97} \
        "$lib"/{app-x.service.d/60,app-x.service.d/99,service.d/99}; do
        printf '[Service]\nEnvironmentFile=%s.env\n' "$dropin" | sed "s|$ROOT||" >"$dropin.conf"
        printf 'https_proxy=%s\n' "${dropin#"$ROOT"}" >"$dropin.env"
    done
    # The last one counts; one after the other is masked.
    [[ -n $(systemd_dropins app-x.service) ]]
    while last=$(systemd_dropins app-x.service | while read -r dropin; do
        [[ $(readlink "$ROOT$dropin") == /dev/null ]] || echo "$dropin"
    done | tail -n 1) && [[ $last != *50-ec2-bootstrap-login.conf ]]; do
        run_agent run --json
        assert_status 0
        assert_equal "$(json_value "$OUT" '[o["value"] for o in d["overrides"] if o["wins"] == "theirs"]')" "[\"${last%.conf}\"]"
        ln -sf /dev/null "$etc/app-x.service.d/${last##*/}"
    done
    run_agent run --json
    assert_equal "$(json_value "$OUT" '[o for o in d["overrides"] if o["wins"] == "theirs"]')" "[]"
}

# -- programs with a file of their own

# Asks for http://127.0.0.3:1/ with the environment as it is with us: http_proxy is 127.0.0.1:9, and
# 127.0.0.2 is exempt. Prints where the program connects to.
connects() {
    env -i "PATH=$PATH" "HOME=$ROOT/root" http_proxy=http://127.0.0.1:9 no_proxy=127.0.0.2 \
        WGETRC="$ROOT/etc/wgetrc" "$@" 2>&1 | grep -oE '127\.0\.0\.[0-9]([: ]+port)?[: ]+[0-9]+' |
        sed 's/ port /:/' | tail -n 1
}

# Whether the program does what our variables say, for both addresses.
program_obeys() {
    local connected

    case $1 in
    wget) connected=$(connects wget -t1 -O- http://127.0.0.3:1/; connects wget -t1 -O- http://127.0.0.2:1/) ;;
    curl) connected=$(connects curl -sS http://127.0.0.3:1/; connects curl -sS http://127.0.0.2:1/) ;;
    git) connected=$(connects git ls-remote http://127.0.0.3:1/; connects git ls-remote http://127.0.0.2:1/) ;;
    esac
    [[ $connected == $'127.0.0.1:9\n127.0.0.2:1' ]]
}

PROGRAMS=(
    'wget|etc/wgetrc|http_proxy = http://127.0.0.5:7/'
    'wget|etc/wgetrc|HTTP-Proxy=127.0.0.5:7'
    'wget|etc/wgetrc|http_proxy ='
    'wget|etc/wgetrc|use_proxy = off'
    'wget|etc/wgetrc|useproxy=no'
    'wget|etc/wgetrc|no_proxy ='
    'wget|etc/wgetrc|no_proxy = .corp'
    'wget|etc/wgetrc|#http_proxy = http://127.0.0.5:7/'
    'wget|etc/wgetrc|http_proxy = http://127.0.0.5:7/\nhttp_proxy = http://127.0.0.1:9'
    'wget|etc/wgetrc|ftp_proxy = http://127.0.0.5:7/'
    'curl|root/.curlrc|proxy = http://127.0.0.5:7'
    'curl|root/.curlrc|proxy http://127.0.0.5:7'
    'curl|root/.curlrc|--proxy http://127.0.0.5:7'
    'curl|root/.curlrc|-x 127.0.0.5:7'
    'curl|root/.curlrc|-x127.0.0.5:7'
    'curl|root/.curlrc|proxy: "127.0.0.5:7"'
    'curl|root/.curlrc|proxy = ""'
    'curl|root/.curlrc|noproxy = foo'
    'curl|root/.curlrc|--proxy=127.0.0.5:7'
    'curl|root/.curlrc|# proxy = 127.0.0.5:7'
    'curl|root/.curlrc|proxy-user = a:b'
    'curl|root/.curlrc|socks5-hostname = 127.0.0.5:7'
    'curl|root/.curlrc|--socks4a 127.0.0.5:7'
    'curl|root/.curlrc|proxy1.0 = 127.0.0.5:7'
    'curl|root/.curlrc|preproxy = socks5://127.0.0.5:7'
    'curl|root/.curlrc|proxy = 127.0.0.5:7\nproxy = http://127.0.0.1:9'
    'git|root/.gitconfig|[http]\n\tproxy = http://127.0.0.5:7'
    'git|root/.gitconfig|[http "http://127.0.0.3:1"]\n\tproxy=http://127.0.0.5:7 # corp'
    'git|root/.gitconfig|[HTTP]\n\tProxy = ""'
    'git|root/.gitconfig|[https]\n\tproxy = http://127.0.0.5:7'
    'git|root/.gitconfig|[http] proxy = http://127.0.0.5:7'
    'git|root/.gitconfig|[http]\n\tproxy = http://127.0.0.1:9;c'
    'git|root/.gitconfig|[http]\n\tproxy = x\n[core] a=b\n[http]\n\tproxy = http://127.0.0.1:9'
    'git|root/.gitconfig|[include]\n\tpath = ~/corp'
    'git|root/.gitconfig|[include]\n\tpath = corp'
    'git|root/.gitconfig|[include]\n\tpath = missing'
    'git|root/.gitconfig|[http]\n;proxy = http://127.0.0.5:7\n[core]\nproxy = x'
)

@test "wget, curl and git do not obey exactly where run warns" {
    local row program file text said does

    mkdir -p "$ROOT/root"
    sed -i "s|$PROXY|http://127.0.0.1:9|g" "$ROOT/etc/ec2-bootstrap/config.json"
    touch "$ROOT/etc/wgetrc"
    printf '[http]\n\tproxy = http://127.0.0.5:7\n' >"$ROOT/root/corp"
    for row in "${PROGRAMS[@]}"; do
        IFS='|' read -r program file text <<<"$row"
        printf '%b\n' "$text" >"$ROOT/$file"
        run_agent run --json
        assert_status 0
        said=$([[ -z $(overridden programs "$program") ]] && echo obeys || echo overridden)
        does=$(program_obeys "$program" && echo obeys || echo overridden)
        assert_equal "$row: $said" "$row: $does"
        : >"$ROOT/$file"
    done
}

@test "npm prefers its file to the environment" {
    command -v npm >/dev/null || skip "no npm"
    mkdir -p "$ROOT/root"
    printf '%s\n' 'https-proxy=http://old:1' 'noproxy=x' >"$ROOT/root/.npmrc"
    run_agent run --json
    assert_status 0
    assert_equal "$(overridden programs npm)" "https-proxy noproxy"
    assert_equal "$(env -i "PATH=$PATH" "HOME=$ROOT/root" HTTPS_PROXY=$PROXY NO_PROXY=y \
        npm config ls -l 2>/dev/null | grep -E '^(https-proxy|noproxy) ')" \
        $'https-proxy = "http://old:1"\nnoproxy = ["x"]'
    # shellcheck disable=SC2016 # npm expands it
    printf '%s\n' 'https-proxy=${HTTPS_PROXY}' "noproxy='\${NO_PROXY}'" >"$ROOT/root/.npmrc"
    run_agent run --json
    assert_equal "$status $(overridden programs npm)" "0 "
    assert_equal "$(env -i "PATH=$PATH" "HOME=$ROOT/root" HTTPS_PROXY=$PROXY NO_PROXY=y \
        npm config ls -l 2>/dev/null | grep -E '^(https-proxy|noproxy) ')" \
        "https-proxy = \"$PROXY\""$'\nnoproxy = ["y"]'
}

# -- run itself

@test "one line for each: file, line, variable, who wins, what to do; no password" {
    mkdir -p "$ROOT/etc/profile.d"
    printf '\nexport http_proxy=http://u:secret@old:8080\n' >"$ROOT/etc/profile.d/proxy.sh"
    run_agent run
    assert_status 0
    assert_contains "$(<"$ERR")" "warning: /etc/profile.d/proxy.sh:2: http_proxy=http://***@old:8080 overrides ec2-bootstrap in login shells: remove that line"
    run_agent run --dry-run --json
    assert_status 0
    refute_contains "$(<"$OUT")$(<"$ERR")" secret
    assert_equal "$(json_value "$OUT" '[[o[k] for k in ("detector", "path", "line", "variable", "value", "effect", "wins")] for o in d["overrides"]]')" \
        '[["login-shells", "/etc/profile.d/proxy.sh", 2, "http_proxy", "http://***@old:8080", "overrides", "theirs"]]'
    assert_equal "$(json_value "$OUT" 'len(d["warnings"])')" 1
}

@test "no proxy is configured, or its output is not wanted: nothing is said" {
    mkdir -p "$ROOT/etc/profile.d"
    echo 'export no_proxy=x' >"$ROOT/etc/profile.d/proxy.sh"
    echo '{"credentials": "off"}' >"$ROOT/etc/ec2-bootstrap/config.json"
    run_agent run --json
    assert_equal "$status $(json_value "$OUT" 'd["overrides"]')" "0 []"
    cat >"$ROOT/etc/ec2-bootstrap/config.json" <<END
{"proxy": {"http": "$PROXY"}, "no_proxy": {"vpc": false}, "credentials": "off",
 "outputs": ["dnf"]}
END
    run_agent run --json
    assert_equal "$status $(json_value "$OUT" 'd["overrides"]')" "0 []"
}

@test "on this machine's own files nothing is said" {
    cp -a /etc/profile /etc/bash.bashrc /etc/zsh /etc/apt /etc/security /etc/pam.d /etc/default /etc/wgetrc "$ROOT/etc/" 2>/dev/null || true
    mkdir -p "$ROOT/etc/profile.d" "$ROOT/etc/sudoers.d" "$ROOT/usr/lib"
    cp -a /etc/sudoers "$ROOT/etc/" 2>/dev/null || true
    cp -a /usr/lib/systemd /usr/lib/environment.d "$ROOT/usr/lib/"
    rm -f "$ROOT"/etc/apt/apt.conf "$ROOT"/etc/apt/apt.conf.d/*proxy*
    run_agent run --json
    assert_status 0
    assert_equal "$(json_value "$OUT" 'd["overrides"]')" "[]"
}
