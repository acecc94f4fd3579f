// Pages of single sign-on: before, behind and after the window. What a provider would answer is answered here, but for
// the page that only a real one leads to.
import type { Page } from "@playwright/test";
import { Demo } from "./callgate";
import { LoginPage, Outside } from "./outside";
import type { Stage } from "./states";
import { alive, button, expect, field, heading, signInByApi, visit } from "./test";

const REFERENCE = "0198f6b2-7c1e-7d55-a1c3-2f7f9f5c3a10";

/** Nobody answers there. What it needs to be is an address. */
export const NOWHERE = "http://127.0.0.1:9/";

/** Answers for the server that a window may be sent to Google. */
export async function sendNowhere(page: Page, expires_in = 600): Promise<void> {
  await page.route("**/api/v1/companies/*/sso", (route) =>
    route.fulfill({ json: { url: `${page.url().split("/", 3).join("/")}/health/live`, company: "acme", name: "Google", expires_in } }),
  );
}

/** A demo whose companies have providers that are not there. */
async function withButtons(page: Page): Promise<Demo> {
  const demo = await Demo.start(NOWHERE);
  page.context().once("close", () => void demo.stop());
  return demo;
}

const stopped = (reason: string, words: string) => async ({ page }: Stage) => {
  const demo = await withButtons(page);
  await visit(page, `${demo.url}/acme/stopped?reason=sso_${reason}&reference=${REFERENCE}&provider=google`);
  await expect(page.getByText(words)).toBeVisible();
};

export const SSO_STATES: Record<string, (stage: Stage) => Promise<void>> = {
  "sso-buttons": async ({ page }) => {
    const demo = await withButtons(page);
    await visit(page, `${demo.url}/acme`);
    await expect(button(page, "Sign in with Office 365")).toBeVisible();
  },
  "sso-finish": async ({ page }) => {
    const demo = await withButtons(page);
    await visit(page, `${demo.url}/acme`);
    await sendNowhere(page);
    await button(page, "Sign in with Google").click();
    await expect(page.getByText("Finish signing in in the window of Google.")).toBeVisible();
  },
  "sso-blocked": async ({ page }) => {
    const demo = await withButtons(page);
    await page.addInitScript(() => {
      window.open = () => null;
    });
    await visit(page, `${demo.url}/acme`);
    await sendNowhere(page);
    await button(page, "Sign in with Google").click();
    await expect(page.getByText("Your browser stopped the window.")).toBeVisible();
  },
  "sso-username": async ({ page }) => {
    await visit(page, "/");
    await button(page, "Single Sign-On").click();
    await expect(field(page, "Username")).toBeFocused();
  },
  "sso-unknown-domain": async (stage) => {
    await SSO_STATES["sso-username"]?.(stage);
    await field(stage.page, "Username").fill("somebody@nowhere.example");
    await button(stage.page, "Login").click();
    await expect(stage.page.getByText("We know no single sign-on for this address.")).toBeVisible();
  },
  "sso-stopped": stopped("other_company", "This login belongs to another company."),
  "sso-too-many-rounds": stopped("too_many_rounds", "Three tries ended without success"),
  "sso-security": async ({ page }) => {
    const demo = await withButtons(page);
    await signInByApi(page.request, demo, demo.agent());
    await visit(page, `${demo.url}/acme/profile/security`);
    await expect(button(page, "Connect Google…")).toBeVisible();
  },
  "sso-connect": async (stage) => {
    await SSO_STATES["sso-security"]?.(stage);
    await button(stage.page, "Connect Google…").click();
    await expect(button(stage.page, "Open Google")).toBeVisible();
  },
  bind: async ({ page }) => {
    const outside = await Outside.start();
    const demo = await Demo.start(outside.url);
    page.context().once("close", () => void Promise.all([demo.stop(), outside.stop()]));
    await visit(page, `${demo.url}/acme`);
    const opened = page.waitForEvent("popup");
    await button(page, "Sign in with Google").click();
    await new LoginPage(await opened, "google").be("agent-sso@acme.example");
    await expect(heading(page, "Connect your login")).toBeVisible();
    await alive(page);
  },
  "sso-anywhere-failed": async ({ page }) => {
    await visit(page, `/?reason=sso_other_browser&reference=${REFERENCE}`);
    await expect(heading(page, "Single Sign-On")).toBeVisible();
    await expect(page.getByText("This sign-in was begun in another browser")).toBeVisible();
  },
};
