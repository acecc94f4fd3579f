// What the first visit's budget allows for a document (`xtask/src/test.rs`) is enough for the fullest one.
import { request } from "node:http";
import { test } from "./support/buttons";
import { expect } from "./support/test";

const ALLOWED = 10 * 512;

function transferred(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { "accept-encoding": "br" } }, (answer) => {
      let bytes = 0;
      answer.on("data", (part: Buffer) => {
        bytes += part.length;
      });
      answer.on("end", () => resolve(bytes));
    });
    asked.on("error", reject);
    asked.end();
  });
}

// With every button that there can be.
test("a company's page is as small as its budget says", async ({ demo }) => {
  for (const path of ["/", "/acme", "/northwind"]) expect(await transferred(`${demo.url}${path}`), path).toBeLessThanOrEqual(ALLOWED);
});
