import { expect, test } from "vitest";
import { JoinDesk, type JoinRequest } from "./join-desk";

const wish: JoinRequest = { name: "ADA", colour: 2, mode: "teams", matchId: undefined };
const forever = new AbortController().signal;
const links = { webtransport: { url: "https://127.0.0.1:8080/wt", certificate_hashes: ["AAAA", 5] } };

function desk(respond: (path: string, init: RequestInit) => Response | Promise<Response>): JoinDesk {
  return new JoinDesk((path, init) => Promise.resolve(respond(path, init)));
}

test("quick play and a certain match are asked for at their own doors", async () => {
  const asked: [string, unknown][] = [];
  const door = desk((path, { body }) => {
    asked.push([path, JSON.parse(body as string)]);
    return Response.json({ match_id: 7, ticket: "t", expires_in_ms: 30_000, links });
  });
  const granted = await door.join(wish, forever);
  await door.join({ ...wish, matchId: "a/b" }, forever);
  expect(asked).toEqual([
    ["/api/v1/play", { name: "ADA", colour: 2, mode: "teams" }],
    ["/api/v1/matches/a%2Fb/join", { name: "ADA", colour: 2 }],
  ]);
  expect(granted).toEqual({
    kind: "granted",
    value: { matchId: "7", ticket: "t", targets: { webtransport: { url: "https://127.0.0.1:8080/wt", certificateHashes: ["AAAA"] } } },
  });
});

test("a problem document becomes a problem with its remedy", async () => {
  const problem = { type: "about:blank", title: "No such match", status: 404, code: "no_such_match", hint: "Join another match." };
  const answer = await desk(() => Response.json(problem, { status: 404 })).join(wish, forever);
  expect(answer).toEqual({
    kind: "refused",
    problem: { status: 404, code: "no_such_match", title: "No such match", hint: "Join another match.", retryAfterMs: undefined },
  });
});

test("a busy server may be asked again, at the time it names", async () => {
  const busy = await desk(() => new Response("", { status: 503, headers: { "retry-after": "7" } })).join(wish, forever);
  expect(busy).toMatchObject({ kind: "refused", problem: { status: 503, retryAfterMs: 7000 } });
  const silent = await desk(() => new Response("", { status: 429 })).join(wish, forever);
  expect(silent).toMatchObject({ kind: "refused", problem: { retryAfterMs: 2000 } });
});

test("an answer that makes no sense, and none at all, are both out of reach", async () => {
  expect(await desk(() => new Response("<html>")).join(wish, forever)).toMatchObject({ kind: "unreachable" });
  expect(await desk(() => Response.json({ ticket: "t" })).join(wish, forever)).toMatchObject({ kind: "unreachable" });
  const down = new JoinDesk(() => Promise.reject(new TypeError("Failed to fetch")));
  expect(await down.join(wish, forever)).toEqual({ kind: "unreachable", detail: "Failed to fetch" });
});

test("the links can be asked for without a seat", async () => {
  const answer = await desk(() => Response.json({ name: "Slipstream", ...links })).targets(forever);
  expect(answer).toMatchObject({ kind: "granted", value: { webtransport: { certificateHashes: ["AAAA"] } } });
});
