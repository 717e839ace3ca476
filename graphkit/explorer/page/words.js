// Words of the page in its two languages.
const WORDS = {
  skip: ["跳到内容", "Skip to content"], search: ["搜索", "Search"], search_hint: ["人物、项目、园区、地方、提法、报道原文 ( / )", "People, projects, parks, places, phrases, words of reports ( / )"],
  results: ["搜索结果", "Search results"], path: ["关系路径", "Path"], cypher: ["Cypher 查询", "Cypher"], theme: ["深色或浅色", "Light or dark"], copy: ["复制链接", "Copy link"], copied: ["链接已复制", "Link copied"],
  filters: ["筛选", "Filters"], kinds: ["显示的类型", "Types shown"], since: ["自", "From"], until: ["至", "To"], place: ["行政区划代码", "Division code"], level: ["层级", "Level"], status: ["状态", "Status"], apply: ["应用筛选", "Apply"], clear: ["清除", "Clear"],
  answer: ["查询结果", "Answer"], graph: ["关系图", "Graph"], report: ["报道", "Report"], png: ["存为 PNG", "Save PNG"], svg: ["存为 SVG", "Save SVG"], forget: ["清空", "Empty"],
  national: ["国家", "national"], province: ["省级", "province"], city: ["市级", "city"], county: ["县级", "county"],
  actual: ["已发生", "actual"], planned: ["计划", "planned"], urged: ["要求", "urged"], denied: ["否定或曾任", "denied"],
  reports: ["报道", "reports"], entities: ["实体", "things"], claims: ["陈述", "claims"], days: ["日期", "Days"], most: ["最常出现", "Most often"],
  aliases: ["别名", "Other names"], merges: ["为什么视为同一个", "Why these names are one"], lines: ["关系", "Lines"], all: ["全部", "all"], other: ["对象", "With"], relation: ["关系", "Relation"], date: ["日期", "Date"], quote: ["原文", "Quote"],
  show: ["查看原文", "Open text"], draw: ["加入关系图", "Draw"], more: ["再显示 50 条", "Show 50 more"], csv: ["下载 CSV", "CSV"], newest: ["新的在前", "Newest first"], oldest: ["旧的在前", "Oldest first"], timeline: ["时间线", "Timeline"],
  value: ["值", "Value"], kind: ["类别", "Kind"], undated: ["无日期", "undated"], nopoint: ["坐标未知", "No coordinates known"], point: ["经纬度", "Longitude, latitude"], scope: ["区分", "Told apart by"],
  statements: ["报道中的陈述", "What it says"], accept: ["确认", "Accept"], reject: ["否决", "Reject"], mend: ["修正", "Mend"], undo: ["撤销", "Undo"], accepted: ["已确认", "accepted"], rejected: ["已否决", "rejected"], mended: ["已修正", "mended"], close: ["关闭", "Close"], cancel: ["取消", "Cancel"], save: ["保存", "Save"], done: ["已保存", "Saved"],
  who: ["审阅人", "Reviewer"], names: ["同名判断", "Same or different?"], same: ["是同一个", "The same"], different: ["是两个", "Two"], first_name: ["报道一", "One report"], second_name: ["报道二", "Another report"],
  from: ["从", "From"], to: ["到", "To"], find: ["查找", "Find"], nopath: ["六步之内没有路径", "No path within six steps"], nothing: ["没有结果", "Nothing found"], choose: ["请从列表中选择", "Choose from the list"],
  run: ["运行", "Run"], query: ["查询语句", "Query"], parameters: ["参数 (JSON)", "Parameters (JSON)"], examples: ["示例", "Examples"], rows: ["行", "rows"], badjson: ["参数不是 JSON 对象", "The parameters are no JSON object"],
  trend: ["每月使用", "Use by month"], first: ["最早的使用", "First uses"], levels: ["按层级的最早使用", "First use by level"], places: ["按地方的最早使用", "First use by place"], together: ["常一起出现的提法", "Goes with"], variants: ["不同写法", "Wordings"], uses: ["使用之处", "Uses"], phrase: ["提法", "Phrase"],
  map: ["地图", "Map"], map_of_visits: ["到访地图", "Map of visits"], map_of_phrase: ["按报道所在地", "By where the reports are from"], tiles: ["省份格", "Provinces"], points: ["坐标点", "Points"], places_of: ["地方", "Places"], province_of: ["省份", "Province"], code: ["代码", "Code"],
  unplaced: ["# 条的地方不明，不在图上", "# lines are of unknown place and not on the map"], unmapped: ["# 个地方没有坐标，只在表中和省份格里", "# places have no coordinates: they are in the table and the provinces only"],
  first_day: ["最早", "First"], last_day: ["最近", "Last"], path_from: ["查找路径", "Find a path"], brush: ["拖动可选择时段", "Drag to choose a period"], behind: ["正在按最新的审阅结果更新，稍后自动刷新", "The views are being brought up to date after the last decision; the page follows by itself"],
  keep_name: ["记住，与另一页的名称比较", "Keep, to compare with a thing of another page"], name_kept: ["已记住", "Kept"], keys: ["键盘：j k 移动，a 确认，r 否决，m 修正，u 撤销", "Keys: j k move, a accept, r reject, m mend, u undo"],
  colon: ["：", ": "], comma: ["、", ", "], semicolon: ["；", "; "], nograph: ["结果中没有可画的关系", "Nothing to draw in this answer"], cypher_hint: ["只读；最多 20 秒、1,000 行。返回节点或名称时，右侧画出它们之间的关系。", "Read-only; 20 seconds and 1,000 rows at most. Of things or names in the answer the lines among them are drawn."],
  period: ["月份", "Month"], share: ["占比", "Share"], missing_days: ["缺报天数", "Days missing"], words: ["写法", "Wording"], mentions: ["次数", "Mentions"], lift: ["提升度", "Lift"], with: ["同现的提法", "With"], expected: ["期望次数", "Expected"], score: ["得分", "Score"], low: ["下限", "Low"], high: ["上限", "High"], empty_reports: ["无正文的报道", "Reports without text"],
  p_former_posts: ["曾任职务", "Former posts"], p_coming_posts: ["拟任职务", "Posts to come"], p_former_holders: ["曾任此职者", "Former holders"], namesake: ["另有同名", "Of the same name"], place_name: ["地方", "Place"],
  p_posts: ["职务", "Posts"], p_visits: ["到访之处", "Visits"], p_companions: ["陪同者", "Accompanied by"], p_leaders: ["陪同对象", "Accompanied"], p_meetings: ["会议", "Meetings"], p_said: ["强调的提法", "Phrases emphasized"], p_carries_out: ["贯彻的文件", "Documents carried out"],
  p_facts: ["属性与状态的变化", "Attributes and status over time"], p_visitors: ["到访者", "Visitors"], p_where: ["所在", "Lies in"], p_parts: ["组成部分", "Parts"], p_aims: ["打造目标", "Aims"], p_projects: ["项目", "Projects"], p_inside: ["区内", "Inside"], p_sites: ["地点", "Sites"],
  p_presided_by: ["主持", "Presided by"], p_attended_by: ["出席", "Attended by"], p_heard: ["听取汇报", "Heard"], p_holders: ["任职者", "Holders"], p_carried_out_by: ["贯彻者", "Carried out by"], p_said_by: ["谁强调", "Emphasized by"], p_aimed_at_by: ["谁打造", "Aimed at by"],
  nolib: ["缺少 cytoscape.js，无法画图；表格不受影响", "cytoscape.js is missing: no drawing; the tables work"], drawn: ["个节点，点按节点可展开", "things; click one to open it"], offline: ["没有回应：graphkit explore 还在运行吗？", "No answer: is graphkit explore still running?"], speaker: ["说话人", "Speaker"], title: ["标题", "Title"], count: ["次数", "Count"], subject: ["主语", "Subject"], object: ["宾语", "Object"], loading: ["正在读取…", "Loading …"],
};
export let lang = (navigator.language || "zh").startsWith("zh") ? "zh" : "en";
export const setLang = (wanted) => { lang = wanted === "en" ? "en" : "zh"; };
export const t = (key) => (WORDS[key] ? WORDS[key][lang === "zh" ? 0 : 1] : key);
