/** Signing in: calm, and clear about what went wrong. */
import { ShieldHalf } from "lucide-react";
import { type FormEvent, useState } from "react";

import { useDesk } from "../desk";
import { Button } from "../parts/Button";
import { word } from "../words/words";
import { HubRefusal, signIn } from "./hub";

interface Complaint {
    text: string;
    fix: string;
}

function complaintOf(error: unknown): Complaint {
    if (!(error instanceof HubRefusal)) throw error;
    if (error.status === 401) {
        return { text: word("sign_in.wrong"), fix: word("sign_in.wrong_fix") };
    }
    if (error.status === 429) return { text: word("sign_in.too_many"), fix: error.fix };
    if (error.status === 0) {
        return { text: word("error.unreachable"), fix: word("sign_in.unreachable_fix") };
    }
    return { text: error.message || word(error.what), fix: error.fix };
}

export function SignIn() {
    const [complaint, setComplaint] = useState<Complaint | null>(null);
    const [isBusy, setBusy] = useState(false);

    const submit = async (event: FormEvent<HTMLFormElement>) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        setBusy(true);
        setComplaint(null);
        try {
            const session = await signIn(String(form.get("name")), String(form.get("password")));
            useDesk.setState({ session });
        } catch (error) {
            setComplaint(complaintOf(error));
        } finally {
            setBusy(false);
        }
    };

    return (
        <main className="grid h-full place-items-center overflow-y-auto bg-[radial-gradient(60rem_40rem_at_50%_-10%,#15222f,transparent)] p-4">
            <form onSubmit={(event) => void submit(event)} className="w-full max-w-[22rem]">
                <div className="mb-8 flex flex-col items-center gap-3">
                    <ShieldHalf size={44} strokeWidth={1.6} className="text-accent" aria-hidden="true" />
                    <h1 className="m-0 text-[22px] font-semibold tracking-[0.18em]">VEDETTE</h1>
                </div>
                <div className="flex flex-col gap-4 rounded-xl border border-edge bg-panel p-6 shadow-2xl">
                    <Input name="name" label={word("sign_in.name")} autoComplete="username" type="text" />
                    <Input
                        name="password"
                        label={word("sign_in.password")}
                        autoComplete="current-password"
                        type="password"
                    />
                    <div role="alert" className="empty:hidden">
                        {complaint !== null && (
                            <div className="rounded-md border border-critical/50 bg-critical/10 px-3 py-2">
                                <div className="font-medium text-critical">{complaint.text}</div>
                                {complaint.fix !== "" && <div className="text-ink-2">{complaint.fix}</div>}
                            </div>
                        )}
                    </div>
                    <Button type="submit" tone="strong" disabled={isBusy} className="min-h-11">
                        {word(isBusy ? "sign_in.busy" : "sign_in.submit")}
                    </Button>
                </div>
            </form>
        </main>
    );
}

interface InputProps {
    name: string;
    label: string;
    type: "text" | "password";
    autoComplete: string;
}

function Input({ name, label, type, autoComplete }: InputProps) {
    return (
        <label className="flex flex-col gap-1.5 text-ink-2">
            {label}
            <input
                name={name}
                type={type}
                required
                maxLength={type === "password" ? 256 : 48}
                autoFocus={name === "name"}
                autoCapitalize="none"
                autoComplete={autoComplete}
                className="min-h-11 rounded-md border border-edge-2 bg-ground px-3 text-[15px] text-ink"
            />
        </label>
    );
}
