#!/bin/sh
# SPDX-License-Identifier: MIT
# Starts a daemon, has it ask a host, or stops it; without such a word all three, as a restart is.
#
#   daemon.sh docker|snapd [start|ask|stop] HOST
name=$1

start() {
    case $name in
    docker) set -- dockerd --bridge=none --iptables=false --ip6tables=false --storage-driver=vfs ;;
    snapd) set -- env SNAPPY_FORCE_API_URL="https://$host/" /usr/lib/snapd/snapd ;;
    esac
    "$@" >/tmp/daemon.log 2>&1 &
    echo $! >/tmp/daemon.pid
    for _ in $(seq 300); do
        if is_ready; then return; fi
        sleep 0.1
    done
    tail -n 5 /tmp/daemon.log
}

api() {
    path=$1
    shift
    curl --silent --show-error --fail-with-body --unix-socket /run/docker.sock "$@" "http://docker/$path"
}

is_ready() {
    case $name in
    docker) api _ping ;;
    snapd) snap version | grep -q '^snapd *[0-9]' ;;
    esac >/dev/null 2>&1
}

ask() {
    case $name in
    docker) api "images/create?fromImage=$host/no/thing&tag=1" --request POST ;;
    snapd) timeout 20 snap find nothing ;;
    esac
}

stop() {
    kill "$(cat /tmp/daemon.pid)"
    for _ in $(seq 300); do
        if ! kill -0 "$(cat /tmp/daemon.pid)" 2>/dev/null; then return; fi
        sleep 0.1
    done
    kill -KILL "$(cat /tmp/daemon.pid)"
}

if [ $# = 3 ]; then
    host=$3
    "$2"
else
    host=$2
    start
    ask
    stop
fi
