// The end of the link that confirms an address which an administrator entered.
import { expect } from "@playwright/test";
import type { Stage } from "./states";
import { button, heading, visit } from "./test";

export const CONFIRM_EMAIL_STATES: Record<string, (stage: Stage) => Promise<void>> = {
  "confirm-email": async ({ page }) => {
    await visit(page, "/confirm-email?token=whatever-it-is");
    await expect(button(page, "Confirm address")).toBeVisible();
  },
  "confirm-email-done": async ({ page }) => {
    await visit(page, "/confirm-email?done=1");
    await expect(heading(page, "Address confirmed")).toBeVisible();
  },
};
