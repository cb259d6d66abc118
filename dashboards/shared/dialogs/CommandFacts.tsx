/** What a command will do, said before anybody says yes. */
import { TriangleAlert } from "lucide-react";

import { Fact, Facts } from "../detail/Facts";
import { needsConfirmation } from "../picture/devices";
import type { Actuator } from "../picture/views";
import { named, word } from "../words/words";

export function CommandFacts({ actuator, action }: { actuator: Actuator; action: string }) {
    return (
        <>
            <Facts>
                <Fact name={word("device.actuator")}>
                    {actuator.name} <span className="font-mono text-ink-2">{actuator.id.toUpperCase()}</span>
                </Fact>
                <Fact name={word("device.orders")}>
                    <span className="font-semibold">{named("action_name", action)}</span>
                </Fact>
                <Fact name={word("device.position")}>{named("position", actuator.position)}</Fact>
                <Fact name={word("command.what")}>{named("effect", actuator.effect)}</Fact>
            </Facts>
            {needsConfirmation(actuator.effect) && (
                <p className="my-4 flex gap-2.5 rounded-md border border-high/40 bg-high/5 p-3 text-ink">
                    <TriangleAlert size={17} className="mt-px shrink-0 text-high" aria-hidden="true" />
                    {word("command.interlock")}
                </p>
            )}
        </>
    );
}
