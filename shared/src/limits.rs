//! Every bound and rate of the project, each with its unit; const asserts at the end prove how they relate.

// ---- time -------------------------------------------------------------------------------------

/// Simulation steps per second.
pub const TICK_HZ: u32 = 60;
/// One tick in microseconds, rounded; schedules multiply instead of adding this up.
pub const TICK_US: u64 = 1_000_000 / TICK_HZ as u64;
/// A loop that has fallen behind runs at most this many ticks at once; the rest is skipped and counted.
pub const CATCH_UP_TICKS_MAX: u32 = 2;

// ---- the world --------------------------------------------------------------------------------

/// Seats in one match; a ship is named by its seat on the wire.
pub const SLOTS_MAX: usize = 1024;
/// The longest side of a level.
pub const LEVEL_M_MAX: u32 = 512;
/// Pickups in one level, so that their state fits one mask.
pub const PICKUPS_MAX: usize = 48;
/// Spawn points in one level.
pub const SPAWNS_MAX: usize = 1024;
/// How far back a shot may be judged: 250 ms.
pub const REWIND_TICKS_MAX: u32 = 15;
/// Hitbox positions remembered per ship.
pub const HITBOX_HISTORY_TICKS: u32 = 32;
/// A wake point is laid every so many ticks.
pub const WAKE_STEP_TICKS: u32 = 4;
/// A wake can be felt only from this age on. Younger wakes are unknown to a client that predicts ahead of its newest
/// snapshot; older ones it knows exactly, so that the boost is predicted rather than corrected.
pub const WAKE_AGE_TICKS_MIN: u32 = 12;
/// A wake is gone at this age.
pub const WAKE_AGE_TICKS_MAX: u32 = 60;

// ---- inputs -----------------------------------------------------------------------------------

/// Payload of one input packet.
pub const INPUT_BYTES_MAX: usize = 24;
/// Inputs carried by one packet, the newest included.
pub const INPUTS_PER_PACKET_MAX: usize = 16;
/// How far ahead of the match an input may be stamped; later ones are refused.
pub const INPUT_LEAD_TICKS_MAX: u32 = 30;
/// How long a starved seat keeps its last input before it lets go of the controls.
pub const STARVATION_HOLD_TICKS: u32 = 15;
/// Input packets a seat may send per second, with room for bursts after a stall.
pub const INPUT_PACKETS_PER_S_MAX: u32 = 130;

// ---- snapshots --------------------------------------------------------------------------------

/// Payload of one snapshot; fits every browser's datagram limit with room for the session prefix.
pub const SNAPSHOT_BYTES_MAX: usize = 1150;
/// Every so many ticks the state becomes a baseline that is shared by all players.
pub const KEYFRAME_TICKS: u32 = 8;
/// Baselines remembered: 2.1 s. A client whose newest acked baseline is older starts from nothing.
pub const KEYFRAME_RING: usize = 16;
/// Ticks an ack mask covers, beside the newest.
pub const ACK_MASK_TICKS: u32 = 32;
/// A shot is announced in this many snapshots in a row, then never again.
pub const SHOT_REPEAT_TICKS: u32 = 3;
/// Interest is computed anew every so many ticks (15 Hz).
pub const INTEREST_TICKS: u32 = 4;

// ---- the reliable lane ------------------------------------------------------------------------

/// One reliable frame, its header included.
pub const RELIABLE_FRAME_BYTES_MAX: usize = 16 * 1024;
/// Messages kept for a peer that has not acknowledged them; one more closes the session as too slow.
pub const RELIABLE_UNACKED_MAX: usize = 1024;
/// Bytes kept for a peer that has not acknowledged them.
pub const RELIABLE_UNACKED_BYTES_MAX: usize = 256 * 1024;
/// Chat text, in bytes of UTF-8.
pub const CHAT_BYTES_MAX: usize = 240;
/// Player name, in characters.
pub const NAME_CHARS_MAX: usize = 16;
/// Player name, in bytes of UTF-8.
pub const NAME_BYTES_MAX: usize = 4 * NAME_CHARS_MAX;
/// Reliable messages a player may send per second.
pub const PLAYER_MESSAGES_PER_S_MAX: u32 = 20;
/// Reliable messages a player may send at once, after a pause or on a new link; one more closes the session as flooding.
pub const PLAYER_MESSAGES_BURST_MAX: u32 = 80;
/// Messages a player's own side keeps until the host has them; while it is full, the client refuses to say more.
pub const PLAYER_UNACKED_MAX: usize = 64;
/// One message, as bincode wrote it: a frame without its header.
pub const MESSAGE_BYTES_MAX: usize = RELIABLE_FRAME_BYTES_MAX - 5;
/// Messages that arrived are acknowledged together, at the latest after this long.
pub const ACK_DELAY_MS: u64 = 50;
/// ... or when there are this many.
pub const ACK_EVERY_MESSAGES: u32 = 32;
/// Chat lines a player may say per second; more are not relayed and the player is told.
pub const CHAT_PER_S_MAX: u32 = 1;
/// Chat lines a player may say at once after a pause.
pub const CHAT_BURST_MAX: u32 = 4;
/// Kills per second that are told to those who had no part in them; those who had are always told.
pub const KILL_FEED_PER_S_MAX: u32 = 8;
/// The score board is told at most this often.
pub const SCORE_TICKS: u32 = TICK_HZ / 2;
/// Lines of the score board, and players of a roster, in one message.
pub const LINES_PER_MESSAGE_MAX: usize = 160;
/// A level as bytes; it travels in one message with the tunables and some players.
pub const LEVEL_BYTES_MAX: usize = 10 * 1024;
/// The tunables as JSON.
pub const TUNING_JSON_BYTES_MAX: usize = 4 * 1024;
/// Players in the message that starts a match; the others follow in rosters.
pub const PLAYERS_WITH_START_MAX: usize = 16;
/// Resume token in a welcome, in bytes.
pub const RESUME_TOKEN_BYTES_MAX: usize = 200;
/// Reason in a goodbye, in bytes of UTF-8.
pub const GOODBYE_REASON_BYTES_MAX: usize = 200;
/// Ships in one piece of a first state.
pub const BASELINE_PIECE_BYTES_MAX: usize = 1024;

// ---- sessions ---------------------------------------------------------------------------------

/// A client that hears nothing for this long believes its link dead.
pub const CLIENT_SILENCE_MS_MAX: u64 = 3_000;
/// A server that hears nothing for this long believes the peer dead.
pub const SERVER_SILENCE_MS_MAX: u64 = 10_000;
/// Pings and frames other than messages that a peer may send per second; more are ignored, far more is flooding.
pub const CONTROLS_PER_S_MAX: u32 = 60;
/// Pings are sent this often.
pub const PING_EVERY_MS: u64 = 250;
/// A seat waits this long for its player to come back.
pub const SEAT_AWAY_MS_MAX: u64 = 30_000;
/// A ticket may be used once, within this time.
pub const TICKET_MS_MAX: u64 = 30_000;
/// From a connection's first packet to its first valid frame.
pub const HANDSHAKE_MS_MAX: u64 = 5_000;

/// Beyond this a recording is given up.
pub const RECORDING_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Levels a match may go round through.
pub const RECORDING_LEVELS_MAX: u64 = 64;
/// A bot takes an empty seat after this long, and no two at once.
pub const BOT_ARRIVAL_TICKS: u32 = 2 * TICK_HZ;

const _: () = assert!(REWIND_TICKS_MAX < HITBOX_HISTORY_TICKS);
const _: () = assert!(WAKE_AGE_TICKS_MIN < WAKE_AGE_TICKS_MAX);
const _: () = assert!(WAKE_AGE_TICKS_MIN.is_multiple_of(WAKE_STEP_TICKS));
const _: () = assert!(ACK_MASK_TICKS >= 2 * KEYFRAME_TICKS, "an ack must be able to name a baseline");
const _: () = assert!(BASELINE_PIECE_BYTES_MAX < RELIABLE_FRAME_BYTES_MAX);
const _: () = assert!(PLAYER_UNACKED_MAX < PLAYER_MESSAGES_BURST_MAX as usize, "what a client resends on a new link is no flood");
const _: () = assert!(PLAYER_UNACKED_MAX <= RELIABLE_UNACKED_MAX);
const _: () = assert!(RELIABLE_FRAME_BYTES_MAX <= u16::MAX as usize, "the length before a frame has 16 bits");
const _: () = assert!(
    LEVEL_BYTES_MAX + TUNING_JSON_BYTES_MAX + PLAYERS_WITH_START_MAX * (NAME_BYTES_MAX + 10) + 256 <= MESSAGE_BYTES_MAX,
    "the start of a match is one message"
);
const _: () = assert!(LINES_PER_MESSAGE_MAX * (NAME_BYTES_MAX + 10) + 16 <= MESSAGE_BYTES_MAX);
const _: () = assert!(RESUME_TOKEN_BYTES_MAX <= u8::MAX as usize && GOODBYE_REASON_BYTES_MAX <= u8::MAX as usize);
const _: () = assert!(2 * PING_EVERY_MS < CLIENT_SILENCE_MS_MAX, "a lost ping is not a lost link");
const _: () = assert!(CLIENT_SILENCE_MS_MAX < SERVER_SILENCE_MS_MAX && SERVER_SILENCE_MS_MAX < SEAT_AWAY_MS_MAX);
const _: () = assert!(INPUT_LEAD_TICKS_MAX < 128, "input ticks travel as 16 bits and are unwrapped near the match's tick");
