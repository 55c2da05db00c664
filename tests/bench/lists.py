# SPDX-License-Identifier: MIT
"""Lists of hosts for `explain --no-proxy`, in shapes that cost a parser or a matcher much."""

URL = "https://a.us-east-1.amazonaws.com/"
URLS = "20 URLs"
# {}: a number. Those that end like the URL's host are looked at to their ends.
SHAPES = {
    "hosts": "host{}.example", "short hosts": "h{}", "the same host": "same.example", "one letter": "a",
    "domains": ".host{}.example", "stars": "*.host{}.example", "star": "*", "ports": "host{}:443",
    "the URL's domain": "us-east-1.amazonaws.com", "beside the URL's host": "x{}.a.us-east-1.amazonaws.com",
    "addresses": "10.0.0.{}", "blocks": "10.{}.0.0/16", "IPv6 addresses": "fd00::{}", "IPv6 blocks": "fd00:{}::/48",
    "brackets": "[fd00::{}]", "URLs": "http://host{}:80/", "errors": "bad!{}", "labels": None,
}
NUMBERS = 256  # all are right in an address
# In bytes: one that counts for the goal, and its half.
SIZES = (4096, 8192)


def text(shape, size):
    """At most so many bytes, and nearly as many."""
    form = SHAPES[shape]
    if form is None:
        return "a." * ((size - 4) // 2) + "last"
    entries, used, number = [], 0, 0
    while True:
        entry = form.format(number % NUMBERS)
        used += len(entry) + 1
        if used > size:
            return ",".join(entries)
        entries.append(entry)
        number += 1


def words(shape, size):
    if shape == URLS:
        return ["--no-proxy", "corp.example",
                *(f"https://{name}.us-east-1.amazonaws.com/" for name in "abcdefghijklmnopqrst")]
    return ["--no-proxy", text(shape, size), URL]


def job(shape, size):
    return f"explain: {shape}" + ("" if shape == URLS else f", {size} bytes")
