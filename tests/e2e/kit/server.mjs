// A server of its own for each test file: the real binary on a free port, ended by its process and nothing else.

import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { pageFolder, ROOT, serverBinary } from "./paths.mjs";
import { until } from "./until.mjs";

const LOG_CHARS_MAX = 20_000;

export class Server {
  #process;
  #log = "";

  /** `bots` and `args` go to `slipstream dev`. */
  static async start({ port, bots = 6, args = [] } = {}) {
    const server = new Server();
    server.port = port ?? (await freePort());
    server.url = `http://127.0.0.1:${server.port}`;
    const options = ["dev", "--port", `${server.port}`, "--bots", `${bots}`, "--page", pageFolder(), ...args];
    server.#process = spawn(serverBinary(), options, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [server.#process.stdout, server.#process.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        server.#log = (server.#log + text).slice(-LOG_CHARS_MAX);
      });
    }
    server.#process.on("error", (error) => {
      server.#log += `${error}`;
    });
    await until("the server is ready", () => server.#isReady(), { withinMs: 30_000, detail: () => server.log });
    return server;
  }

  get log() {
    return this.#log;
  }

  get #hasEnded() {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  async get(path) {
    return (await fetch(this.url + path)).json();
  }

  async post(path, body) {
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    return (await fetch(this.url + path, init)).json();
  }

  /** Ends one player's link as a network would: without a word. Development servers only. */
  async cutLink(slot) {
    const response = await fetch(`${this.url}/api/v1/dev/cut?slot=${slot}`, { method: "POST" });
    if (!response.ok) throw new Error(`the link could not be cut: ${response.status} ${await response.text()}`);
  }

  /** Gone in the middle of a word, like a machine that lost its power. */
  async kill() {
    if (this.#hasEnded) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
  }

  /** Asked to stop; a server that will not is killed, and that is a failure. */
  async stop() {
    if (this.#hasEnded) return;
    this.#process.kill("SIGTERM");
    try {
      await until("the server has stopped", () => this.#hasEnded, { withinMs: 15_000, detail: () => this.log });
    } finally {
      await this.kill();
    }
  }

  async #isReady() {
    if (this.#hasEnded) throw new Error(`the server ended at once:\n${this.#log}`);
    const response = await fetch(`${this.url}/readyz`).catch(() => undefined);
    return response?.ok === true;
  }
}

/** A number that is free for TCP and for UDP. */
async function freePort() {
  const tcp = createServer().listen(0, "127.0.0.1");
  await once(tcp, "listening");
  const { port } = tcp.address();
  const udp = createSocket("udp4");
  udp.bind(port, "127.0.0.1");
  const isFree = await Promise.race([once(udp, "listening").then(() => true), once(udp, "error").then(() => false)]);
  tcp.close();
  udp.close();
  await once(tcp, "close");
  return isFree ? port : freePort();
}
