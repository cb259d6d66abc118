/** Sensors and actuators on a phone: one large row each, worst first. */
import { goTo, select } from "../shared/desk";
import { heardText } from "../shared/detail/SensorCard";
import { ConditionMark } from "../shared/parts/marks";
import { compareDevices, conditionOf } from "../shared/picture/devices";
import { useHubTime, usePicture } from "../shared/picture/use";
import type { Actuator, Sensor } from "../shared/picture/views";
import { named, word } from "../shared/words/words";

export function DevicesPage() {
    const sensors = usePicture((picture) => picture.sensors);
    const actuators = usePicture((picture) => picture.actuators);
    return (
        <div className="h-full overflow-y-auto bg-panel">
            <List title={word("devices.actuators")} kind="actuator" devices={[...actuators.values()]} />
            <List title={word("devices.sensors")} kind="sensor" devices={[...sensors.values()]} />
        </div>
    );
}

interface ListProps {
    title: string;
    kind: "sensor" | "actuator";
    devices: (Sensor | Actuator)[];
}

function List({ title, kind, devices }: ListProps) {
    const at_us = useHubTime();
    return (
        <section>
            <h2 className="m-0 px-4 pt-4 pb-2 text-[15px] font-semibold">{title}</h2>
            {devices.sort(compareDevices).map((device) => (
                <button
                    key={device.id}
                    type="button"
                    onClick={() => {
                        select({ kind, id: device.id });
                        goTo(device.at);
                    }}
                    className="flex min-h-16 w-full items-center gap-3 border-b border-edge px-4 text-left"
                >
                    <span className="min-w-0 flex-1">
                        <span className="block truncate text-[15px]">{device.name}</span>
                        <span className="font-mono text-[12px] text-ink-2">{device.id.toUpperCase()}</span>
                    </span>
                    <span className="flex flex-col items-end text-[13px]">
                        <ConditionMark condition={conditionOf(device)} />
                        <span className="font-mono text-[12px] text-ink-2">
                            {"position" in device
                                ? named("position", device.position)
                                : heardText(device.last_us, at_us)}
                        </span>
                    </span>
                </button>
            ))}
        </section>
    );
}
