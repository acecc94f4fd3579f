// The company's own settings, as an administrator comes to them.
import type { Stage } from "./states";
import { becomeAdministrator, button, expect, field, heading, visit } from "./test";

type Reach = (stage: Stage) => Promise<void>;

const at =
  (page: string, title: string): Reach =>
  async (stage) => {
    await becomeAdministrator(stage.context, stage.demo);
    await visit(stage.page, `/acme/console/${page}`);
    await expect(heading(stage.page, title)).toBeVisible();
    await expect(stage.page.locator(".save-bar").first()).toBeVisible();
  };

const look = at("company", "Name and look");
const legal = at("legal", "Legal texts");
const help = at("help-contact", "Help contact");
const sessions = at("sessions", "Passwords and sessions");

export const SETTINGS_STATES: Record<string, Reach> = {
  look,
  "look-flawed": async (stage) => {
    await look(stage);
    await field(stage.page, "Company name").fill("");
    await field(stage.page, "Brand colour").fill("#ffd500");
    await field(stage.page, "Accent colour").fill("#ffe680");
    await field(stage.page, "Mail sender name").fill("boss@bank.example");
    await button(stage.page, "Save").click();
    await expect(stage.page.getByText(/^It is lost on the brand colour/)).toBeVisible();
  },
  "look-dark-preview": async (stage) => {
    await look(stage);
    await button(stage.page, "Dark").click();
    await expect(button(stage.page, "Dark")).toHaveAttribute("aria-pressed", "true");
  },
  notice: at("notice", "Notice"),
  legal,
  "legal-versions": async (stage) => {
    await legal(stage);
    await stage.page.getByText("Versions").first().click();
    await expect(stage.page.getByText("Version 1", { exact: true }).first()).toBeVisible();
  },
  "legal-preview": async (stage) => {
    await legal(stage);
    await button(stage.page, "Preview Terms of Service").click();
    await expect(stage.page.getByRole("dialog", { name: "Preview: Terms of Service" })).toBeVisible();
  },
  "help-contact": help,
  "help-contact-flawed": async (stage) => {
    await help(stage);
    await field(stage.page, "Who helps").fill("");
    await button(stage.page, "Add a link").click();
    await field(stage.page, "Name of link 1").fill("Wiki");
    await button(stage.page, "Save").click();
    await expect(stage.page.getByText(/^Say who helps/)).toBeVisible();
  },
  sessions,
  "sessions-flawed": async (stage) => {
    await sessions(stage);
    await field(stage.page, "Minutes without activity").fill("4");
    await button(stage.page, "Save").click();
    await expect(stage.page.getByText("Enter a whole number within these limits.")).toBeVisible();
  },
};
