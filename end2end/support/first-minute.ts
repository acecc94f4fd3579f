// What an agent of a company with Amazon Connect does from the first click to the first call, in the words on the pages.
import { type BrowserContext, expect, type Locator, type Page } from "@playwright/test";
import type { Demo } from "./callgate";
import { windowOf } from "./outside";
import type { Simulator } from "./phone";
import { alive, button, field, heading, visit } from "./test";

/** Presses Secure Login and answers the window that opens. */
export async function secureLogin(page: Page): Promise<Page> {
  return windowOf(page, () => button(page, "Secure Login").click());
}

/** Types the company's proof at the page that asks whose the Connect user is: a mailed code. */
export async function proveByMail(page: Page, demo: Demo, account: string, email: string): Promise<void> {
  await field(page, "Account").fill(account);
  const number = demo.mail.all(email).length + 1;
  await button(page, "Mail me a code").click();
  const mail = await demo.mail.wait(email, /./, number);
  await field(page, "Code from the mail").fill(digits(mail.text));
  await button(page, "Verify").click();
}

/** The code that stands alone in a mail, in any language. */
export function digits(text: string): string {
  const code = /^\s*(\d{6})\s*$/m.exec(text)?.[1];
  if (!code) throw new Error(`no code in:\n${text}`);
  return code;
}

export interface Person {
  company: string;
  account: string;
  email: string;
}

export const DEAN: Person = {
  company: "docs-example",
  account: "agent",
  email: "agent@docs-example.example",
};

/** From the company's page to the summary, the first time on a browser that is signed in at Amazon Connect. */
export async function firstTime(page: Page, demo: Demo, simulator: Simulator, who = DEAN): Promise<void> {
  await simulator.signInBefore(page.context(), who.account);
  await visit(page, `/${who.company}`);
  await button(page, "Secure Login").click();
  await page.waitForURL(`**/${who.company}/bind`, { timeout: 30_000 });
  await alive(page);
  await proveByMail(page, demo, who.account, who.email);
  await summary(page);
}

export async function summary(page: Page): Promise<void> {
  // The phone may take its time after somebody has signed in.
  await expect(heading(page, "Login summary")).toBeVisible({ timeout: 20_000 });
}

export async function toDashboard(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Go to Dashboard", exact: true }).click();
  await expect(heading(page, "Home Dashboard")).toBeVisible();
}

/** At the desk with a phone that is ready. */
export async function atDesk(page: Page, demo: Demo, simulator: Simulator, who = DEAN): Promise<void> {
  await firstTime(page, demo, simulator, who);
  await toDashboard(page);
  await expect(status(page, "Available")).toBeEnabled();
}

/** One of the statuses that the agent can choose. */
export function status(page: Page, name: string): Locator {
  return page.getByRole("group", { name: "Agent Status" }).getByRole("button", { name, exact: true });
}

/** What the desk says that the agent's status is. */
export function present(page: Page): Locator {
  return page.getByRole("region", { name: "Agent Status" });
}

/** Choose it until the phone has it. */
export async function become(page: Page, simulator: Simulator, name: string, who = DEAN): Promise<void> {
  await status(page, name).click();
  await simulator.sees(who.account, name);
}

/** Gives this browser the microphone for a site, as if it had been allowed long ago. */
export async function allowMicrophone(context: BrowserContext, demo: Demo): Promise<void> {
  await context.grantPermissions(["microphone"], { origin: demo.url });
}
