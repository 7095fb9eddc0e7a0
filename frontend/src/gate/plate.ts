// Plates of the mainland (GA 36-2018): seven characters, or eight for new-energy vehicles. No I and no O.
const PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新";
const PLAIN = "[A-HJ-NP-Z0-9]";
const SEVEN = new RegExp(`^[${PROVINCES}][A-HJ-NP-Z](?=.*\\d)(?:${PLAIN}{5}|${PLAIN}{4}[挂学警港澳领])$`);
const SMALL = new RegExp(`^[${PROVINCES}][A-HJ-NP-Z][A-HJK]${PLAIN}\\d{4}$`); // new energy, cars: the letter first
const LARGE = new RegExp(`^[${PROVINCES}][A-HJ-NP-Z]\\d{5}[A-HJK]$`); // new energy, lorries and buses: the letter last

export const plain = (typed: string) => typed.toUpperCase().replace(/[\s·.\-]/g, "");

// "" when it is no plate that can be, else its kind.
export function kindOfPlate(typed: string): "" | "plain" | "energy" {
  const text = plain(typed);
  return SMALL.test(text) || LARGE.test(text) ? "energy" : SEVEN.test(text) ? "plain" : "";
}

export const shown = (plate: string) => (plain(plate).length > 2 ? `${plain(plate).slice(0, 2)}·${plain(plate).slice(2)}` : plain(plate));
