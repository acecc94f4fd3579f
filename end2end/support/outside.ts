// The providers that the demo's companies have outside, and what people do at them.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type BrowserContext, expect, type Page } from "@playwright/test";
import { Demo } from "./callgate";
import { test as base } from "./test";

const FOLDER = fileURLToPath(new URL("../../providers", import.meta.url));

export type Kind = "google" | "office365" | "northwind";
export type Mode = "up" | "slow" | "down" | "no_tokens" | "client_refused";

const HEADINGS: Record<Kind, string> = { google: "Google", office365: "Office 365", northwind: "Northwind ID" };

/** Certified providers of their own process, which ends with its input. */
export class Outside {
  url = "";
  #child: ChildProcess | undefined;
  #changed = new Set<Kind>();

  static async start(): Promise<Outside> {
    const outside = new Outside();
    const child = spawn(process.execPath, ["main.js"], { cwd: FOLDER, stdio: ["pipe", "pipe", "inherit"] });
    outside.#child = child;
    const told = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once("line", resolve);
      child.once("exit", (code) => reject(new Error(`the providers ended with ${code}`)));
    });
    outside.url = JSON.parse(told).url;
    return outside;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child?.once("exit", resolve));
    this.#child?.stdin?.end();
    await ended;
  }

  /** How a provider behaves from now on. */
  async become(kind: Kind, mode: Mode): Promise<void> {
    this.#changed.add(kind);
    await this.#tell({ provider: kind, mode });
  }

  /** New keys; the old ones are gone at once. */
  async rotate(kind: Kind): Promise<void> {
    await this.#tell({ provider: kind, rotate: "yes" });
  }

  /** As it was. */
  async recover(): Promise<void> {
    for (const kind of this.#changed) await this.#tell({ provider: kind, mode: "up" });
    this.#changed.clear();
  }

  async #tell(what: Record<string, string>): Promise<void> {
    const answer = await fetch(this.url, { method: "POST", body: new URLSearchParams(what) });
    expect(answer.ok).toBe(true);
  }
}

interface Worker {
  /** The providers that the tests of this worker share. */
  providers: Outside;
}

interface Test {
  outside: Outside;
}

/** Tests whose demo has providers. */
export const test = base.extend<Test, Worker>({
  providers: [
    async ({}, use) => {
      const outside = await Outside.start();
      await use(outside);
      await outside.stop();
    },
    { scope: "worker" },
  ],

  shared: [
    async ({ providers }, use) => {
      let started: Promise<Demo> | undefined;
      await use({ demo: () => (started ??= Demo.start(providers.url)) });
      await (await started)?.stop();
    },
    { scope: "worker" },
  ],

  demo: async ({ shared, ownDemo, providers }, use) => {
    if (!ownDemo) return use(await shared.demo());
    const demo = await Demo.start(providers.url);
    await use(demo);
    await demo.stop();
  },

  outside: async ({ providers }, use) => {
    await use(providers);
    await providers.recover();
  },
});

/** A provider's login page in some window. */
export class LoginPage {
  constructor(
    readonly page: Page,
    readonly kind: Kind,
  ) {}

  /** Waits until it is there. */
  async seen(): Promise<this> {
    await expect(this.page.getByRole("heading", { name: HEADINGS[this.kind], exact: true, level: 1 })).toBeVisible();
    await expect(this.page.getByText("A demonstration")).toBeVisible();
    return this;
  }

  /** Types who it is; `besides` are the boxes to tick. */
  async be(email: string, ...besides: ("A second proof is given here" | "This window forgets who opened it")[]): Promise<void> {
    await this.page.getByLabel("E-mail address").fill(email);
    for (const box of besides) await this.page.getByLabel(box).check();
    await this.page.getByRole("button", { name: "Continue", exact: true }).click();
  }

  /** Chooses one of those that are listed. */
  async choose(email: string): Promise<void> {
    await this.page.getByRole("button", { name: email, exact: true }).click();
  }

  async cancel(): Promise<void> {
    await this.page.getByRole("button", { name: "Cancel", exact: true }).click();
  }
}

/** The window that a press opens. */
export async function windowOf(page: Page, press: () => Promise<void>): Promise<Page> {
  const opened = page.waitForEvent("popup");
  await press();
  return opened;
}

/** Keeps a browser from opening windows, as a strict setting or an extension does. */
export async function blockWindows(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    window.open = () => null;
  });
}

export { expect };
