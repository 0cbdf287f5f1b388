// Where a session stands, as one value: what is shown to the player follows from it.

import type { TransportKind } from "../transport/link";

export type SessionState =
  | { readonly kind: "idle" }
  /** Before the first welcome. */
  | { readonly kind: "joining"; readonly attempt: number }
  | { readonly kind: "playing"; readonly transport: TransportKind }
  /** The link is gone; the seat waits. `retryAtMs` is undefined while an attempt is under way. */
  | { readonly kind: "coming-back"; readonly attempt: number; readonly retryAtMs: number | undefined; readonly reason: string }
  | { readonly kind: "ended"; readonly problem: SessionProblem };

/** An end that a person has to know about, and what they can do. */
export interface SessionProblem {
  readonly title: string;
  readonly text: string;
  readonly action: "retry" | "reload" | "menu";
}
