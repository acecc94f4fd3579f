// The way in by Amazon Connect.
import { Simulator } from "./phone";
import type { Stage } from "./states";
import { alive, button, expect, field, heading, PASSWORD, visit } from "./test";

async function english({ page, demo }: Stage): Promise<Simulator> {
  const simulator = Simulator.of(demo, "thedarkside");
  await simulator.reset();
  await page.goto("/thedarkside?language=en");
  await visit(page, "/thedarkside");
  await expect(button(page, "Secure Login")).toBeEnabled();
  return simulator;
}

async function atBind(stage: Stage): Promise<void> {
  const simulator = await english(stage);
  const { page } = stage;
  const [window] = await Promise.all([page.waitForEvent("popup"), button(page, "Secure Login").click()]);
  await simulator.signInAt(window, "agent");
  await expect(heading(page, "Connect your phone")).toBeVisible();
}

export const PHONE_STATES: Record<string, (stage: Stage) => Promise<void>> = {
  "phone-company": async ({ page }) => {
    await visit(page, "/docs-example");
    await expect(button(page, "Secure Login")).toBeEnabled();
  },
  "phone-company-passwords": async (stage) => {
    await english(stage);
  },
  "phone-window-open": async (stage) => {
    await english(stage);
    await Promise.all([stage.page.waitForEvent("popup"), button(stage.page, "Secure Login").click()]);
    await expect(stage.page.getByText("window is open")).toBeVisible();
  },
  "phone-blocked": async (stage) => {
    await stage.page.addInitScript(() => {
      window.open = () => null;
    });
    await english(stage);
    await button(stage.page, "Secure Login").click();
    await expect(stage.page.getByRole("figure")).toBeVisible();
  },
  "phone-bind": atBind,
  "phone-bind-mail": async ({ page, demo }) => {
    const simulator = Simulator.of(demo);
    await simulator.reset();
    await visit(page, "/docs-example");
    await expect(button(page, "Secure Login")).toBeEnabled();
    const [window] = await Promise.all([page.waitForEvent("popup"), button(page, "Secure Login").click()]);
    await simulator.signInAt(window, "newcomer");
    await field(page, "Account").fill("nobody");
    await button(page, "Mail me a code").click();
    await page.getByText("No account here? Ask to join").click();
  },
  "phone-summary": async (stage) => {
    await atBind(stage);
    const { page } = stage;
    await field(page, "Account").fill("agent");
    await field(page, "Password").fill(PASSWORD);
    await button(page, "Bind").click();
    await expect(heading(page, "Login summary")).toBeVisible();
    await alive(page);
  },
};
