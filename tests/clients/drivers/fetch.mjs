// SPDX-License-Identifier: MIT
// Requests each URL it reads, with the npm package or part of Node that its first argument names.
// The second argument is the folder of the packages. A line on standard input is a URL; the answer
// is one line, "ok" or what went wrong.

import http from "node:http";
import https from "node:https";
import { createRequire } from "node:module";
import readline from "node:readline";

const [name, packages] = process.argv.slice(2);
const require = createRequire(`${packages}/`);
const milliseconds = 60000;

// With an agent, or with the global one.
function get(url, agent) {
  return new Promise((resolve, reject) => {
    const options = agent ? { agent, timeout: milliseconds } : { timeout: milliseconds };
    const request = (url.startsWith("https:") ? https : http).get(url, options, (answer) => {
      answer.on("end", resolve).on("error", reject).resume();
    });
    request.on("timeout", () => request.destroy(new Error("took too long")));
    request.on("error", reject);
  });
}

async function withDispatcher(undici, url) {
  const answer = await undici.request(url, { dispatcher: new undici.EnvHttpProxyAgent() });
  await answer.body.text();
}

const ways = {
  "proxy-agent": (url) => {
    const { ProxyAgent } = require("proxy-agent");
    return get(url, new ProxyAgent());
  },
  axios: (url) => require("axios").get(url, { timeout: milliseconds }),
  "undici-6": (url) => withDispatcher(require("undici-6"), url),
  "undici-7": (url) => withDispatcher(require("undici-7"), url),
  "global-agent": (url) => {
    require("global-agent").bootstrap();
    return get(url);
  },
  // Both read the environment by themselves where NODE_USE_ENV_PROXY is set.
  http: (url) => get(url),
  fetch: async (url) => (await fetch(url)).text(),
};

for await (const url of readline.createInterface({ input: process.stdin })) {
  try {
    await ways[name](url);
    console.log("ok");
  } catch (error) {
    console.log(`${error.code ?? ""} ${error.message} ${error.cause ?? ""}`.replaceAll("\n", " "));
  }
}
