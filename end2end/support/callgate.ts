// The program itself, started for tests.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Authenticator } from "./authenticator";
import { MailServer } from "./mail";

export const BINARY =
  process.env.CALLGATE_BIN ?? fileURLToPath(new URL("../../target/debug/callgate", import.meta.url));
export const PASSWORD = "shift-starts-at-eight";

/** A person of the demo who signs in to `acme`. */
export interface Person {
  account: string;
  email: string;
}

export function person(account: string): Person {
  return { account, email: `${account}@acme.example` };
}

/** `callgate demo` with data and a mail server of its own. */
export class Demo {
  readonly mail = new MailServer();
  url = "";
  /** The phone simulator's own page. */
  phones = "";
  /** The keys of people's authenticator apps, by account. */
  readonly keys = new Map<string, string>();
  #child: ChildProcess | undefined;
  #apps = new Map<string, Authenticator>();
  #agent = 0;

  /** With the providers of single sign-on at this address, if there are any; further arguments are about its phones. */
  static async start(providers?: string, ...phones: string[]): Promise<Demo> {
    const demo = new Demo();
    await demo.mail.start();
    const outside = providers ? ["--providers", providers] : [];
    const child = run(["demo", "--json", "--listen", "127.0.0.1:0", "--smtp-url", demo.mail.url, ...outside, ...phones]);
    demo.#child = child.process;
    const told = JSON.parse(await child.line(/^\{/));
    demo.url = told.url;
    demo.phones = told.ccp;
    for (const { account, totp_secret } of told.accounts) if (totp_secret) demo.keys.set(account, totp_secret);
    return demo;
  }

  /**
   * Somebody whom no test has been yet: wrong codes count for each account, and codes are a minute apart for it.
   * The demo spreads those who cannot sign in among the three hundred by this rule.
   */
  agent(): Person {
    let number = 0;
    do number = ++this.#agent;
    while (((number - 1) * 79) % 300 >= 259);
    if (number > 300) throw new Error("every agent of the demo has been used");
    return person(`agent-${String(number).padStart(3, "0")}`);
  }

  /** The authenticator app of somebody who has one; the same phone each time. */
  app(account: string): Authenticator {
    const key = this.keys.get(account);
    if (!key) throw new Error(`${account} has no authenticator app`);
    const app = this.#apps.get(account) ?? new Authenticator(key);
    this.#apps.set(account, app);
    return app;
  }

  async stop(): Promise<void> {
    await end(this.#child);
    await this.mail.stop();
  }
}

/** `callgate serve` on a folder that outlives it. */
export class Served {
  #child: ChildProcess | undefined;

  constructor(
    readonly url: string,
    readonly settings: Record<string, string>,
  ) {}

  async start(): Promise<void> {
    const child = run(["serve"], this.settings);
    this.#child = child.process;
    await child.line(/^Callgate is at/);
  }

  /** As if the power went. */
  async kill(): Promise<void> {
    await end(this.#child, "SIGKILL");
  }

  async stop(): Promise<void> {
    await end(this.#child);
  }

  /** Another of the operator's commands; answers what it printed. */
  command(...args: string[]): string {
    return execFileSync(BINARY, args, { env: { ...process.env, ...this.settings }, encoding: "utf8" });
  }
}

function run(args: string[], settings: Record<string, string> = {}) {
  if (!existsSync(BINARY)) throw new Error(`${BINARY} does not exist: build it, or name another one in CALLGATE_BIN`);
  const child = spawn(BINARY, args, {
    env: { ...process.env, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (text) => {
    said += text;
    if (process.env.SHOW_SERVER) process.stderr.write(text);
  });
  const lines = createInterface({ input: child.stdout });
  const line = (wanted: RegExp) =>
    new Promise<string>((resolve, reject) => {
      lines.on("line", (line) => wanted.test(line) && resolve(line));
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`callgate ${args[0]} ended with ${code}: ${said}`)));
    });
  return { process: child, line };
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await ended;
}

/** One that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", () => listening()));
  const { port } = server.address() as { port: number };
  await new Promise((closed) => server.close(closed));
  return port;
}
