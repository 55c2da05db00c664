# SPDX-License-Identifier: MIT
"""Requests each URL it reads, with the Python library that its argument names.

A line on standard input is a URL; the answer is one line, "ok" or what went wrong. A request is made
as a program that uses the library makes it: a new client, which takes the proxies from the
environment.
"""

import asyncio
import sys

SECONDS = 60


def fetch_urllib(url):
    import urllib.request
    urllib.request.build_opener().open(url, timeout=SECONDS).read()


def fetch_requests(url):
    import requests
    requests.get(url, timeout=SECONDS)


def fetch_httpx(url):
    import httpx
    # To read the certificates of the world takes 60 ms, for each client.
    with httpx.Client(timeout=SECONDS, verify=False) as client:
        client.get(url)


def fetch_aiohttp(url):
    import aiohttp

    async def fetch():
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        async with aiohttp.ClientSession(trust_env=True, timeout=timeout) as session:
            async with session.get(url) as response:
                await response.read()
    asyncio.run(fetch())


def fetch_botocore(url):
    # As botocore.endpoint.EndpointCreator does it for each service.
    from botocore.awsrequest import AWSRequest
    from botocore.httpsession import URLLib3Session
    from botocore.utils import get_environ_proxies
    session = URLLib3Session(proxies=get_environ_proxies(url), timeout=SECONDS)
    session.send(AWSRequest(method="GET", url=url).prepare())


def fetch_imds(url):
    # The client of the instance metadata service has a session of its own.
    from botocore.utils import IMDSFetcher
    fetcher = IMDSFetcher(timeout=SECONDS, num_attempts=1, base_url=url)
    fetcher._fetch_metadata_token()


def main():
    fetch = globals()["fetch_" + sys.argv[1]]
    for line in sys.stdin:
        try:
            fetch(line.strip())
            answer = "ok"
        except Exception as error:  # whatever it is, the witness has seen the route
            answer = f"{type(error).__name__}: {error}".replace("\n", " ")
        print(answer, flush=True)


main()
