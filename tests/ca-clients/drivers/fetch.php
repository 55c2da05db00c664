<?php
// SPDX-License-Identifier: MIT
// Requests a URL with PHP's streams, which read no variable of a proxy.

$proxy = getenv('https_proxy');
$http = $proxy ? ['proxy' => str_replace('http:', 'tcp:', $proxy)] : [];
file_get_contents($argv[1], false, stream_context_create(['http' => $http]));
