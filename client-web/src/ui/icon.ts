/** Small line icons of one stroke width, drawn on a grid of 24. */

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  hull: ["M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6z"],
  shield: ["M4 12a8 8 0 0 1 16 0", "M7.5 12a4.5 4.5 0 0 1 9 0"],
  dash: ["M5 6l6 6-6 6", "M12 6l6 6-6 6"],
  rail: ["M3 12h18", "M17 8l4 4-4 4", "M6 8v8"],
  bolt: ["M4 12h10", "M14 9l5 3-5 3z"],
  gear: [
    "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
    "M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M18.4 5.6l-2.2 2.2M7.8 16.2l-2.2 2.2",
  ],
  menu: ["M5 7h14M5 12h14M5 17h14"],
  chat: ["M4 5h16v11H10l-4 4v-4H4z"],
  play: ["M8 5l11 7-11 7z"],
  back: ["M14 6l-6 6 6 6"],
  skull: ["M7 4l10 16", "M17 4L7 20"],
  sound: ["M4 10v4h3l5 4V6L7 10z", "M16 9c1.5 1.5 1.5 4.500 0 6"],
  signal: ["M5 18v-3M10 18v-6M15 18V9M20 18V5"],
  crown: ["M4 17l-1-9 5 4 4-7 4 7 5-4-1 9z"],
  circle: ["M12 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14z"],
  fork: ["M4 18l4-12 4 6 4-6 4 12z"],
} as const;

export type IconName = keyof typeof PATHS;

/** Decoration: what it means is said by the text or label beside it. */
export function icon(name: IconName, className = "icon"): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  for (const path of PATHS[name]) {
    const line = document.createElementNS(SVG, "path");
    line.setAttribute("d", path);
    svg.append(line);
  }
  return svg;
}

/** A round gauge that fills clockwise from the top with the custom property `--share`. */
export function gaugeRing(): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 48 48");
  svg.setAttribute("class", "gauge-ring");
  svg.setAttribute("aria-hidden", "true");
  for (const className of ["gauge-track", "gauge-fill"]) {
    const circle = document.createElementNS(SVG, "circle");
    circle.setAttribute("class", className);
    circle.setAttribute("cx", "24");
    circle.setAttribute("cy", "24");
    circle.setAttribute("r", "21");
    circle.setAttribute("pathLength", "1");
    svg.append(circle);
  }
  return svg;
}
