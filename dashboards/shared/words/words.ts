/** Words on the screen are data: one file a language. */
import i18next from "i18next";

import english from "./en.json";

export type WordKey = Extract<keyof typeof english, string>;

await i18next.init({
    lng: "en",
    resources: { en: { translation: english } },
    // A key is one flat name, and React escapes what it shows.
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
});

export function word(key: WordKey, values: Record<string, string | number> = {}): string {
    return i18next.t(key, values);
}

/** The word of a value of a closed vocabulary: `words("priority", "high")`. */
export function named(vocabulary: string, value: string): string {
    return i18next.t(`${vocabulary}.${value}`, { defaultValue: value.replaceAll("_", " ") });
}
