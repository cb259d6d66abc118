/** Sensors and actuators: how each is, worst first. */
import { goTo, select, useDesk } from "../shared/desk";
import { Detail } from "../shared/detail/Detail";
import { ServiceMark, ServicePart } from "../shared/detail/ServicePart";
import { heardText } from "../shared/detail/SensorCard";
import { CalibrationMark } from "../shared/parts/CalibrationMark";
import { ConditionMark } from "../shared/parts/marks";
import { Cell, Row, Table } from "../shared/parts/Table";
import { distanceText } from "../shared/picture/ages";
import { offGround } from "../shared/picture/calibration";
import { compareDevices, conditionOf } from "../shared/picture/devices";
import { useHubTime, usePicture } from "../shared/picture/use";
import type { Actuator, Sensor } from "../shared/picture/views";
import { named, word } from "../shared/words/words";
import { Part } from "../shared/parts/Part";

export function DevicesPage() {
    const sensors = usePicture((picture) => picture.sensors);
    const actuators = usePicture((picture) => picture.actuators);
    return (
        <div className="grid h-full grid-rows-[minmax(0,1fr)] grid-cols-[minmax(0,1fr)_clamp(300px,23vw,400px)]">
            <div className="min-h-0 overflow-y-auto p-5">
                <Part title={`${word("devices.sensors")} (${sensors.size})`}>
                    <SensorTable sensors={[...sensors.values()].sort(compareDevices)} />
                </Part>
                <Part title={`${word("devices.actuators")} (${actuators.size})`}>
                    <ActuatorTable actuators={[...actuators.values()].sort(compareDevices)} />
                </Part>
                <Rules />
            </div>
            <div className="grid min-h-0 border-l border-edge bg-panel">
                <Detail track={null} />
            </div>
        </div>
    );
}

/** The rules of the plan: each may be worked on, as a device may. */
function Rules() {
    const rules = usePicture((picture) => picture.site.rules);
    if (rules.length === 0) return null;
    return (
        <Part title={`${word("devices.rules")} (${rules.length})`}>
            <ul className="m-0 grid list-none grid-cols-[repeat(auto-fill,minmax(240px,1fr))] gap-3 p-0">
                {rules.map((rule) => (
                    <li key={rule} className="rounded-md border border-edge bg-panel p-3">
                        <div className="font-mono text-[12.5px] [overflow-wrap:anywhere]">{rule}</div>
                        <ServicePart target={rule} />
                    </li>
                ))}
            </ul>
        </Part>
    );
}

function useSelected(kind: "sensor" | "actuator"): string | null {
    return useDesk(({ selection }) => (selection?.kind === kind ? selection.id : null));
}

function DeviceName({ device }: { device: Sensor | Actuator }) {
    return (
        <>
            <span className="font-mono text-[12px]">{device.id.toUpperCase()}</span>{" "}
            <span className="text-ink-2">{device.name}</span>
            <ServiceMark target={device.id} />
        </>
    );
}

function CalibrationCell({ sensor }: { sensor: Sensor }) {
    const { calibration } = sensor;
    if (calibration === null) return "–";
    return (
        <span className="flex items-center gap-2.5">
            <CalibrationMark state={calibration.state} />
            {calibration.state !== "learning" && (
                <span className="font-mono text-[12px] whitespace-nowrap text-ink-2 tabular-nums">
                    {distanceText(offGround(calibration))}
                </span>
            )}
        </span>
    );
}

function SensorTable({ sensors }: { sensors: readonly Sensor[] }) {
    const at_us = useHubTime();
    const selected = useSelected("sensor");
    return (
        <Table
            heads={[
                word("device.sensor"),
                word("device.state"),
                word("calibration.head"),
                word("device.heard"),
                word("device.rate"),
                word("device.detections"),
                word("device.delay"),
                word("device.spool"),
                word("device.refused"),
                word("device.faults"),
            ]}
        >
            {sensors.map((sensor) => (
                <Row
                    key={sensor.id}
                    isSelected={sensor.id === selected}
                    choose={() => {
                        select({ kind: "sensor", id: sensor.id });
                        goTo(sensor.at);
                    }}
                >
                    <Cell>
                        <DeviceName device={sensor} />
                    </Cell>
                    <Cell>
                        <ConditionMark condition={conditionOf(sensor)} />
                    </Cell>
                    <Cell>
                        <CalibrationCell sensor={sensor} />
                    </Cell>
                    <Cell isMono>{heardText(sensor.last_us, at_us)}</Cell>
                    <Cell isMono>{sensor.scan_rate_hz.toFixed(1)} Hz</Cell>
                    <Cell isMono>{sensor.detections_per_s.toFixed(1)} /s</Cell>
                    <Cell isMono>{Math.round(sensor.delay_ms)} ms</Cell>
                    <Cell isMono>{sensor.spool_count}</Cell>
                    <Cell isMono>{sensor.refused_count}</Cell>
                    <Cell>{sensor.faults.map((fault) => fault.text).join("; ") || "–"}</Cell>
                </Row>
            ))}
        </Table>
    );
}

function ActuatorTable({ actuators }: { actuators: readonly Actuator[] }) {
    const at_us = useHubTime();
    const selected = useSelected("actuator");
    return (
        <Table
            heads={[
                word("device.actuator"),
                word("device.state"),
                word("device.position"),
                word("device.effect"),
                word("device.heard"),
            ]}
        >
            {actuators.map((actuator) => (
                <Row
                    key={actuator.id}
                    isSelected={actuator.id === selected}
                    choose={() => {
                        select({ kind: "actuator", id: actuator.id });
                        goTo(actuator.at);
                    }}
                >
                    <Cell>
                        <DeviceName device={actuator} />
                    </Cell>
                    <Cell>
                        <ConditionMark condition={conditionOf(actuator)} />
                    </Cell>
                    <Cell>
                        <span className="font-semibold">{named("position", actuator.position)}</span>
                    </Cell>
                    <Cell>{named("effect", actuator.effect)}</Cell>
                    <Cell isMono>{heardText(actuator.last_us, at_us)}</Cell>
                </Row>
            ))}
        </Table>
    );
}
