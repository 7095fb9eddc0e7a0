// Every word of the guard's page: Chinese first, English beside it. tests/gates/test_words.py keeps both complete.
import type { Words } from "./records";

export const WORDS = {
  title: ["卡口", "Gate"],
  scan: ["扫码", "Scan"], vehicle: ["车辆", "Vehicle"], visitor: ["访客", "Visitor"], handover: ["交班", "Handover"], more: ["更多", "More"], back: ["返回", "Back"],
  in: ["入", "in"], out: ["出", "out"], gate_unknown: ["未登记的终端", "Device without a gate"],
  // verdicts and what follows
  v_pass: ["可入", "Enter"], v_pass_out: ["可出", "Leave"], v_stop: ["不得入", "Stop"], v_stop_out: ["不得出", "Stop"], v_wait: ["先等", "Wait"], v_measure: ["先量体温", "Measure"],
  // reasons of the table; {when}: the moment the verdict ends
  r_evacuation: ["正在疏散：只出不入", "Evacuation: out only"], r_held: ["正在隔离或观察", "In isolation or observation"], r_fever: ["两次体温都偏高", "Fever at both readings"],
  r_leaves: ["出门", "Leaves"], r_pass_forged: ["通行证是假的", "The pass is forged"], r_pass_unreadable: ["这个码读不出", "This code cannot be read"],
  r_pass_other_plant: ["别的单位的通行证", "A pass of another plant"], r_pass_revoked: ["通行证已作废", "The pass is revoked"], r_left: ["已离职，不再是本厂人员", "No longer works here"],
  r_high: ["体温偏高，坐下休息后再测", "High reading: rest, then again"], r_retest: ["已休息，现在再测一次", "Rested: measure again now"], r_abnormal: ["今天报了身体异常", "Reported ill today"],
  r_lists_expired: ["名单太旧，不能凭它判断", "The lists are too old to judge by"], r_pass_expired: ["通行证已过期", "The pass has expired"], r_pass_not_yet: ["通行证还没生效", "The pass is not valid yet"],
  r_pass_used: ["单次通行证已用过", "A single pass, already used"], r_not_listed: ["名单里没有此人", "Not on the lists"], r_zone: ["没有这个区域的权限", "No right to this zone"], r_way: ["此门不走这个方向", "This gate does not lead this way"],
  r_turn: ["不是本组驻厂的时候", "Not his team's turn"], r_visit_refused: ["被访人没有同意", "The host refused"], r_visit_withdrawn: ["预约已撤回", "The visit was called off"], r_visit_ill: ["在卡口两次发热", "Twice a fever at a gate"], r_visit_late: ["预约时间已过", "The visit's time is over"],
  r_visit_early: ["还没到预约时间", "Too early for the visit"], r_visit_asked: ["被访人还没答复", "The host has not answered"], r_no_visit: ["没有预约，请登记", "No visit: register"],
  r_host_guards: ["被访人就是值守人，请值班长另派人放行", "The host is the guard: somebody else lets him in"],
  r_not_declared: ["还没问去过哪里", "Has not said where he was"], r_plate: ["车牌不完整或不对", "The plate cannot be right"], r_not_booked: ["今天没有约这辆车", "This vehicle is not expected"],
  r_booked_early: ["还没到预约时间", "Too early for this vehicle"], r_driver: ["还不知道谁开车", "Who drives is not known"], r_disinfect: ["还没消毒", "Not disinfected yet"],
  r_inside_already: ["记录上他已在里面", "Already inside by the record"], r_not_checked_in: ["今天还没打卡", "Has not checked in today"], r_measure: ["别的都没问题，还要量体温", "All else in order; temperature still to be taken"], r_enters: ["体温正常，可以进", "All in order"],
  until: ["{when} 止", "until {when}"], from: ["{when} 起可入", "from {when}"],
  w_lists_old: ["名单已旧", "Lists are old"], w_clock_wrong: ["终端时钟不准", "Clock is wrong"], w_exit_without_entry: ["没有进门记录", "No entry on record"],
  // the guard's next step
  n_enter: ["放行，记下", "Let in, keep"], n_leave: ["放行出门", "Let out"], n_measure: ["量体温", "Take temperature"], n_measure_again: ["再测一次", "Measure again"], n_rest: ["去坐下，下一个", "Rests, next"],
  n_call_lead: ["打值班长", "Call lead"], n_call_duty: ["打值班长", "Call duty"], n_call_host: ["打被访人", "Call host"], n_search: ["按工号查", "Search"], n_turn_away: ["请他离开", "Turn away"],
  n_isolate: ["带到隔离点，打值班长", "Isolate, call"], n_declare: ["问去过哪里", "Ask where he was"], n_disinfect: ["去消毒", "Disinfect"], n_register: ["补登记", "Complete"], n_check_in: ["让他打卡，打值班长", "Check in, call"], n_count: ["放行，记下", "Let out, keep"],
  next: ["下一个", "Next"], later: ["先放着", "Later"], refuse: ["不放行", "Refuse"], force: ["特批入", "Override"], again: ["重新判", "Judge again"], keep: ["记下", "Keep"], kept: ["已记下", "Kept"], saving: ["正在记", "Keeping"],
  not_kept: ["没记下！终端存满。先用纸记，把记录存成文件交办公室", "Not kept! The device is full. Use paper; save the records as a file"],
  // refusals and overrides: closed lists
  why_refused: ["为什么不放行", "Why refused"], f_held: ["隔离观察中", "In isolation"], f_fever: ["发热", "Fever"], f_no_pass: ["没带证", "No pass"], f_bad_pass: ["证件不对", "Bad pass"], f_no_visit: ["没有预约", "No visit"], f_not_declared: ["行程健康", "Declaration"], f_not_disinfected: ["没消毒", "Not disinfected"], f_no_mask: ["没戴口罩", "No mask"], f_no_reading: ["不肯量体温", "No reading"], f_other: ["其他原因", "Other"],
  why_forced: ["为什么特批", "Why overridden"], o_rescue: ["抢险救护", "Rescue"], o_duty: ["值班长同意", "Duty officer agreed"], o_health: ["卫生员同意", "Health officer agreed"], o_error: ["名单有误", "The lists are wrong"], who_allowed: ["谁批的（工号或姓名）", "Allowed by (number or name)"],
  note_too: ["备注（可不填）", "Note (may be empty)"], jot: ["记一笔", "Make a note"], k_advised: ["劝返", "Advised to turn back"], k_told: ["告知", "Told of the rules"], k_traffic: ["交通", "Traffic"],
  jot_who: ["谁、哪辆车", "Who, or which vehicle"], jot_words: ["什么情况", "What there was"], noted_short: ["记", "note"],
  // scanning and searching
  aim: ["对准通行证", "Hold the pass here"], aim_how: ["点这里开相机，扫码枪直接扫", "Tap for the camera, or use the scanner"], reading: ["自动识别", "Reads by itself"], no_camera: ["相机打不开：用扫码枪或输工号", "No camera: use the scanner or a number"], by_number: ["输工号", "By number"],
  to_exit: ["改为出门", "Exits"], to_entry: ["改为进门", "Entries"], find: ["查人", "Find somebody"], find_how: ["工号或姓名", "Number or name"], nobody: ["名单里没有，登记为访客或打值班长", "Nobody of that name: register a visitor, or call"],
  // temperature
  temperature: ["体温 ℃", "temperature, °C"], three_digits: ["按三位数字", "Three digits"], range: ["只能 34.0–43.0", "Only 34.0–43.0"], normal: ["正常", "Normal"], high_rest: ["偏高，坐 {minutes} 分钟再测", "High: rest {minutes} min"], high_again: ["还是偏高：发热", "Still high: fever"],
  keep_next: ["记下，下一个", "Keep, next"], keep_rest: ["记下，{when} 复测", "Keep, again {when}"], keep_fever: ["记下，发热", "Keep: fever"], fever_kept: ["已记下：传到后各卡口都不放行", "Kept: once sent, every gate holds him"], clear: ["清", "Clear"], erase: ["退格", "Erase"], method: ["怎么量的", "How"], m_forehead: ["额温", "Forehead"], m_ear: ["耳温", "Ear"], m_armpit: ["腋温", "Armpit"],
  // vehicles
  plate: ["车牌", "Plate"], plate_energy: ["新能源 8 位", "New energy, 8"], plate_plain: ["7 位车牌", "7 characters"], plate_wrong: ["车牌不对：查省、字母、位数", "Cannot be a plate"], expected: ["今日有约", "Expected today"], unexpected: ["今天没有约", "Not expected"], driver: ["司机姓名", "Driver"],
  passengers: ["车上几人", "People on board"], cargo: ["货物", "Cargo"], disinfected: ["轮胎和货厢已消毒？", "Tyres and hold disinfected?"], d_yes: ["已消毒", "Disinfected"], d_no: ["没有", "Not yet"], d_fresh: ["{when} 消毒过", "Disinfected {when}"], to_judge: ["看能不能进", "Judge"],
  // visitors
  who_comes: ["来人姓名", "Who comes"], purpose: ["来干什么", "Purpose"], whom: ["找谁（姓名或工号）", "Host (name or number)"], been: ["14 天内去过风险地区？", "In a risk area within 14 days?"], b_no: ["没有", "No"], b_yes: ["去过", "Yes"], agreed: ["被访人同意了？", "Did the host agree?"], a_yes: ["电话同意", "By telephone"], a_no: ["没有", "No"], a_ask: ["手机上问他", "Ask his phone"],
  ask_host: ["发给被访人，请他答复", "Send it to the host"], ask_failed: ["没问成：打电话问被访人", "Could not ask: telephone the host"], host_guard: ["值守人以外的被访人", "a host who is not the guard"], host_unknown: ["名单里唯一的被访人", "one host of the lists"], waited: ["已等 {seconds} 秒", "waits for {seconds} s"],
  approved: ["被访人已同意", "Host approved"], missing: ["还差：{what}", "Missing: {what}"], walk_in: ["没有预约的访客", "Without a visit"], find_visit: ["访客或被访人姓名", "Visitor or host"], nobody_so: ["没有这样约好的访客", "No such visit"], no_visits: ["今天没有约好的访客", "No visits expected today"],
  // network, lists, clock
  online: ["在线", "Online"], offline_short: ["离线", "Offline"], offline: ["离线。照常查验，来网自动传", "Offline. Work on; it sends itself"], queue: ["待传 {count}", "{count} waiting"], lists: ["名单", "Lists"], lists_none: ["还没有名单，等网络", "No lists yet: waiting for the network"], lists_forged: ["收到的名单签名不对，没有采用", "Lists with a wrong signature were not used"],
  age_minutes: ["{count} 分钟前", "{count} min ago"], age_hours: ["{count} 小时前", "{count} h ago"], age_days: ["{count} 天前", "{count} d ago"], clock: ["终端时钟差 {minutes} 分钟，请校准", "Clock off by {minutes} min: set it"], stuck: ["服务器收不下 {count} 条，办公室会处理", "{count} not taken by the server"],
  just_now: ["刚才", "Just now"], refused_short: ["拒", "refused"], forced_short: ["特批", "override"], inside_here: ["经本门在场", "Inside by this gate"], people_count: ["{people} 人 {vehicles} 车", "{people} people, {vehicles} vehicles"], open_cases: ["等着的人", "Waiting"], nothing_open: ["没有等着的人", "Nobody is waiting"], retest_at: ["{when} 复测", "again {when}"],
  // handover
  hand_over: ["交接班", "Handover"], unsent: ["没上传的记录", "Records not sent"], lines: ["{count} 条", "{count}"], retests: ["等复测", "Retests pending"], holds: ["等处理", "Others pending"], keys: ["钥匙、测温枪、对讲机", "Keys, thermometer, radio"], all_there: ["都在", "All there"], not_all: ["缺", "Missing"],
  never_blocks: ["没上传也能交班：{count} 条随终端交给下一班", "Not sent does not block: {count} go with the device"], gives: ["交班人工号", "Gives (number)"], takes: ["接班人工号", "Takes (number)"], sign_out: ["交班签字", "Sign out"], sign_in: ["接班签字", "Sign in"], signed: ["{name} 已签", "{name} signed"], note: ["说明", "Note"], not_of_plant: ["{who} 不在名单上", "{who} is not on the lists"], gives_other: ["交班人不是{name}：在说明里写原因", "Not {name} who gives: say why in the note"], handed: ["交班已记下", "Handover kept"],
  // roll-call, settings, enrolment, revocation
  roll: ["疏散点名", "Roll-call"], roll_of: ["应点 {count} 人", "{count} to be found"], roll_found: ["已见 {count}", "{count} found"], roll_lacking: ["还差 {count}", "{count} missing"], roll_vehicles: ["、{count} 车", ", {count} vehicles"],
  roll_unknown: ["这份点名不知道的", "What this roll does not know"], roll_age: ["名单截止 {when}（{age}），之后别的门进出不知道", "As of {when} ({age}); other gates since then are not known"],
  roll_gates_all: ["现在离线：其他门的人可能已经出去", "Offline: those of the other gates may have left"],
  roll_gates: ["现在离线：另外 {count} 个门的人可能已经出去", "Offline: those of {count} other gates may have left"], roll_unsent: ["本机 {count} 条没上传，别的门还不知道", "{count} lines of this device are not known elsewhere"],
  roll_silent: ["没有消息的门：{gates}。人可能已从那里出去", "Gates not heard of: {gates}. People may have left there"], roll_silent_then: ["{when} 断网前没有消息的门：{gates}。人可能已从那里出去", "Gates not heard of when contact was lost at {when}: {gates}. People may have left there"],
  roll_since: ["{gate}（{when} 起）", "{gate} (since {when})"], roll_unheard: ["{gate}（从未联系）", "{gate} (never)"],
  nameless: ["没留姓名", "No name given"], roll_nameless: ["{count} 个不在名单上的人，只有登记的名字", "{count} not on the lists, by the name they gave"], roll_passengers: ["{count} 辆车上的人没有逐个登记", "Who is aboard {count} vehicles is not named"], roll_never: ["没经过门的人不在表里", "Whoever came by no gate is not on it"],
  roll_anew: ["重新点名", "Anew"], print: ["打印", "Print"], printed: ["{when} 打印", "printed {when}"], roll_signed: ["点名人签字：＿＿＿＿＿＿　　时间：＿＿＿＿＿＿", "Called by: ____________  at: ____________"], here: ["见到", "Seen"], everybody_out: ["记录上里面没有人", "Nobody is inside by the record"],
  night: ["夜间", "Night"], day: ["白天", "Day"], language: ["English", "中文"], sound_on: ["声音开", "Sound on"], sound_off: ["声音关", "Sound off"], save_file: ["存成文件", "Save as a file"], guard: ["值守人工号", "Guard (number)"], rescued: ["浏览器清空过数据，已找回", "The browser lost its data; taken back"], device: ["终端", "Device"],
  enrol: ["登记终端", "Enrol this device"], enrol_how: ["在办公室的卡口页上生成二维码，用本机相机打开；或在这里输入代码", "Make a code on the office's gate page and open it here, or type it"], code: ["登记代码", "Code"], device_name: ["终端名称", "Name of the device"], enrol_go: ["登记", "Enrol"], enrol_bad: ["代码不对或已过期，请重新生成", "Wrong or old code: make a new one"], enrol_net: ["连不上服务器，联网后再试", "No connection: try again with a network"],
  revoked: ["此终端已停用", "This device is revoked"], revoked_how: ["名单已清除。{what}还在本机：存成文件交给办公室", "The lists are gone. Still here: {what}. Save them for the office"],
  left_before: ["换登记以前没上传：{what}。存成文件交给办公室", "Not sent before this enrolment: {what}. Save it for the office"], left_clear: ["已交办公室，清除", "The office has it: clear"], left_sure: ["再点一次就清除", "Tap again to clear"], left_lines: ["没上传的 {count} 条记录", "{count} records not sent"], left_open: ["判过没了结的 {count} 人", "{count} judged and not settled"], left_signed: ["没上传的 {count} 次交接班", "{count} hand-overs not sent"], revoked_none: ["名单已清除，没有剩下的记录。把终端交还办公室", "The lists are gone and no record is left. Bring the device to the office"], broken: ["出错了，记录都在。请重新打开本页", "Something failed; the records are safe. Open this page again"],
} as const satisfies Record<string, readonly [string, string]>;

export type Word = keyof typeof WORDS;
let language: 0 | 1 = 0;

export function speak(code: string) {
  language = code.startsWith("en") ? 1 : 0;
  document.documentElement.lang = language ? "en" : "zh-Hans";
  document.title = `${t("title")} · ${language ? "Diba" : "堤坝"}`;
}

export function t(word: Word, values: Record<string, string | number> = {}): string {
  return WORDS[word][language].replace(/\{(\w+)\}/g, (_all, name: string) => String(values[name] ?? ""));
}

// The words of a code of the server's: ours are made for a guard; what we do not know, the lists name.
export function of(prefix: string, code: string, told: Record<string, Words> = {}): string {
  if (code && `${prefix}${code}` in WORDS) return t(`${prefix}${code}` as Word);
  const said = told[code];
  return said ? (language ? said.en : said.zh) : code;
}

const two = (count: number) => String(count).padStart(2, "0");
export const clock = (moment: number) => `${two(new Date(moment * 1000).getHours())}:${two(new Date(moment * 1000).getMinutes())}`;

// A moment as paper needs it: whoever finds the sheet does not know of which day it is.
export function dated(moment: number): string {
  const day = new Date(moment * 1000);
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())} ${clock(moment)}`;
}

// A moment as a sentence needs it: the hour today, else with its day.
export function when(moment: number): string {
  const day = new Date(moment * 1000);
  if (day.toDateString() === new Date().toDateString()) return clock(moment);
  const date = language ? day.toLocaleDateString("en", { month: "short", day: "numeric" }) : `${day.getMonth() + 1}月${day.getDate()}日`;
  return `${date} ${clock(moment)}`;
}

export function age(span: number): string {
  if (span < 5400) return t("age_minutes", { count: Math.max(0, Math.round(span / 60)) });
  return span < 2 * 86400 ? t("age_hours", { count: Math.round(span / 3600) }) : t("age_days", { count: Math.round(span / 86400) });
}

export const together = (parts: string[]) => parts.join(language ? ", " : "、");
export const degrees = (tenths: number) => (tenths ? (tenths / 10).toFixed(1) : "");
