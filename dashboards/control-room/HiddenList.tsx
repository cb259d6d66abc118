/** What is hidden, why, by whom and until when; and bringing it back. Nothing hidden is forgotten. */
import { ChevronRight } from "lucide-react";
import { useState } from "react";

import { request } from "../shared/desk";
import { selectAlert } from "../shared/hand";
import { Button } from "../shared/parts/Button";
import { PriorityMark } from "../shared/parts/marks";
import { ageText, clockText } from "../shared/picture/ages";
import { canUnshelve, hiddenUntil } from "../shared/picture/alerts";
import { canReturn, servicesOf } from "../shared/picture/services";
import { useHidden, useHubTime, usePicture } from "../shared/picture/use";
import type { Alert } from "../shared/picture/views";
import type { Service } from "../shared/picture/work";
import { named, word } from "../shared/words/words";

export function HiddenList() {
    const [isOpen, setOpen] = useState(false);
    const hidden = useHidden();
    const services = servicesOf(usePicture((picture) => picture.services).values());
    if (hidden.length === 0 && services.length === 0) return null;
    return (
        <section aria-label={word("hidden.title")} className="shrink-0 border-t border-edge">
            <button
                type="button"
                aria-expanded={isOpen}
                onClick={() => {
                    setOpen(!isOpen);
                }}
                className="flex min-h-9 w-full items-center gap-1.5 px-4 text-left text-ink-2 hover:bg-raised"
            >
                <ChevronRight size={14} className={`shrink-0 ${isOpen ? "rotate-90" : ""}`} aria-hidden="true" />
                {word("hidden.count", { count: hidden.length })}
                {services.length > 0 && ` · ${word("hidden.services", { count: services.length })}`}
            </button>
            {isOpen && (
                <ul className="m-0 max-h-[24vh] list-none overflow-y-auto p-0">
                    {services.map((service) => (
                        <ServiceRow key={service.id} service={service} />
                    ))}
                    {hidden.map((alert) => (
                        <HiddenRow key={alert.id} alert={alert} />
                    ))}
                </ul>
            )}
        </section>
    );
}

function Until({ until_us }: { until_us: number | null }) {
    const at_us = useHubTime();
    if (until_us === null) return <>{word("hidden.no_end")}</>;
    return (
        <>
            {word("hidden.until", {
                time: clockText(until_us).slice(0, 5),
                left: ageText(until_us - at_us),
            })}
        </>
    );
}

function HiddenRow({ alert }: { alert: Alert }) {
    const role = usePicture((picture) => picture.role);
    const who = alert.state === "shelved" ? alert.shelved_by : null;
    const why = alert.state === "shelved" ? alert.shelve_reason : alert.hidden_why;
    return (
        <li className="flex items-start gap-2 border-t border-edge py-2 pr-3 pl-4" data-hidden={alert.number}>
            <span className="mt-1">
                <PriorityMark priority={alert.priority} isFaint />
            </span>
            <button
                type="button"
                className="min-w-0 flex-1 text-left"
                onClick={() => {
                    selectAlert(alert);
                }}
            >
                <span className="block truncate">{alert.summary}</span>
                <span className="block text-[12px] text-ink-2">
                    {named("state", alert.state)}
                    {who !== null && ` · ${who}`} · <Until until_us={hiddenUntil(alert)} />
                </span>
                {why !== null && <span className="block text-[12px] text-ink-2">{why}</span>}
            </button>
            {canUnshelve(alert, role) && (
                <Button size="small" onClick={() => void request({ kind: "unshelve", alert: alert.id })}>
                    {word("action.unshelve")}
                </Button>
            )}
        </li>
    );
}

export function ServiceRow({ service }: { service: Service }) {
    const role = usePicture((picture) => picture.role);
    return (
        <li className="flex items-start gap-2 border-t border-edge py-2 pr-3 pl-4" data-service={service.id}>
            <div className="min-w-0 flex-1">
                <div className="truncate font-mono text-[12.5px]">{service.id}</div>
                <div className="text-[12px] text-ink-2">
                    {word("state.out_of_service")} · {service.by} · <Until until_us={service.until_us} />
                    {" · "}
                    {word("hidden.alerts", { count: service.hidden_count })}
                </div>
                <div className="text-[12px] text-ink-2">{service.reason}</div>
            </div>
            {canReturn(role) && (
                <Button
                    size="small"
                    onClick={() =>
                        void request({ kind: "return_to_service", target: service.id }, "toast.returned")
                    }
                >
                    {word("action.unshelve")}
                </Button>
            )}
        </li>
    );
}
