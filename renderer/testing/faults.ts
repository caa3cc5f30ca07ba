/** Limits of the design: mm, and WCAG's contrast ratio. */
export interface Limits {
  readonly primaryMm: number;
  readonly fieldMm: number;
  readonly gapMm: number;
  readonly contrast: number;
}

/** What breaks the limits on the page that is shown, in words; the boxes are those that the browser has laid out. */
export function faults(limit: Limits): string[] {
  const found: string[] = [];
  const pxPerMm = Number(getComputedStyle(document.documentElement).getPropertyValue("--px-per-mm"));
  /** A fraction of a pixel is rounding, not a smaller button. */
  const rounding = 0.6;
  const visible = (element: Element): boolean => element.checkVisibility({ opacityProperty: true });
  const name = (element: Element): string =>
    (element.getAttribute("aria-label") ?? element.textContent ?? "").trim().slice(0, 40) || element.id;
  const shown = [...document.querySelectorAll(".act button, .main button, .main input, .main textarea")].filter(
    (element) => visible(element) && !(element instanceof HTMLInputElement && element.type === "file"),
  );
  /** What a scrolling list cuts off is not touched there: its box ends with the list's. */
  const boxOf = (element: Element): DOMRect => element.getBoundingClientRect();
  const clipped = (element: Element): boolean => {
    const box = boxOf(element);
    for (let up = element.parentElement; up; up = up.parentElement) {
      if (getComputedStyle(up).overflowY === "visible") continue;
      const view = boxOf(up);
      if (box.bottom > view.bottom + 1 || box.top < view.top - 1 || box.right > view.right + 1) return true;
    }
    return false;
  };
  for (const element of shown) {
    const { width, height } = boxOf(element);
    const primary = element.matches(".stop, .measure");
    const wanted = (primary ? limit.primaryMm : limit.fieldMm) * pxPerMm - rounding;
    if (width < wanted || height < wanted)
      found.push(`${name(element)} is ${(width / pxPerMm).toFixed(1)} x ${(height / pxPerMm).toFixed(1)} mm`);
    if (element.scrollWidth > element.clientWidth + 1) found.push(`${name(element)} is wider than its box`);
  }
  const whole = shown.filter((element) => !clipped(element));
  for (const [i, a] of whole.entries()) {
    for (const b of whole.slice(i + 1)) {
      // Rows of one list lie on each other, parted by a rule.
      if (a.matches(".row") && b.matches(".row") && a.closest("ul") === b.closest("ul")) continue;
      const [p, q] = [boxOf(a), boxOf(b)];
      const across = Math.max(p.left - q.right, q.left - p.right);
      const down = Math.max(p.top - q.bottom, q.top - p.bottom);
      const apart = Math.max(across, down);
      if (apart < 0) found.push(`${name(a)} lies over ${name(b)}`);
      else if (apart < limit.gapMm * pxPerMm - rounding)
        found.push(`${name(a)} and ${name(b)} are ${(apart / pxPerMm).toFixed(1)} mm apart`);
    }
  }
  const channels = (colour: string): number[] => colour.match(/[\d.]+/g)?.map(Number) ?? [];
  const luminance = ([r = 0, g = 0, b = 0]: number[]): number => {
    const [x = 0, y = 0, z = 0] = [r, g, b].map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element: Element): number[] => {
    for (let up: Element | null = element; up; up = up.parentElement) {
      const colour = channels(getComputedStyle(up).backgroundColor);
      if (colour[3] === undefined || colour[3] > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const element = node.parentElement;
    if (!element || !node.nodeValue?.trim() || !visible(element) || element.closest(".unseen, svg, audio")) continue;
    const ink = luminance(channels(getComputedStyle(element).color));
    const ground = luminance(behind(element));
    const ratio = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
    if (ratio < limit.contrast) found.push(`"${node.nodeValue.trim().slice(0, 40)}" has contrast ${ratio.toFixed(1)}`);
  }
  return [...new Set(found)];
}
