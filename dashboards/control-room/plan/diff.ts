/** What differs between two texts, line by line. */

export interface DiffLine {
    readonly kind: "same" | "gone" | "new";
    readonly text: string;
    /** From 1, in the text that has it; of the later one where both do. */
    readonly line: number;
}

// A table of this many cells is worked out in a blink; beyond it the whole middle counts as changed.
const CELLS_MAX = 4_000_000;

export function diffOf(before: string, after: string): DiffLine[] {
    const old = before.split("\n");
    const now = after.split("\n");
    let head = 0;
    while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
    let tail = 0;
    const room = Math.min(old.length, now.length) - head;
    while (tail < room && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
    const middle = changed(
        old.slice(head, old.length - tail),
        now.slice(head, now.length - tail),
        head,
    );
    return [
        ...now.slice(0, head).map((text, index) => same(text, index + 1)),
        ...middle,
        ...now.slice(now.length - tail).map((text, index) => same(text, now.length - tail + index + 1)),
    ];
}

/** Only what differs, with so many lines about it; null stands for what is left out. */
export function around(lines: readonly DiffLine[], context = 3): (DiffLine | null)[] {
    const near = new Set<number>();
    lines.forEach(({ kind }, index) => {
        if (kind === "same") return;
        for (let place = index - context; place <= index + context; place += 1) near.add(place);
    });
    const shown: (DiffLine | null)[] = [];
    lines.forEach((line, index) => {
        if (near.has(index)) shown.push(line);
        else if (shown.length > 0 && shown.at(-1) !== null) shown.push(null);
    });
    if (shown.at(-1) === null) shown.pop();
    return shown;
}

function same(text: string, line: number): DiffLine {
    return { kind: "same", text, line };
}

function changed(old: readonly string[], now: readonly string[], head: number): DiffLine[] {
    const width = now.length + 1;
    if (old.length * now.length > CELLS_MAX) return replaced(old, now, head);
    // The longest common run of lines from each pair of places on.
    const runs = new Uint32Array((old.length + 1) * width);
    for (let i = old.length - 1; i >= 0; i -= 1) {
        for (let j = now.length - 1; j >= 0; j -= 1) {
            runs[i * width + j] =
                old[i] === now[j]
                    ? (runs[(i + 1) * width + j + 1] ?? 0) + 1
                    : Math.max(runs[(i + 1) * width + j] ?? 0, runs[i * width + j + 1] ?? 0);
        }
    }
    const lines: DiffLine[] = [];
    let i = 0;
    let j = 0;
    while (i < old.length || j < now.length) {
        if (i < old.length && j < now.length && old[i] === now[j]) {
            lines.push(same(now[j] ?? "", head + j + 1));
            i += 1;
            j += 1;
        } else if (
            j >= now.length ||
            (i < old.length && (runs[(i + 1) * width + j] ?? 0) >= (runs[i * width + j + 1] ?? 0))
        ) {
            lines.push({ kind: "gone", text: old[i] ?? "", line: head + i + 1 });
            i += 1;
        } else {
            lines.push({ kind: "new", text: now[j] ?? "", line: head + j + 1 });
            j += 1;
        }
    }
    return lines;
}

function replaced(old: readonly string[], now: readonly string[], head: number): DiffLine[] {
    return [
        ...old.map((text, index) => ({ kind: "gone" as const, text, line: head + index + 1 })),
        ...now.map((text, index) => ({ kind: "new" as const, text, line: head + index + 1 })),
    ];
}
