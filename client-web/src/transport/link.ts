// The waist: what every transport becomes. Nothing above it asks which transport it is; differences are numbers in `caps`.

/** Unreliable: the latest wins. Reliable: ordered, complete. The numbers are those of the envelope's lane byte. */
export type Lane = 0 | 1;
export const LANE = { unreliable: 0, reliable: 1 } as const satisfies Record<string, Lane>;

/** Best first. */
export const TRANSPORTS = ["webtransport"] as const;
export type TransportKind = (typeof TRANSPORTS)[number];

export interface LinkCaps {
  /** The largest unreliable envelope that this link carries now. */
  readonly datagramBytesMax: number;
}

/** Why a link is gone, as far as this side knows. Reasons that matter to the player come as a goodbye from the core instead. */
export type LinkEnd =
  | { readonly kind: "closed-here" }
  | { readonly kind: "closed-there"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "malformed"; readonly reason: string }
  | { readonly kind: "too-slow" };

export type Receive = (lane: Lane, bytes: Uint8Array) => void;

export interface Link {
  readonly transport: TransportKind;
  readonly caps: LinkCaps;
  /** Settles once, never rejects. */
  readonly closed: Promise<LinkEnd>;
  /** Takes a copy: the bytes may live in wasm memory and are free again when this returns. */
  send(lane: Lane, bytes: Uint8Array): void;
  /** Where arriving envelopes go; whatever arrived before the first call is delivered by it. */
  onReceive(receive: Receive): void;
  close(): void;
}
