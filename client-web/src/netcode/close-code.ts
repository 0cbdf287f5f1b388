// Why a link or a session ended; the same table as the core's; a test holds them together.

/** now: with back-off and the resume token. after: not before the delay that the goodbye names. never: a person has to do something. */
export type Retry = "now" | "after" | "never";

export interface CloseCode {
  readonly number: number;
  readonly name: string;
  readonly retry: Retry;
  /** For a person. */
  readonly sentence: string;
}

export const CLOSE_CODES: readonly CloseCode[] = [
  { number: 4000, name: "Done", retry: "never", sentence: "You left the match." },
  { number: 4001, name: "LinkLost", retry: "now", sentence: "The connection was lost." },
  { number: 4002, name: "GoingAway", retry: "after", sentence: "The server is restarting. You will be reconnected." },
  { number: 4003, name: "Silent", retry: "now", sentence: "Nothing was heard from you for a while." },
  { number: 4004, name: "Replaced", retry: "never", sentence: "This seat is being played from another tab or device." },
  { number: 4005, name: "SeatExpired", retry: "never", sentence: "Your seat was given up after you were away too long. Join again." },
  { number: 4006, name: "MatchOver", retry: "never", sentence: "The match is over." },
  { number: 4010, name: "MatchFull", retry: "after", sentence: "The match is full." },
  { number: 4011, name: "BadTicket", retry: "never", sentence: "The ticket is not valid any more. Join again." },
  { number: 4012, name: "WrongVersion", retry: "never", sentence: "This page is older or newer than the server. Reload it." },
  { number: 4020, name: "Malformed", retry: "never", sentence: "The server did not understand a message." },
  { number: 4021, name: "Flooding", retry: "after", sentence: "Too many messages were sent." },
  { number: 4022, name: "TooSlow", retry: "now", sentence: "The connection was too slow to keep up." },
  { number: 4023, name: "HandshakeTimeout", retry: "now", sentence: "The handshake took too long." },
  { number: 4030, name: "Internal", retry: "after", sentence: "Something went wrong on the server." },
];

const BY_NUMBER = new Map(CLOSE_CODES.map((code) => [code.number, code]));
const LINK_LOST = 4001;

/** A number that this page does not know is treated as a lost link: come back. */
export function closeCode(number: number): CloseCode {
  const found = BY_NUMBER.get(number) ?? BY_NUMBER.get(LINK_LOST);
  if (found === undefined) throw new Error("the table of close codes lacks LinkLost");
  return found;
}
