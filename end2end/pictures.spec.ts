// Pictures of the pages, to be looked at: PICTURES=folder npm test
import { join } from "node:path";
import { STATES } from "./support/states";
import { test } from "./support/test";

const SIZES = [
  [1093, 490],
  [360, 740],
  [1280, 800],
] as const;
const FOLDER = process.env.PICTURES ?? "pictures";
const WANTED = process.env.STATES?.split(",") ?? Object.keys(STATES);

for (const [name, reach] of Object.entries(STATES).filter(([name]) => WANTED.includes(name))) {
  test(name, async ({ page, context, demo, complaints }) => {
    complaints.allow(/^answer /);
    await page.emulateMedia({ reducedMotion: "reduce" });
    await reach({ page, context, demo });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      for (const [width, height] of SIZES) {
        await page.setViewportSize({ width, height });
        await page.screenshot({ path: join(FOLDER, `${name}-${width}-${colorScheme}.png`) });
      }
    }
  });
}
