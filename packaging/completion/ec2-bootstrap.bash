# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Completion of ec2-bootstrap for bash. It needs no other file, also not bash-completion's.
#
# SPDX-License-Identifier: MIT

# The words of a kind, of an option's value, of a command's options and arguments.
# BEGIN bash
_ec2_bootstrap_words() {
    case $1 in
    commands) echo 'run credentials explain doctor fetch trust remove seal' ;;
    checks) echo 'imds proxy settings outputs services no_proxy trust endpoints unit clock' ;;
    format) echo 'process env env-no-export' ;;
    clients) echo 'curl-7.29 curl-7.85 curl-7.86 curl-8.8 curl-8.17 curl-8.18 wget wget2 libproxy python-urllib python-requests python-requests-2.34 httpx-0.23 httpx aiohttp botocore go-1.23 go proxy-from-env axios undici-6 undici undici-8 node-http global-agent java ruby lwp-6.68 lwp http-tiny reqwest hyper-util apt dotnet aws-c-http guzzle guzzle-8' ;;
    ca-clients) echo 'curl git wget apt apt3 dnf zypper python requests requests-debian urllib3 httpx botocore pip pip-24.2 node node-debian npm deno bun java go aws-go docker snapd ruby aws-ruby lwp http-tiny php-curl php-stream composer cargo native-tls rustls openssl gnutls ssm-agent cloudwatch-agent codedeploy-agent ecs-agent' ;;
    options:run) echo '--endpoint --http-proxy --https-proxy --no-proxy --dry-run --diff --restart --root --config --json -v --verbose -q --quiet -V --version -h --help' ;;
    options:credentials) echo '--endpoint --format --root --config --json -v --verbose -q --quiet -V --version -h --help' ;;
    options:explain) echo '--no-proxy --client --list-clients --ca --root --config --json -v --verbose -q --quiet -V --version -h --help' ;;
    options:doctor) echo '--endpoint --list --root --config --json -v --verbose -q --quiet -V --version -h --help' ;;
    options:fetch) echo '--endpoint --check --ahead --dry-run --root --config --json -v --verbose -q --quiet -V --version -h --help' ;;
    options:trust) echo '--dry-run --root --config --json -v --verbose -q --quiet -V --version -h --help' ;;
    options:remove) echo '--dry-run --diff --restart --root --config --json -v --verbose -q --quiet -V --version -h --help' ;;
    options:seal) echo '--identity --no-ssh-keys --dry-run --root --config --json -v --verbose -q --quiet -V --version -h --help' ;;
    value:--root) echo 'directory' ;;
    value:--config) echo 'file' ;;
    value:--endpoint) echo 'nothing' ;;
    value:--http-proxy) echo 'nothing' ;;
    value:--https-proxy) echo 'nothing' ;;
    value:--no-proxy) echo 'nothing' ;;
    value:--client) echo 'clients' ;;
    value:--format) echo 'format' ;;
    arguments:run) echo 'nothing' ;;
    arguments:credentials) echo 'nothing' ;;
    arguments:explain) echo 'nothing' ;;
    arguments:doctor) echo 'checks' ;;
    arguments:fetch) echo 'nothing' ;;
    arguments:trust) echo 'nothing' ;;
    arguments:remove) echo 'nothing' ;;
    arguments:seal) echo 'nothing' ;;
    esac
}
# END

# The line up to the cursor as a shell's words, in the array words: bash cuts them at COMP_WORDBREAKS, too, so at
# "=" and ":".
_ec2_bootstrap_split() {
    local line=$COMP_LINE part index

    words=()
    for ((index = 0; index <= COMP_CWORD; index++)); do
        part=${COMP_WORDS[index]}
        if [[ $line == [[:blank:]]* || index -eq 0 ]]; then
            line=${line#"${line%%[![:blank:]]*}"}
            words+=("$part")
        else
            words[${#words[@]} - 1]+=$part
        fi
        line=${line#"$part"}
    done
}

# What stands in front of the cursor: sets command, arguments, option (whose value is to be completed) and
# with_ca.
_ec2_bootstrap_read() {
    local index word

    command='' arguments=() option='' with_ca=''
    for ((index = 1; index < ${#words[@]} - 1; index++)); do
        word=${words[index]}
        if [[ -n $option ]]; then
            option=''
        elif [[ $word == --* ]]; then
            [[ $word != --ca ]] || with_ca=yes
            [[ $word == *=* || -z $(_ec2_bootstrap_words "value:$word") ]] || option=$word
        elif [[ $word != -* ]]; then
            if [[ -z $command ]]; then command=$word; else arguments+=("$word"); fi
        fi
    done
}

# _ec2_bootstrap_offer WORDS CURRENT [PREFIX]: those that begin with CURRENT, behind PREFIX
_ec2_bootstrap_offer() {
    local word

    for word in $1; do
        [[ $word != "$2"* ]] || COMPREPLY+=("${3-}$word")
    done
}

# _ec2_bootstrap_value KIND CURRENT PREFIX
_ec2_bootstrap_value() {
    local chosen=''

    case $1 in
    directory | file)
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen "-${1:0:1}" -P "$3" -- "$2")
        ;;
    clients)
        [[ $2 != *,* ]] || chosen=${2%,*},
        _ec2_bootstrap_offer "$(_ec2_bootstrap_words "${with_ca:+ca-}clients")" "${2##*,}" "$3$chosen"
        ;;
    *) _ec2_bootstrap_offer "$(_ec2_bootstrap_words "$1")" "$2" "$3" ;;
    esac
}

_ec2_bootstrap() {
    local words command arguments option with_ca current prefix='' word

    COMPREPLY=()
    _ec2_bootstrap_split
    _ec2_bootstrap_read
    current=${words[${#words[@]} - 1]}
    if [[ -z $option && $current == --*=* ]]; then
        option=${current%%=*}
        # Where bash does not cut at "=", it replaces all of it.
        [[ ${COMP_WORDS[COMP_CWORD]} != --* ]] || prefix=$option=
        current=${current#*=}
    fi
    if [[ -n $option ]]; then
        _ec2_bootstrap_value "$(_ec2_bootstrap_words "value:$option")" "$current" "$prefix"
    elif [[ $current == -* ]]; then
        _ec2_bootstrap_offer "$(_ec2_bootstrap_words "options:${command:-run}")" "$current"
    elif [[ -z $command ]]; then
        _ec2_bootstrap_offer "$(_ec2_bootstrap_words commands)" "$current"
    else
        for word in $(_ec2_bootstrap_words "$(_ec2_bootstrap_words "arguments:$command")"); do
            [[ " ${arguments[*]} " == *" $word "* ]] || _ec2_bootstrap_offer "$word" "$current"
        done
    fi
}

complete -F _ec2_bootstrap ec2-bootstrap
