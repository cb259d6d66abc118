/** The choice to rehearse: what is begun is marked, and commands only what takes part in it. */
import { type WordKey, word } from "../words/words";

interface Props {
    isChosen: boolean;
    /** What it means here. */
    what?: WordKey;
    choose(is: boolean): void;
}

export function AsExercise({ isChosen, what = "exercise.what", choose }: Props) {
    return (
        <label className="flex min-h-10 cursor-pointer items-start gap-2.5 rounded-md border border-edge-2 px-3 py-2 has-checked:border-medium has-checked:bg-medium/10 has-focus-visible:outline-2 has-focus-visible:outline-accent pointer-coarse:min-h-12">
            <input
                type="checkbox"
                checked={isChosen}
                onChange={(event) => {
                    choose(event.target.checked);
                }}
                className="mt-1 accent-medium"
            />
            <span>
                <span className="block">{word("exercise.as")}</span>
                <span className="block text-[12.5px] text-ink-2">{word(what)}</span>
            </span>
        </label>
    );
}
