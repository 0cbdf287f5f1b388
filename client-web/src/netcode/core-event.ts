/**
 * What the core tells the page at a low rate, as JSON: the level, who plays, kills, scores, phases, and the end of a link.
 * Everything that moves comes through the render frame instead.
 */

export type Team = "solo" | "blue" | "orange";
export type Phase = "warm_up" | "live" | "ended";
export type Mode = "free_for_all" | "teams";
export type Weapon = "bolt" | "rail";
export type PickupKind = "repair" | "haste" | "overcharge";

export interface PlayerProfile {
  readonly slot: number;
  readonly name: string;
  readonly team: Team;
  /** Index into the page's palette. */
  readonly colour: number;
  readonly is_bot: boolean;
}

export interface ScoreLine {
  readonly slot: number;
  readonly name: string;
  readonly team: Team;
  readonly colour: number;
  readonly is_bot: boolean;
  readonly score: number;
  readonly kills: number;
  readonly assists: number;
  readonly deaths: number;
  readonly ping_ms: number;
}

export interface PickupSpot {
  readonly index: number;
  readonly kind: PickupKind;
  readonly x: number;
  readonly y: number;
}

/** First word of every link. */
export interface WelcomeEvent {
  readonly type: "welcome";
  readonly resume_token: string;
  readonly session: string;
  readonly slot: number;
}

/** A match began, or the next one on another level. */
export interface LevelEvent {
  readonly type: "level";
  readonly revision: number;
  readonly name: string;
  readonly mode: Mode;
  readonly width_m: number;
  readonly height_m: number;
  /** Closed rings round solid ground, in metres: x, y, x, y, ... */
  readonly outline: readonly (readonly number[])[];
  /** Solid ground as rectangles in metres: x, y, width, height. */
  readonly solid: readonly (readonly [number, number, number, number])[];
  readonly pickups: readonly PickupSpot[];
}

export interface RosterEvent {
  readonly type: "roster";
  readonly players: readonly PlayerProfile[];
  /** Seats whose players are away. */
  readonly away: readonly number[];
}

export interface KillEvent {
  readonly type: "kill";
  readonly tick: number;
  readonly killer: number | null;
  readonly killer_name: string | null;
  readonly victim: number;
  readonly victim_name: string;
  readonly assist: number | null;
  readonly assist_name: string | null;
  readonly weapon: Weapon;
  /** The own player is the killer, the victim or the assistant. */
  readonly is_own: boolean;
}

export interface ScoresEvent {
  readonly type: "scores";
  readonly lines: readonly ScoreLine[];
  readonly blue: number;
  readonly orange: number;
}

export interface PhaseEvent {
  readonly type: "phase";
  readonly phase: Phase;
  readonly ends_at: number;
  readonly seconds_left: number;
}

export interface ChatEvent {
  readonly type: "chat";
  readonly from: number;
  readonly name: string;
  readonly text: string;
}

export interface NoticeEvent {
  readonly type: "notice";
  readonly text: string;
}

export interface AwayEvent {
  readonly type: "away";
  readonly slot: number;
  readonly is_away: boolean;
}

/** A pickup was taken (by `slot`) or is back. */
export interface PickupEvent {
  readonly type: "pickup";
  readonly index: number;
  readonly is_ready: boolean;
  readonly slot: number | null;
}

/** The final score board of a match, best first. */
export interface ResultsEvent {
  readonly type: "results";
  readonly lines: readonly ScoreLine[];
  readonly winner: number | null;
  readonly winning_team: Team | null;
}

export interface GoodbyeEvent {
  readonly type: "goodbye";
  readonly code: number;
  readonly retry: "now" | "after" | "never";
  readonly retry_after_ms: number;
  /** A sentence for a person. */
  readonly sentence: string;
}

export type CoreEvent =
  | WelcomeEvent
  | LevelEvent
  | RosterEvent
  | KillEvent
  | ScoresEvent
  | PhaseEvent
  | ChatEvent
  | NoticeEvent
  | AwayEvent
  | PickupEvent
  | ResultsEvent
  | GoodbyeEvent;
