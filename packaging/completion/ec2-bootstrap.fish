# Completion of ec2-bootstrap for fish.
#
# SPDX-License-Identifier: MIT

# Prints the command in front of the cursor, if there is one.
function __ec2_bootstrap_command
    set -l skip no
    for word in (commandline -opc)[2..-1]
        if test $skip = yes
            set skip no
        else if contains -- $word $__ec2_bootstrap_with_value
            set skip yes
        else if not string match -q -- '-*' $word
            echo $word
            return
        end
    end
end

function __ec2_bootstrap_needs_command
    test -z "$(__ec2_bootstrap_command)"
end

# Whether it is that command; without one it is run.
function __ec2_bootstrap_is
    set -l command (__ec2_bootstrap_command)
    test "$command" = $argv[1]; or test -z "$command" -a $argv[1] = run
end

function __ec2_bootstrap_has
    test "$(__ec2_bootstrap_command)" = $argv[1]
end

# Those of certificates with --ca.
function __ec2_bootstrap_print_clients
    if contains -- --ca (commandline -opc)
        printf '%s\n' $__ec2_bootstrap_ca_clients
    else
        printf '%s\n' $__ec2_bootstrap_clients
    end
end

# Prints those of the words that are not in the line yet.
function __ec2_bootstrap_left
    set -l line (commandline -opc)
    for word in $argv
        contains -- $word $line; or echo $word
    end
end

complete -c ec2-bootstrap -f
# BEGIN fish
set -g __ec2_bootstrap_checks imds proxy settings outputs services no_proxy trust endpoints unit clock
set -g __ec2_bootstrap_clients curl-7.29 curl-7.85 curl-7.86 curl-8.8 curl-8.17 curl-8.18 wget wget2 libproxy python-urllib python-requests python-requests-2.34 httpx-0.23 httpx aiohttp botocore go-1.23 go proxy-from-env axios undici-6 undici undici-8 node-http global-agent java ruby lwp-6.68 lwp http-tiny reqwest hyper-util apt dotnet aws-c-http guzzle guzzle-8
set -g __ec2_bootstrap_ca_clients curl git wget apt apt3 dnf zypper python requests requests-debian urllib3 httpx botocore pip pip-24.2 node node-debian npm deno bun java go aws-go docker snapd ruby aws-ruby lwp http-tiny php-curl php-stream composer cargo native-tls rustls openssl gnutls ssm-agent cloudwatch-agent codedeploy-agent ecs-agent
set -g __ec2_bootstrap_with_value --root --config --endpoint --http-proxy --https-proxy --no-proxy --client --format
set -g __ec2_bootstrap_commands run credentials explain doctor fetch trust remove seal
complete -c ec2-bootstrap -n __ec2_bootstrap_needs_command -a run -d 'the main job (the default)'
complete -c ec2-bootstrap -n __ec2_bootstrap_needs_command -a credentials -d 'prints the role credentials'
complete -c ec2-bootstrap -n __ec2_bootstrap_needs_command -a explain -d 'shows what each HTTP client does with a NO_PROXY list'
complete -c ec2-bootstrap -n __ec2_bootstrap_needs_command -a doctor -d 'says what is wrong with this instance, and what to do'
complete -c ec2-bootstrap -n __ec2_bootstrap_needs_command -a fetch -d 'fetches settings from AWS with the instance\'s role'
complete -c ec2-bootstrap -n __ec2_bootstrap_needs_command -a trust -d 'makes the system trust the proxy\'s CA'
complete -c ec2-bootstrap -n __ec2_bootstrap_needs_command -a remove -d 'takes out all that run wrote'
complete -c ec2-bootstrap -n __ec2_bootstrap_needs_command -a seal -d 'makes a tree ready to become an image'
complete -c ec2-bootstrap -n '__ec2_bootstrap_is run' -l endpoint -x -d 'ask the metadata service at URL'
complete -c ec2-bootstrap -n '__ec2_bootstrap_is run' -l http-proxy -x -d 'the proxy for http:// URLs'
complete -c ec2-bootstrap -n '__ec2_bootstrap_is run' -l https-proxy -x -d 'the proxy for https:// URLs'
complete -c ec2-bootstrap -n '__ec2_bootstrap_is run' -l no-proxy -x -d 'hosts to reach directly: run adds them, explain explains them'
complete -c ec2-bootstrap -n '__ec2_bootstrap_is run' -l dry-run -d 'change nothing'
complete -c ec2-bootstrap -n '__ec2_bootstrap_is run' -l diff -d 'print what changes (or would) as a unified diff'
complete -c ec2-bootstrap -n '__ec2_bootstrap_is run' -l restart -d 'restart the services that still run with the previous settings'
complete -c ec2-bootstrap -n '__ec2_bootstrap_is credentials' -l endpoint -x -d 'ask the metadata service at URL'
complete -c ec2-bootstrap -n '__ec2_bootstrap_is credentials' -l format -x -a 'process env env-no-export' -d 'process (the default), env or env-no-export'
complete -c ec2-bootstrap -n '__ec2_bootstrap_is explain' -l no-proxy -x -d 'hosts to reach directly: run adds them, explain explains them'
complete -c ec2-bootstrap -n '__ec2_bootstrap_is explain' -l client -x -a '(__fish_complete_list , __ec2_bootstrap_print_clients)' -d 'only these clients'
complete -c ec2-bootstrap -n '__ec2_bootstrap_is explain' -l list-clients -d 'print the known clients'
complete -c ec2-bootstrap -n '__ec2_bootstrap_is explain' -l ca -d 'show who trusts the proxy\'s CA, and by what'
complete -c ec2-bootstrap -n '__ec2_bootstrap_is doctor' -l endpoint -x -d 'ask the metadata service at URL'
complete -c ec2-bootstrap -n '__ec2_bootstrap_is doctor' -l list -d 'print the checks, and what each needs'
complete -c ec2-bootstrap -n '__ec2_bootstrap_has doctor' -a '(__ec2_bootstrap_left $__ec2_bootstrap_checks)'
complete -c ec2-bootstrap -n '__ec2_bootstrap_is fetch' -l endpoint -x -d 'ask the metadata service at URL'
complete -c ec2-bootstrap -n '__ec2_bootstrap_is fetch' -l check -d 'only say by the exit code whether there is something to fetch'
complete -c ec2-bootstrap -n '__ec2_bootstrap_is fetch' -l ahead -d 'fetch for ec2-bootstrap-fetch.service, which is skipped then at this boot'
complete -c ec2-bootstrap -n '__ec2_bootstrap_is fetch' -l dry-run -d 'change nothing'
complete -c ec2-bootstrap -n '__ec2_bootstrap_is trust' -l dry-run -d 'change nothing'
complete -c ec2-bootstrap -n '__ec2_bootstrap_is remove' -l dry-run -d 'change nothing'
complete -c ec2-bootstrap -n '__ec2_bootstrap_is remove' -l diff -d 'print what changes (or would) as a unified diff'
complete -c ec2-bootstrap -n '__ec2_bootstrap_is remove' -l restart -d 'restart the services that still run with the previous settings'
complete -c ec2-bootstrap -n '__ec2_bootstrap_is seal' -l identity -d 'look for this account\'s id and private addresses, too'
complete -c ec2-bootstrap -n '__ec2_bootstrap_is seal' -l no-ssh-keys -d 'name each key that may log in by ssh'
complete -c ec2-bootstrap -n '__ec2_bootstrap_is seal' -l dry-run -d 'change nothing'
complete -c ec2-bootstrap -l root -x -a '(__fish_complete_directories)' -d 'act on the tree below DIR, and read its settings'
complete -c ec2-bootstrap -l config -r -F -d 'read this file or directory instead of the usual settings'
complete -c ec2-bootstrap -l json -d 'print the result as JSON'
complete -c ec2-bootstrap -s v -l verbose -d 'say more'
complete -c ec2-bootstrap -s q -l quiet -d 'say nothing but warnings and errors'
complete -c ec2-bootstrap -s V -l version -d 'print the version and exit'
complete -c ec2-bootstrap -s h -l help -d 'print this help and exit'
# END
