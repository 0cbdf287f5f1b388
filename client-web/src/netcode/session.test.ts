import { describe, expect, test } from "vitest";
import type { GoodbyeEvent } from "./core-event";
import { ATTEMPTS_PER_MINUTE_MAX } from "./back-off";
import { FakeWorld } from "./fakes.test-kit";

function start(prepare: (world: FakeWorld) => void = () => undefined): { world: FakeWorld; end: AbortController; done: Promise<void> } {
  const world = new FakeWorld();
  prepare(world);
  const end = new AbortController();
  return { world, end, done: world.session.run(end.signal) };
}

function goodbye(code: number, retry: GoodbyeEvent["retry"], retryAfterMs = 0): GoodbyeEvent {
  return { type: "goodbye", code, retry, retry_after_ms: retryAfterMs, sentence: "Because." };
}

describe("Session", () => {
  test("joins with a ticket and plays after the welcome", async () => {
    const { world } = start();
    await world.pass(100);
    expect(world.queries).toEqual(["ticket=t"]);
    expect(world.states.map(({ kind }) => kind)).toEqual(["joining", "playing"]);
  });

  test("a lost link comes back with the resume token, again and again", async () => {
    const { world } = start();
    await world.pass(100);
    for (let round = 0; round < 3; round += 1) {
      world.link.breakDown();
      await world.pass(1000);
      expect(world.session.state.kind).toBe("playing");
      await world.pass(10_000);
    }
    expect(world.queries).toEqual(["ticket=t", "resume=r1", "resume=r2", "resume=r3"]);
  });

  test("a host that falls silent is left", async () => {
    const { world } = start();
    await world.pass(1000);
    await world.pass(3500, false);
    expect(world.links.length).toBe(2);
    expect(world.links[0]?.isClosed).toBe(true);
  });

  test("a link that opens and never welcomes is left", async () => {
    const { world } = start((it) => {
      it.doesWelcome = false;
    });
    await world.pass(6000);
    expect(world.links[0]?.isClosed).toBe(true);
    expect(world.queries.length).toBe(2);
  });

  test("a goodbye that says never ends the session with its sentence", async () => {
    const { world, done } = start();
    await world.pass(100);
    world.tell(goodbye(4004, "never"));
    await world.pass(60_000);
    await done;
    expect(world.session.state).toEqual({ kind: "ended", problem: { title: expect.any(String) as string, text: "Because.", action: "menu" } });
    expect(world.queries.length).toBe(1);
  });

  test("a page of another version is asked to reload", async () => {
    const { world } = start();
    await world.pass(100);
    world.tell(goodbye(4012, "never"));
    await world.pass(100);
    expect(world.session.state).toMatchObject({ kind: "ended", problem: { action: "reload" } });
  });

  test("a goodbye that names a time is not undercut, not even by a hint", async () => {
    const { world } = start();
    await world.pass(100);
    world.tell(goodbye(4002, "after", 5000));
    await world.pass(4000);
    world.hint();
    await world.pass(500);
    expect(world.queries.length).toBe(1);
    await world.pass(1000);
    expect(world.queries.length).toBe(2);
  });

  test("a sign that the network is back ends the wait", async () => {
    const { world } = start((it) => {
      it.dice = 0.99;
    });
    await world.pass(100);
    world.isReachable = false;
    world.link.breakDown();
    await world.pass(12_000);
    const before = world.queries.length;
    world.isReachable = true;
    world.hint();
    await world.pass(1);
    expect(world.queries.length).toBe(before + 1);
    expect(world.session.state.kind).toBe("playing");
  });

  test("attempts stay bounded when every link opens and dies at once", async () => {
    const { world } = start((it) => {
      it.dice = 0;
    });
    for (let step = 0; step < 3 * 60 * 10; step += 1) {
      await world.pass(100);
      world.links.at(-1)?.breakDown();
    }
    for (const from of world.openedAtMs) {
      const inMinute = world.openedAtMs.filter((at) => at >= from && at < from + 60_000).length;
      expect(inMinute).toBeLessThanOrEqual(ATTEMPTS_PER_MINUTE_MAX);
    }
  });

  test("a resume that a reachable server refuses becomes a new seat", async () => {
    const { world } = start();
    await world.pass(100);
    world.doesOpen = false;
    world.link.breakDown();
    await world.pass(30_000);
    expect(world.queries).toContain("resume=r1");
    world.doesOpen = true;
    await world.pass(30_000);
    expect(world.queries.at(-1)).toBe("ticket=t");
    expect(world.core.calls.slice(-2)).toEqual(["forgot", "opened"]);
    expect(world.session.state.kind).toBe("playing");
  });

  test("a player who never got in is told after a few attempts", async () => {
    const { world, done } = start((it) => {
      it.isReachable = false;
    });
    await world.pass(60_000);
    await done;
    expect(world.session.state).toMatchObject({ kind: "ended", problem: { action: "retry" } });
  });

  test("a player who was in is told after two minutes, not before", async () => {
    const { world } = start();
    await world.pass(10_000);
    world.isReachable = false;
    world.link.breakDown();
    await world.pass(100_000);
    expect(world.session.state.kind).toBe("coming-back");
    await world.pass(60_000);
    expect(world.session.state).toMatchObject({ kind: "ended", problem: { action: "retry" } });
  });

  test("a refusal without a way back names the remedy", async () => {
    const { world } = start((it) => {
      const problem = { status: 404, code: "no_such_match", title: "No such match", hint: "Play another.", retryAfterMs: undefined };
      it.joinAnswer = { kind: "refused", problem };
    });
    await world.pass(100);
    expect(world.session.state).toEqual({ kind: "ended", problem: { title: "No such match", text: "Play another.", action: "menu" } });
  });

  test("leaving closes the link and asks for nothing more", async () => {
    const { world, end, done } = start();
    await world.pass(100);
    end.abort();
    await done;
    await world.pass(60_000);
    expect(world.link.isClosed).toBe(true);
    expect(world.session.state.kind).toBe("idle");
    expect(world.queries.length).toBe(1);
  });

  test("what the core cannot read ends the session when another link would not help", async () => {
    const { world } = start((it) => {
      it.core.verdict = 4012;
      it.doesWelcome = false;
    });
    await world.pass(100);
    world.link.arrive(1, Uint8Array.of(1));
    await world.pass(100);
    expect(world.session.state).toMatchObject({ kind: "ended", problem: { action: "reload" } });
  });
});
