/**
 * The colours of players and teams: Okabe and Ito's, which stay apart for colour-blind eyes. They never carry meaning alone:
 * names, shapes and outlines say it too.
 */

import type { Team } from "../netcode/core-event";
import { teamNumber } from "../netcode/frame-layout";

export const PLAYER_COLOURS = [0x56b4e9, 0xe69f00, 0x009e73, 0xcc79a7, 0xf0e442, 0xd55e00, 0x0072b2] as const;
export const PLAYER_COLOUR_NAMES = ["Sky", "Amber", "Green", "Pink", "Yellow", "Red", "Blue"] as const;

export const BLUE_TEAM = 0x56b4e9;
export const ORANGE_TEAM = 0xe69f00;

export const WHITE = 0xffffff;
export const SHIELD = 0xbfe3ff;
export const DANGER = 0xd55e00;

export const PICKUP_COLOURS = { repair: 0x2fc99b, haste: 0xf0e442, overcharge: 0xe08fbe } as const;

/** How a ship is drawn: its team's colour in a team match, its own otherwise. */
export function shipColour(team: number, colour: number): number {
  if (team === teamNumber.blue) return BLUE_TEAM;
  if (team === teamNumber.orange) return ORANGE_TEAM;
  return PLAYER_COLOURS[colour % PLAYER_COLOURS.length] ?? PLAYER_COLOURS[0];
}

export function playerColour(team: Team, colour: number): number {
  return shipColour(teamNumber[team], colour);
}

export function cssColour(rgb: number): string {
  return `#${rgb.toString(16).padStart(6, "0")}`;
}

/** `a` at 0, `b` at 1. */
export function mixColour(a: number, b: number, share: number): number {
  return mixChannel(a, b, share, 16) | mixChannel(a, b, share, 8) | mixChannel(a, b, share, 0);
}

function mixChannel(a: number, b: number, share: number, shift: number): number {
  const from = (a >> shift) & 0xff;
  const to = (b >> shift) & 0xff;
  return Math.round(from + (to - from) * share) << shift;
}

/**
 * Premultiplied bytes for a vertex: `alpha` dims the colour, `cover` says how much of what lies behind is hidden.
 * Nothing hidden means light that adds up.
 */
function packed(rgb: number, alpha: number, cover: number): number {
  const a = alpha < 0 ? 0 : alpha > 1 ? 1 : alpha;
  const r = ((rgb >> 16) & 0xff) * a;
  const g = ((rgb >> 8) & 0xff) * a;
  const b = (rgb & 0xff) * a;
  return (((cover * a * 255) << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** Light: added to what is behind. */
export function light(rgb: number, alpha: number): number {
  return packed(rgb, alpha, 0);
}

/** Paint: covers what is behind. */
export function paint(rgb: number, alpha: number): number {
  return packed(rgb, alpha, 1);
}
