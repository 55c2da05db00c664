# SPDX-License-Identifier: MIT
"""Requests a URL with the Python library that the first argument names, as a program uses it that sets nothing."""

import asyncio
import importlib
import os
import sys


def fetch_urllib(url):
    importlib.import_module("urllib.request").urlopen(url, timeout=60)


def fetch_requests(url):
    importlib.import_module("requests").get(url, timeout=60)


def fetch_httpx(url):
    importlib.import_module("httpx").get(url, timeout=60)


def fetch_aiohttp(url):
    aiohttp = importlib.import_module("aiohttp")

    async def fetch():
        async with aiohttp.ClientSession(trust_env=True) as session:
            async with session.get(url) as response:
                await response.read()
    asyncio.run(fetch())


def fetch_urllib3(url):
    urllib3 = importlib.import_module("urllib3")
    proxy = os.environ.get("https_proxy")  # it reads no variable of a proxy
    pool = urllib3.ProxyManager(proxy) if proxy else urllib3.PoolManager()
    pool.request("GET", url, retries=False)


def fetch_botocore(url):
    session = importlib.import_module("botocore.session").get_session()
    session.create_client("sts", endpoint_url=url).get_caller_identity()


globals()["fetch_" + sys.argv[1]](sys.argv[2])
