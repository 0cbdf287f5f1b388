/** The picture behind the menu: three ships and their wakes, drawn once and still. */

const SVG = "http://www.w3.org/2000/svg";

interface Flight {
  readonly path: string;
  readonly colour: string;
  readonly width: number;
  /** Where the nose is and where it points, in degrees. */
  readonly at: readonly [number, number, number];
  readonly tail: readonly [number, number];
}

const FLIGHTS: readonly Flight[] = [
  { path: "M-60 820 C 260 720 420 420 760 330 S 1180 250 1292 196", colour: "#56b4e9", width: 46, at: [1300, 192, -25], tail: [300, 700] },
  { path: "M180 960 C 380 700 560 520 800 420 S 1010 340 1066 312", colour: "#e69f00", width: 38, at: [1074, 308, -26], tail: [380, 720] },
  { path: "M1500 860 C 1300 820 1180 720 1120 620 S 1080 560 1064 540", colour: "#cc79a7", width: 30, at: [1060, 534, -124], tail: [1400, 840] },
];

export function menuArt(): SVGSVGElement {
  const svg = node("svg", { viewBox: "0 0 1440 900", preserveAspectRatio: "xMidYMid slice", class: "menu-art", "aria-hidden": "true" }) as SVGSVGElement;
  const definitions = node("defs", {});
  svg.append(definitions, grid());
  FLIGHTS.forEach((flight, index) => {
    const id = `wake-${index}`;
    const [noseX, noseY, angle] = flight.at;
    const fade = node("linearGradient", { id, gradientUnits: "userSpaceOnUse", x1: flight.tail[0], y1: flight.tail[1], x2: noseX, y2: noseY });
    fade.append(node("stop", { offset: 0, "stop-color": flight.colour, "stop-opacity": 0 }), node("stop", { offset: 1, "stop-color": flight.colour, "stop-opacity": 1 }));
    definitions.append(fade);
    const stroke = { d: flight.path, fill: "none", stroke: `url(#${id})`, "stroke-linecap": "butt" };
    svg.append(
      node("path", { ...stroke, "stroke-width": flight.width, opacity: 0.13 }),
      node("path", { ...stroke, "stroke-width": flight.width * 0.5, opacity: 0.16 }),
      node("path", { ...stroke, "stroke-width": 2.5, opacity: 0.75 }),
    );
    const ship = node("g", { transform: `translate(${noseX} ${noseY}) rotate(${angle})` });
    ship.append(node("path", { d: "M30 0 L-14 -22 L-26 -18 L-16 0 L-26 18 L-14 22 Z", fill: "#0b0f1a", stroke: flight.colour, "stroke-width": 3, "stroke-linejoin": "round" }));
    if (index === 0) ship.append(node("circle", { r: 46, fill: "none", stroke: "#e6ecf7", "stroke-width": 1.5, opacity: 0.7 }), node("path", { d: "M13 0 L-5 -7 L-1 0 L-5 7 Z", fill: "#ffffff" }));
    svg.append(ship);
  });
  return svg;
}

function grid(): SVGElement {
  let lines = "";
  for (let x = 0; x <= 1440; x += 80) lines += `M${x} 0V900`;
  for (let y = 20; y <= 900; y += 80) lines += `M0 ${y}H1440`;
  return node("path", { d: lines, stroke: "#24304a", "stroke-width": 1, opacity: 0.35, fill: "none" });
}

function node(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
