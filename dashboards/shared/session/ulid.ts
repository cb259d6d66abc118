/** Ids that sort by time (ULID specification): the client names what it asks, so a retry is one. */

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** 48 bits of time, then 80 bits of chance: `random` holds 16 numbers, of which 5 bits each count. */
export function ulid(now_ms: number, random: Uint8Array): string {
    let rest = now_ms;
    let time = "";
    for (let place = 0; place < 10; place += 1) {
        time = (CROCKFORD[rest % 32] ?? "0") + time;
        rest = Math.floor(rest / 32);
    }
    return time + Array.from(random.subarray(0, 16), (byte) => CROCKFORD[byte % 32]).join("");
}

export function newUlid(): string {
    return ulid(Date.now(), crypto.getRandomValues(new Uint8Array(16)));
}
