// What the address asks for: `/?play&name=ADA&match=ID&mode=teams&colour=3&transport=webtransport`. Nonsense is left out, never an error.

import type { Mode } from "./netcode/core-event";
import { type TransportKind, TRANSPORTS } from "./transport/link";

export interface Config {
  /** Join at once, without the menu. */
  readonly isPlayWanted: boolean;
  readonly name: string | undefined;
  /** A certain match instead of quick play. */
  readonly matchId: string | undefined;
  readonly mode: Mode | undefined;
  readonly colour: number | undefined;
  /** Only this transport; all of them when undefined. */
  readonly transport: TransportKind | undefined;
}

const NAME_CHARS_MAX = 16;
/** As many as the server knows. */
const COLOURS = 16;
const MATCH_ID = /^[\w-]{1,64}$/u;

export function configFromAddress(search: string): Config {
  const parameters = new URLSearchParams(search);
  const play = parameters.get("play");
  return {
    isPlayWanted: play !== null && play !== "0" && play !== "false",
    name: nameOf(parameters.get("name")),
    matchId: MATCH_ID.exec(parameters.get("match") ?? "")?.[0],
    mode: modeOf(parameters.get("mode")),
    colour: colourOf(parameters.get("colour")),
    transport: TRANSPORTS.find((transport) => transport === parameters.get("transport")),
  };
}

function nameOf(text: string | null): string | undefined {
  // Control characters would break the line that a name stands in.
  const name = Array.from((text ?? "").replace(/\p{C}/gu, "").trim()).slice(0, NAME_CHARS_MAX).join("");
  return name === "" ? undefined : name;
}

function modeOf(text: string | null): Mode | undefined {
  switch (text?.replace("-", "_").replace("-", "_")) {
    case "free_for_all":
    case "ffa":
      return "free_for_all";
    case "teams":
      return "teams";
    default:
      return undefined;
  }
}

function colourOf(text: string | null): number | undefined {
  const colour = Number(text ?? "");
  return text !== null && text !== "" && Number.isInteger(colour) && colour >= 0 && colour < COLOURS ? colour : undefined;
}
