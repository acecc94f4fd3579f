// Certified OpenID providers for Callgate's demonstration and its browser tests: Google, Office 365 and Northwind's own,
// on one loopback port. Prints one line of JSON when it listens, and ends when its input does, so that it never outlives
// whoever started it.
import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { LISTED, TENANTS } from "./logins.js";
import { overview } from "./pages.js";
import { CLIENT, Counterpart, read } from "./provider.js";

const MODES = ["up", "slow", "down", "no_tokens", "client_refused"];
/** Longer than anybody waits for a provider. */
const SLOW = 8_000;

const server = createServer();
const port = Number(process.argv[2] ?? 0);
await new Promise((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
// Another host than Callgate's: what comes from here is from another site, as it is in the world.
const origin = `http://localhost:${server.address().port}`;
const providers = Object.keys(LISTED).map((kind) => new Counterpart(origin, kind));

server.on("request", (req, res) => {
  answer(req, res).catch((error) => {
    if (!res.headersSent) res.writeHead(error.status ?? 500, { "content-type": "text/plain" });
    res.end(`${error.error_description ?? error.message}\n`);
  });
});

async function answer(req, res) {
  const { pathname } = new URL(req.url, origin);
  if (pathname === "/") return control(req, res);
  const provider = providers.find(({ path }) => pathname.startsWith(`${path}/`));
  if (!provider) {
    res.writeHead(404);
    return res.end();
  }
  const hangs_up = provider.mode === "down" || (provider.mode === "no_tokens" && pathname.endsWith("/token"));
  if (hangs_up) return req.socket.destroy();
  if (provider.mode === "slow") await wait(SLOW);
  return provider.answer(req, res);
}

/** Shows how the providers behave, and changes it. */
async function control(req, res) {
  if (req.method === "POST") {
    const form = await read(req);
    const provider = providers.find(({ kind }) => kind === form.get("provider"));
    if (MODES.includes(form.get("mode")) && provider) provider.mode = form.get("mode");
    if (form.has("rotate")) provider?.rotate();
    res.writeHead(303, { location: "/" });
    return res.end();
  }
  res.writeHead(200, { "content-type": "text/html; charset=utf-8" });
  return res.end(overview(providers, MODES));
}

process.stdin.resume().on("end", () => process.exit()).on("error", () => process.exit());
process.stdout.write(`${JSON.stringify({ url: origin, client: CLIENT, tenants: TENANTS, logins: LISTED })}\n`);
