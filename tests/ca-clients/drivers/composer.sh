#!/bin/sh
# SPDX-License-Identifier: MIT
# Asks a package list at a URL with Composer.
mkdir -p /tmp/composer
cd /tmp/composer || exit
echo "{\"repositories\": [{\"type\": \"composer\", \"url\": \"$1\"}, {\"packagist.org\": false}]}" >composer.json
COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_HOME=/tmp/composer composer show --no-interaction --no-cache --all no/thing
