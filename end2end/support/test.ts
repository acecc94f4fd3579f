// What every test gets: a running demo, and a page whose smallest complaint fails the test.
import {
  type APIRequestContext,
  test as base,
  type BrowserContext,
  type ConsoleMessage,
  expect,
  type Page,
  type Response,
} from "@playwright/test";
import { Demo, PASSWORD, type Person, person } from "./callgate";

export { Demo, expect, PASSWORD, type Person, person };

/** What happens in the phone's own frame while nobody is signed in there: its login page refuses frames. */
const PHONE = /:\d+\/(dextr-docs|thedarkside)\/(login|news|ask)\b/;
const FRAMED_LOGIN = /^Framing 'http:\/\/(127\.0\.0\.1|localhost):\d+\/' violates .*frame-ancestors/;

/** Complaints of all pages of a browser. */
export class Complaints {
  #heard: string[] = [];
  #allowed: RegExp[] = [];

  /** Says that a test brings about what fits, so that it is no failure. */
  allow(...what: RegExp[]): void {
    this.#allowed.push(...what);
  }

  listen(context: BrowserContext): void {
    context.on("console", (message) => this.#console(message));
    context.on("weberror", (error) => this.#heard.push(`error: ${error.error().stack ?? error.error()}`));
    context.on("requestfailed", (request) => {
      const why = request.failure()?.errorText ?? "";
      // Leaving a document ends what it was asking for.
      if (why !== "net::ERR_ABORTED" && !PHONE.test(request.url())) this.#heard.push(`request failed: ${request.url()}: ${why}`);
    });
    context.on("response", (response) => this.#response(response));
  }

  #console(message: ConsoleMessage): void {
    if (message.type() !== "error" && message.type() !== "warning") return;
    // Chromium reports every answer from 400 up as well; `#response` judges those.
    if (/^Failed to load resource: the server responded/.test(message.text())) return;
    // Amazon Connect's library thinks aloud.
    if (/\/connect-streams\b[^/]*\.js/.test(message.location().url)) return;
    if (FRAMED_LOGIN.test(message.text())) return;
    // Machines of tests have no loudspeaker.
    if (/^The AudioContext encountered an error from the audio device/.test(message.text())) return;
    this.#heard.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
  }

  #response(response: Response): void {
    const status = response.status();
    if (status < 400) return;
    const { pathname } = new URL(response.url());
    // Saying no is part of the API; being asked wrongly or breaking is not.
    const said_no = [401, 403, 404, 409, 410, 422, 423, 429].includes(status);
    if (pathname.startsWith("/api/v1/") && said_no) return;
    if (status === 401 && PHONE.test(response.url())) return;
    this.#heard.push(`answer ${status}: ${response.request().method()} ${pathname}`);
  }

  take(): string[] {
    const heard = this.#heard.filter((line) => !this.#allowed.some((allowed) => allowed.test(line)));
    this.#heard = [];
    return heard;
  }
}

interface Worker {
  /** The demo that the tests of this worker share, started when one asks for it. */
  shared: { demo(): Promise<Demo> };
}

interface Test {
  /** Whether the test needs a demo of its own. */
  ownDemo: boolean;
  /** How a browser of the test's own is started, if it needs another one than the others: `launched` in `phone.ts`. */
  ears: { executablePath: string; args: string[] } | undefined;
  demo: Demo;
  complaints: Complaints;
}

export const test = base.extend<Test, Worker>({
  ownDemo: [false, { option: true }],

  ears: [undefined, { option: true }],

  shared: [
    async ({}, use) => {
      let started: Promise<Demo> | undefined;
      await use({ demo: () => (started ??= Demo.start()) });
      await (await started)?.stop();
    },
    { scope: "worker" },
  ],

  demo: async ({ shared, ownDemo }, use) => {
    if (!ownDemo) return use(await shared.demo());
    const demo = await Demo.start();
    await use(demo);
    await demo.stop();
  },

  baseURL: async ({ demo }, use) => use(demo.url),

  complaints: async ({}, use) => use(new Complaints()),

  context: async ({ context: usual, playwright, ears, complaints }, use) => {
    // A browser's arguments are the worker's in Playwright, and would take a file for each kind of microphone.
    const browser = ears && (await playwright.chromium.launch(ears));
    const context = (await browser?.newContext()) ?? usual;
    complaints.listen(context);
    await use(context);
    await browser?.close();
    expect(complaints.take(), "what the pages complained about").toEqual([]);
  },
});

/** Opens a page and waits until its program runs. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await alive(page);
}

export async function alive(page: Page): Promise<void> {
  await page.locator("html.live").waitFor();
}

export const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
export const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
export const link = (page: Page, name: string) => page.getByRole("link", { name, exact: true });
export const heading = (page: Page, name: string) => page.getByRole("heading", { name, exact: true, level: 1 });

/** Types account and password on a company's page and sends them. */
export async function enterPassword(page: Page, account: string, password = PASSWORD): Promise<void> {
  await field(page, "Account").fill(account);
  await field(page, "Password").fill(password);
  await button(page, "Sign in").click();
}

export async function enterCode(page: Page, code: string): Promise<void> {
  await field(page, "Authentication code").fill(code);
  await button(page, "Verify").click();
}

/** Reads the backup codes that a page shows, types one back and goes on; answers all of them. */
export async function saveCodes(page: Page): Promise<string[]> {
  await expect(heading(page, "Save your backup codes")).toBeVisible();
  const codes = await page.getByRole("list", { name: "Backup codes" }).getByRole("listitem").allTextContents();
  expect(codes).toHaveLength(10);
  expect(new Set(codes).size).toBe(10);
  await field(page, "Type one code").fill(codes[3] as string);
  await button(page, "Done").click();
  return codes;
}

/** Six digits that are not those. */
export function otherThan(code: string, step = 1): string {
  return String((Number(code) + step) % 1_000_000).padStart(6, "0");
}

/** From the company's page to the code page. */
export async function reachCode(page: Page, demo: Demo, who: Person): Promise<string> {
  await visit(page, "/acme");
  await enterPassword(page, who.account);
  await expect(heading(page, "Input authentication code")).toBeVisible();
  return demo.mail.code(who.email);
}

/** The whole way in, as people go it. */
export async function signIn(page: Page, demo: Demo, who: Person): Promise<void> {
  const code = await reachCode(page, demo, who);
  await enterCode(page, code);
  await page.waitForURL(/\/acme\/(desk|console)/);
  await alive(page);
}

/** Password and code by the API: quicker where the way in is not what is tested. */
export async function signInByApi(request: APIRequestContext, demo: Demo, who: Person): Promise<void> {
  const number = demo.mail.all(who.email).length + 1;
  const first = await request.post(`${demo.url}/api/v1/companies/acme/sign-in`, {
    data: { account: who.account, password: PASSWORD },
  });
  expect(first.status(), await first.text()).toBe(200);
  const { attempt } = await first.json();
  const mail = await demo.mail.wait(who.email, /./, number);
  const code = /^\s*(\d{6})\s*$/m.exec(mail.text)?.[1];
  const second = await request.post(`${demo.url}/api/v1/sign-in/code`, { data: { attempt, code } });
  expect(second.status(), await second.text()).toBe(200);
}

const administrators = new WeakMap<Demo, ReturnType<BrowserContext["storageState"]>>();

/** Puts a session of the demo's administrator into a browser; all tests of one demo share it, so none may end it. */
export async function becomeAdministrator(context: BrowserContext, demo: Demo): Promise<void> {
  let state = administrators.get(demo);
  if (!state) {
    state = signInByApi(context.request, demo, person("admin")).then(() => context.storageState());
    administrators.set(demo, state);
  }
  await context.addCookies((await state).cookies);
}

/** Five wrong codes by the API. */
export async function lock(request: APIRequestContext, demo: Demo, who: Person): Promise<void> {
  const first = await request.post(`${demo.url}/api/v1/companies/acme/sign-in`, {
    data: { account: who.account, password: PASSWORD },
  });
  const { attempt } = await first.json();
  const code = await demo.mail.code(who.email);
  for (let wrong = 1; wrong <= 5; wrong++) {
    await request.post(`${demo.url}/api/v1/sign-in/code`, { data: { attempt, code: otherThan(code, wrong) } });
  }
}
