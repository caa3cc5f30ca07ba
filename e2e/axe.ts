import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/** Accessibility faults of the page that a machine can find, WCAG 2.2 A and AA, in words with the screen's name. */
export async function faultsOf(page: Page, screen: string): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"])
    .analyze();
  return violations.map((v) => `${screen}: ${v.id} ${v.nodes[0]?.html}`);
}
