/** An actuator: what it does now, what it did lately, and ordering it by hand. */
import { open } from "../desk";
import { Button } from "../parts/Button";
import { ConditionMark, ExerciseMark } from "../parts/marks";
import { clockText } from "../picture/ages";
import { mayAct } from "../picture/alerts";
import { commandsOf, conditionOf, isDone } from "../picture/devices";
import { useHubTime, usePicture } from "../picture/use";
import type { Actuator } from "../picture/views";
import { named, word } from "../words/words";
import { Fact, Facts, Heading } from "./Facts";
import { CommandMark } from "./ResponsePlan";
import { heardText } from "./SensorCard";
import { ServicePart } from "./ServicePart";

export function ActuatorCard({ actuator }: { actuator: Actuator }) {
    const at_us = useHubTime();
    const role = usePicture((picture) => picture.role);
    return (
        <article className="p-4" data-card={actuator.id}>
            <div className="flex items-center gap-2 text-[12px] text-ink-2">
                {word("device.actuator")} <span className="font-mono">{actuator.id.toUpperCase()}</span>
                {actuator.simulated && <span className="text-high">{word("device.simulated")}</span>}
            </div>
            <h2 className="mt-1.5 mb-3 text-[17px] leading-snug font-semibold">{actuator.name}</h2>
            <Facts>
                <Fact name={word("device.position")}>
                    <span className="font-semibold">{named("position", actuator.position)}</span>
                </Fact>
                <Fact name={word("device.state")}>
                    <ConditionMark condition={conditionOf(actuator)} />
                </Fact>
                <Fact name={word("device.kind")}>{actuator.kind.replaceAll("_", " ")}</Fact>
                <Fact name={word("device.effect")}>{named("effect", actuator.effect)}</Fact>
                <Fact name={word("device.heard")} isMono>
                    {heardText(actuator.last_us, at_us)}
                </Fact>
                <InExercise actuator={actuator} />
            </Facts>
            <ServicePart target={actuator.id} />
            <Heading>{word("device.orders")}</Heading>
            {mayAct(role) ? (
                <Orders actuator={actuator} />
            ) : (
                <div className="text-ink-3">{word("device.orders_read_only")}</div>
            )}
            <Recent actuator={actuator} />
        </article>
    );
}

/** What an exercise does with it: it takes part, or something stands in for it. */
function InExercise({ actuator: { exercise, stand_in } }: { actuator: Actuator }) {
    const name = usePicture((picture) => (stand_in === null ? undefined : picture.actuators.get(stand_in)?.name));
    if (!exercise && name === undefined) return null;
    return <Fact name={word("exercise.stand_in")}>{name ?? word("exercise.partakes")}</Fact>;
}

function Orders({ actuator }: { actuator: Actuator }) {
    return (
        <div className="grid grid-cols-2 gap-2">
            {actuator.actions.map((action) => (
                <Button
                    key={action}
                    disabled={isDone(actuator, action)}
                    onClick={() => {
                        open({ kind: "order", actuator: actuator.id, action });
                    }}
                >
                    {named("action_name", action)}…
                </Button>
            ))}
        </div>
    );
}

function Recent({ actuator }: { actuator: Actuator }) {
    const all = usePicture((picture) => picture.commands);
    const role = usePicture((picture) => picture.role);
    const commands = commandsOf(all.values(), actuator.id).slice(0, 6);
    return (
        <>
            <Heading>{word("device.recent")}</Heading>
            {commands.length === 0 && <div className="text-ink-3">{word("command.none")}</div>}
            <ul className="m-0 flex list-none flex-col gap-2 p-0">
                {commands.map((command) => (
                    <li key={command.id} className="flex flex-wrap items-center gap-x-2 gap-y-1 text-[12.5px]">
                        <time className="font-mono text-ink-2 tabular-nums">
                            {clockText(command.requested_us)}
                        </time>
                        <span>{named("action_name", command.action)}</span>
                        <CommandMark state={command.state} />
                        <ExerciseMark of={command} />
                        <span className="text-ink-3">{command.by}</span>
                        {command.state === "awaiting_confirmation" && mayAct(role) && (
                            <Button
                                tone="danger"
                                size="small"
                                onClick={() => {
                                    open({ kind: "confirm", command: command.id });
                                }}
                            >
                                {word("plan.confirm")}
                            </Button>
                        )}
                        {command.note !== null && <div className="w-full text-ink-2">{command.note}</div>}
                    </li>
                ))}
            </ul>
        </>
    );
}
