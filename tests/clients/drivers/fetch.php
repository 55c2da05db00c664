<?php
// SPDX-License-Identifier: MIT
// Requests each URL it reads, with what its argument names: curl (PHP's own extension) or guzzle.
// A line on standard input is a URL; the answer is one line, "ok" or what went wrong.

const SECONDS = 60;

function fetch_curl(string $url): string
{
    $handle = curl_init($url);
    curl_setopt_array($handle, [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => SECONDS]);
    return curl_exec($handle) === false ? curl_error($handle) : 'ok';
}

function fetch_guzzle(string $url): string
{
    require_once 'GuzzleHttp/autoload.php';
    (new GuzzleHttp\Client(['timeout' => SECONDS]))->get($url);
    return 'ok';
}

while (($url = fgets(STDIN)) !== false) {
    try {
        $answer = ('fetch_' . $argv[1])(trim($url));
    } catch (Throwable $error) {
        $answer = get_class($error) . ': ' . $error->getMessage();
    }
    echo str_replace("\n", ' ', $answer), "\n";
}
