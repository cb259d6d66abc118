/** The steps of an alert's playbook: how far each is, and the one yes that a step may wait for. */
import {
    Ban,
    BellRing,
    Check,
    CheckCheck,
    CircleDashed,
    Clock,
    DoorOpen,
    Hand,
    Lightbulb,
    Megaphone,
    Siren,
    Shield,
    TriangleAlert,
} from "lucide-react";
import type { ComponentType } from "react";

import type { ActuatorAction, CommandState } from "../contract";
import { open } from "../desk";
import { Button } from "../parts/Button";
import { ageText } from "../picture/ages";
import { canConfirm } from "../picture/alerts";
import { useHubTime, usePicture } from "../picture/use";
import type { Step } from "../picture/views";
import { named, word } from "../words/words";
import { Heading } from "./Facts";

type Icon = ComponentType<{ size?: number; className?: string }>;

const ACTION_ICON: Partial<Record<ActuatorAction, Icon>> = {
    sound: Siren,
    silence: BellRing,
    speak: Megaphone,
    show: Megaphone,
    turn_on: Lightbulb,
    turn_off: Lightbulb,
    open: DoorOpen,
    close: DoorOpen,
    raise: Shield,
    lower: Shield,
};

interface Look {
    icon: Icon;
    tone: string;
}

export const COMMAND_LOOK: Readonly<Record<CommandState, Look>> = {
    awaiting_confirmation: { icon: Hand, tone: "text-high" },
    blocked: { icon: Ban, tone: "text-critical" },
    sent: { icon: CircleDashed, tone: "text-accent" },
    accepted: { icon: CircleDashed, tone: "text-accent" },
    completed: { icon: Check, tone: "text-ink-2" },
    confirmed: { icon: Check, tone: "text-good" },
    verified: { icon: CheckCheck, tone: "text-good" },
    rejected: { icon: TriangleAlert, tone: "text-critical" },
    failed: { icon: TriangleAlert, tone: "text-critical" },
    expired: { icon: Clock, tone: "text-ink-3" },
    cancelled: { icon: Ban, tone: "text-ink-3" },
};

export function CommandMark({ state }: { state: CommandState }) {
    const { icon: Mark, tone } = COMMAND_LOOK[state];
    return (
        <span className={`inline-flex items-center gap-1 whitespace-nowrap ${tone}`}>
            <Mark size={13} className="shrink-0" />
            {named("command_state", state)}
        </span>
    );
}

/** The commands of an alert that no running playbook shows already. */
export function ResponsePlan({ steps }: { steps: readonly Step[] }) {
    if (steps.length === 0) return null;
    return (
        <>
            <Heading>{word("alert.plan")}</Heading>
            <ol className="m-0 flex list-none flex-col gap-2 p-0">
                {steps.map((step) => (
                    <StepRow key={step.command} step={step} />
                ))}
            </ol>
        </>
    );
}

function StepRow({ step }: { step: Step }) {
    const role = usePicture((picture) => picture.role);
    const at_us = useHubTime();
    const Mark = ACTION_ICON[step.action] ?? Shield;
    const isWaiting = step.state === "awaiting_confirmation";
    return (
        <li
            data-step={step.step}
            className={`rounded-md border p-2.5 ${isWaiting ? "border-high/50 bg-high/5" : "border-edge bg-raised/40"}`}
        >
            <div className="flex items-start gap-2.5">
                <Mark size={16} className="mt-0.5 shrink-0 text-ink-2" />
                <div className="min-w-0 flex-1">
                    <div className="font-medium">{step.text}</div>
                    <div className="flex flex-wrap gap-x-2 text-[12px] text-ink-2">
                        <span className="font-mono">{step.actuator.toUpperCase()}</span>
                        <CommandMark state={step.state} />
                        {isWaiting && step.expires_us !== null && (
                            <span className="font-mono tabular-nums">
                                {ageText(step.expires_us - at_us)}
                            </span>
                        )}
                    </div>
                    {step.note !== null && <div className="mt-1 text-[12px] text-ink">{step.note}</div>}
                </div>
                {canConfirm(step, role) && (
                    <Button
                        tone="danger"
                        size="normal"
                        onClick={() => {
                            open({ kind: "confirm", command: step.command });
                        }}
                    >
                        {word("plan.confirm")}
                    </Button>
                )}
            </div>
        </li>
    );
}
