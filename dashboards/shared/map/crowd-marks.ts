/** What the crowd's field says in lines and words: whither it flows, and where nobody can be told apart. */
import { type Flow, type Patch, flowOf, fieldOf, lostPatches, middleOfCell, personsText } from "../picture/crowd";
import type { Crowd } from "../picture/views";
import { word } from "../words/words";
import { type Ink, plate } from "./pen";
import { pixelsPerMetre, project } from "./plane";
import type { Scene } from "./scene";

// Arrows stand this far apart at least: nearer they hide what they lie on.
const ARROW_EVERY_PX = 34;
// Slower than this it is milling, not flowing.
const FLOW_MIN_MPS = 0.25;
// So many in full words on one map, for the largest crowds; the others have their number alone.
const WORDS_MAX = 6;
const PLATES_MAX = 40;
// A handful of people is told by a number; from here on in words.
const PERSONS_SAID_MIN = 8;
// One person alone is no crowd, however unsure their place is.
const PERSONS_COUNTED_MIN = 1.5;
// Where cells are smaller than this on the screen, small numbers would hide the people around.
const CELL_NUMBERED_PX = 10;
const WORDS_ABOVE_PX = 22;
const NUMBER_ABOVE_PX = 12;

// A field stays for a second and is painted sixty times: what follows from it is worked out once.
function remembered<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
    const known = new WeakMap<Key, Value>();
    return (key) => {
        const before = known.get(key);
        if (before !== undefined) return before;
        const made = make(key);
        known.set(key, made);
        return made;
    };
}

const patchesOf = remembered((crowd: Crowd) =>
    lostPatches(crowd)
        .filter(({ persons }) => persons >= PERSONS_COUNTED_MIN)
        .slice(0, PLATES_MAX),
);
const flowsOf = remembered((_: Crowd) => new Map<string, Flow[]>());

function flowNow(crowd: Crowd, block: number, isThinShown: boolean): Flow[] {
    const key = `${block} ${isThinShown}`;
    const before = flowsOf(crowd).get(key);
    if (before !== undefined) return before;
    const cells = isThinShown ? crowd.cells : crowd.cells.filter(({ lost }) => lost);
    const made = flowOf({ ...crowd, cells }, block, FLOW_MIN_MPS);
    flowsOf(crowd).set(key, made);
    return made;
}

export function paintCrowdMarks(ink: Ink, scene: Scene): void {
    const crowd = fieldOf(scene.picture.crowd);
    if (crowd === null) return;
    paintFlow(ink, scene, crowd);
    paintWords(ink, scene, crowd);
}

function paintFlow(ink: Ink, scene: Scene, crowd: Crowd): void {
    const block = Math.max(1, Math.ceil(ARROW_EVERY_PX / Math.max(1, cellSize_px(scene, crowd))));
    ink.strokeStyle = "#eef4fb";
    ink.lineWidth = 1.5;
    ink.lineCap = "round";
    for (const { at, east_mps, north_mps } of flowNow(crowd, block, scene.layers.crowd)) {
        const [x, y] = project(scene.plane, at.east_m, at.north_m);
        const [tx, ty] = project(scene.plane, at.east_m + east_mps, at.north_m + north_mps);
        const turn = Math.atan2(ty - y, tx - x);
        // A brisk walk is as long as the space between arrows.
        const part = Math.min(1, Math.hypot(east_mps, north_mps) / 1.4);
        arrow(ink, x, y, turn, ARROW_EVERY_PX * (0.3 + 0.5 * part));
    }
    ink.lineCap = "butt";
    ink.globalAlpha = 1;
}

function cellSize_px({ plane }: Scene, { cells, cell_m }: Crowd): number {
    const cell = cells[0];
    return cell === undefined ? 0 : pixelsPerMetre(plane, middleOfCell(cell, cell_m)) * cell_m;
}

function arrow(ink: Ink, x: number, y: number, turn: number, length_px: number): void {
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
    const at = (along: number, across: number) =>
        [x + cos * along - sin * across, y + sin * along + cos * across] as const;
    const tip = at(length_px / 2, 0);
    ink.globalAlpha = 0.8;
    ink.beginPath();
    ink.moveTo(...at(-length_px / 2, 0));
    ink.lineTo(...tip);
    ink.moveTo(...at(length_px / 2 - 5, -3.5));
    ink.lineTo(...tip);
    ink.lineTo(...at(length_px / 2 - 5, 3.5));
    ink.stroke();
}

function paintWords(ink: Ink, scene: Scene, crowd: Crowd): void {
    const hasRoom = cellSize_px(scene, crowd) >= CELL_NUMBERED_PX;
    patchesOf(crowd).forEach((patch, index) => {
        const { at, persons, sigma_persons } = patch;
        const [x] = project(scene.plane, at.east_m, at.north_m);
        const y = topOf(scene, patch, crowd.cell_m);
        const text = personsText(persons, sigma_persons);
        if (index < WORDS_MAX && persons >= PERSONS_SAID_MIN) {
            const lines = [word("crowd.persons", { persons: text }), word("crowd.lost_short")];
            plate(ink, lines, x, y - WORDS_ABOVE_PX, "#ffffff");
        } else if (hasRoom) {
            plate(ink, [text], x, y - NUMBER_ABOVE_PX, "#ffffff");
        }
    });
}

// Above the crowd, so that the words hide nothing of it.
function topOf({ plane }: Scene, { cells }: Patch, cell_m: number): number {
    return Math.min(
        ...cells.map(({ column, row }) => project(plane, (column + 0.5) * cell_m, (row + 1) * cell_m)[1]),
    );
}
