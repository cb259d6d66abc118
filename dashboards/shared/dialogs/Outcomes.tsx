/** What an alert turned out to be: six answers, each with what it means. */
import type { AlertOutcome } from "../contract";
import { OUTCOMES } from "../picture/outcomes";
import { named, word } from "../words/words";
import { Choice } from "./Choice";

interface Props {
    chosen: AlertOutcome | null;
    choose(outcome: AlertOutcome): void;
}

export function Outcomes({ chosen, choose }: Props) {
    return (
        <Choice
            legend={word("outcome.title")}
            name="outcome"
            values={OUTCOMES}
            chosen={chosen}
            choose={choose}
            isTall
            text={(outcome) => (
                <span>
                    <span className="font-medium">{named("outcome", outcome)}</span>
                    <span className="text-ink-2"> · {named("outcome_what", outcome)}</span>
                </span>
            )}
        />
    );
}
