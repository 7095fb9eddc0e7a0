// A name as it is compared with one that was typed at another moment, by another hand; diba/core/gating/names.py says the same.
export const nameKey = (name: string) => name.normalize("NFKC").toUpperCase().toLowerCase().replace(/[\p{Z}\p{P}\p{S}\p{C}]/gu, "");

export const sameName = (one: string, other: string) => nameKey(one) !== "" && nameKey(one) === nameKey(other);
