/** Numbers as a player reads them. */

/** 4:05; never negative. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** 1st, 2nd, 3rd, 4th, 11th, 21st. */
export function ordinal(rank: number): string {
  const tens = rank % 100;
  if (tens >= 11 && tens <= 13) return `${rank}th`;
  return `${rank}${["th", "st", "nd", "rd"][rank % 10] ?? "th"}`;
}

export function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** A share as whole percent, with one decimal below ten. */
export function percent(share: number): string {
  const value = share * 100;
  return `${value >= 9.95 || value < 0.05 ? Math.round(value) : value.toFixed(1)} %`;
}

export function bytesPerSecond(bytes: number): string {
  return bytes < 1000 ? `${Math.round(bytes)} B/s` : `${(bytes / 1000).toFixed(1)} kB/s`;
}

const TRANSPORT_NAMES: Readonly<Record<string, string>> = {
  webtransport: "WebTransport",
  websocket: "WebSocket",
  sse: "Server events",
  "long-poll": "Long poll",
  webrtc: "Direct link",
  loopback: "This device",
};

export function transportName(transport: string): string {
  return TRANSPORT_NAMES[transport] ?? transport;
}
