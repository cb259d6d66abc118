/** What this phone still owes the hub, said also while there is no picture yet. */
import { word } from "../shared/words/words";
import { useAnswers } from "./answers";

export function Kept() {
    const count = useAnswers(({ owed }) => owed.length);
    if (count === 0) return null;
    return (
        <p className="fixed inset-x-4 bottom-6 m-0 text-center text-high" data-owed={count}>
            {word("field.owed", { count })}
        </p>
    );
}
