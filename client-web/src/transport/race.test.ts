import { expect, test } from "vitest";
import type { Link, LinkEnd } from "./link";
import { type Candidate, race } from "./race";

function link(closed: string[], name: string): Link {
  return {
    transport: "webtransport",
    caps: { datagramBytesMax: 1000 },
    closed: new Promise<LinkEnd>(() => undefined),
    send: () => undefined,
    onReceive: () => undefined,
    close: () => closed.push(name),
  };
}

function candidate(open: Candidate["open"], startAfterMs = 0, timeoutMs = 1000): Candidate {
  return { transport: "webtransport", startAfterMs, timeoutMs, open };
}

const forever = new AbortController().signal;

function never(signal: AbortSignal): Promise<Link> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => {
      reject(new Error("aborted"));
    });
  });
}

test("the first that opens wins and the others are given up", async () => {
  const result = await race([candidate(never), candidate(() => Promise.resolve(link([], "b")), 5)], forever);
  expect(result.kind).toBe("opened");
  expect(result.tried.map(({ outcome }) => outcome).sort()).toEqual(["not-needed", "opened"]);
});

test("an attempt that hangs is over after its timeout", async () => {
  const result = await race([candidate(never, 0, 10)], forever);
  expect(result.kind).toBe("failed");
  expect(result.tried[0]?.outcome).toBe("timed-out");
});

test("the next sets off at once when all before it have failed", async () => {
  const startedAt = performance.now();
  const refuse = (): Promise<Link> => Promise.reject(new Error("refused"));
  const result = await race([candidate(refuse), candidate(() => Promise.resolve(link([], "b")), 60_000)], forever);
  expect(result.kind).toBe("opened");
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  expect(result.tried[0]).toMatchObject({ outcome: "failed", detail: "refused" });
});

test("no candidate at all is a failure, not a hang", async () => {
  expect(await race([], forever)).toEqual({ kind: "failed", tried: [] });
});

test("a link that opens after the race is won is closed", async () => {
  const closed: string[] = [];
  let openLate: () => void = () => undefined;
  const late = new Promise<Link>((resolve) => {
    openLate = (): void => {
      resolve(link(closed, "late"));
    };
  });
  const winner = candidate(() => {
    queueMicrotask(openLate);
    return Promise.resolve(link(closed, "winner"));
  });
  const result = await race([winner, candidate(() => late)], forever);
  expect(result.kind).toBe("opened");
  expect(closed).not.toContain("winner");
});
