// Presence reasons: the lists in the console, the desk, and whoever is stopped for want of a list.
import { expect } from "@playwright/test";
import type { Stage } from "./states";
import { becomeAdministrator, button, field, heading, link, signInByApi, visit } from "./test";

export const PRESENCE_STATES: Record<string, (stage: Stage) => Promise<void>> = {
  "presence-lists": async ({ page, context, demo }) => {
    await becomeAdministrator(context, demo);
    await visit(page, "/acme/console/presence-lists");
    await expect(link(page, "New list")).toBeVisible();
  },
  "presence-list": async (stage) => {
    await PRESENCE_STATES["presence-lists"]?.(stage);
    await stage.page.getByRole("link", { name: /^Edit / }).first().click();
    await expect(field(stage.page, "Name")).toBeVisible();
  },
  "presence-list-new-flawed": async (stage) => {
    const { page } = stage;
    await PRESENCE_STATES["presence-lists"]?.(stage);
    await link(page, "New list").click();
    await expect(heading(page, "New Presence Reason list")).toBeVisible();
    await field(page, "Name").fill("Front desk");
    await button(page, "Save").click();
    await expect(page.getByText("Every status needs a name of 1 to 40 characters.")).toBeVisible();
  },
  "presence-list-remove": async (stage) => {
    await PRESENCE_STATES["presence-lists"]?.(stage);
    await stage.page.getByRole("button", { name: /^Remove / }).first().click();
    await expect(stage.page.getByRole("dialog")).toBeVisible();
  },
  "desk-available": async ({ page, demo }) => {
    await signInByApi(page.request, demo, demo.agent());
    await visit(page, "/acme/desk");
    await button(page, "Available").click();
    await expect(button(page, "Available")).toHaveAttribute("aria-pressed", "true");
  },
  "stopped-no-list": async ({ page }) => {
    await visit(page, "/acme/stopped?reason=presence_list_missing&reference=0198f6b2-7c1e-7d55-a1c3-2f7f9f5c3a10");
    await expect(heading(page, "You cannot sign in yet")).toBeVisible();
  },
};
