// Creating a company, and what comes after it.
import { found, open } from "./founding";
import type { Stage } from "./states";
import { button, expect, field, heading, visit } from "./test";

/** An administrator of a new company, before its first shift. */
async function newAdministrator({ page, demo }: Stage, more: object = {}): Promise<void> {
  const company = await found(page.request, demo, more);
  await open(page.request, demo, company);
  await visit(page, `/${company.alias}/console/users`);
}

export const ONBOARDING_STATES: Record<string, (stage: Stage) => Promise<void>> = {
  onboarding: async ({ page }) => {
    await visit(page, "/onboarding");
    await expect(heading(page, "Create a company")).toBeVisible();
  },
  "onboarding-flawed": async ({ page }) => {
    await visit(page, "/onboarding");
    await field(page, "Alias").fill("acme");
    await expect(button(page, "Use acme-support")).toBeVisible();
    await field(page, "Amazon Connect address").fill("http://acme");
    await button(page, "Create company").click();
    await expect(page.getByText("Type the company's name.")).toBeVisible();
  },
  "onboarding-created": async ({ page, demo }) => {
    const { alias, name } = await found(page.request, demo);
    await visit(page, `/onboarding?created=${alias}`);
    await expect(heading(page, `${name} is created`)).toBeVisible();
  },
  "company-not-open": async ({ page, demo }) => {
    const { alias, name } = await found(page.request, demo);
    await visit(page, `/${alias}`);
    await expect(heading(page, name)).toBeVisible();
  },
  "floor-card": async ({ page }) => {
    await visit(page, "/acme/floor-card");
    await expect(heading(page, "Floor card")).toBeVisible();
  },
  "get-ready": async (stage) => {
    await newAdministrator(stage, { amazon_connect: "https://initech.my.connect.aws" });
    await expect(stage.page.getByRole("heading", { name: "Get ready" })).toBeVisible();
  },
  "get-ready-put-away": async (stage) => {
    await newAdministrator(stage);
    await button(stage.page, "Not now").click();
    await expect(button(stage.page, "Get ready (0 of 6 done)")).toBeVisible();
  },
};
