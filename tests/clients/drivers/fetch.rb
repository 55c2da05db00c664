# SPDX-License-Identifier: MIT
# Requests each URL it reads, with the Ruby library that its argument names: net_http or open_uri.
# A line on standard input is a URL; the answer is one line, "ok" or what went wrong.

require "net/http"
require "open-uri"

SECONDS = 60

def net_http(url)
  uri = URI(url)
  Net::HTTP.start(uri.hostname, uri.port, use_ssl: uri.scheme == "https", max_retries: 0,
                                          open_timeout: SECONDS, read_timeout: SECONDS) do |http|
    http.get(uri.request_uri)
  end
end

def open_uri(url)
  URI(url).open(open_timeout: SECONDS, read_timeout: SECONDS, &:read)
end

$stdout.sync = true
$stdin.each_line(chomp: true) do |url|
  send(ARGV[0], url)
  puts "ok"
rescue StandardError => e
  puts "#{e.class}: #{e.message}".tr("\n", " ")
end
