// SPDX-License-Identifier: MIT
// Requests a URL with Node's https, or with the fetch of Deno and Bun, which read the variables of a proxy.
// Node reads none before version 24, so the tunnel is made here.

import http from "node:http";
import https from "node:https";
import process from "node:process";
import tls from "node:tls";

const url = new URL(process.argv[2]);
const proxy = process.env.https_proxy;

function get(options) {
  https.get(url, options, (answer) => answer.on("end", () => process.exit()).resume());
}

if (process.versions.deno || process.versions.bun) {
  await (await fetch(url)).text();
} else if (!proxy) {
  get({});
} else {
  const { hostname, port } = new URL(proxy);
  http.request({ host: hostname, port, method: "CONNECT", path: `${url.hostname}:443` })
    .on("connect", (_, socket) => get({
      defaultPort: 443,
      createConnection: () => tls.connect({ socket, servername: url.hostname }),
    }))
    .end();
}
