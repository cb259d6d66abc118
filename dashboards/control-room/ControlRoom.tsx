/** The control room: header, rail, and one page at a time. */
import { useKeyboard } from "../shared/hand";
import { Dialogs } from "../shared/dialogs/Dialogs";
import { Announcer } from "../shared/parts/Announcer";
import { LinkBanner, useSilence } from "../shared/parts/LostLink";
import { useTones } from "../shared/sound/use-tones";
import { AlertsPage } from "./AlertsPage";
import { DevicesPage } from "./DevicesPage";
import { Header } from "../shared/parts/Header";
import { PostureBand, PostureFrame } from "../shared/parts/PostureBand";
import { HealthPage } from "../shared/pages/HealthPage";
import { HandoverPage } from "./HandoverPage";
import { LoadPage } from "./LoadPage";
import { Operations } from "./Operations";
import { PlanPage } from "./plan/PlanPage";
import { Rail } from "./Rail";
import { TeamsPage } from "./TeamsPage";
import { usePage } from "./route";

export function ControlRoom() {
    const page = usePage();
    const isLost = useSilence() !== null;
    useKeyboard();
    useTones();
    return (
        <div className="flex h-dvh flex-col">
            <Header />
            <PostureBand />
            <LinkBanner />
            <div className="grid min-h-0 flex-1 grid-cols-[52px_minmax(0,1fr)] grid-rows-[minmax(0,1fr)]">
                <Rail page={page} />
                <main
                    className={`min-h-0 min-w-0 ${isLost ? "opacity-70 grayscale" : ""}`}
                    data-lost={isLost}
                >
                    {page === "operations" && <Operations />}
                    {page === "alerts" && <AlertsPage />}
                    {page === "teams" && <TeamsPage />}
                    {page === "devices" && <DevicesPage />}
                    {page === "rules" && <PlanPage />}
                    {page === "load" && <LoadPage />}
                    {page === "handover" && <HandoverPage />}
                    {page === "health" && <HealthPage />}
                </main>
            </div>
            <Announcer />
            <Dialogs />
            <PostureFrame />
        </div>
    );
}
