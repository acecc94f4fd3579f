// The states of somebody with several companies, and of a company in another region.
import { Several, SECRET } from "./several";
import type { Stage } from "./states";
import { button, expect, field, heading, visit } from "./test";

const HERE = "initech";
const OTHERS = ["hooli", "vandelay", "wonka", "tyrell", "cyberdyne", "soylent", "stark"];

/** Anna at one of her companies, on a server that ends with the browser. */
async function connected({ context }: Stage, others: string[]): Promise<string> {
  const several = await Several.start([HERE, ...others]);
  context.on("close", () => several.stop());
  await several.signIn(context, HERE);
  for (const alias of others) await several.connect(context, alias);
  return `${several.url}/${HERE}`;
}

async function region({ context }: Stage): Promise<string> {
  const europe = await Several.start(["northwind"], { CALLGATE_REGION: "Europe" });
  const america = await Several.start([], { CALLGATE_REGIONS: `Europe=${europe.url}` });
  context.on("close", () => Promise.all([europe.stop(), america.stop()]));
  europe.served.command("company", "domain", "northwind", "northwind.example");
  return america.url;
}

export const PERSONS: Record<string, (stage: Stage) => Promise<void>> = {
  "companies-none": async (stage) => {
    const company = await connected(stage, []);
    await visit(stage.page, `${company}/profile/security#companies`);
    await expect(button(stage.page, "Connect another company")).toBeVisible();
  },
  companies: async (stage) => {
    const company = await connected(stage, ["hooli", "stark"]);
    await visit(stage.page, `${company}/profile/security`);
    await button(stage.page, "Make default: Hooli").click();
    await expect(stage.page.getByText("Default company", { exact: true })).toBeVisible();
    await button(stage.page, "Connect another company").scrollIntoViewIfNeeded();
  },
  "companies-connect": async (stage) => {
    const { page } = stage;
    const company = await connected(stage, []);
    await visit(page, `${company}/profile/security`);
    await button(page, "Connect another company").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Company", { exact: true }).fill("Hooli");
    await dialog.getByLabel("Account there", { exact: true }).fill("anna");
    await dialog.getByLabel("Password there", { exact: true }).fill(SECRET);
    await dialog.getByRole("button", { name: "Continue" }).click();
    await expect(dialog.getByText("We know no company by that name.")).toBeVisible();
  },
  "companies-menu": async (stage) => {
    const company = await connected(stage, ["hooli", "stark"]);
    await visit(stage.page, `${company}/profile/security`);
    await stage.page.locator(".person-menu > summary").click();
    await expect(stage.page.getByRole("navigation", { name: "Change company" })).toBeVisible();
  },
  "companies-menu-many": async (stage) => {
    const company = await connected(stage, OTHERS);
    await visit(stage.page, `${company}/profile/security`);
    await stage.page.locator(".person-menu > summary").click();
    await expect(field(stage.page, "Search companies")).toBeVisible();
  },
  "region-finder": async (stage) => {
    const { page } = stage;
    await visit(page, await region(stage));
    await field(page, "Company name or instance alias").fill("northwind");
    await button(page, "Continue").click();
    await expect(page.getByText("This company is in region Europe.")).toBeVisible();
  },
  "region-email": async (stage) => {
    const { page } = stage;
    await visit(page, await region(stage));
    await field(page, "Username").fill("anna@northwind.example");
    await field(page, "Password").fill(SECRET);
    await button(page, "Submit").click();
    await expect(page.getByText("Addresses of this domain sign in in another region.")).toBeVisible();
  },
  "region-company": async (stage) => {
    await visit(stage.page, `${await region(stage)}/northwind`);
    await expect(heading(stage.page, "This company is in another region")).toBeVisible();
  },
};
