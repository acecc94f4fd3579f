// User Management's states beyond the plain list.
import {
  becomeAdministrator,
  button,
  expect,
  field,
  link,
  visit,
} from "./test";
import type { Stage } from "./states";

/** Opens a page of the console as the demo's administrator. */
async function open({ page, context, demo }: Stage, path: string): Promise<void> {
  await becomeAdministrator(context, demo);
  await visit(page, `/acme/console/users${path}`);
}

export const PEOPLE: Record<string, (stage: Stage) => Promise<void>> = {
  "people-cannot-sign-in": async (stage) => {
    await open(stage, "?view=cannot_sign_in");
    await expect(stage.page.locator(".hindrances").first()).toBeVisible();
  },
  "people-picked": async (stage) => {
    await open(stage, "");
    for (const box of (await stage.page.locator("tbody .tick input").all()).slice(0, 3)) await box.check();
    await expect(stage.page.getByRole("region", { name: "People you selected" })).toBeVisible();
  },
  "people-new": async (stage) => {
    await open(stage, "/new");
    await expect(field(stage.page, "Single sign-on only")).toBeVisible();
  },
  "people-new-flawed": async (stage) => {
    await PEOPLE["people-new"]?.(stage);
    await stage.page.locator("form.person-form").getByRole("button", { name: "Add person" }).click();
    await expect(stage.page.getByText("Type a name.")).toBeVisible();
  },
  "people-add": async (stage) => {
    await open(stage, "/add");
    await expect(field(stage.page, "Rows")).toBeVisible();
  },
  "people-add-checked": async (stage) => {
    await PEOPLE["people-add"]?.(stage);
    await field(stage.page, "Rows").fill(
      [
        "Name, E-mail, Username",
        "Nora Newcomer, nora.newcomer@acme.example, nora",
        "Ada Again, admin@acme.example, ada-again",
        "Nora Twice, nora.newcomer@acme.example",
        "Nobody At All, not an address",
      ].join("\n"),
    );
    await button(stage.page, "Check rows").click();
    await expect(stage.page.getByText("Somebody here has this e-mail address")).toBeVisible();
  },
  "people-edit": async (stage) => {
    await open(stage, "?search=agent-first-day");
    await link(stage.page, "Finn Ferrari").click();
    await link(stage.page, "Edit").click();
    await expect(field(stage.page, "Username")).toHaveValue("agent-first-day");
  },
  "people-disable": async (stage) => {
    await open(stage, "?search=agent-first-day");
    await link(stage.page, "Finn Ferrari").click();
    await button(stage.page, "Disable").click();
    await expect(stage.page.getByRole("dialog")).toBeVisible();
  },
  "people-delete": async (stage) => {
    await open(stage, "?search=agent-first-day");
    await link(stage.page, "Finn Ferrari").click();
    await button(stage.page, "Delete").click();
    await expect(stage.page.getByRole("dialog")).toBeVisible();
  },
};
